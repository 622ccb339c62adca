package dev.jktcp.transport;

import dev.jktcp.context.Contexts;
import io.vertx.core.Context;
import java.util.concurrent.atomic.AtomicReference;

/** Whose a transport is: opened once, by one context, unless it is closed before. Any thread. */
final class OpenOnce {
  private static final Object CLOSED = new Object();

  private final AtomicReference<Object> owner = new AtomicReference<>(); // Context or CLOSED

  /**
   * @return false if it was taken or closed before
   */
  boolean take(Context context) {
    return owner.compareAndSet(null, context);
  }

  /** Who opened it, else null. */
  Context context() {
    return owner.get() instanceof Context opener ? opener : null;
  }

  /**
   * Closes it for who wants to open it later.
   *
   * @param unopened run now, if nobody has opened it; once
   * @param opened run on the context of who did; each time
   */
  void close(Runnable unopened, Runnable opened) {
    if (owner.compareAndSet(null, CLOSED)) {
      unopened.run();
    } else if (context() != null) {
      Contexts.run(context(), opened);
    }
  }
}
