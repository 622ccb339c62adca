package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * The tail loss probe of RFC 8985 §7: when ACKs are overdue, one segment asks for an ACK, long
 * before the retransmission timer would take the whole flight for lost.
 */
final class TailLossProbe {
  /** Two of our ticks: on a path of microseconds, a late timer or thread must not cause probes. */
  static final long LEAST_NS = 2_000_000L;

  // Of an IdleEnd.
  private static final int OUTSTANDING = 1;
  private static final int SAMPLED = 2;

  private boolean outstanding; // TLP.end_seq is not None
  private int endSeq;
  private boolean again; // TLP.is_retrans
  private boolean sampled; // a round trip was measured since the last probe or the beginning

  // --- idle times; the flight is empty

  void fold(IdleEnd to) {
    to.probe = (byte) ((outstanding ? OUTSTANDING : 0) | (sampled ? SAMPLED : 0));
  }

  /** If a probe is outstanding with an empty flight, it was a retransmission, up to SND.NXT. */
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
   * with a single one in flight the delay of its ACK in addition. (The RFC counts from the last ACK
   * of new data as well, which adds a round trip to the repair of each tail whose beginning
   * arrived. Here such an ACK, a sign that the path's queue is moving, gives the others one SRTT.)
   * {@link #allowed} makes sure that there is an SRTT.
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
   * Whether a probe may leave. No other may be in flight, so that at most one segment exceeds the
   * congestion window. A round trip must have been measured since the last probe: the ACKs of
   * probes measure nothing, and probes alone would keep SRTT below that of a path that became
   * longer.
   */
  boolean allowed() {
    return !outstanding && sampled;
  }

  /**
   * A probe left.
   *
   * @param sndNxt SND.NXT after the probe
   * @param sentAgain whether the probe was the last segment again, not new data
   */
  void onSent(int sndNxt, boolean sentAgain) {
    outstanding = true;
    endSeq = sndNxt;
    again = sentAgain;
    sampled = false;
  }

  /** Whether a probe is out and unanswered. */
  boolean outstanding() {
    return outstanding;
  }

  // --- §7.4.2

  /** Whether a DSACK block shows that both the last segment and its probe arrived. */
  boolean isDoubled(int blockEnd) {
    return outstanding && again && blockEnd == endSeq;
  }

  /**
   * An ACK.
   *
   * @param doubled whether one of its blocks {@link #isDoubled}
   * @param bareDuplicate whether it is a duplicate ACK without blocks, as a receiver without DSACK
   *     sends
   * @return true when the probe has repaired a loss, of which the policy is to be told
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
