package dev.jktcp.impl.frame;

import io.vertx.core.internal.CloseFuture;
import io.vertx.core.internal.ContextInternal;

/** Where one end of a session hears the event bus. */
public final class BusContext {
  private BusContext() {}

  /**
   * The same event loop, but nobody's: the end of a verticle, or of a Vert.x, takes the consumers
   * of its own contexts at once, before the last words are said and while the other end still
   * speaks. A worker's context is its own: another one would run beside it.
   */
  public static ContextInternal beside(ContextInternal context) {
    if (!context.isEventLoopContext()) return context;
    return context
        .owner()
        .contextBuilder()
        .withEventLoop(context.nettyEventLoop())
        .withClassLoader(context.classLoader())
        .withCloseFuture(new CloseFuture())
        .build();
  }
}
