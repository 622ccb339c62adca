package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.CongestionPolicy;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.wire.OutSegment;
import dev.jktcp.wire.Seq;
import java.util.Objects;

/**
 * How much may leave, and when. Decides which events the {@link CongestionPolicy} hears of:
 *
 * <ul>
 *   <li>a window of data with losses and marks is one instance of congestion (RFC 5681 §3.2, RFC
 *       3168 §6.1.2), but the loss of a retransmission is another;
 *   <li>segments that were too big for the path are no sign of congestion (RFC 4821 §7.6);
 *   <li>a reduction that proves needless is undone only if the policy was told of its cause.
 * </ul>
 *
 * <p>The policy's window, the recovery and the {@link Pacer} then say what may leave. Exists once
 * both SYNs are known, and has a policy once the connection is established.
 */
final class Congestion {
  private final ConnectionSettings settings;
  private final Flight flight;
  private final SegmentSize size;
  private final RttEstimator rtt;
  private final LossRecovery recovery;
  private final Timers timers;
  private CongestionPolicy policy; // null until the connection is established
  private EcnSender ecn; // null: no segment of ours may be marked
  private DeliveryRate rate; // null: the policy wants no samples
  private Pacer pacer; // null: nothing was paced yet
  private boolean mssToTell; // the policy hears of a new MSS before its next call
  private boolean quiet; // the segments under repair were too big: the policy is not told
  private byte told; // losses told to the policy that may be undone together: up to 2
  private boolean loud; // this ACK proved a loss beside that of a path probe
  private int hushed; // bytes of the path probe that this ACK proved lost
  private long lastSentNs;

  Congestion(
      ConnectionSettings settings,
      Flight flight,
      SegmentSize size,
      RttEstimator rtt,
      LossRecovery recovery,
      Timers timers) {
    this.settings = settings;
    this.flight = flight;
    this.size = size;
    this.rtt = rtt;
    this.recovery = recovery;
    this.timers = timers;
  }

  /** RFC 3168 §6.1.1: the handshake has settled that our data segments may be marked. */
  void useEcn(int firstSeq) {
    ecn = new EcnSender(firstSeq);
  }

  /**
   * Our SYN is acknowledged: the policy begins. RFC 5681 §3.1: a lost SYN leaves one segment; RFC
   * 6298 §5.7 for the timer.
   */
  void open(boolean synLost, long nowNs) {
    lastSentNs = nowNs;
    policy =
        Objects.requireNonNull(
            settings.profile().congestionControl().open(facts(nowNs)), "congestion policy");
    if (policy.wantsSamples()) {
      rate = new DeliveryRate(flight, 0);
    }
    if (synLost) {
      policy.onRetransmitTimeout(facts(nowNs), false);
      rtt.onSynLost();
    }
  }

  boolean isOpen() {
    return policy != null;
  }

  // --- idle times

  boolean folds() {
    return policy != null && !mssToTell;
  }

  /** Whether the last transfer may be forgotten. */
  boolean rests(long nowNs) {
    return nowNs - lastSentNs > rtt.rtoNs() && (pacer == null || pacer.rests(nowNs));
  }

  void fold(IdleEnd to) {
    policy.onRest();
    to.congestion = policy;
    to.ecnSender = EcnSender.fold(ecn);
    to.lastSentNs = lastSentNs;
  }

  void unfold(IdleEnd from) {
    policy = from.congestion;
    ecn = EcnSender.unfold(from.ecnSender, from.sndNxt);
    rate = policy.wantsSamples() ? new DeliveryRate(flight, from.minRttNs) : null;
    lastSentNs = from.lastSentNs;
  }

  // --- what has arrived

  /** An ACK that may report anything is taken, or a timer that may prove losses has fired. */
  void beginReport() {
    loud = false;
    hushed = 0;
  }

  /** Whether the policy wants samples of the delivery rate. */
  boolean takesSamples() {
    return rate != null;
  }

  void beginSample(long nowNs) {
    if (rate != null) {
      rate.begin(nowNs);
    }
  }

  void onDelivered(int index) {
    if (rate != null) {
      rate.onDelivered(index);
    }
  }

  void onProgress(int sndUna) {
    if (ecn != null) {
      ecn.onProgress(sndUna);
    }
  }

  /** An ACK while no loss is known or suspected. */
  void onCalmAck(int before, int acked, long measuredNs, long nowNs) {
    policy.onAck(facts(nowNs).before(before).acked(acked, acked, measuredNs));
  }

  /**
   * An ACK of new data, or one that reports some.
   *
   * @param facts of the ACK, without what it proves lost and a sample
   * @param lost bytes that it proves lost, those of a path probe included
   */
  void onAck(SenderFacts facts, int lost, LossRecovery.Progress progress) {
    facts.lost(lost - hushed);
    if (rate != null) {
      facts.sample(rate.sample(facts.roundTripNs()));
    }
    policy.onAck(facts.recovering(progress != LossRecovery.Progress.PLAIN));
    if (progress == LossRecovery.Progress.RECOVERED && !quiet) {
      policy.onRecovered(facts, recovery.mostAfter(flight.bytes(), size.mss()));
    }
  }

