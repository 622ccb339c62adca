package dev.jktcp.impl.addressed;

import dev.jktcp.AdapterOptions;
import dev.jktcp.StreamAddresses;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpListenOptions;
import dev.jktcp.bus.BusEnd;
import dev.jktcp.bus.BusReader;
import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.impl.AdapterOptionsJson;
import dev.jktcp.impl.BufferSizes;
import dev.jktcp.impl.LocalStream;
import dev.jktcp.options.Limits;
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
  /** The requests that {@link #onRequest} takes. */
  static final List<String> ORDERS = List.of("connect", "listen");

  static final long MAX_LEASE_MS = 3_600_000;

  private final AdapterInternal adapter;
  private final ContextInternal context;
  private final EventBusInternal bus;
  private final boolean local;
  private final int writeWindow;
  private final Map<LocalStream, AddressedConnection> connections = new HashMap<>();
  private final Set<AddressedListener> listeners = new HashSet<>();
  private final Runnable onLeft;
  private int pending; // requested, neither open nor refused yet
  private int leaving; // consumers that are being unregistered
  private boolean closed;

  /**
   * @param context of the consumers, on the adapter's event loop
   * @param local whether other nodes are shut out
   * @param writeWindow bytes that a handle may send ahead, for which room stays reserved
   * @param onLeft called when {@link #isLeaving} has become false
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
   * Gives addresses to a connection that a handle owns. From now on received data goes to the read
   * address, as far as the credit given at the control address allows.
   *
   * @param ended whether the handle knows of the peer's end already
   * @param onEnd tells it if not
   * @return the addresses; if the connection has some already, those
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
   * @return whether the request was one of {@link #ORDERS}, and is answered here
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
            .setPort((int) request.requiredNumber("port", 1, Limits.MAX_PORT))
            .setLocalAddress(request.text("localAddress"))
            .setLocalPort((int) request.number("localPort", 0, Limits.MAX_PORT, 0))
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
      throw new IllegalArgumentException("to: is empty; give an address of the event bus");
    }
    TcpListenOptions options =
        new TcpListenOptions()
            .setPort((int) request.number("port", 0, Limits.MAX_PORT, 0))
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
        "leaseMs",
        AdapterOptionsJson.MIN_LEASE_MS,
        MAX_LEASE_MS,
        adapter.options().getLease().toMillis());
  }

  private void checkRoom() {
    if (closed) {
      throw new IllegalStateException("the adapter has ended");
    }
    if (isFull()) {
      int limit = adapter.options().getMaxConnections();
      throw new AddressedFull(
          "full: " + limit + " connections are its limit; raise maxConnections");
    }
  }

  /**
   * Whether no more connections are taken. A connection that is over counts until its owner knows
   * it.
   */
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

  /** Bytes of room that are reserved for a handle's writes. */
  long reserve() {
    return Math.min(writeWindow, adapter.options().getMaxPendingWrites() / 2);
  }

  /** The largest write that a connection takes when no other write waits. */
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

  /** Whether an address without users still has its consumer. */
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
   * @return fails if the address is known to have no consumer
   */
  Future<Void> send(String address, Object body, DeliveryOptions options) {
    return BusEnd.say(() -> bus.sender(address, options).write(body));
  }

  // --- the end

  boolean isClosed() {
    return closed;
  }

  /**
   * The adapter has ended. A connection with unread data stays until that is read, or its lease
   * ends.
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
