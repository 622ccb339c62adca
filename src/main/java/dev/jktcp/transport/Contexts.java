package dev.jktcp.transport;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;

/** Which context the caller runs on. */
final class Contexts {
  private Contexts() {}

  /** Whether the caller runs on this context or on a duplicate of it. */
  static boolean isCurrent(Context context) {
    ContextInternal current = ContextInternal.current();
    return current != null && current.unwrap() == ((ContextInternal) context).unwrap();
  }

  /**
   * Whether the caller may touch what belongs to the context: it runs there, or on another context
   * of the same event loop.
   */
  static boolean inThread(Context context) {
    return ((ContextInternal) context).inThread();
  }

  /** Runs the task now when the caller is on the context already, else as soon as it can be. */
  static void run(Context context, Runnable task) {
    if (isCurrent(context)) {
      task.run();
    } else {
      context.runOnContext(v -> task.run());
    }
  }

  /** The caller's event-loop context, or a new one where there is none. */
  static ContextInternal own(Vertx vertx) {
    ContextInternal current = ContextInternal.current();
    boolean usable = current != null && current.owner() == vertx && current.isEventLoopContext();
    return usable ? current.unwrap() : ((VertxInternal) vertx).createEventLoopContext();
  }
}
