package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * What the peer's ACKs tell of the retransmissions since a time: whether their originals arrived
 * all the same.
 */
final class RetransmissionEvidence {
  private int from; // SND.UNA then
  private long againNs; // of the first retransmission; RetransmitTS
  private long againBytes;
  private long doubledBytes;
  private boolean late; // Eifel: a segment arrived as it was sent before
  private boolean needed; // another arrived only as it was sent again, or that cannot be told

  void begin(int una) {
    from = una;
    againBytes = 0;
    doubledBytes = 0;
    late = false;
    needed = false;
  }

  /** So much left again to repair a loss. */
  void onSentAgain(int length, long nowNs) {
    if (againBytes == 0) {
      againNs = nowNs;
    }
    againBytes += length;
  }

  /**
   * The peer got [start, end) twice.
   *
   * @return whether that may be of these retransmissions
   */
  boolean onDsack(int start, int end, Flight flight) {
    boolean of =
        againBytes > 0 && Seq.lt(start, end) && Seq.geq(start, from) && Seq.leq(end, flight.nxt());
    doubledBytes += of ? Seq.diff(end, start) : 0;
    return of;
  }

  /** An ACK moves SND.UNA; nothing of it has reached the flight. */
  void onAnswer(Flight flight, Echo echo) {
    if (againBytes > 0
        && (flight.flags(0) & Flight.EVER_RETRANSMITTED) != 0
        && flight.sentNs(0) - againNs >= 0) {
      boolean earlier = echo.isBefore(againNs);
      late |= earlier;
      needed |= !earlier;
    }
  }

  int from() {
    return from;
  }

  /** Whether nothing was sent again. */
  boolean isEmpty() {
    return againBytes == 0;
  }

  /** RFC 3522 §3.2 step 4: whatever was answered to was older than its first retransmission. */
  boolean isLate() {
    return late && !needed;
  }

  /** RFC 3708 §3: all that was sent again has arrived twice. */
  boolean isDoubled() {
    return againBytes > 0 && doubledBytes >= againBytes;
  }
}
