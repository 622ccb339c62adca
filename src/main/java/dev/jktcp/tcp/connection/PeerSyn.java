package dev.jktcp.tcp.connection;

import dev.jktcp.wire.TcpSegment;

/**
 * What the options of the peer's SYN mean for us.
 *
 * @param mss largest payload that the peer takes
 * @param scales whether both ends scale their windows (RFC 7323 §2.2)
 * @param shift by how much the peer's window fields are to be shifted
 */
public record PeerSyn(int mss, boolean scales, int shift) {
  // RFC 9293 §3.7.1 (MUST-15)
  private static final int DEFAULT_MSS_V4 = 536;
  private static final int DEFAULT_MSS_V6 = 1220;
  // RFC 791's smallest MTU, 68, leaves 28 bytes; who announces less would have us send only
  // headers.
  private static final int MIN_MSS = 28;
  private static final int MAX_SHIFT = 14; // RFC 7323 §2.3

  /**
   * @param scaling whether our own SYN offers window scaling
   */
  public static PeerSyn of(TcpSegment syn, boolean v6, boolean scaling) {
    boolean scales = scaling && syn.windowScale() >= 0;
    int shift = scales ? Math.min(MAX_SHIFT, syn.windowScale()) : 0;
    return new PeerSyn(mss(syn.mss(), v6), scales, shift);
  }

  /** A SYN of which only the MSS is known: its SYN-ACK was a cookie and offered no scaling. */
  static PeerSyn remembered(int mss) {
    return new PeerSyn(mss, false, 0);
  }

  private static int mss(int announced, boolean v6) {
    if (announced > 0) {
      return Math.max(MIN_MSS, announced);
    }
    return v6 ? DEFAULT_MSS_V6 : DEFAULT_MSS_V4;
  }
}
