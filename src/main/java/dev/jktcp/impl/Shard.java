package dev.jktcp.impl;

import dev.jktcp.AdapterStream;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpException;
import dev.jktcp.TcpListenOptions;
import dev.jktcp.TcpServer;
import dev.jktcp.stack.IpStack;
import dev.jktcp.stack.StackException;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.time.Clock;
import dev.jktcp.transport.CapturingTransport;
import dev.jktcp.transport.TransportLink;
import dev.jktcp.wire.IpAddress;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.List;
import java.util.function.Consumer;

/**
 * The parts of an adapter with an open transport: its stack, the loop that moves its packets, its
 * connections, servers and UDP ports. Adapter context only.
 */
final class Shard {
  private final ContextInternal context;
  private final AdapterSetup setup;
  private final IpStack stack;
  private final DrainLoop loop;
  private final Exclusive exclusive = new Exclusive();
  private final StreamMetrics metrics;
  private final Connections connections;
  private final Connector connector;
  private final Listeners listeners;
  private final Datagrams datagrams;

  /**
   * @param onNoConnection called each time the last connection is over
   */
  Shard(
      ContextInternal context,
      CapturingTransport transport,
      Clock clock,
      AdapterSetup setup,
      IpStack stack,
      Crossing crossing,
      Runnable onMemoryUsedUp,
      Consumer<Throwable> onTransportThrew,
      Runnable onNoConnection) {
    this.context = context;
    this.setup = setup;
    this.stack = stack;
    this.metrics = new StreamMetrics(context.owner(), setup.options().getMetricsName());
    this.connections =
        new Connections(
            setup.options(),
            metrics,
            () -> {
              exclusive.release();
              onNoConnection.run();
            });
    this.loop =
        new DrainLoop(
            context,
            transport,
            clock,
            stack,
            this::onAccepted,
            crossing,
            onMemoryUsedUp,
            onTransportThrew);
    this.connector = new Connector(loop, setup, clock, connections);
    this.listeners = new Listeners(loop, setup, connections);
    this.datagrams = new Datagrams(loop, setup, clock);
  }

  /**
   * Takes over a transport that has come back, with its new link.
   *
   * @throws IllegalArgumentException if the link does not fit the adapter
   */
  void moveTo(TransportLink link) {
    List<IpAddress> locals = setup.moveTo(link.localAddresses(), link.peerAddresses());
    if (locals != null) {
      stack.changeAddresses(locals);
    }
    int mtu = setup.mtu(link.capabilities());
    int receiveMtu = setup.receiveMtu(link.capabilities(), mtu);
    if (mtu != stack.mtu() || receiveMtu != stack.options().receiveMtu()) {
      stack.changeMtu(mtu, receiveMtu);
    }
  }

  DrainLoop loop() {
    return loop;
  }

  Connections connections() {
    return connections;
  }

  Datagrams datagrams() {
    return datagrams;
  }

  TcpConnection connect(TcpConnectOptions options, Promise<? super TcpStreamImpl> promise)
      throws StackException {
    exclusive.checkFree();
    return connector.connect(
        options,
        connection -> connections.newStream(loop, connection, options.getIdleTimeout()),
        promise);
  }

  void connect(TcpConnectOptions options, OwnerFactory owner, Promise<Void> promise)
      throws StackException {
    exclusive.checkFree();
    connector.connect(
        options,
        owner.receiveBuffer(),
        connection -> owner.own(loop, connection, connections::onOver));
    promise.complete();
  }

  void connectExclusive(TcpConnectOptions options, Promise<AdapterStream> promise)
      throws StackException {
    checkUnused();
    connector.connect(
        options,
        connection -> connections.newExclusiveStream(loop, connection, options.getIdleTimeout()),
        promise);
    exclusive.take();
  }

  /** Listens. Connections are taken from the backlog before the handler has them. */
  TcpServer listen(TcpListenOptions options, Handler<? super TcpStreamImpl> handler)
      throws StackException {
    exclusive.checkFree();
    return listeners.listen(
        options,
        0,
        0,
        connection -> {
          connection.accept();
          return give(connection, options, handler);
        });
  }

  /** Listens. The user takes each connection from the backlog. */
  TcpServer listenHolding(TcpListenOptions options, Handler<? super TcpStreamImpl> handler)
      throws StackException {
    exclusive.checkFree();
    return listeners.listen(options, 0, 0, connection -> give(connection, options, handler));
  }

  TcpServer listenOwning(TcpListenOptions options, OwnerFactory owner) throws StackException {
    exclusive.checkFree();
    return listeners.listen(
        options,
        0,
        owner.receiveBuffer(),
        connection -> owner.own(loop, connection, connections::onOver));
  }

  void listenExclusive(TcpListenOptions options, Promise<AdapterStream> promise)
      throws StackException {
    checkUnused();
    listeners.listen(options, 1, 0, connection -> onExclusive(connection, options));
    exclusive.takeFor(promise);
  }

  /** Takes no more connections of peers, and fails an {@link AdapterStream} that is awaited. */
  void stopTaking() {
    listeners.closeAll(Failures.adapterClosed());
    exclusive.fail(Failures.adapterClosed());
  }

  /** The end has begun: servers get no more connections. */
  void onEnd(TcpException failure) {
    exclusive.fail(failure);
    datagrams.onEnd(failure);
    listeners.closeAll(failure);
    metrics.close();
  }

  private void checkUnused() {
    exclusive.checkFree();
    if (!connections.isEmpty() || !listeners.isEmpty()) {
      throw new IllegalStateException(
          "an AdapterStream needs an adapter without other connections or servers");
    }
  }

  private void onAccepted(TcpConnection connection, int events) {
    listeners.onAccepted(connection, events);
  }

  private TcpStreamImpl give(
      TcpConnection connection, TcpListenOptions options, Handler<? super TcpStreamImpl> handler) {
    TcpStreamImpl stream = connections.newStream(loop, connection, options.getIdleTimeout());
    context.dispatch(stream, handler::handle);
    return stream;
  }

  private ExclusiveStream onExclusive(TcpConnection connection, TcpListenOptions options) {
    connection.accept();
    listeners.closeAll(null);
    ExclusiveStream stream =
        connections.newExclusiveStream(loop, connection, options.getIdleTimeout());
    exclusive.give(stream);
    return stream;
  }
}
