package dev.jktcp.impl;

import java.time.Duration;

/** How long the answer to a ping is waited for. */
public final class PingTimeout {
  /** A pinger waits as long as its user likes, but a deadline must fit into nanoseconds. */
  private static final Duration LONGEST = Duration.ofDays(1);

  private PingTimeout() {}

  /**
   * Nanoseconds, a day at most.
   *
   * @throws IllegalArgumentException unless it is positive
   */
  public static long ns(Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout of " + timeout + ": must be positive");
    }
    return (timeout.compareTo(LONGEST) < 0 ? timeout : LONGEST).toNanos();
  }
}
