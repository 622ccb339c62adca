package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.CongestionPolicy;
import dev.jktcp.tcp.connection.SpuriousRetransmission.Cause;
import dev.jktcp.wire.Seq;
import dev.jktcp.wire.TcpSegment;

/**
 * Recovery for a peer with SACK by RACK-TLP (RFC 8985), also after a timeout. {@link Rack} finds
 * losses, {@link TailLossProbe} probes when ACKs are overdue, {@link ProportionalRateReduction}
 * limits the bytes that leave meanwhile, and {@link SpuriousRetransmission} tells whether the
 * recovery was needless. None of them knows another.
 */
final class RackRecovery implements LossRecovery {
  /** The recovery that is under way. */
  private enum Repair {
    NONE,
    FAST,
    AFTER_TIMEOUT
  }

  private static final int NOT_PLAIN = Flight.EVER_RETRANSMITTED | Flight.PROBE | Flight.UNTIMED;

  private final Flight flight;
  private final int threshold; // DupThresh
  private final RttEstimator rtt;
  private final FlightPool pool;
  private final ByteAccount account;
  private SackBlocks blocks; // null before the first
  private final MinRtt minRtt = new MinRtt();
  private Rack rack; // null while every ACK was calm
  private final TailLossProbe probe = new TailLossProbe();
  private final AckDelay ackDelay = new AckDelay();
  private ProportionalRateReduction prr; // null before the first recovery
  private SpuriousRetransmission spurious = SpuriousRetransmission.NONE;

  private Repair repair = Repair.NONE;
  private boolean lostAgain; // a retransmission of the current recovery was lost
  private int recover; // the end of the repair, RFC 6582's name
  private long beganNs; // the recovery: a loss of retransmissions counts once for all sent before
  private boolean headToSend;
  private long reorderNs = NEVER; // when more of the flight may count as lost; NEVER = no timer
  private boolean calm; // isCalm() after the last ACK, while nothing has happened since
  private long calmNs = NEVER; // when the last ACK came, while there is no Rack
  private long calmSentNs; // and when the segment it acknowledged had left

  // This ACK.
  private boolean dsack;
  private boolean doubled; // a probe was needless
  private boolean reports;
  private long lost;
  private int plain; // segments acknowledged; one reported or sent again counts twice
  private long plainNs; // when the last of them left

  /**
   * @param threshold reported segments that prove a loss while no reordering has been seen
   */
  RackRecovery(
      Flight flight, int threshold, RttEstimator rtt, FlightPool pool, ByteAccount account) {
    this.flight = flight;
    this.rtt = rtt;
    this.threshold = threshold;
    this.pool = pool;
    this.account = account;
  }

  /** Most connections need no Rack: their segments arrive in the order in which they left. */
  private Rack rack() {
    if (rack == null) {
      rack = carriedOn();
    }
    return rack;
  }

  /** A Rack as if it had seen all ACKs so far, which were calm. */
  private Rack carriedOn() {
    Rack made = new Rack(minRtt, pool, account);
    made.open(flight.una());
    if (calmNs != NEVER) {
      made.onCalmAck(flight, calmSentNs, calmNs);
    }
    return made;
  }

  private SpuriousRetransmission watchedFromNowOn() {
    if (spurious == SpuriousRetransmission.NONE) {
      spurious = new SpuriousRetransmission();
    }
    return spurious;
  }

  @Override
  public void open(int upTo) {
    recover = upTo;
    calm = true;
  }

  // --- idle times

  @Override
  public boolean folds() {
    return !headToSend && repair == Repair.NONE;
  }

  @Override
  public void fold(IdleEnd to) {
    to.recover(recover);
    minRtt.fold(to);
    if (rack != null) {
      rack.fold(to);
    }
    probe.fold(to);
    ackDelay.fold(to);
  }

  @Override
  public void unfold(IdleEnd from) {
    recover = from.recover();
    minRtt.unfold(from);
    if (from.reorderingSteps > 0) { // there was a Rack
      rack().unfold(from);
    }
    probe.unfold(from);
    ackDelay.unfold(from);
    calm = nothingIsPending();
  }

  @Override
  public int recover() {
    return recover;
  }

  // --- the peer

  @Override
  public void onReport(TcpSegment segment, Echo echo, long nowNs, Flight.Reader all) {
    rack().begin(flight, echo, nowNs);
    spurious.begin(flight, segment.ack(), echo);
    dsack = false;
    doubled = false;
    lost = flight.lost();
    reports = segment.sackBlocks() > 0;
    if (reports) {
      blocks = blocks == null ? new SackBlocks(flight, null) : blocks;
      blocks.take(segment, all);
    }
  }

  @Override
  public void onDuplicate(int start, int end) {
    if (probe.isDoubled(end)) {
      doubled = true;
      if (Seq.leq(end, flight.una())) { // otherwise the ACK before was lost
        ackDelay.onNeedlessProbe();
      }
    } else {
      dsack |= spurious.onDsack(start, end, flight);
    }
  }

