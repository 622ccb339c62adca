package dev.jktcp.tcp.connection;

import dev.jktcp.wire.TcpSegment;

/**
 * RFC 3168 §6.1.3, the receiver: it exists where the peer's segments may be marked. From the first
 * mark on each ACK carries ECN-Echo, for any of them may be lost, until the peer says that it has
 * reduced its window.
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
   * A segment that passed the checks of RFC 9293 §3.10.7.4; what fails them may be forged (§6.1.5).
   *
   * @return whether its ACK should leave at once: §6.1.3 lets a delayed one tell of all that it
   *     covers, but the peer's window may be about to shrink, or be no more than one segment now
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

  /** §6.1.3 speaks of data: nothing else should be ECN-capable. */
  static boolean isMarked(TcpSegment segment) {
    return segment.congestionExperienced() && segment.payloadLength() > 0;
  }

  /** Whether ACKs carry ECN-Echo. */
  boolean echoes() {
    return echoes;
  }
}
