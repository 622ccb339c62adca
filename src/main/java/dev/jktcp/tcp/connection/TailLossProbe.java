package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * The tail loss probe of RFC 8985 §7: when ACKs are overdue, one segment asks for an ACK, long
 * before the retransmission timer would take all that is in flight for lost.
 */
final class TailLossProbe {
  /** Two of our ticks: a path of microseconds is not asked because a timer or a thread was late. */
  static final long LEAST_NS = 2_000_000L;

  // Of an IdleEnd.
  private static final int OUTSTANDING = 1;
  private static final int SAMPLED = 2;

  private boolean outstanding; // TLP.end_seq is not None
  private int endSeq;
  private boolean again; // TLP.is_retrans
  private boolean sampled; // a round trip was measured since the last probe, or at all

  // --- idle times; nothing is in flight

  void fold(IdleEnd to) {
    to.probe = (byte) ((outstanding ? OUTSTANDING : 0) | (sampled ? SAMPLED : 0));
  }

  /** A probe that is outstanding with nothing in flight was a retransmission, up to SND.NXT. */
  void unfold(IdleEnd from) {
    outstanding = (from.probe & OUTSTANDING) != 0;
    again = outstanding;
    endSeq = from.sndNxt;
    sampled = (from.probe & SAMPLED) != 0;
  }

  // --- §7.1

  /** A recovery begins. */
  void reset() {
    outstanding = false;
    again = false;
  }

  /** A round trip was measured. */
  void onSample() {
    sampled = true;
  }

  // --- §7.2

  /**
   * When a probe is due, the retransmission timer aside: two SRTT after the last segment left, and
   * with a single one in flight as much more as its ACK may be delayed. (The RFC counts from the
   * last ACK of new data, too. That adds a round trip to the repair of each tail of which the
   * beginning arrived. Here such an ACK, a sign that the queue of the path is moving, gives the
   * others one SRTT.) That there is an SRTT is for {@link #allowed} to say.
   *
   * @param ackDelayNs TLP.max_ack_delay
   */
  static long deadlineNs(Flight flight, long srttNs, long ackDelayNs, long nowNs) {
    int last = flight.size() - 1;
    long delayNs = last == 0 ? ackDelayNs : 0;
    long overdueNs = flight.sentNs(last) + Math.max(LEAST_NS, 2 * srttNs) + delayNs;
    long soonestNs = nowNs + Math.max(LEAST_NS / 2, srttNs);
    return overdueNs - soonestNs > 0 ? overdueNs : soonestNs;
  }

  // --- §7.3

  /**
   * Whether a probe may leave: none is in flight, so that at most one segment exceeds the
   * congestion window; and a round trip was measured since the last one, so that probes, whose ACKs
   * measure nothing, cannot keep SRTT below a path that became longer.
   */
  boolean allowed() {
    return !outstanding && sampled;
  }

  /**
   * A probe left.
   *
   * @param sndNxt behind it
   * @param sentAgain whether it was the last segment once more, and not new data
   */
  void onSent(int sndNxt, boolean sentAgain) {
    outstanding = true;
    endSeq = sndNxt;
    again = sentAgain;
    sampled = false;
  }

  /** Whether one is out, and unanswered. */
  boolean outstanding() {
    return outstanding;
  }

  // --- §7.4.2

  /** Whether a block of DSACK tells that the last segment arrived as it was and as a probe. */
  boolean isDoubled(int blockEnd) {
    return outstanding && again && blockEnd == endSeq;
  }

  /**
   * An ACK.
   *
   * @param doubled whether it {@link #isDoubled}
   * @param bareDuplicate whether it is a duplicate without blocks, as of a receiver without DSACK
   * @return true when the probe has repaired a loss, which the policy is to hear of
   */
  boolean onAck(int ack, boolean doubled, boolean bareDuplicate) {
    if (!outstanding || Seq.lt(ack, endSeq)) {
      return false;
    }
    boolean repaired = again && !doubled && Seq.gt(ack, endSeq);
    if (!again || doubled || repaired || bareDuplicate) {
      outstanding = false;
    }
    return repaired;
  }
}
