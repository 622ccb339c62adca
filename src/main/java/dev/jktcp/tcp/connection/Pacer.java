package dev.jktcp.tcp.connection;

/**
 * When the next segment may leave, so that segments leave at a rate (draft-ietf-ccwg-bbr-06
 * §5.6.2). One that could have left before and did not gives a credit to those behind it, up to a
 * burst.
 */
final class Pacer {
  /**
   * The credit is at least what leaves in this time: timers are a millisecond coarse, and a loop
   * with other work is late by about as much. With less, the rate would never be reached.
   */
  static final long LATE_NS = 2_000_000L;

  /** The past does not matter after this, whatever the rate is by then: the credit is full. */
  static final long FORGET_NS = 1_000_000_000L;

  private long nextNs;
  private boolean began;

  boolean releases(long nowNs) {
    return !began || nextNs - nowNs <= 0;
  }

  /** Only meaningful while it does not release. */
  long nextNs() {
    return nextNs;
  }

  /** A segment leaves, released or not. */
  void onSent(int length, long rate, int burst, long nowNs) {
    long earliestNs = nowNs - creditNs(rate, burst);
    boolean owes = !rests(nowNs) && nextNs - earliestNs > 0;
    nextNs = (owes ? nextNs : earliestNs) + timeNs(length, rate);
    began = true;
  }

  /** Whether nothing of the past matters. */
  boolean rests(long nowNs) {
    return !began || nowNs - nextNs >= FORGET_NS;
  }

  private static long creditNs(long rate, int burst) {
    return Math.min(FORGET_NS, Math.max(LATE_NS, timeNs(burst, rate)));
  }

  private static long timeNs(int bytes, long rate) {
    return (long) (bytes * 1e9 / rate);
  }
}
