package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * Limited transmit of RFC 3042, fast retransmit and fast recovery of RFC 6582 (NewReno): a
 * duplicate ACK tells that a segment left the network; the third proves a loss; a partial ACK shows
 * the next hole.
 */
final class FastRecovery {
  private static final int LIMITED_SEGMENTS = 2; // RFC 3042 §2

  private final int threshold;
  private int duplicates;
  private boolean active;
  private int recover;
  private int departed; // bytes that duplicate ACKs reported as out of the network, or below 0
  private int beyond; // bytes that limited transmit sent

  /**
   * @param threshold duplicate ACKs that prove a loss; 0 = never
   */
  FastRecovery(int threshold) {
    this.threshold = threshold;
  }

  void open(int upTo) {
    recover = upTo;
  }

  /** Whether {@link #recover} says all there is. */
  boolean folds() {
    return !active && duplicates == 0 && departed == 0 && beyond == 0;
  }

  int recover() {
    return recover;
  }

  boolean active() {
    return active;
  }

  /**
   * What to subtract from the flight size to know what the network holds: the RFC's inflation of
   * the congestion window, and below 0 its deflation.
   */
  int departed() {
    return departed;
  }

  /** Duplicates were heard, too few to prove a loss: each lets one new segment out. */
  boolean limitedTransmit() {
    return !active && departed > 0;
  }

  /** Limited transmit let something out beyond the congestion window. */
  void onSentBeyond(int length) {
    beyond += length;
  }

  /** What to subtract from the flight size at a loss (RFC 5681 §3.2 step 2). */
  int sentBeyond() {
    return beyond;
  }

  /**
   * @return true when the loss of the oldest segment is proved now: retransmit it
   */
  boolean onDuplicateAck(int sndUna, int sndNxt, int mss) {
    if (active) {
      // §3.2 step 4; a peer may repeat itself more often than segments can have left
      departed = Math.min(sndNxt - sndUna, departed + mss);
      return false;
    }
    // RFC 6582 §3.2 step 2 asks for more than recover: duplicates may be echoes of what we sent
    // twice
    if (threshold == 0 || Seq.leq(sndUna, recover)) {
      return false;
    }
    if (++duplicates < threshold) {
      departed = Math.min(duplicates, LIMITED_SEGMENTS) * mss; // RFC 5681 §3.2 step 1
      return false;
    }
    active = true;
    recover = sndNxt;
    departed = threshold * mss;
    return true;
  }

  /**
   * The ACK moved SND.UNA but not past what was in flight at the loss: the next hole is lost too.
   */
  boolean isPartial(int ack) {
    return active && Seq.lt(ack, recover);
  }

  /**
   * §3.2 step 3, partial acknowledgment: takes back what it acknowledges, and so more than
   * duplicate ACKs gave when some of them were lost.
   */
  void onPartialAck(int ackedBytes, int mss) {
    duplicates = 0;
    beyond = 0;
    departed -= ackedBytes;
    if (ackedBytes >= mss) {
      departed += mss;
    }
  }

  /** An ACK of everything that was in flight at the loss, or any new ACK outside recovery. */
  void onFullAck(int ack) {
    recover = Seq.max(recover, ack - 1); // left behind, it would look ahead after 2^31 bytes
    leave();
  }

  /** §4: a timeout ends recovery, and duplicate ACKs of what went before it start none. */
  void onTimeout(int sndNxt) {
    leave();
    recover = sndNxt;
  }

  private void leave() {
    active = false;
    duplicates = 0;
    departed = 0;
    beyond = 0;
  }
}
