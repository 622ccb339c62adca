package dev.jktcp;

import io.vertx.codegen.annotations.Fluent;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.net.SocketAddress;

/** A listening port of an {@link Adapter}. Thread-safe. */
@VertxGen
public interface TcpServer {
  /** The port listened on, chosen by the stack if 0 was asked for. */
  int port();

  /** {@link #port} under the name that {@link io.vertx.core.net.NetServer} has for it. */
  default int actualPort() {
    return port();
  }

  /** The address listened on; the unspecified address ({@code ::} or {@code 0.0.0.0}) for all. */
  SocketAddress localAddress();

  /**
   * Called once with the reason if the server stops listening without {@link #close}: its adapter
   * or handle has ended.
   */
  @Fluent
  TcpServer exceptionHandler(@Nullable Handler<Throwable> handler);

  /**
   * Stops listening. Connections already given to the handler live on; the others are reset.
   * Idempotent.
   */
  Future<Void> close();
}
