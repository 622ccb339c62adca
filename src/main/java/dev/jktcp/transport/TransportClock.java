package dev.jktcp.transport;

import io.vertx.core.Vertx;

/** The time a transport lives by, injected so that its tests need not wait. */
public interface TransportClock {
  /** Real time; a task runs on the context that asked for it. */
  static TransportClock of(Vertx vertx) {
    return new VertxClock(vertx);
  }

  /** Nanoseconds since an arbitrary origin; compare by difference. */
  long nanoTime();

  /** Runs the task once on the adapter's context after at least {@code delayMs} (1 or more). */
  Timer once(long delayMs, Runnable task);

  /** A pending task. */
  interface Timer {
    /** Has no effect once the task has run. */
    void cancel();
  }
}
