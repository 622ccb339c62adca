package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.CongestionPolicy;
import dev.jktcp.wire.Seq;

/**
 * Recovery for a peer without SACK. Limited transmit of RFC 3042, fast retransmit and fast recovery
 * of RFC 6582 (NewReno): a duplicate ACK shows that a segment left the network, the third proves a
 * loss, and a partial ACK shows the next hole. After a timeout the whole flight goes again, from
 * its beginning.
 *
 * <p>The RFC inflates and deflates the congestion window with duplicate ACKs. Here the window
 * stays, and {@link Flight#presumeLeft} counts these bytes.
 */
final class NewRenoRecovery implements LossRecovery {
  private static final int LIMITED_SEGMENTS = 2; // RFC 3042 §2

  private final Flight flight;
  private final int threshold;
  private int duplicates;
  private boolean active;
  private int recover;
  private int beyond; // bytes that limited transmit sent
  private boolean headToSend; // the oldest segment again, regardless of the congestion window

  /**
   * @param threshold duplicate ACKs that prove a loss; 0 = never
   */
  NewRenoRecovery(Flight flight, int threshold) {
    this.flight = flight;
    this.threshold = threshold;
  }

  @Override
  public void open(int upTo) {
    recover = upTo;
  }

  @Override
  public boolean folds() {
    return !headToSend && !active && duplicates == 0 && beyond == 0;
  }

  @Override
  public void fold(IdleEnd to) {
    to.recover(recover);
  }

  @Override
  public void unfold(IdleEnd from) {
    recover = from.recover();
  }

  @Override
  public int recover() {
    return recover;
  }

  @Override
  public Progress onAck(int acked, boolean duplicate, int mss, Flight.Reader reader, long nowNs) {
    if (acked > 0) {
      return onProgress(acked, mss, reader, nowNs);
    }
    return duplicate ? onDuplicateAck(mss, reader, nowNs) : Progress.PLAIN;
  }

  private Progress onDuplicateAck(int mss, Flight.Reader reader, long nowNs) {
    if (active) {
      // §3.2 step 4; a peer may repeat itself more often than segments can have left
      flight.presumeLeft(Math.min(flight.bytes(), flight.presumedLeft() + mss));
      return Progress.RECOVERING;
    }
    // RFC 6582 §3.2 step 2 asks for more than recover: duplicates may echo segments sent twice
    if (threshold == 0 || Seq.leq(flight.una(), recover)) {
      return Progress.PLAIN;
    }
    if (++duplicates < threshold) {
      flight.presumeLeft(Math.min(duplicates, LIMITED_SEGMENTS) * mss); // RFC 5681 §3.2 step 1
      return Progress.PLAIN;
    }
    active = true;
    recover = flight.nxt();
    flight.presumeLeft(threshold * mss);
    loseHead(reader, nowNs);
    return Progress.LOSS;
  }

  private Progress onProgress(int acked, int mss, Flight.Reader reader, long nowNs) {
    headToSend = false;
    if (!active) {
      onFullAck();
      return Progress.PLAIN;
    }
    if (Seq.geq(flight.una(), recover)) {
      onFullAck();
      return Progress.RECOVERED;
    }
    onPartialAck(acked, mss, reader, nowNs);
    return Progress.RECOVERING;
  }

  /**
   * The ACK moved SND.UNA but not past what was in flight at the loss: the next hole is lost as
   * well. §3.2 step 3, partial acknowledgment: deflates by the bytes acknowledged. If duplicate
   * ACKs were lost, that is more than they inflated.
   */
  private void onPartialAck(int acked, int mss, Flight.Reader reader, long nowNs) {
    duplicates = 0;
    beyond = 0;
    flight.presumeLeft(flight.presumedLeft() - acked + (acked >= mss ? mss : 0));
    loseHead(reader, nowNs);
  }

  private void loseHead(Flight.Reader reader, long nowNs) {
    headToSend = true;
    if (flight.lose(0)) {
      reader.onLost(flight, 0, nowNs);
    }
  }

  /** An ACK of everything that was in flight at the loss, or any new ACK outside recovery. */
  private void onFullAck() {
    recover = Seq.max(recover, flight.una() - 1); // left behind, it would look ahead after 2^31
    leave();
  }

  /** §4: a timeout ends recovery, and duplicate ACKs of segments sent before it start no other. */
  @Override
  public void onTimeout(long nowNs) {
    leave();
    recover = flight.nxt();
    goBackN();
  }

  @Override
  public void onAllDropped() {
    onTimeout(0); // segments that arrive twice draw duplicate ACKs, as after a timeout
  }

  @Override
  public void onWindowOpened() {
    goBackN();
  }

  private void goBackN() {
    headToSend = false;
    flight.loseAll();
  }

  private void leave() {
    active = false;
    duplicates = 0;
    beyond = 0;
    flight.presumeLeft(0);
  }

  @Override
  public void onProbe() {
    headToSend = true;
  }

  @Override
  public void onSentNew(int length, boolean probes, CongestionPolicy congestion) {
    if (!active && flight.presumedLeft() > 0 && LossRecovery.exceeds(length, congestion, flight)) {
      beyond += length;
    }
  }

  @Override
  public int takeUrgent() {
    int index = headToSend ? 0 : -1;
    headToSend = false;
    return index;
  }

  @Override
  public int nextToSendAgain() {
    return flight.nextToSendAgain();
  }

  @Override
  public boolean active() {
    return active;
  }

  @Override
  public int flightSize() {
    return flight.bytes() - beyond;
  }

  /** Duplicate ACKs that limited transmit answered with new segments let out no others. */
  @Override
  public int delivered(int acked, int delivered, int mss) {
    return Math.max(Math.min(acked, mss), acked - flight.presumedLeft());
  }

  /** RFC 6582 §3.2 step 3, full acknowledgment, option 1. */
  @Override
  public int mostAfter(int inFlight, int mss) {
    return Math.max(inFlight, mss) + mss;
  }
}
