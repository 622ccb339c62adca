package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * Evidence from the peer's ACKs on whether the originals of retransmissions arrived after all,
 * collected since a certain time.
 */
final class RetransmissionEvidence {
  private int from; // SND.UNA at that time
  private long againNs; // of the first retransmission; RetransmitTS
  private long againBytes;
  private long doubledBytes;
  private boolean late; // Eifel: an original arrived
  private boolean needed; // a retransmission arrived first, or the ACK does not tell

  void begin(int una) {
    from = una;
    againBytes = 0;
    doubledBytes = 0;
    late = false;
    needed = false;
  }

  /** So many bytes left again to repair a loss. */
  void onSentAgain(int length, long nowNs) {
    if (againBytes == 0) {
      againNs = nowNs;
    }
    againBytes += length;
  }

  /**
   * The peer got [start, end) twice.
   *
   * @return whether one of these retransmissions may be the cause
   */
  boolean onDsack(int start, int end, Flight flight) {
    boolean of =
        againBytes > 0 && Seq.lt(start, end) && Seq.geq(start, from) && Seq.leq(end, flight.nxt());
    doubledBytes += of ? Seq.diff(end, start) : 0;
    return of;
  }

  /** An ACK moves SND.UNA; the flight has not processed it yet. */
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

  /** RFC 3522 §3.2 step 4: each answered segment was older than its first retransmission. */
  boolean isLate() {
    return late && !needed;
  }

  /** RFC 3708 §3: all bytes sent again have arrived twice. */
  boolean isDoubled() {
    return againBytes > 0 && doubledBytes >= againBytes;
  }
}