  /** Whether an ECN-Echo may report a mark of a segment of ours. */
  boolean usesEcn() {
    return ecn != null;
  }

  /** Whether an ECN-Echo with this ACK may report a mark after the last reduction. */
  boolean isNews(int ack) {
    return ecn.isNews(ack);
  }

  /**
   * RFC 3168 §6.1.2: an ACK reports that a segment of ours was marked.
   *
   * @param before bytes in the network before the ACK
   * @return false = the window is as small as it gets, and the timer alone can slow the sender down
   */
  boolean onEcho(int before, long nowNs) {
    boolean shrinks = policy.window() > size.mss();
    if (shrinks) {
      policy.onEcn(facts(nowNs).before(before));
    } else {
      timers.arm(Timers.Kind.ECN_REST, nowNs + rtt.rtoNs());
    }
    onReduced();
    return shrinks;
  }

  // --- what is lost

  /** The segment of the flight is lost. */
  void onSegmentLost(int index, long nowNs) {
    int length = flight.length(index);
    if (size.isOfProbe(flight.seq(index))) { // RFC 4821 §7.6
      hushed += length;
      return;
    }
    loud = true;
    if (size.search() != null) {
      size.search().onSegmentLost(length);
    }
    SenderFacts facts = facts(nowNs).lost(length);
    policy.onSegmentLost(rate == null ? facts : facts.sample(rate.ofLost(index)));
  }

  /** A loss was found before a timeout, and a recovery begins. */
  void onLoss(int flightSize, long nowNs) {
    PathSearch search = size.search();
    boolean probe = search != null && search.onLost(flight.una());
    quiet = probe && !loud;
    if (search != null && !quiet) {
      search.onRecovery();
    }
    if (!quiet) {
      reduce(flightSize, nowNs);
    }
  }

  /** The recovery goes on. If it began with a path probe, other losses are news to the policy. */
  void onFurtherReport(int flightSize, long nowNs) {
    if (quiet && loud) {
      quiet = false;
      reduce(flightSize, nowNs);
    }
  }

  /** If ECN marks have just shrunk the window, it stays as it is. */
  private void reduce(int flightSize, long nowNs) {
    if (!recovery.reducesFurther()) {
      told = 0;
    }
    // RFC 3168 §6.1.2: a window of data with marks and losses is one instance of congestion, and
    // the loss of a retransmission is another.
    if (ecn == null || recovery.lostAgain() || ecn.isNewLoss(flight.una())) {
      policy.onLoss(facts(nowNs).before(flightSize).recovering(told > 0));
      onLossTold();
    }
  }

  /** RFC 8985 §7.4.2: the policy is told of a loss even if the probe has repaired it. */
  void onLossRepaired(long nowNs) {
    policy.onLoss(facts(nowNs).before(recovery.flightSize()));
    onReduced();
  }

  /**
   * The retransmission timer fired.
   *
   * @param before bytes in flight when it did
   * @param first whether the oldest segment was sent only once
   */
  void onTimeout(int before, boolean first, long nowNs) {
    quiet = false;
    told = recovery.reducesFurther() ? told : 0;
    SenderFacts facts = facts(nowNs).before(before).recovering(told > 0);
    policy.onRetransmitTimeout(facts, first);
    onLossTold();
  }

  /** From here on each loss is told, whatever was under repair. */
  void tellAll() {
    quiet = false;
  }

  /** The policy was told of a loss or a timeout that may yet prove spurious. */
  private void onLossTold() {
    told = (byte) Math.min(2, told + 1);
    onReduced();
  }

  private void onReduced() {
    if (ecn != null) {
      ecn.onReduced(flight.nxt());
    }
  }

  /** Whether the policy hears nothing of the losses under repair. */
  boolean isQuiet() {
    return quiet;
  }

  /** The segments of the last recovery, or of the last timeouts, were only late. */
  void onUndone(long nowNs) {
    if (told > 0) { // the policy has nothing to undo for a loss it was not told of
      policy.onUndo(facts(nowNs).recovering(told > 1 && !recovery.undoesAll()));
    }
  }

  // --- what leaves

  /** RFC 5681 §4.1: nothing is in flight, maybe since long ago. */
  void onIdle(long nowNs) {
    policy.onIdle(facts(nowNs));
  }

  /** Segments have another size from now on. */
  void onMss() {
    mssToTell = policy != null;
  }

  /** The next segment is looked for. */
  void beginPlan() {
    if (mssToTell) {
      tellMss();
    }
    if (pacer != null) {
      timers.cancel(Timers.Kind.PACE);
    }
  }

