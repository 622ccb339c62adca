package dev.jktcp.impl;

import dev.jktcp.TcpListenOptions;
import dev.jktcp.stack.StackException;
import dev.jktcp.stack.TcpListener;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.SocketAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;

/** An adapter's servers. Adapter context only, except {@link #close}. */
final class Listeners {
  private final DrainLoop loop;
  private final AdapterSetup setup;
  private final Connections connections;
  private final Set<TcpServerImpl> servers = new HashSet<>();

  Listeners(DrainLoop loop, AdapterSetup setup, Connections connections) {
    this.loop = loop;
    this.setup = setup;
    this.connections = connections;
  }

  boolean isEmpty() {
    return servers.isEmpty();
  }

  /**
   * @param leastPort the lowest port allowed; 0 if the stack may choose one
   * @param receiveBuffer bytes that may wait for the owner of each connection; 0 for the adapter's
   *     option
   * @param acceptor makes a connection's owner, which calls {@link Connections#onOver} at the end
   * @throws IllegalArgumentException for a bad option
   * @throws StackException if the port is taken
   */
  TcpServerImpl listen(
      TcpListenOptions options,
      int leastPort,
      int receiveBuffer,
      Function<TcpConnection, ? extends ConnectionOwner> acceptor)
      throws StackException {
    int port = AdapterSetup.port("port", options.getPort(), leastPort);
    IpAddress local = setup.local(options.getLocalAddress());
    TcpListener listener =
        loop.stack().listen(local, port, options.getBacklog(), options.getTuning());
    listener.receiveBuffer(receiveBuffer);
    IpAddress shown = local == null ? setup.wildcard() : local;
    SocketAddress address = Addresses.of(shown, listener.port());
    TcpServerImpl server = new TcpServerImpl(this, listener, address, acceptor);
    servers.add(server);
    return server;
  }

  void onAccepted(TcpConnection connection, int events) {
    TcpServerImpl server = TcpServerImpl.of(TcpListener.of(connection));
    if (!servers.contains(server)) {
      connection.accept();
      connection.reset();
      return;
    }
    connections.add();
    ConnectionOwner owner;
    try {
      owner = server.acceptor.apply(connection);
    } catch (RuntimeException | AssertionError thrown) {
      connections.forget(); // there is no owner to report its end
      throw thrown;
    }
    connection.attach(owner);
    owner.onEvents(events);
  }

  /** Any thread. */
  Future<Void> close(TcpServerImpl server) {
    Promise<Void> promise = loop.context().promise();
    loop.execute(
        () -> {
          server.over(null);
          if (servers.remove(server)) {
            loop.request();
          }
          promise.complete();
        });
    return promise.future();
  }

  /** Ends all servers for this reason. */
  void closeAll(Throwable cause) {
    servers.forEach(server -> server.over(cause));
    servers.clear();
  }

  ContextInternal context() {
    return loop.context();
  }
}