  @Override
  public void onDelivered(int i, boolean sacked) {
    rack.onDelivered(flight, i, sacked);
    spurious.onDelivered(flight, i);
    boolean once = !sacked && (flight.flags(i) & NOT_PLAIN) == 0;
    plain += once ? 1 : 2;
    plainNs = flight.sentNs(i);
  }

  @Override
  public void onSample() {
    probe.onSample();
  }

  @Override
  public boolean onProbesAck(boolean duplicate) {
    boolean repaired = probe.onAck(flight.una(), doubled, duplicate && !reports);
    if (repaired) {
      spurious.forget();
    }
    return repaired;
  }

  @Override
  public Cause undo(boolean advanced, boolean duplicate, boolean hasNew) {
    Cause proved = spurious.onAck(flight, advanced, duplicate || reports, hasNew);
    if (proved == Cause.NONE) {
      return proved;
    }
    if (proved == Cause.TIMEOUT) {
      findAll();
    } else {
      rack.onReordering();
    }
    if (repair != Repair.NONE) {
      repair = Repair.NONE;
      recover = flight.una() - 1; // another loss is another recovery
    }
    return proved;
  }

  @Override
  public boolean undoesAll() {
    return spurious.isProvedWholly();
  }

  @Override
  public int undone() {
    return spurious.undone();
  }

  @Override
  public boolean lostAgain() {
    return lostAgain;
  }

  @Override
  public boolean reducesFurther() {
    return spurious.isOfSeveral();
  }

  /** RFC 4015 §3.3: segments that were only late are not sent again. */
  private void findAll() {
    for (int i; (i = flight.nextToSendAgain()) >= 0; ) {
      flight.find(i);
    }
    rack.judgeAgain(flight);
  }

  @Override
  public Progress onAck(int acked, boolean duplicate, int mss, Flight.Reader reader, long nowNs) {
    Progress progress = judge(acked, reader, nowNs);
    calm = nothingIsPending();
    return progress;
  }

  private Progress judge(int acked, Flight.Reader reader, long nowNs) {
    rack.end(flight, dsack);
    learnDelay(reports ? 0 : plain, plainNs, nowNs);
    plain = 0;
    plainNs = 0;
    headToSend &= acked == 0;
    boolean recovered = repair != Repair.NONE && Seq.geq(flight.una(), recover);
    boolean fast = active();
    if (recovered) {
      repair = Repair.NONE;
      rack.onRecovered();
      spurious.onRecovered(flight);
    }
    if (repair == Repair.NONE && acked > 0) {
      recover = Seq.max(recover, flight.una() - 1); // left behind, it would look ahead after 2^31
    }
    if (begins(detect(reader, nowNs))) {
      begin(nowNs);
      return Progress.LOSS;
    }
    if (recovered) {
      return fast ? Progress.RECOVERED : Progress.PLAIN;
    }
    return active() ? Progress.RECOVERING : Progress.PLAIN; // after a timeout slow start goes on
  }

  private boolean nothingIsPending() {
    return repair == Repair.NONE
        && !headToSend
        && reorderNs == NEVER
        && flight.sackedEntries() == 0
        && flight.lostBytes() == 0
        && !probe.outstanding()
        && spurious.isOff()
        && (rack == null || rack.isCalm(flight));
  }

  @Override
  public boolean isCalm() {
    return calm;
  }

  @Override
  public void onCalmAck(int entries, long sentNs, long nowNs) {
    if (rack == null) {
      minRtt.onSample(Math.max(1, nowNs - sentNs), nowNs);
      calmNs = nowNs;
      calmSentNs = sentNs;
    } else {
      rack.onCalmAck(flight, sentNs, nowNs);
    }
    learnDelay(entries, sentNs, nowNs);
    probe.onSample();
    recover = Seq.max(recover, flight.una() - 1); // left behind, it would look ahead after 2^31
  }

  /**
   * An ACK covered so many segments that were sent once.
   *
   * @param sentNs when the last of them left
   */
  private void learnDelay(int segments, long sentNs, long nowNs) {
    if (segments == 1) {
      ackDelay.onAck(sentNs, minRtt.ns(), nowNs);
    }
    if (flight.size() == 0) {
      ackDelay.onAllArrived();
    }
  }

  /**
   * @return whether more is lost
   */
  private boolean detect(Flight.Reader reader, long nowNs) {
    long before = flight.lost();
    long leftNs = rack.detect(flight, reorderingWindowNs(), reader, nowNs);
    reorderNs = leftNs == 0 ? NEVER : nowNs + leftNs;
    return flight.lost() > before;
  }

  /**
   * Whether the losses begin a recovery. Segments sent again because they were too big do not. The
   * loss of a retransmission is another sign of congestion (RFC 5681 §4.3), once for all that left
   * before it was known.
   *
   * @param found whether more is lost than before this ACK
   */
  private boolean begins(boolean found) {
    if (flight.bytesToSendAgain() == 0 || repair == Repair.AFTER_TIMEOUT) {
      return false;
    }
    return active() ? rack.lostAgainSince(beganNs) : found;
  }

