package dev.jktcp.impl;

import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;

/** Who calls. Any thread. */
public final class Callers {
  private Callers() {}

  /** The caller's context, and not a duplicate of it; null if it has none in this Vert.x. */
  public static ContextInternal context(Vertx vertx) {
    ContextInternal current = ContextInternal.current();
    return current != null && current.owner() == vertx ? current.unwrap() : null;
  }

  /** The caller's event-loop context, or a new one where there is none in this Vert.x. */
  public static ContextInternal eventLoop(Vertx vertx) {
    ContextInternal caller = context(vertx);
    return caller != null && caller.isEventLoopContext()
        ? caller
        : ((VertxInternal) vertx).createEventLoopContext();
  }

  /** Runs the task on the context: at once if the caller is on its thread, else in a later turn. */
  public static void run(ContextInternal context, Runnable task) {
    if (context.inThread()) {
      task.run();
    } else {
      context.execute(task);
    }
  }
}
