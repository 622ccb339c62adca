package dev.jktcp.tcp.connection;

/**
 * {@link Timestamps#clock} without an offset, one for a stack. Each packet reads it, and the
 * packets of a batch at the same time, so that a division is seldom needed.
 */
final class TimestampClock {
  private long nowNs;
  private int ticks;

  int ticks(long atNs) {
    if (atNs != nowNs) {
      nowNs = atNs;
      ticks = Timestamps.clock(atNs, 0);
    }
    return ticks;
  }
}
