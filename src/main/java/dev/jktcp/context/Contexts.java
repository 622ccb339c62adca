package dev.jktcp.context;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.function.Supplier;

/** Finds the caller's context, and brings tasks to other contexts. Thread-safe. */
public final class Contexts {
  private Contexts() {}

  /** Whether the caller runs on this context or on a duplicate of it. */
  public static boolean isCurrent(Context context) {
    ContextInternal current = ContextInternal.current();
    return current != null && current.unwrap() == ((ContextInternal) context).unwrap();
  }

  /**
   * Whether the caller may touch what belongs to the context: it runs there, or on another context
   * of the same event loop.
   */
  public static boolean inThread(Context context) {
    return ((ContextInternal) context).inThread();
  }

  /**
   * Runs the task at once if the caller is on the context; if not, in a later turn of the context.
   */
  public static void run(Context context, Runnable task) {
    if (isCurrent(context)) {
      task.run();
    } else {
      context.runOnContext(v -> task.run());
    }
  }

  /**
   * As {@link #run}, but also runs the task at once if the caller is on another context of the same
   * event loop. For frequent tasks.
   */
  public static void runInThread(Context context, Runnable task) {
    if (isCurrent(context) || !inThread(context)) {
      run(context, task);
    } else {
      ((ContextInternal) context).dispatch(task);
    }
  }

  /** Makes the call as if it came from the context. */
  public static <T> T from(ContextInternal context, Supplier<T> call) {
    ContextInternal before = context.beginDispatch();
    try {
      return call.get();
    } finally {
      context.endDispatch(before);
    }
  }

  /**
   * As {@link #runInThread}, without making the context the current one. For the library's code,
   * not for a user's.
   */
  public static void runOnThread(ContextInternal context, Runnable task) {
    if (context.inThread()) {
      task.run();
    } else {
      context.execute(task);
    }
  }

  /** The caller's context, and not a duplicate of it; null if it has none in this Vert.x. */
  public static ContextInternal caller(Vertx vertx) {
    ContextInternal current = ContextInternal.current();
    return current != null && current.owner() == vertx ? current.unwrap() : null;
  }

  /**
   * The caller's event-loop context, or a new one if the caller has none in this Vert.x instance.
   */
  public static ContextInternal eventLoop(Vertx vertx) {
    ContextInternal caller = caller(vertx);
    return caller != null && caller.isEventLoopContext()
        ? caller
        : ((VertxInternal) vertx).createEventLoopContext();
  }
}
