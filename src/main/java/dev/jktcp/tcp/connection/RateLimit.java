package dev.jktcp.tcp.connection;

import static dev.jktcp.time.Nanos.SECOND;

/** A limit of uses a second, counted in windows of a second that begin with the first use. */
public final class RateLimit {
  private final int perSecond;
  private boolean started;
  private long windowStartNs;
  private int used;

  public RateLimit(int perSecond) {
    this.perSecond = perSecond;
  }

  public boolean allow(long nowNs) {
    if (rests(nowNs)) {
      started = true;
      windowStartNs = nowNs;
      used = 0;
    }
    return used++ < perSecond;
  }

  /** Whether the next use begins a window, so that a new object serves as well. */
  boolean rests(long nowNs) {
    return !started || nowNs - windowStartNs >= SECOND;
  }
}
