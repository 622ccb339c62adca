package dev.jktcp.impl;

import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.time.Clock;
import dev.jktcp.time.Timer;

/**
 * Wakes the adapter when its next deadline is due: by a tick of 1 ms while the deadline is near, by
 * a single timer while it is far. Without a deadline neither runs. Adapter context only.
 *
 * <p>Deadlines move with every packet, so the timer follows lazily: if it fires too early, it is
 * set again, and a tick without a near deadline stops itself. Ticks are never counted, because late
 * ones come in bursts.
 */
final class Ticker {
  /** No deadline. */
  static final long NONE = Long.MAX_VALUE;

  /** Up to this distance, a timer for each deadline would be cancelled more often than it fires. */
  private static final long NEAR_NS = 100 * MS;

  private final Clock clock;
  private final Runnable onDue;
  private long deadlineNs = NONE;
  private Timer tick;
  private long tickedNs; // when the tick last ran, or was set
  private Timer once;
  private long onceNs;

  /**
   * @param onDue handles the deadline and calls {@link #arm} with the next
   */
  Ticker(Clock clock, Runnable onDue) {
    this.clock = clock;
    this.onDue = onDue;
  }

  /** Sets the next deadline, {@link #NONE} for none. */
  void arm(long nextNs, long nowNs) {
    deadlineNs = nextNs;
    if (nextNs == NONE) {
      stopOnce();
    } else if (nextNs - nowNs <= NEAR_NS) {
      stopOnce();
      if (tick != null) {
        return;
      }
      tickedNs = nowNs;
      tick = clock.periodic(1, this::onTick);
    } else if (tick == null && (once == null || nextNs - onceNs < 0)) {
      stopOnce();
      // Rounded up, for a timer that fires early has to be set again.
      once = clock.once((nextNs - nowNs + MS - 1) / MS, this::onOnce);
      onceNs = nextNs;
    }
  }

  void stop() {
    deadlineNs = NONE;
    stopOnce();
    stopTick();
  }

  private void onTick() {
    if (tick == null) {
      return; // a run that was under way when the tick was stopped
    }
    long nowNs = clock.nanoTime();
    boolean stopped = nowNs - tickedNs > NEAR_NS;
    tickedNs = nowNs;
    if (stopped) {
      stopTick(); // after a stop of the process there would be a run for each millisecond of it
    }
    if (isDue(nowNs)) {
      onDue.run();
    } else if (stopped || deadlineNs == NONE || deadlineNs - nowNs > NEAR_NS) {
      stopTick();
      arm(deadlineNs, nowNs);
    }
  }

  private void onOnce() {
    if (once == null) {
      return;
    }
    once = null;
    long nowNs = clock.nanoTime();
    if (isDue(nowNs)) {
      onDue.run();
    } else {
      arm(deadlineNs, nowNs);
    }
  }

  private boolean isDue(long nowNs) {
    return deadlineNs != NONE && deadlineNs - nowNs <= 0;
  }

  private void stopOnce() {
    if (once != null) {
      once.cancel();
    }
    once = null;
  }

  private void stopTick() {
    if (tick != null) {
      tick.cancel();
    }
    tick = null;
  }
}
