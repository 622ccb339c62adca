package dev.jktcp.tcp.connection;

/**
 * Bounds the ACKs that segments without new data can draw from us: challenge ACKs (RFC 5961 §7) and
 * answers to segments out of the window, so that two confused ends cannot answer each other for
 * ever. Each connection has its own: a shared count would tell an attacker about other connections.
 */
final class AckLimiter {
  private static final long SECOND_NS = 1_000_000_000L;

  private final int perSecond;
  private long windowStartNs;
  private int used;

  AckLimiter(int perSecond, long nowNs) {
    this.perSecond = perSecond;
    this.windowStartNs = nowNs;
  }

  boolean allow(long nowNs) {
    if (nowNs - windowStartNs >= SECOND_NS) {
      windowStartNs = nowNs;
      used = 0;
    }
    return used++ < perSecond;
  }
}
