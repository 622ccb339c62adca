package dev.jktcp.time;

/** A task that runs again and again, by a clock that runs each task once. */
final class PeriodicTimer implements Timer {
  private final Clock clock;
  private final long periodMs;
  private final Runnable task;
  private Timer next;
  private boolean cancelled;

  PeriodicTimer(Clock clock, long periodMs, Runnable task) {
    this.clock = clock;
    this.periodMs = periodMs;
    this.task = task;
    next = clock.once(periodMs, this::run);
  }

  private void run() {
    if (cancelled) {
      return;
    }
    next = clock.once(periodMs, this::run);
    task.run();
  }

  @Override
  public void cancel() {
    cancelled = true;
    next.cancel();
  }
}