  private void begin(long nowNs) {
    boolean further = active();
    watchedFromNowOn().onRecovery(flight, further);
    lostAgain = further;
    repair = Repair.FAST;
    prr = prr == null ? new ProportionalRateReduction() : prr;
    beganNs = nowNs;
    recover = flight.nxt();
    probe.reset();
  }

  @Override
  public void onLossTold(int delivered, int mss) {
    int recoverFs = flight.bytes() - flight.sackedBytes() + delivered;
    prr.begin(recoverFs, flight.inNetwork(), mss);
  }

  @Override
  public void regulate(int delivered, boolean advanced, int target, int mss) {
    if (active()) {
      prr.onAck(delivered, flight.inNetwork(), target, advanced && flight.lost() == lost, mss);
    }
  }

  // --- time

  @Override
  public boolean onReorderTimeout(Flight.Reader reader, long nowNs) {
    if (begins(detect(reader, nowNs))) {
      begin(nowNs);
      return true;
    }
    return false;
  }

  @Override
  public void onTimeout(long nowNs) {
    calm = false;
    boolean recovering = repair != Repair.NONE;
    repair = Repair.AFTER_TIMEOUT;
    recover = flight.nxt();
    reorderNs = NEVER;
    probe.reset();
    if (flight.isSacked(0)) { // RFC 2018 §8: the peer dropped it again
      flight.forgetSacks();
      rack.judgeAgain(flight);
    }
    rack().onTimeout(flight, rack.reorderingWindowNs(true, rtt.srttNs()), nowNs);
    watchedFromNowOn().onTimeout(flight, recovering, nowNs);
    headToSend = true;
  }

  @Override
  public void drop() {
    if (rack != null) {
      rack.drop();
    }
  }

  @Override
  public void onAllDropped() {
    leave();
    recover = flight.nxt();
    goBackN();
  }

  @Override
  public void onWindowOpened() {
    goBackN();
  }

  private void goBackN() {
    calm = false;
    headToSend = false;
    flight.loseAll();
  }

  private void leave() {
    repair = active() ? Repair.NONE : repair;
    reorderNs = NEVER;
    probe.reset();
  }

  @Override
  public void onProbe() {
    calm = false;
    headToSend = true;
  }

  @Override
  public boolean mayProbe() {
    return probe.allowed() && repair == Repair.NONE && flight.sackedEntries() == 0;
  }

  @Override
  public long probeDeadlineNs(long nowNs) {
    long delayNs = ackDelay.ns(flight.sentNs(0));
    return TailLossProbe.deadlineNs(flight, rtt.srttNs(), delayNs, nowNs);
  }

  @Override
  public long reorderDeadlineNs() {
    return reorderNs;
  }

  // --- the sender

  @Override
  public void onSentAgain(int i, boolean probes, long nowNs) {
    calm = false;
    rack().onSentAgain(flight, i);
    if (probes) {
      probe.onSent(flight.nxt(), true);
    } else {
      spurious.onSentAgain(flight.length(i), nowNs);
    }
    if (active()) {
      prr.onSent(flight.length(i));
    }
  }

  @Override
  public void onSentNew(int length, boolean probes, CongestionPolicy congestion) {
    if (probes) {
      calm = false;
      probe.onSent(flight.nxt(), false);
    }
    if (calm) {
      return;
    }
    spurious.onSentNew();
    if (active()) {
      prr.onSent(length);
    }
  }

  // --- what to send

  @Override
  public int takeUrgent() {
    int index = headToSend ? 0 : -1;
    headToSend = false;
    return index;
  }

  @Override
  public int nextToSendAgain() {
    return repair == Repair.AFTER_TIMEOUT && spurious.waits() ? -1 : flight.nextToSendAgain();
  }

  @Override
  public boolean asks() {
    return repair == Repair.AFTER_TIMEOUT && spurious.asks();
  }

  @Override
  public void onNothingNew() {
    spurious.onNothingNew();
  }

  // --- getters

  @Override
  public int unanswered(int most) {
    return rack().unanswered(flight, most);
  }

  @Override
  public int held() {
    return rack == null ? 0 : rack.held();
  }

  @Override
  public boolean reorderingSeen() {
    return rack != null && rack.reorderingSeen();
  }

  @Override
  public long reorderingWindowNs() {
    if (rack == null) {
      return Rack.firstWindowNs(minRtt, rtt.srttNs());
    }
    boolean proved = repair != Repair.NONE || flight.sackedEntries() >= threshold;
    return rack.reorderingWindowNs(proved, rtt.srttNs());
  }

  @Override
  public boolean active() {
    return repair == Repair.FAST;
  }

  @Override
  public int flightSize() {
    return flight.bytes();
  }

  @Override
  public int allowance(CongestionPolicy congestion, Flight flight) {
    return active() && !congestion.regulatesRecovery()
        ? Math.max(0, prr.window() - flight.inNetwork())
        : LossRecovery.super.allowance(congestion, flight);
  }
}
