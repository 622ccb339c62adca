package dev.jktcp.tcp.connection;

import dev.jktcp.wire.TcpSegment;

/**
 * RFC 3168 §6.1.3, the receiver; exists only if the peer's segments may be marked. From the first
 * mark until the peer reports that it has reduced its window (CWR), each ACK carries ECN-Echo, for
 * any of them may be lost.
 */
final class EcnReceiver {
  private static final byte IN_USE = 1;
  private static final byte ECHOES = 2;

  private boolean echoes;

  // --- idle times

  static void fold(EcnReceiver receiver, IdleEnd to) {
    if (receiver != null) {
      to.ecnReceiver = receiver.echoes ? ECHOES : IN_USE;
    }
  }

  static EcnReceiver unfold(IdleEnd from) {
    if (from.ecnReceiver == 0) {
      return null;
    }
    EcnReceiver receiver = new EcnReceiver();
    receiver.echoes = from.ecnReceiver == ECHOES;
    return receiver;
  }

  // --- the peer

  /**
   * A segment that passed the checks of RFC 9293 §3.10.7.4; one that fails them may be forged
   * (§6.1.5).
   *
   * @return whether its ACK should leave at once: §6.1.3 lets a delayed ACK echo the marks of all
   *     segments that it covers, but the peer's window may be about to shrink, or may be a single
   *     segment by now
   */
  boolean onSegment(TcpSegment segment) {
    boolean echoed = echoes;
    if (segment.cwr()) {
      echoes = false;
    }
    if (isMarked(segment)) {
      echoes = true;
    }
    return echoed ? segment.cwr() : echoes;
  }

  /** Only segments with data count (§6.1.3): no others should be ECN-capable. */
  static boolean isMarked(TcpSegment segment) {
    return segment.congestionExperienced() && segment.payloadLength() > 0;
  }

  /** Whether ACKs carry ECN-Echo. */
  boolean echoes() {
    return echoes;
  }
}
