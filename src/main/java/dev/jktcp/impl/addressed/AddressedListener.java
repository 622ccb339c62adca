package dev.jktcp.impl.addressed;

import dev.jktcp.TcpServer;
import dev.jktcp.bus.BusReader;
import dev.jktcp.impl.LocalStream;
import dev.jktcp.impl.frame.BusNames;
import dev.jktcp.impl.frame.DetailJson;
import dev.jktcp.time.Lease;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * A listener that a client has opened over the event bus. It announces every connection to an
 * address. The connection then belongs to the first client that sends it a message. Adapter context
 * only.
 */
final class AddressedListener {
  private static final List<String> ORDERS = List.of("close", "alive");

  private final AddressedConnections home;
  private final String id = BusNames.unguessable();
  private final String address = BusNames.listener(id) + ".control";
  private final String to;
  private final long leaseMs;
  private Lease lease; // null until it listens
  private BusReader control;
  private TcpServer server;
  private boolean closed;

  /**
   * @param to the address to which connections are announced
   * @param leaseMs of the listener and of its connections
   */
  AddressedListener(AddressedConnections home, String to, long leaseMs) {
    this.home = home;
    this.to = to;
    this.leaseMs = leaseMs;
  }

  /** Completes when messages to its address arrive from everywhere. */
  Future<Void> open(TcpServer listening) {
    server = listening;
    lease = home.lease(leaseMs, this::close);
    control = home.reader(address, this::onControl);
    return control.completion();
  }

  JsonObject introduction() {
    return identity()
        .put("control", address)
        .put("local", DetailJson.write(server.localAddress()))
        .put("leaseMs", leaseMs);
  }

  private JsonObject identity() {
    return new JsonObject().put("server", id).put("port", server.port());
  }

  // --- connections

  /** Announces a connection, which fills the backlog until a client sends it a message. */
  void onAccepted(LocalStream accepted) {
    if (closed || home.isFull()) {
      accepted.reset();
      return;
    }
    AddressedConnection connection = home.adopt(accepted, leaseMs);
    connection
        .ready()
        .compose(v -> home.send(to, connection.introduction().put("server", id)))
        .onFailure(nobody -> connection.lost("no consumer takes accepted connections at " + to));
  }

  // --- the control address

  private void onControl(Message<Object> message) {
    AddressedReply reply = new AddressedReply(home, message);
    try {
      AddressedRequest request = AddressedRequest.of(message.body());
      reply.to(request.text(AddressedRequest.REPLY_TO));
      String order = request.what(ORDERS);
      request.hasOnly("server");
      String meant = request.text("server");
      if (meant != null && !meant.equals(id)) {
        throw new IllegalArgumentException("server: is another's, not of the one controlled here");
      }
      lease.renew();
      if (order.equals("close")) {
        close();
      }
      reply.done(identity());
    } catch (RuntimeException refused) {
      reply.fail(refused);
    }
  }

  /** Stops listening; its connections live on. Idempotent. */
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    server.close();
    lease.end();
    home.leave(control);
    home.forget(this);
  }
}
