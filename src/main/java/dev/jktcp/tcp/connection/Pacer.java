package dev.jktcp.tcp.connection;

/**
 * When the next segment may leave, so that segments keep a rate (draft-ietf-ccwg-bbr-06 §5.6.2). If
 * a segment leaves later than it might, those behind it get the time as a credit, up to a burst.
 */
final class Pacer {
  /**
   * The credit is at least the bytes of this time at the rate: timers are a millisecond coarse, and
   * a busy loop is late by about as much. With less, the rate would never be reached.
   */
  static final long LATE_NS = 2_000_000L;

  /** After this time the credit is full at any rate, so the past can be forgotten. */
  static final long FORGET_NS = 1_000_000_000L;

  private long nextNs;
  private boolean began;

  boolean releases(long nowNs) {
    return !began || nextNs - nowNs <= 0;
  }

  /** When the next segment may leave, in ns; only meaningful while {@link #releases} is false. */
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

  /** Whether the past can be forgotten. */
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
