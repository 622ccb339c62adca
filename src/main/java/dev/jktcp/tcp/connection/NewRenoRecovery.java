package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * Fast retransmit and fast recovery by duplicate ACKs (RFC 6582), and after a timeout all that was
 * in flight again from its beginning.
 */
final class NewRenoRecovery implements LossRecovery {
  private final FastRecovery fast;
  private boolean headToSend; // the oldest segment, again, whatever the congestion window says
  private int againNxt; // go back N: [againNxt, againEnd) was in flight when the timer fired
  private int againEnd;

  /**
   * @param threshold duplicate ACKs that prove a loss; 0 = never
   */
  NewRenoRecovery(int threshold) {
    this.fast = new FastRecovery(threshold);
  }

  @Override
  public void open(int recover) {
    againNxt = recover;
    againEnd = recover;
    fast.open(recover);
  }

  @Override
  public boolean folds() {
    return !headToSend && !sendsAgain() && fast.folds();
  }

  @Override
  public int recover() {
    return fast.recover();
  }

  @Override
  public boolean onDuplicateAck(int sndUna, int sndNxt, int mss) {
    boolean proved = fast.onDuplicateAck(sndUna, sndNxt, mss);
    headToSend |= proved;
    return proved;
  }

  @Override
  public Progress onAck(int ack, int ackedBytes, int mss) {
    againNxt = Seq.max(againNxt, ack);
    againEnd = Seq.max(againEnd, ack); // left behind, it would look ahead after 2^31 bytes
    headToSend = fast.isPartial(ack);
    if (headToSend) {
      fast.onPartialAck(ackedBytes, mss);
      return Progress.PARTIAL;
    }
    boolean recovered = fast.active();
    fast.onFullAck(ack);
    return recovered ? Progress.RECOVERED : Progress.PLAIN;
  }

  @Override
  public void onTimeout(int sndUna, int sndNxt) {
    fast.onTimeout(sndNxt);
    goBackN(sndUna, sndNxt);
  }

  @Override
  public void onTooBig(int sndUna, int sndNxt) {
    fast.onTimeout(sndNxt); // what arrives twice brings duplicate ACKs, as after a timeout
    goBackN(sndUna, sndNxt);
  }

  @Override
  public void onWindowOpened(int sndUna, int sndNxt) {
    goBackN(sndUna, sndNxt);
  }

  private void goBackN(int sndUna, int sndNxt) {
    headToSend = false;
    againNxt = sndUna;
    againEnd = sndNxt;
  }

  @Override
  public void onProbe() {
    headToSend = true;
  }

  @Override
  public void onSentAgain(int end) {
    againNxt = Seq.max(againNxt, end);
  }

  @Override
  public void onSentNew(int length, boolean beyond) {
    if (beyond && fast.limitedTransmit()) {
      fast.onSentBeyond(length);
    }
  }

  @Override
  public boolean takeHead() {
    boolean due = headToSend;
    headToSend = false;
    return due;
  }

  @Override
  public boolean sendsAgain() {
    return Seq.lt(againNxt, againEnd);
  }

  @Override
  public int againSeq() {
    return againNxt;
  }

  @Override
  public boolean active() {
    return fast.active();
  }

  @Override
  public int departed() {
    return fast.departed();
  }

  @Override
  public int sentBeyond() {
    return fast.sentBeyond();
  }

  /** RFC 6582 §3.2 step 3, full acknowledgment, option 1. */
  @Override
  public int mostAfter(int inFlight, int mss) {
    return Math.max(inFlight, mss) + mss;
  }

  /** What limited transmit answered with new segments does not let further ones out. */
  @Override
  public int delivered(int ackedBytes, int mss) {
    return Math.max(Math.min(ackedBytes, mss), ackedBytes - fast.departed());
  }
}
