package dev.jktcp.bus;

import io.vertx.core.internal.CloseFuture;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;

/** The context of a consumer of the event bus. */
public final class BusContext {
  private BusContext() {}

  /**
   * A context on the same event loop that belongs to no verticle. When a verticle or a Vert.x
   * instance ends, the consumers of its contexts are removed at once, although the last messages
   * are not sent and the other end still sends. A worker's context is kept: a second one would run
   * in parallel.
   */
  public static ContextInternal beside(ContextInternal context) {
    return context.isEventLoopContext() ? onLoopOf(context) : context;
  }

  /**
   * A context that belongs to no verticle, always on an event loop: for a worker's context, on the
   * worker's event loop.
   */
  static ContextInternal onLoopOf(ContextInternal context) {
    VertxInternal vertx = context.owner();
    return vertx
        .contextBuilder()
        .withEventLoop(context.nettyEventLoop())
        .withClassLoader(context.classLoader())
        .withCloseFuture(new CloseFuture())
        .build();
  }
}
