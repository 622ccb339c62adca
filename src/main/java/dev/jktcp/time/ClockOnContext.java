package dev.jktcp.time;

import io.vertx.core.internal.ContextInternal;

/**
 * A clock's time, and a context for its tasks: if the clock is on the context's thread, a task runs
 * at once, otherwise in a later turn.
 */
record ClockOnContext(Clock clock, ContextInternal context) implements Clock {
  @Override
  public long nanoTime() {
    return clock.nanoTime();
  }

  @Override
  public Timer once(long delayMs, Runnable task) {
    return clock.once(delayMs, () -> here(task));
  }

  private void here(Runnable task) {
    context.emit(v -> task.run());
  }
}
