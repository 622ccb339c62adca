package dev.jktcp.impl;

import java.time.Duration;

/** The time to wait for the answer to a ping. */
public final class PingTimeout {
  /** The user may choose any time, but a deadline must fit into nanoseconds. */
  private static final Duration LONGEST = Duration.ofDays(1);

  private PingTimeout() {}

  /**
   * The timeout in nanoseconds, a day at most.
   *
   * @throws IllegalArgumentException unless it is positive
   */
  public static long ns(Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout of " + timeout + ": must be above 0");
    }
    return (timeout.compareTo(LONGEST) < 0 ? timeout : LONGEST).toNanos();
  }
}
