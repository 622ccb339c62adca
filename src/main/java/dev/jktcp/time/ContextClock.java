package dev.jktcp.time;

import io.vertx.core.internal.ContextInternal;

/** The machine's clock and a context's timers, which no undeployment cancels. */
final class ContextClock implements Clock {
  private final ContextInternal context;

  ContextClock(ContextInternal context) {
    this.context = context;
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Timer once(long delayMs, Runnable task) {
    long id = context.setTimer(delayMs, v -> task.run());
    return () -> context.owner().cancelTimer(id);
  }

  @Override
  public Timer periodic(long periodMs, Runnable task) {
    long id = context.setPeriodic(periodMs, v -> task.run());
    return () -> context.owner().cancelTimer(id);
  }
}
