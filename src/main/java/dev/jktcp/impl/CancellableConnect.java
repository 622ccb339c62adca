package dev.jktcp.impl;

import dev.jktcp.context.Contexts;
import dev.jktcp.tcp.connection.TcpConnection;
import io.vertx.core.internal.ContextInternal;

/**
 * A connect that can be given up before or after it has begun. Adapter context only, except {@link
 * #cancel}.
 */
final class CancellableConnect {
  private final ContextInternal context;
  private DrainLoop loop; // null until it is begun, as is the connection
  private TcpConnection connection;
  private boolean cancelled;

  CancellableConnect(ContextInternal context) {
    this.context = context;
  }

  void begin(DrainLoop begunIn, TcpConnection begun) {
    loop = begunIn;
    connection = begun;
    if (cancelled) {
      abort();
    }
  }

  void cancel() {
    Contexts.runOnThread(
        context,
        () -> {
          cancelled = true;
          if (connection != null) {
            abort();
          }
        });
  }

  private void abort() {
    connection.reset();
    loop.request();
  }
}
