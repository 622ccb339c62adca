package dev.jktcp.impl.addressed;

import dev.jktcp.AdapterOptions;
import dev.jktcp.StreamAddresses;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpListenOptions;
import dev.jktcp.bus.BusEnd;
import dev.jktcp.bus.BusReader;
import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.impl.BufferSizes;
import dev.jktcp.impl.LocalStream;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.time.Lease;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.eventbus.EventBusInternal;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The connections and listeners of an adapter that are used over the event bus alone. Adapter
 * context only.
 */
public final class AddressedConnections {
  /** What {@link #onRequest} does. */
  static final List<String> ORDERS = List.of("connect", "listen");

  static final long MIN_LEASE_MS = 100; // as AdapterOptions has it
  static final long MAX_LEASE_MS = 3_600_000;

  private static final int MAX_PORT = 65_535;

  private final AdapterInternal adapter;
  private final ContextInternal context;
  private final EventBusInternal bus;
  private final boolean local;
  private final int writeWindow;
  private final Map<LocalStream, AddressedConnection> connections = new HashMap<>();
  private final Set<AddressedListener> listeners = new HashSet<>();
  private final Runnable onLeft;
  private int pending; // asked for, and neither there nor refused
  private int leaving; // consumers that are still registered, and will not be for long
  private boolean closed;

  /**
   * @param context where messages are heard, on the adapter's event loop
   * @param local whether other nodes are shut out
   * @param writeWindow the bytes a handle may send ahead, for which room stays reserved
   * @param onLeft called when {@link #isLeaving} does not hold any more
   */
  public AddressedConnections(
      AdapterInternal adapter,
      ContextInternal context,
      boolean local,
      int writeWindow,
      Runnable onLeft) {
    this.adapter = adapter;
    this.context = context;
    this.bus = context.owner().eventBus();
    this.local = local;
    this.writeWindow = writeWindow;
    this.onLeft = onLeft;
  }

  /**
   * Gives addresses to a connection that a handle owns. From now on what arrives goes there as
   * credit given there allows.
   *
   * @param ended whether the handle was told of the peer's end already
   * @param onEnd tells it else
   * @return the same ones if it has them already
   */
  public Future<StreamAddresses> register(LocalStream stream, boolean ended, Runnable onEnd) {
    AddressedConnection connection = connections.get(stream);
    if (connection == null) {
      connection = adopt(stream, 0);
      connection.shareEnd(ended, onEnd);
    }
    return connection.ready().map(connection.addresses());
  }

  /**
   * @return whether it was for us to answer
   */
  public boolean onRequest(String what, JsonObject json, Message<Object> message) {
    if (!ORDERS.contains(what)) {
      return false;
    }
    AddressedReply reply = new AddressedReply(this, message);
    try {
      AddressedRequest request = new AddressedRequest(json);
      reply.to(request.text(AddressedRequest.REPLY_TO));
      if (what.equals("connect")) {
        connect(request, reply);
      } else {
        listen(request, reply);
      }
    } catch (RuntimeException refused) {
      reply.fail(refused);
    }
    return true;
  }

  private void connect(AddressedRequest request, AddressedReply reply) {
    request.hasOnly(
        "host",
        "port",
        "localAddress",
        "localPort",
        "profile",
        "tuning",
        "idleTimeoutMs",
        "leaseMs");
    String profile = request.text("profile");
    TcpConnectOptions options =
        new TcpConnectOptions()
            .setHost(request.text("host"))
            .setPort((int) request.requiredNumber("port", 1, MAX_PORT))
            .setLocalAddress(request.text("localAddress"))
            .setLocalPort((int) request.number("localPort", 0, MAX_PORT, 0))
            .setProfile(profile == null ? null : TcpProfile.named(profile))
            .setTuning(request.tuning())
            .setIdleTimeout(idleTimeout(request));
    long leaseMs = leaseMs(request);
    checkRoom();
    pending++;
    adapter.attempt(options).stream()
        .onComplete(made -> pending--)
        .onSuccess(stream -> introduce(adopt(stream, leaseMs), reply))
        .onFailure(reply::fail);
  }

  private void introduce(AddressedConnection connection, AddressedReply reply) {
    connection
        .ready()
        .onFailure(reply::fail)
        .compose(v -> reply.done(connection.introduction()))
        .onFailure(nobody -> connection.lost("no consumer is told of it"));
  }

