package dev.jktcp.tcp.connection;

/** So many a second, counted in windows that begin with the first use. */
public final class RateLimit {
  private static final long SECOND_NS = 1_000_000_000L;

  private final int perSecond;
  private boolean started;
  private long windowStartNs;
  private int used;

  public RateLimit(int perSecond) {
    this.perSecond = perSecond;
  }

  public boolean allow(long nowNs) {
    if (!started || nowNs - windowStartNs >= SECOND_NS) {
      started = true;
      windowStartNs = nowNs;
      used = 0;
    }
    return used++ < perSecond;
  }
}