  /** Bytes that may join the flight now. */
  int allowance() {
    return recovery.allowance(policy, flight);
  }

  /** Whether a retransmission of so many bytes may leave. */
  boolean allows(int length) {
    return flight.inNetwork() <= 0 || allowance() >= length;
  }

  /** RFC 3168 §6.1.2: the window is as small as it gets, and the timer makes the sender slower. */
  boolean slowedByMarks() {
    return ecn != null && timers.isArmed(Timers.Kind.ECN_REST);
  }

  /** Whether a timer of congestion control holds data back. */
  boolean holdsBack() {
    return slowedByMarks() || (pacer != null && timers.isArmed(Timers.Kind.PACE));
  }

  boolean paces() {
    return policy.pacingRate() != CongestionPolicy.UNPACED;
  }

  /** Whether a segment may leave now. If not, the timer says when. */
  boolean paceAllows(long nowNs) {
    if (pacer == null) {
      pacer = new Pacer();
    }
    boolean released = pacer.releases(nowNs);
    if (!released) {
      timers.arm(Timers.Kind.PACE, pacer.nextNs());
    }
    return released;
  }

  /**
   * RFC 4821 §7.4: the size of a path probe, new data in a segment larger than those known to pass,
   * while nothing is being repaired. If enough is ready, the probe is followed by the segments
   * whose duplicate ACKs would show its loss. If less is ready, the probe has the path for itself:
   * the congestion window always has room for one full-sized segment (RFC 5681 §3.1). It waits
   * while the timeout is backed off.
   *
   * @param ready bytes that could leave now but for the congestion window
   * @return 0 = none now
   */
  int probeSize(int ready) {
    PathSearch search = size.search();
    if (recovery.active()) {
      return 0;
    }
    int probe = search.nextSegment();
    if (probe <= size.mss() || ready < probe) {
      return 0;
    }
    TcpProfile profile = settings.profile();
    int threshold = profile.dupAckThreshold();
    int withFollowers = probe + threshold * size.mss();
    // RFC 6582 §3.2 step 2: duplicate ACKs count only beyond the flight that a timeout took for
    // lost.
    if (threshold > 0 && Seq.leq(flight.nxt(), recovery.recover())) {
      return 0;
    }
    if (search.isLeast() && policy.window() < probe) {
      return rtt.backedOff() ? 0 : probe; // cwnd may never have room: the flight goes first
    }
    if (threshold > 0 && ready >= withFollowers) {
      return policy.window() >= withFollowers ? probe : 0;
    }
    return flight.bytes() == 0 && !rtt.backedOff() ? probe : 0;
  }

  /** A segment of so much sequence space is written to the wire. */
  void onLeaves(int length, long nowNs) {
    lastSentNs = nowNs;
    if (pacer != null && paces()) {
      pacer.onSent(length, policy.pacingRate(), policy.burst(), nowNs);
    }
    if (rate != null) {
      rate.beforeSent(nowNs);
    }
  }

  /** The segment has joined the flight as its last. */
  void onSentNew() {
    if (rate != null) {
      rate.onSent(flight.size() - 1);
    }
  }

  /** The segment was noted in the flight as sent again. */
  void onSentAgain(int index) {
    if (rate != null) {
      rate.onSent(index);
    }
  }

  /**
   * Nothing more may leave, and the policy takes samples.
   *
   * @param unsent bytes that wait in the queue
   */
  void onNothingPlanned(int unsent) {
    if (!timers.isArmed(Timers.Kind.PACE) && hasGap(unsent)) {
      rate.onGap();
    }
  }

  /** Whether the application alone limits sending: less than a full segment is unsent. */
  private boolean hasGap(int unsent) {
    return unsent < size.mss()
        && flight.bytesToSendAgain() == 0
        && flight.inNetwork() < policy.window();
  }

  /** Marks a segment of new data that is no window probe, if {@link #usesEcn}. */
  void mark(OutSegment out) {
    ecn.fill(out);
  }

  // --- getters

  /** The facts that the policy gets with an event. */
  SenderFacts facts(long nowNs) {
    if (mssToTell) {
      tellMss();
    }
    return settings.facts().begin(rtt, size.mss(), flight.inNetwork(), nowNs - lastSentNs, nowNs);
  }

  private void tellMss() {
    mssToTell = false;
    policy.onMss(size.mss());
  }

  /** Null until the connection is established. */
  CongestionPolicy policy() {
    return policy;
  }

  /** In bytes; 0 until the connection is established. */
  int window() {
    return policy == null ? 0 : policy.window();
  }

  String name() {
    return policy == null ? "" : String.valueOf(policy.name());
  }

  /** In bytes a second; 0 = not paced. */
  long pacingRate() {
    return policy == null || !paces() ? 0 : policy.pacingRate();
  }

  int slowStartThreshold() {
    return policy == null ? Integer.MAX_VALUE : policy.slowStartThreshold();
  }
}
