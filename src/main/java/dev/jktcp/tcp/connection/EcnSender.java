package dev.jktcp.tcp.connection;

import dev.jktcp.wire.OutSegment;
import dev.jktcp.wire.Seq;
import dev.jktcp.wire.TcpSegment;

/**
 * RFC 3168 §6.1.2, the sender; exists only if routers may mark our segments. Decides which signs of
 * congestion count: the window shrinks once for each window of data, whether its segments were
 * marked or lost. A peer that echoes for ever has no further effect.
 */
final class EcnSender {
  private static final int CWR_DUE = 1;
  private static final int IN_USE = 2;

  private int reduced; // SND.NXT when the congestion window was last reduced
  private boolean cwrDue; // no new data has left since

  /**
   * @param firstSeq of our data: no segment before it can have been marked
   */
  EcnSender(int firstSeq) {
    reduced = firstSeq;
  }

  // --- idle times

  /** The flight is empty. */
  static byte fold(EcnSender sender) {
    return (byte) (sender == null ? 0 : IN_USE | (sender.cwrDue ? CWR_DUE : 0));
  }

  static EcnSender unfold(byte folded, int sndNxt) {
    if (folded == 0) {
      return null;
    }
    boolean cwrDue = (folded & CWR_DUE) != 0;
    // If not, data has left since the last reduction, and is acknowledged.
    EcnSender sender = new EcnSender(cwrDue ? sndNxt : sndNxt - 1);
    sender.cwrDue = cwrDue;
    return sender;
  }

  // --- the peer

  /** Whether an ECN-Echo with this ACK may report a mark after the last reduction. */
  boolean isNews(int ack) {
    return Seq.gt(ack, reduced);
  }

  /** Whether a loss from {@code seq} on may be later than the last reduction. */
  boolean isNewLoss(int seq) {
    return Seq.geq(seq, reduced);
  }

  /** The window was reduced, for whatever reason. */
  void onReduced(int sndNxt) {
    reduced = sndNxt;
    cwrDue = true;
  }

  /** SND.UNA moved: the remembered number moves along, or it would look ahead after 2^31 bytes. */
  void onProgress(int sndUna) {
    reduced = Seq.max(reduced, sndUna - 1);
  }

  // --- what to send

  /**
   * For a segment with new data that is no window probe. Other segments may not be marked, for
   * their loss would not be noticed, or not taken for congestion (§6.1.4 to §6.1.6). If the segment
   * with CWR is lost, the window shrinks again, and the next one carries it.
   */
  void fill(OutSegment out) {
    out.ecnCapable();
    if (cwrDue) {
      out.alsoFlags(TcpSegment.CWR);
      cwrDue = false;
    }
  }
}
