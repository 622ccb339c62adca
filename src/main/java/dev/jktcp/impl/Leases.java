package dev.jktcp.impl;

import dev.jktcp.time.Lease;
import dev.jktcp.transport.TransportClock;

/** Time limits by a clock's timers, whose tasks run on the context that the limit is of. */
public final class Leases {
  private Leases() {}

  /**
   * @param onEnd called once, unless the lease is ended before
   */
  public static Lease of(TransportClock clock, long ms, Runnable onEnd) {
    return new Lease(clock::nanoTime, ms, (wait, look) -> clock.once(wait, look)::cancel, onEnd);
  }
}
