package dev.jktcp.impl;

import dev.jktcp.TcpServer;
import dev.jktcp.context.Contexts;
import dev.jktcp.stack.TcpListener;
import dev.jktcp.tcp.connection.TcpConnection;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.metrics.TransportMetrics;
import java.util.function.Function;

/** A listener of the core and who takes its connections. */
final class TcpServerImpl implements TcpServer {
  private final Listeners listeners;
  private final TcpListener listener;
  private final SocketAddress localAddress;
  private final EndNotice notice;

  /** Adapter context only: of its connections; null before the first, or if nobody measures. */
  TransportMetrics<Object> metrics;

  /** Adapter context only: makes what hears a connection's events, and gives it to the user. */
  final Function<TcpConnection, ? extends ConnectionOwner> acceptor;

  TcpServerImpl(
      Listeners listeners,
      TcpListener listener,
      SocketAddress localAddress,
      Function<TcpConnection, ? extends ConnectionOwner> acceptor) {
    this.listeners = listeners;
    this.listener = listener;
    this.localAddress = localAddress;
    this.notice = new EndNotice(listeners.context());
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
  public TcpServer exceptionHandler(Handler<Throwable> handler) {
    Contexts.runOnThread(listeners.context(), () -> notice.exceptionHandler(handler));
    return this;
  }

  /** It listens no more, for this reason; null: its user has closed it. Adapter context only. */
  void over(Throwable cause) {
    listener.close();
    notice.over(cause);
  }

  @Override
  public Future<Void> close() {
    return listeners.close(this);
  }

  TcpListener listener() {
    return listener;
  }
}
