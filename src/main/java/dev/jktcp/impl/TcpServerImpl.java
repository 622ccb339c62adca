package dev.jktcp.impl;

import dev.jktcp.TcpServer;
import dev.jktcp.stack.TcpListener;
import dev.jktcp.tcp.connection.TcpConnection;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import java.util.function.Function;

/** A listener of the core and who takes its connections. */
final class TcpServerImpl implements TcpServer {
  private final AdapterImpl adapter;
  private final TcpListener listener;
  private final SocketAddress localAddress;

  /** Adapter context only: makes the stream of a connection and gives it to the user. */
  final Function<TcpConnection, TcpStreamImpl> acceptor;

  TcpServerImpl(
      AdapterImpl adapter,
      TcpListener listener,
      SocketAddress localAddress,
      Function<TcpConnection, TcpStreamImpl> acceptor) {
    this.adapter = adapter;
    this.listener = listener;
    this.localAddress = localAddress;
    this.acceptor = acceptor;
  }

  @Override
  public int port() {
    return localAddress.port();
  }

  @Override
  public SocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public Future<Void> close() {
    return adapter.closeServer(this);
  }

  TcpListener listener() {
    return listener;
  }
}
