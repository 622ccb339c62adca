package dev.jktcp.time;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;

/** The clock of an adapter or a transport, injected so that tests need not wait. */
public interface Clock {
  /** Real time. A task runs on the context of the caller that started it. */
  static Clock of(Vertx vertx) {
    return new VertxClock(vertx);
  }

  /** Real time. Tasks run on this context, and no undeployment cancels them. */
  static Clock of(Context context) {
    return new ContextClock((ContextInternal) context);
  }

  /** Nanoseconds since an arbitrary origin; compare by difference. */
  long nanoTime();

  /** Runs the task once after at least {@code delayMs} (1 or more). */
  Timer once(long delayMs, Runnable task);

  /**
   * Runs the task every {@code periodMs} (1 or more). Late runs may come in bursts, so they must
   * not be counted.
   */
  default Timer periodic(long periodMs, Runnable task) {
    return new PeriodicTimer(this, periodMs, task);
  }

  /** A clock with the same time whose tasks run on this context. */
  default Clock on(Context context) {
    return new ClockOnContext(this, (ContextInternal) context);
  }
}
