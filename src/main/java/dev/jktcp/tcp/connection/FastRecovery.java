package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * Fast retransmit and fast recovery of RFC 6582 (NewReno): duplicate ACKs prove a loss; each
 * further one tells that a segment left the network; a partial ACK shows the next hole.
 */
final class FastRecovery {
  private final int threshold;
  private int duplicates;
  private boolean active;
  private int recover;
  private int departed; // bytes that duplicate ACKs reported as out of the network

  /**
   * @param threshold duplicate ACKs that prove a loss; 0 = never
   */
  FastRecovery(int threshold) {
    this.threshold = threshold;
  }

  void open(int iss) {
    recover = iss;
  }

  boolean active() {
    return active;
  }

  /** What to subtract from the flight size to know what the network holds. */
  int departed() {
    return departed;
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
    if (threshold == 0 || ++duplicates != threshold) {
      return false;
    }
    if (Seq.lt(sndUna, recover)) { // §3.2 step 2: these may be echoes of what we sent twice
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

  /** §3.2 step 3, partial acknowledgment. */
  void onPartialAck(int ackedBytes, int mss) {
    duplicates = 0;
    departed = Math.max(0, departed - ackedBytes);
    if (ackedBytes >= mss) {
      departed += mss;
    }
  }

  /** An ACK of everything that was in flight at the loss, or any new ACK outside recovery. */
  void onFullAck(int ack) {
    recover = Seq.max(recover, ack); // left behind, it would look ahead after 2^31 bytes
    leave();
  }

  /**
   * §4: a time-out ends recovery, and duplicate ACKs of what went before it start none. Those that
   * stand right behind it neither: so do the echoes of what a needless time-out sent twice.
   */
  void onTimeout(int sndNxt) {
    leave();
    recover = sndNxt + 1;
  }

  private void leave() {
    active = false;
    duplicates = 0;
    departed = 0;
  }
}
