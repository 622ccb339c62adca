package dev.jktcp.testkit;

import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.time.Clock;
import dev.jktcp.time.Timer;
import java.util.ArrayList;
import java.util.List;

/** Time that a test moves, on the thread that moves it. */
public final class ManualClock implements Clock {
  // Not 0, and near the end of the range: deadlines must compare by difference. A whole millisecond
  // never falls on the end itself, which says that there is no deadline.
  private long nowNs = Long.MAX_VALUE - 250 * MS + 7;
  private long order;
  private final List<Pending> pending = new ArrayList<>();

  private final class Pending implements Timer {
    final Runnable task;
    final long periodNs; // 0: once
    long atNs;
    long number = order++;

    Pending(long delayMs, boolean periodic, Runnable task) {
      if (delayMs < 1) throw new IllegalArgumentException("delay " + delayMs);
      this.task = task;
      this.periodNs = periodic ? delayMs * MS : 0;
      this.atNs = nowNs + delayMs * MS;
      pending.add(this);
    }

    boolean isBefore(Pending other) {
      long difference = atNs - other.atNs;
      return difference < 0 || difference == 0 && number < other.number;
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
    return new Pending(delayMs, false, task);
  }

  @Override
  public Timer periodic(long periodMs, Runnable task) {
    return new Pending(periodMs, true, task);
  }

  public int timers() {
    return pending.size();
  }

  public int periodics() {
    return (int) pending.stream().filter(p -> p.periodNs > 0).count();
  }

  /** The time passes and no timer runs, as on a blocked event loop. */
  public void jumpTo(long ns) {
    nowNs = ns;
  }

  /** The process is stopped for so long; a periodic task runs once for all the runs it missed. */
  public void stop(long ns) {
    nowNs += ns;
    for (Pending each : pending) {
      if (each.periodNs > 0 && each.atNs - nowNs < 0) each.atNs = nowNs;
    }
  }

  /** Runs the earliest timer that is due by then and says whether there was one. */
  public boolean step(long untilNs) {
    Pending next = null;
    for (Pending each :
        pending) { // no stream: tests with ten thousand timers are here all the time
      if (each.atNs - untilNs <= 0 && (next == null || each.isBefore(next))) next = each;
    }
    if (next == null) {
      nowNs = untilNs;
      return false;
    }
    if (next.atNs - nowNs > 0) nowNs = next.atNs;
    if (next.periodNs > 0) {
      next.atNs += next.periodNs;
      next.number = order++;
    } else {
      pending.remove(next);
    }
    next.task.run();
    return true;
  }

  /** Runs what is due meanwhile, each task at its own time. */
  public void advanceMs(long ms) {
    long endNs = nowNs + ms * MS;
    boolean ran = true;
    while (ran) ran = step(endNs);
  }

  /** The process is stopped for so long. */
  public void stopMs(long ms) {
    stop(ms * MS);
  }
}
