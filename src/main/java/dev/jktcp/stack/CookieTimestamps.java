package dev.jktcp.stack;

import dev.jktcp.tcp.connection.Negotiated;
import dev.jktcp.tcp.connection.Timestamps;
import dev.jktcp.wire.TcpSegment;

/**
 * Options for which a SYN cookie has no room travel in the timestamp of its SYN-ACK, as on Linux:
 * the low 6 bits describe the peer's SYN, and the ACK echoes them. They are neither secret nor
 * signed: a peer that changes them lies only about itself.
 */
final class CookieTimestamps {
  private static final int SHIFT_MASK = 0xf;
  private static final int NO_SCALE = 0xf; // shifts end at 14 (RFC 7323 §2.3)
  private static final int SACK = 0x10;
  private static final int ECN = 0x20;
  private static final int MASK = 0x3f;

  /** Older than any valid cookie; the bits take up to 64 ms from the clock. */
  private static final int OLDEST_MS = 128_000 + MASK + 1;

  private CookieTimestamps() {}

  /** TSval of a SYN-ACK with these options. It is never ahead of the clock (RFC 7323 §5.4). */
  static int make(Negotiated agreed, int offset, long nowNs) {
    int clock = Timestamps.clock(nowNs, 0);
    int bits =
        (agreed.scales() ? agreed.shift() : NO_SCALE)
            | (agreed.sack() ? SACK : 0)
            | (agreed.ecn() ? ECN : 0);
    int value = clock & ~MASK | bits;
    return (value - clock > 0 ? value - MASK - 1 : value) + offset;
  }

  /**
   * The options that such a SYN-ACK agreed on. If the ACK echoes no timestamp of ours, only the
   * MSS.
   *
   * @param mss as the cookie carries it
   */
  static Negotiated agreedIn(TcpSegment ack, int mss, int offset, long nowNs) {
    int value = ack.tsEcr() - offset;
    int ageMs = Timestamps.clock(nowNs, 0) - value;
    if (!ack.hasTimestamps() || ageMs < 0 || ageMs > OLDEST_MS) {
      return Negotiated.remembered(mss); // RFC 4987 §3.6
    }
    int shift = value & SHIFT_MASK;
    boolean scales = shift != NO_SCALE;
    return new Negotiated(
        mss, scales, scales ? shift : 0, (value & SACK) != 0, true, (value & ECN) != 0);
  }
}
