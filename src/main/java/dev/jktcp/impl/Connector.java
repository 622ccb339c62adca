package dev.jktcp.impl;

import dev.jktcp.TcpConnectOptions;
import dev.jktcp.stack.ConnectRequest;
import dev.jktcp.stack.StackException;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.time.Clock;
import dev.jktcp.wire.IpAddress;
import io.vertx.core.Promise;
import java.util.function.Function;

/** Opens an adapter's connections. Adapter context only. */
final class Connector {
  private final DrainLoop loop;
  private final AdapterSetup setup;
  private final Clock clock;
  private final Connections connections;

  Connector(DrainLoop loop, AdapterSetup setup, Clock clock, Connections connections) {
    this.loop = loop;
    this.setup = setup;
    this.clock = clock;
    this.connections = connections;
  }

  /**
   * @param promise given the stream once the handshake is done
   * @throws IllegalArgumentException for a bad option
   * @throws StackException if the stack has no room or no port for it
   */
  <S extends TcpStreamImpl> TcpConnection connect(
      TcpConnectOptions options, Function<TcpConnection, S> newStream, Promise<? super S> promise)
      throws StackException {
    return connect(
        options,
        0,
        connection -> new Connecting<>(loop, connections, connection, newStream, promise));
  }

  /**
   * @param receiveBuffer bytes that may wait for the owner; 0 for the adapter's option
   * @param newOwner makes the connection's owner, which calls {@link Connections#onOver} at the end
   */
  TcpConnection connect(
      TcpConnectOptions options,
      int receiveBuffer,
      Function<TcpConnection, ? extends ConnectionOwner> newOwner)
      throws StackException {
    ConnectRequest request = request(options).receiveBuffer(receiveBuffer);
    TcpConnection connection = loop.stack().connect(request, clock.nanoTime());
    connection.attach(newOwner.apply(connection));
    connections.add();
    loop.request();
    return connection;
  }

  private ConnectRequest request(TcpConnectOptions options) {
    IpAddress local = setup.local(options.getLocalAddress());
    IpAddress remote = setup.remote(options.getHost());
    int localPort = AdapterSetup.port("localPort", options.getLocalPort(), 0);
    int port = AdapterSetup.port("port", options.getPort(), 1);
    ConnectRequest request = ConnectRequest.to(remote, port).fromPort(localPort);
    if (local != null) {
      request.from(local);
    }
    if (options.getProfile() != null) {
      request.profile(options.getProfile());
    }
    if (options.getTuning() != null) {
      request.tuning(options.getTuning());
    }
    return request;
  }
}
