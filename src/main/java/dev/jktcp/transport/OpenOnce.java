package dev.jktcp.transport;

import dev.jktcp.context.Contexts;
import io.vertx.core.Context;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The owner of a transport: it is opened once, by one context, unless it is closed before. Any
 * thread.
 */
final class OpenOnce {
  private static final Object CLOSED = new Object();

  private final AtomicReference<Object> owner = new AtomicReference<>(); // Context or CLOSED

  /**
   * @return false if it was taken or closed before
   */
  boolean take(Context context) {
    return owner.compareAndSet(null, context);
  }

  /** The context that opened it, or null. */
  Context context() {
    return owner.get() instanceof Context opener ? opener : null;
  }

  /**
   * Closes the transport: a later {@link #take} fails.
   *
   * @param unopened run now and once, if it was never opened
   * @param opened run on the context that opened it; each time
   */
  void close(Runnable unopened, Runnable opened) {
    if (owner.compareAndSet(null, CLOSED)) {
      unopened.run();
    } else if (context() != null) {
      Contexts.run(context(), opened);
    }
  }
}
