package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.wire.TcpSegment;
import java.util.Arrays;

/**
 * The options that both SYNs agreed on; before the peer's SYN is known, those that ours offers. An
 * option is in use only if both ends have sent it on a SYN; on other segments it has no effect.
 *
 * @param mss largest payload that the peer takes in a segment without options (RFC 6691 §2)
 * @param scales whether both ends scale their windows (RFC 7323 §2.2)
 * @param shift the scale of the peer's window fields
 * @param sack whether both ends may send SACK blocks (RFC 2018 §2)
 * @param timestamps whether both ends send timestamps (RFC 7323 §3.2)
 * @param ecn whether a cookie records that both ends were ECN-capable (RFC 3168 §6.1.1); in any
 *     other handshake more than two segments decide, see {@link EcnHandshake}
 */
public record Negotiated(
    int mss, boolean scales, int shift, boolean sack, boolean timestamps, boolean ecn) {
  // RFC 9293 §3.7.1 (MUST-15)
  private static final int DEFAULT_MSS_V4 = 536;
  private static final int DEFAULT_MSS_V6 = 1220;
  // RFC 791's smallest MTU, 68, leaves 28 bytes. With less, segments would be all header.
  static final int MIN_MSS = 28;
  private static final int MAX_SHIFT = 14; // RFC 7323 §2.3

  private static final int SCALES = 1;
  private static final int SACK = 2;
  private static final int TIMESTAMPS = 4;
  private static final int ECN = 8;

  /** All possible offers, by their flags. */
  private static final Negotiated[] OFFERS = new Negotiated[SCALES + SACK + TIMESTAMPS + 1];

  static {
    Arrays.setAll(OFFERS, flags -> of(0, 0, flags));
  }

  /** The offer of our SYN; the receiver adds its shift and MSS. */
  public static Negotiated offer(ConnectionSettings settings, TcpTuning tuning) {
    TcpProfile profile = settings.profile();
    boolean timestamps =
        profile.timestamps() && SegmentSizes.haveRoomForTimestamps(settings, tuning);
    return OFFERS[flags(settings.windowStyle().scales(), profile.sack(), timestamps)];
  }

  /**
   * The agreement once the peer's SYN has come. If our SYN answers it, it offers exactly that.
   *
   * @param ours the offer of our SYN, sent or to be sent
   */
  public static Negotiated of(TcpSegment syn, boolean v6, Negotiated ours) {
    boolean scales = ours.scales && syn.windowScale() >= 0;
    return new Negotiated(
        mssOf(syn, v6),
        scales,
        scales ? Math.min(MAX_SHIFT, syn.windowScale()) : 0,
        ours.sack && syn.sackPermitted(),
        ours.timestamps && syn.hasTimestamps(),
        false);
  }

  /** The agreement with only an MSS: the SYN-ACK was a cookie and offered nothing more. */
  public static Negotiated remembered(int mss) {
    return of(mss, 0, 0);
  }

  /** A copy with ECN as a cookie recorded it. */
  public Negotiated withEcn(boolean both) {
    return new Negotiated(mss, scales, shift, sack, timestamps, both);
  }

  /** The largest payload that the sender of this SYN takes. */
  public static int mssOf(TcpSegment syn, boolean v6) {
    if (syn.mss() > 0) {
      return Math.max(MIN_MSS, syn.mss());
    }
    return v6 ? DEFAULT_MSS_V6 : DEFAULT_MSS_V4;
  }

  // --- idle times

  /** The flags without the two numbers, for a folded end. */
  byte flags() {
    return (byte) (flags(scales, sack, timestamps) | (ecn ? ECN : 0));
  }

  private static int flags(boolean scales, boolean sack, boolean timestamps) {
    return (scales ? SCALES : 0) | (sack ? SACK : 0) | (timestamps ? TIMESTAMPS : 0);
  }

  static Negotiated of(int mss, int shift, int flags) {
    return new Negotiated(
        mss,
        (flags & SCALES) != 0,
        shift,
        (flags & SACK) != 0,
        (flags & TIMESTAMPS) != 0,
        (flags & ECN) != 0);
  }
}
