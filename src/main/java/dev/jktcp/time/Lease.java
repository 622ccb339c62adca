package dev.jktcp.time;

import static dev.jktcp.time.Nanos.MS;

import java.util.function.LongSupplier;

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

  private final LongSupplier clock;
  private final long ms;
  private final Timers timers;
  private final Runnable onEnd;
  private Runnable cancel; // of the next look; null once the lease is over
  private long renewedNs;
  private long seenNs; // the renewal that the last look saw
  private long endNs;
  private long dueNs; // the next look
  private int excused;

  /** Starts a timer whose task runs on the lease's context, in a millisecond or later. */
  @FunctionalInterface
  public interface Timers {
    /**
     * @return cancels the timer
     */
    Runnable after(long ms, Runnable task);
  }

  /**
   * @param clock nanoseconds since an arbitrary origin
   * @param onEnd called once, unless the lease is ended before
   */
  public Lease(LongSupplier clock, long ms, Timers timers, Runnable onEnd) {
    this.clock = clock;
    this.ms = ms;
    this.timers = timers;
    this.onEnd = onEnd;
    renewedNs = clock.getAsLong();
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
    return new Lease(clock::nanoTime, ms, (wait, look) -> clock.once(wait, look)::cancel, onEnd);
  }

  /** How long the lease lasts without renewal, in ms. */
  public long ms() {
    return ms;
  }

  public void renew() {
    renewedNs = clock.getAsLong();
  }

  /** Ends the lease without {@code onEnd}: its owner is gone, and all is well. Idempotent. */
  public void end() {
    if (cancel != null) {
      cancel.run();
    }
    cancel = null;
  }

  private void lookAgain(long nowNs) {
    long leftMs = (endNs - nowNs + MS - 1) / MS;
    long waitMs = Math.min(leftMs, Math.max(1, ms / LOOKS));
    dueNs = nowNs + waitMs * MS;
    cancel = timers.after(waitMs, this::look);
  }

  private void look() {
    if (cancel == null) {
      return;
    }
    long nowNs = clock.getAsLong();
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
      cancel = null;
      onEnd.run();
    }
  }
}
