package dev.jktcp.impl;

import dev.jktcp.TcpServer;
import dev.jktcp.context.Contexts;
import dev.jktcp.context.EndNotice;
import dev.jktcp.stack.TcpListener;
import dev.jktcp.tcp.connection.TcpConnection;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.metrics.TransportMetrics;
import java.util.function.Function;

/** A listener of the core, with the handler of its connections. */
final class TcpServerImpl implements TcpServer {
  private final Listeners listeners;
  private final TcpListener listener;
  private final SocketAddress localAddress;
  private final EndNotice notice;

  /**
   * Metrics of its connections; null before the first, or without metrics. Adapter context only.
   */
  TransportMetrics<Object> metrics;

  /** Makes a connection's owner, and gives it to the user. Adapter context only. */
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
    listener.attach(this);
  }

  /** The server of a listener that {@link Listeners} opened. */
  static TcpServerImpl of(TcpListener listener) {
    return (TcpServerImpl) listener.attachment();
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

  /**
   * The server stops listening for this reason; null if its user has closed it. Adapter context
   * only.
   */
  void over(Throwable cause) {
    listener.close();
    notice.over(cause);
  }

  @Override
  public Future<Void> close() {
    return listeners.close(this);
  }
}
