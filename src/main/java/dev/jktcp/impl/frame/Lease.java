package dev.jktcp.impl.frame;

import dev.jktcp.transport.TransportClock;

/** Ends what has no owner any more, unless it is renewed in time. Context only. */
public final class Lease {
  private static final long MS = 1_000_000;

  private final TransportClock clock;
  private final long ms;
  private final Timers timers;
  private final Runnable onEnd;
  private TransportClock.Timer timer; // null once it is over
  private long renewedNs;

  /** Starts a timer whose task runs on the lease's context. */
  public interface Timers {
    TransportClock.Timer after(long ms, Runnable task);
  }

  public Lease(TransportClock clock, long ms, Timers timers, Runnable onEnd) {
    this.clock = clock;
    this.ms = ms;
    this.timers = timers;
    this.onEnd = onEnd;
    renew();
    timer = timers.after(ms, this::onTimer);
  }

  /** How long it lasts when it is not renewed. */
  public long ms() {
    return ms;
  }

  public void renew() {
    renewedNs = clock.nanoTime();
  }

  /** Nobody is to own it any more, which is all right. Idempotent. */
  public void end() {
    if (timer != null) timer.cancel();
    timer = null;
  }

  /** One timer a lease and not one a renewal: it looks how much is left. */
  private void onTimer() {
    if (timer == null) return;
    long leftNs = renewedNs + ms * MS - clock.nanoTime();
    if (leftNs > 0) {
      timer = timers.after((leftNs + MS - 1) / MS, this::onTimer);
    } else {
      timer = null;
      onEnd.run();
    }
  }
}
