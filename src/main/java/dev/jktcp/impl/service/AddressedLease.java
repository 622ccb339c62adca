package dev.jktcp.impl.service;

import dev.jktcp.transport.TransportClock;

/** Ends what has no owner any more, unless it is renewed in time. Adapter context only. */
final class AddressedLease {
  private static final long MS = 1_000_000;

  private final TransportClock clock;
  private final long ms;
  private final Runnable onEnd;
  private TransportClock.Timer timer; // null once it is over
  private long renewedNs;

  AddressedLease(TransportClock clock, long ms, Runnable onEnd) {
    this.clock = clock;
    this.ms = ms;
    this.onEnd = onEnd;
    renew();
    timer = clock.once(ms, this::onTimer);
  }

  long ms() {
    return ms;
  }

  void renew() {
    renewedNs = clock.nanoTime();
  }

  /** Nobody is to own it any more, which is all right. Idempotent. */
  void end() {
    if (timer != null) timer.cancel();
    timer = null;
  }

  /** One timer a lease and not one a renewal: it looks how much is left. */
  private void onTimer() {
    if (timer == null) return;
    long leftNs = renewedNs + ms * MS - clock.nanoTime();
    if (leftNs > 0) {
      timer = clock.once((leftNs + MS - 1) / MS, this::onTimer);
    } else {
      timer = null;
      onEnd.run();
    }
  }
}
