package dev.jktcp.tcp.connection;

/**
 * {@link Timestamps#clock} without an offset, one for a stack: each packet asks it, those of a
 * batch at one time, so that a division is seldom needed.
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
