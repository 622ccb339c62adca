package dev.jktcp.time;

import static dev.jktcp.time.Nanos.MS;

/**
 * Ends unless it is renewed in time. Only time in which this side could have received a renewal
 * counts. A process that is stopped (SIGSTOP, a frozen container, a laptop's lid, a debugger), or
 * an event loop or worker that is blocked, receives nothing, not even messages in its own queues.
 *
 * <p>The lease looks at the clock several times. If a look comes late, this side did not run. Then
 * at least half of the lease is granted anew: waiting messages are received in it, and the other
 * side, which may have been stopped along with this one, gives its sign of life. A lease that is
 * never renewed serves as a time limit of the same kind.
 *
 * <p>All calls come on one context.
 */
public final class Lease {
  /** Looks in a lease. Three beats renew it, so that one comes between most looks. */
  private static final int LOOKS = 4;

  /** A look is late by an eighth of the lease: 1.25 s of 10 s, more than a busy machine takes. */
  private static final int LATE = 8;

  /**
   * Late looks in a row that are excused. If no message comes between so many stops, the other side
   * is gone. A side that is always late must end as well.
   */
  private static final int MOST_EXCUSED = 3;

  private final Clock clock;
  private final long ms;
  private final Runnable onEnd;
  private Timer timer; // of the next look; null once the lease is over
  private long renewedNs;
  private long seenNs; // the renewal that the last look saw
  private long endNs;
  private long dueNs; // the next look
  private int excused;

  private Lease(Clock clock, long ms, Runnable onEnd) {
    this.clock = clock;
    this.ms = ms;
    this.onEnd = onEnd;
    renewedNs = clock.nanoTime();
    seenNs = renewedNs;
    endNs = renewedNs + ms * MS;
    lookAgain(renewedNs);
  }

  /**
   * A lease by a clock's timers, whose tasks run on the lease's context.
   *
   * @param onEnd called once, unless the lease is ended before
   */
  public static Lease of(Clock clock, long ms, Runnable onEnd) {
    return new Lease(clock, ms, onEnd);
  }

  /** How long the lease lasts without renewal, in ms. */
  public long ms() {
    return ms;
  }

  public void renew() {
    renewedNs = clock.nanoTime();
  }

  /** Ends the lease without {@code onEnd}: its owner is gone, and all is well. Idempotent. */
  public void end() {
    if (timer != null) {
      timer.cancel();
    }
    timer = null;
  }

  private void lookAgain(long nowNs) {
    long leftMs = (endNs - nowNs + MS - 1) / MS;
    long waitMs = Math.min(leftMs, Math.max(1, ms / LOOKS));
    dueNs = nowNs + waitMs * MS;
    timer = clock.once(waitMs, this::look);
  }

  private void look() {
    if (timer == null) {
      return;
    }
    long nowNs = clock.nanoTime();
    if (renewedNs != seenNs) {
      seenNs = renewedNs;
      endNs = renewedNs + ms * MS;
      excused = 0;
    }
    boolean late = nowNs - dueNs > ms * MS / LATE;
    if (late && excused < MOST_EXCUSED) {
      excused++;
      long halfNs = nowNs + ms * MS / 2;
      if (halfNs - endNs > 0) {
        endNs = halfNs;
      }
    }
    if (endNs - nowNs > 0) {
      lookAgain(nowNs);
    } else {
      timer = null;
      onEnd.run();
    }
  }
}
