package dev.jktcp.impl;

import dev.jktcp.tcp.connection.TcpConnection;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import java.util.function.Function;

/** A connection whose handshake is under way, until its stream takes its place. */
final class Connecting<S extends TcpStreamImpl> implements ConnectionOwner {
  private final DrainLoop loop;
  private final Connections connections;
  private final TcpConnection connection;
  private final Function<TcpConnection, S> newStream;
  private final Promise<? super S> promise;

  Connecting(
      DrainLoop loop,
      Connections connections,
      TcpConnection connection,
      Function<TcpConnection, S> newStream,
      Promise<? super S> promise) {
    this.loop = loop;
    this.connections = connections;
    this.connection = connection;
    this.newStream = newStream;
    this.promise = promise;
  }

  @Override
  public String owner() {
    return "connecting";
  }

  @Override
  public void onEvents(int events) {
    if ((events & TcpConnection.CONNECTED) != 0) {
      S stream = newStream.apply(connection);
      connection.attach(stream);
      promise.complete(stream);
      stream.onEvents(events);
    } else if ((events & TcpConnection.CLOSED) != 0) {
      connections.onOver();
      SocketAddress remote = Addresses.of(connection.remoteAddress(), connection.remotePort());
      promise.fail(
          Failures.of(connection.closeReason(), remote, loop.lostCause(), connection.softError()));
    }
  }
}