  private void listen(AddressedRequest request, AddressedReply reply) {
    request.hasOnly("port", "localAddress", "backlog", "tuning", "idleTimeoutMs", "to", "leaseMs");
    String to = request.requiredText("to");
    if (to.isEmpty()) {
      throw new IllegalArgumentException("to: is empty");
    }
    TcpListenOptions options =
        new TcpListenOptions()
            .setPort((int) request.number("port", 0, MAX_PORT, 0))
            .setLocalAddress(request.text("localAddress"))
            .setBacklog((int) request.number("backlog", 0, Integer.MAX_VALUE, 0))
            .setTuning(request.tuning())
            .setIdleTimeout(idleTimeout(request));
    AddressedListener listener = new AddressedListener(this, to, leaseMs(request));
    checkRoom();
    pending++;
    adapter
        .listenHolding(options, listener::onAccepted)
        .onComplete(made -> pending--)
        .compose(
            server -> {
              listeners.add(listener);
              return listener.open(server);
            })
        .onFailure(reply::fail)
        .compose(v -> reply.done(listener.introduction()))
        .onFailure(nobody -> forgetUnheard(listener));
  }

  private void forgetUnheard(AddressedListener listener) {
    if (listeners.contains(listener)) {
      listener.close();
    }
  }

  private static Duration idleTimeout(AddressedRequest request) {
    return Duration.ofMillis(request.number("idleTimeoutMs", 0, Integer.MAX_VALUE, 0));
  }

  private long leaseMs(AddressedRequest request) {
    return request.number(
        "leaseMs", MIN_LEASE_MS, MAX_LEASE_MS, adapter.options().getLease().toMillis());
  }

  private void checkRoom() {
    if (closed) {
      throw new IllegalStateException("the adapter has ended");
    }
    if (isFull()) {
      int limit = adapter.options().getMaxConnections();
      throw new AddressedFull("full: " + limit + " connections are its limit (maxConnections)");
    }
  }

  /** One that is over counts as long as its owner may not have heard of its end. */
  boolean isFull() {
    return pending + connections.size() >= adapter.options().getMaxConnections();
  }

  // --- for connections and listeners

  AddressedConnection adopt(LocalStream stream, long leaseMs) {
    AddressedConnection connection = new AddressedConnection(this, stream, leaseMs);
    connections.put(stream, connection);
    return connection;
  }

  void forget(AddressedConnection connection) {
    connections.remove(connection.stream());
  }

  void forget(AddressedListener listener) {
    listeners.remove(listener);
  }

  Lease lease(long ms, Runnable onEnd) {
    return Lease.of(adapter.clock(), ms, onEnd);
  }

  long nanoTime() {
    return adapter.clock().nanoTime();
  }

  /** Bytes of room for writes that are a handle's. */
  long reserve() {
    return Math.min(writeWindow, adapter.options().getMaxPendingWrites() / 2);
  }

  /** Bytes that find room in a connection when nothing waits. */
  long largestWrite() {
    AdapterOptions options = adapter.options();
    return (long) BufferSizes.firstSend(options) + options.getMaxPendingWrites();
  }

  BusReader reader(String address, Handler<Message<Object>> handler) {
    return BusReader.open(context, address, local, handler);
  }

  void leave(BusReader reader) {
    leaving++;
    reader
        .leave()
        .onComplete(
            gone -> {
              leaving--;
              if (leaving == 0) {
                onLeft.run();
              }
            });
  }

  /** Whether an address that nobody uses any more still has its consumer. */
  public boolean isLeaving() {
    return leaving > 0;
  }

  DeliveryOptions delivery() {
    return new DeliveryOptions().setLocalOnly(local);
  }

  Future<Void> send(String address, Object body) {
    return send(address, body, delivery());
  }

  /**
   * @return fails if it is known that nobody consumes there
   */
  Future<Void> send(String address, Object body, DeliveryOptions options) {
    return BusEnd.say(() -> bus.sender(address, options).write(body));
  }

  Future<Void> say(Runnable words) {
    return BusEnd.say(
        () -> {
          words.run();
          return Future.succeededFuture();
        });
  }

  // --- the end

  boolean isClosed() {
    return closed;
  }

  /**
   * The adapter has ended. A connection whose data is unread stays until it is, or its lease ends.
   */
  public void close() {
    closed = true;
    for (AddressedListener listener : new ArrayList<>(listeners)) {
      listener.close();
    }
    for (AddressedConnection each : new ArrayList<>(connections.values())) {
      each.onAdapterEnd();
    }
  }
}
