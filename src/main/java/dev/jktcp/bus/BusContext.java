package dev.jktcp.bus;

import io.vertx.core.internal.CloseFuture;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;

/** Where a consumer of the event bus lives. */
public final class BusContext {
  private BusContext() {}

  /**
   * The same event loop, but nobody's: the end of a verticle, or of a Vert.x, takes the consumers
   * of its own contexts at once, before the last words are said and while the other end still
   * speaks. A worker's context is its own: another one would run beside it.
   */
  public static ContextInternal beside(ContextInternal context) {
    return context.isEventLoopContext() ? onLoopOf(context) : context;
  }

  /** Nobody's, and on an event loop in any case: of a worker's context, on the one it has. */
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
