package dev.jktcp.transport;

import dev.jktcp.time.Clock;
import dev.jktcp.time.Timer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Time that a test moves. */
public final class ManualClock implements Clock {
  private long nowNs = 5_000_000_000L;
  private long order;
  private final List<Pending> pending = new ArrayList<>();

  private final class Pending implements Timer {
    final long atNs;
    final long number = order++;
    final Runnable task;

    Pending(long atNs, Runnable task) {
      this.atNs = atNs;
      this.task = task;
    }

    @Override
    public void cancel() {
      pending.remove(this);
    }
  }

  @Override
  public long nanoTime() {
    return nowNs;
  }

  @Override
  public Timer once(long delayMs, Runnable task) {
    if (delayMs < 1) throw new IllegalArgumentException("delay " + delayMs);
    Pending p = new Pending(nowNs + delayMs * 1_000_000, task);
    pending.add(p);
    return p;
  }

  /** The process is stopped for so long. */
  public void stopMs(long ms) {
    nowNs += ms * 1_000_000;
  }

  public int timers() {
    return pending.size();
  }

  public void advanceMs(long ms) {
    long end = nowNs + ms * 1_000_000;
    while (true) {
      Pending next =
          pending.stream()
              .filter(p -> p.atNs - end <= 0)
              .min(Comparator.<Pending>comparingLong(p -> p.atNs).thenComparing(p -> p.number))
              .orElse(null);
      if (next == null) break;
      pending.remove(next);
      if (next.atNs - nowNs > 0) nowNs = next.atNs;
      next.task.run();
    }
    nowNs = end;
  }
}
