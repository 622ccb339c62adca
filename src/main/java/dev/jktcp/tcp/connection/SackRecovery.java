package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.CongestionPolicy;
import dev.jktcp.wire.Seq;
import dev.jktcp.wire.TcpSegment;

/**
 * Recovery for a peer with SACK by RFC 6675, in profiles without {@code rack}: the flight is the
 * scoreboard, its {@link Flight#inNetwork} the pipe, and the sender's ladder NextSeg. Limited
 * transmit of RFC 3042 needs no code: reported segments leave the pipe, and new data may follow.
 *
 * <p>After a timeout everything goes again from SND.UNA on, reported or not: the peer may have
 * dropped reported data (RFC 2018 §8).
 */
final class SackRecovery implements LossRecovery {
  private final Flight flight;
  private final int threshold; // DupThresh
  private final SackRuns runs = new SackRuns();
  private final SackBlocks blocks;
  private final SackLoss detector;

  private boolean active;
  private int recover; // RecoveryPoint
  private int duplicates; // DupAcks
  private int newly; // bytes that the present ACK marked
  private int beyond; // bytes that limited transmit sent beyond the window
  private int highRxt; // HighRxt: everything before it is reported or was sent again
  private boolean firstToSend; // the first retransmission, regardless of the congestion window
  private boolean headToSend; // to ask a closed window
  private int rescueRxt; // RescueRxt: no rescue before more than this is acknowledged

  /**
   * @param threshold duplicate ACKs that prove a loss; 0 = never
   */
  SackRecovery(Flight flight, int threshold) {
    this.flight = flight;
    this.threshold = threshold;
    this.blocks = new SackBlocks(flight, runs);
    this.detector = new SackLoss(runs, threshold);
  }

  @Override
  public void open(int upTo) {
    recover = upTo;
    highRxt = upTo;
    detector.open(upTo);
  }

  @Override
  public boolean folds() {
    return !active && duplicates == 0 && beyond == 0;
  }

  @Override
  public void fold(IdleEnd to) {
    to.recover(recover);
  }

  @Override
  public void unfold(IdleEnd from) {
    open(from.recover());
  }

  @Override
  public int recover() {
    return recover;
  }

  // --- the peer

  @Override
  public void onReport(TcpSegment segment, Echo echo, long nowNs, Flight.Reader reader) {
    newly = blocks.take(segment, reader);
  }

  @Override
  public Progress onAck(int acked, boolean duplicate, int mss, Flight.Reader reader, long nowNs) {
    if (acked > 0) {
      runs.acknowledge(flight.una());
      duplicates = 0;
    } else if (newly > 0) {
      duplicates++; // RFC 6675 §2: a duplicate ACK reports something new
    }
    if (active) {
      return goOn(mss, reader, nowNs);
    }
    beyond = acked > 0 ? 0 : beyond;
    if (Seq.lt(flight.una(), recover)) { // §5.1: retransmissions of a timeout first
      return Progress.PLAIN;
    }
    recover = acked > 0 ? flight.una() - 1 : recover; // left behind, it would look ahead after 2^31
    return newly > 0 && provesLoss(mss, reader, nowNs) ? begin() : Progress.PLAIN;
  }

  /** §5, steps 1 and 2. */
  private boolean provesLoss(int mss, Flight.Reader reader, long nowNs) {
    boolean proved = detector.detect(flight, mss, reader, nowNs);
    if (threshold > 0 && duplicates >= threshold && flight.lose(0)) {
      reader.onLost(flight, 0, nowNs);
      return true;
    }
    return proved;
  }

  /** §5, step 4; the policy does 4.2. */
  private Progress begin() {
    active = true;
    recover = flight.nxt();
    highRxt = flight.una();
    firstToSend = true;
    rescueRxt = flight.end(0);
    return Progress.LOSS;
  }

  /** §5, steps A and B. */
  private Progress goOn(int mss, Flight.Reader reader, long nowNs) {
    if (Seq.geq(flight.una(), recover)) {
      leave();
      recover = Seq.max(recover, flight.una() - 1); // an IdleEnd has no room for more
      return Progress.RECOVERED;
    }
    detector.detect(flight, mss, reader, nowNs);
    return Progress.RECOVERING;
  }

  private void leave() {
    active = false;
    duplicates = 0;
    beyond = 0;
    firstToSend = false;
    headToSend = false;
  }

  // --- the sender

  @Override
  public void onTimeout(long nowNs) {
    flight.forgetSacks();
    runs.clear();
    onAllLost();
  }

  @Override
  public void onAllDropped() {
    onAllLost();
  }

  /** §5.1: the flight goes again without another recovery. */
  private void onAllLost() {
    leave();
    recover = flight.nxt();
    goBackN();
  }

  @Override
  public void onWindowOpened() {
    goBackN();
  }

  private void goBackN() {
    headToSend = false;
    detector.open(flight.nxt());
    flight.loseAll();
  }

  @Override
  public void onProbe() {
    if (flight.isSacked(0)) {
      flight.forgetSacks();
      runs.clear();
    }
    headToSend = true;
  }

  @Override
  public void onSentAgain(int index, boolean probes, long nowNs) {
    if (rescueRxt != recover || index < flight.size() - 1) { // a rescue leaves HighRxt alone
      highRxt = Seq.max(highRxt, flight.end(index));
    }
  }

  @Override
  public void onSentNew(int length, boolean probes, CongestionPolicy congestion) {
    if (!active && flight.sackedBytes() > 0 && LossRecovery.exceeds(length, congestion, flight)) {
      beyond += length;
    }
  }

  // --- what to send

  @Override
  public int takeUrgent() {
    int index = headToSend ? 0 : firstToSend ? flight.nextToSendAgain() : -1;
    headToSend = false;
    firstToSend = false;
    return index;
  }

  /** NextSeg, rules 3 and 4: no segment is lost, and no new data can leave. */
  @Override
  public int takeSpeculative() {
    if (!active) {
      return -1;
    }
    if (Seq.lt(highRxt, flight.sackedEnd())) { // 3
      int i = flight.missingFrom(flight.indexOf(Seq.max(highRxt, flight.una())));
      if (Seq.lt(flight.seq(i), flight.sackedEnd())) {
        return i;
      }
    }
    int last = flight.size() - 1;
    if (Seq.leq(flight.una(), rescueRxt) || flight.isSacked(last)) {
      return -1;
    }
    rescueRxt = recover; // 4
    return last;
  }

  @Override
  public int nextToSendAgain() {
    return flight.nextToSendAgain();
  }

  // --- getters

  @Override
  public boolean active() {
    return active;
  }

  @Override
  public int flightSize() {
    return flight.bytes() - beyond;
  }
}
