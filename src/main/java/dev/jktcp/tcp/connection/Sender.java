package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.CongestionPolicy;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.wire.OutSegment;
import dev.jktcp.wire.Seq;
import dev.jktcp.wire.TcpSegment;
import java.util.Objects;

/**
 * The send half: SND.*, the queue, and the choice of the next segment, new or sent again.
 *
 * <p>{@link #plan} is an ordered ladder of reasons to send. When it returns true, the {@code plan…}
 * fields describe one segment, which {@link #onPlanSent} accounts for.
 */
final class Sender implements Flight.Reader {
  static final int OTHERS = 3; // duplicate ACKs that prove a loss (RFC 5681 §3.2)

  private final ConnectionSettings settings;
  private CongestionPolicy congestion; // null until the connection is established
  private EcnSender ecn; // null: no segment of ours may be marked
  private final SendQueue queue;
  private final Flight flight;
  private DeliveryRate rate; // null: the policy wants no samples
  private Pacer pacer; // null: nothing was paced yet
  private final RoundTrip roundTrip; // the stack's
  private Timestamps timestamps; // null unless both ends send them
  private final RttEstimator rtt;
  private final ByteAccount account;
  private LossRecovery recovery; // null until both SYNs say whether there is SACK
  private final Patience patience;
  private final Timers timers;
  private final FlightTimer timer;
  private TcpTuning tuning;

  // RFC 9293 §3.3.1
  private int iss;
  private final SendWindow sndWnd = new SendWindow();
  private int mss;

  private Negotiated agreed; // null until the peer's SYN comes
  private EcnHandshake negotiation; // null once it is over
  private boolean synToSend;
  private boolean mssToTell; // the policy hears of a new MSS before its next call
  private PathSearch search; // null: no larger segment size is searched for
  private int passed; // ACKs since the last progress that reported data behind the oldest
  private boolean quiet; // the segments under repair were too big: the policy is not told
  private byte told; // losses told to the policy that may be undone together: up to 2
  private boolean loud; // this ACK proved a loss beside that of a path probe
  private int hushed; // bytes of the path probe that this ACK proved lost
  private int tooBigEnd; // end of the flight as it was when segments became smaller
  private boolean overrideSws; // the persist timer fired: send what fits
  private boolean probeToSend; // a tail loss probe
  private boolean newSent; // new data left since the tail loss probe was last put off
  private boolean probing; // the window was closed when we last had to send

  private long lastSentNs;

  private long bytesSent;
  private long bytesAcked;
  private LossCounts losses = LossCounts.NONE;

  // The plan.
  private int planIndex; // in the flight; below 0: new data
  private int planSeq;
  private int planLength;
  private boolean planFin;
  private boolean planPush;
  private boolean planProbes;

  Sender(ConnectionSettings settings, TcpTuning tuning, Timers timers, ByteAccount account) {
    TcpProfile profile = settings.profile();
    this.settings = settings;
    this.tuning = tuning;
    this.roundTrip = settings.roundTrip();
    this.queue = new SendQueue(settings, account);
    this.rtt = new RttEstimator(profile);
    this.flight = new Flight(settings.flights(), account);
    this.patience = new Patience(profile, tuning);
    this.account = account;
    this.timers = timers;
    this.timer = new FlightTimer(timers);
  }

  // --- idle times

  /** Whether nothing is under way, so that {@link #fold} loses nothing. */
  boolean folds() {
    return congestion != null
        && flight.size() == 0
        && queue.held() == 0
        && !queue.finQueued()
        && !queue.urgent()
        && !synToSend
        && !mssToTell
        && !overrideSws
        && !probing
        && !probeToSend
        && patience.retries() == 0
        && recovery.folds()
        && sndWnd.folds(sndUna());
  }

  /** Whether its congestion control may forget the last transfer. */
  boolean rests(long nowNs) {
    return nowNs - lastSentNs > rtt.rtoNs() && (pacer == null || pacer.rests(nowNs));
  }

  void fold(IdleEnd to) {
    congestion.onRest();
    to.sndNxt = sndNxt();
    to.congestion = congestion;
    to.sendChunks = (char) queue.chunks();
    to.ecnSender = EcnSender.fold(ecn);
    to.losses = losses;
    to.lastSentNs = lastSentNs;
    to.bytesAcked = bytesAcked;
    to.search = search;
    to.peerMss = (char) agreed.mss();
    to.agreed = agreed.flags();
    if (timestamps != null) {
      timestamps.fold(to);
    }
    recovery.fold(to);
    rtt.fold(to);
    sndWnd.fold(to);
  }

  void unfold(IdleEnd from) {
    iss = from.sndNxt - 1;
    flight.open(from.sndNxt, from.bytesAcked + 1); // and the SYN
    tooBigEnd = from.sndNxt;
    congestion = from.congestion;
    queue.resize(from.sendChunks);
    ecn = EcnSender.unfold(from.ecnSender, from.sndNxt);
    rate = congestion.wantsSamples() ? new DeliveryRate(flight, from.minRttNs) : null;
    losses = from.losses;
    lastSentNs = from.lastSentNs;
    bytesSent = from.bytesAcked;
    bytesAcked = from.bytesAcked;
    search = from.search;
    queue.open(iss);
    recovery.unfold(from);
    rtt.unfold(from);
    sndWnd.unfold(from);
  }

  // --- opening

  /** Chooses the ISS; the SYN is to be sent. */
  void open(int iss, long nowNs) {
    this.iss = iss;
    flight.open(iss, 0);
    tooBigEnd = iss;
    queue.open(iss);
    synToSend = true;
    patience.onProgress(nowNs);
  }

  /** A SYN-ACK with this ISS was sent as a cookie, and its ACK has come. */
  void openAnswered(int iss, long nowNs) {
    open(iss, nowNs);
    flight.onSent(iss + 1, nowNs, Flight.UNTIMED);
    synToSend = false;
  }

  /** The SYNs will settle whether ECN is used; null: they have. */
  void negotiate(EcnHandshake handshake) {
    negotiation = handshake;
  }

  EcnHandshake negotiation() {
    return negotiation;
  }

  Negotiated agreed() {
    return agreed;
  }

  /** Both ends send timestamps. */
  void useTimestamps(Timestamps agreed) {
    timestamps = agreed;
  }

  Timestamps timestamps() {
    return timestamps;
  }

  Timers timers() {
    return timers;
  }

  boolean isEstablished() {
    return congestion != null;
  }

  boolean synToSend() {
    return synToSend;
  }

  void sendSynAgain() {
    synToSend = true;
  }

  void onSynSent(long nowNs) {
    synToSend = false;
    if (flight.size() == 0) {
      flight.onSent(iss + 1, nowNs, 0);
    } else {
      flight.onSentAgain(0, nowNs);
    }
    if (!timer.isRunning()) {
      timer.restart(nowNs + rtt.rtoNs());
    }
  }

  /** The peer's SYN is known: its window and scale, and the size of segments. */
  void onPeerSyn(TcpSegment segment, int effectiveMss, int shift) {
    mss = effectiveMss;
    sndWnd.open(segment, sndUna(), shift);
  }

  /** Sets the size of segments; the policy is not told of it. */
  void cut(int effectiveMss) {
    mss = effectiveMss;
  }

  /** From now on segments have another size, also when they are sent again. */
  void resize(int effectiveMss) {
    if (effectiveMss < mss) {
      tooBigEnd = sndNxt();
    }
    mss = effectiveMss;
    mssToTell = congestion != null;
  }

  /** Searches for a larger segment size from now on; null: ends the search. */
  void search(PathSearch changed) {
    search = changed;
  }

  PathSearch search() {
    return search;
  }

  /** Duplicate ACKs show that segments behind the oldest in flight pass, whatever their size. */
  boolean othersPass() {
    return passed >= OTHERS;
  }

  /**
   * Whether {@code count} segments behind the oldest left after the last that arrived, unanswered.
   */
  boolean othersVanish(int count) {
    return recovery.unanswered(count) == count;
  }

  /** The size of the oldest segment in flight, were it sent again now. */
  int headSize() {
    return Math.min(mss, inFlight());
  }

  /** Our SYN is acknowledged: data may flow. */
  void onEstablished(int synRetries, long nowNs) {
    synToSend = false;
    lastSentNs = nowNs;
    CongestionControl control = settings.profile().congestionControl();
    congestion = Objects.requireNonNull(control.open(facts(nowNs)), "congestion policy");
    if (congestion.wantsSamples()) {
      rate = new DeliveryRate(flight, 0);
    }
    if (synRetries > 0) {
      // RFC 5681 §3.1: a lost SYN leaves one segment; RFC 6298 §5.7 for the timer.
      congestion.onRetransmitTimeout(facts(nowNs), false);
      rtt.onSynLost();
    }
  }

  /** Both SYNs have settled whether the peer reports by SACK (RFC 2018 §2). */
  void onAgreed(Negotiated agreed) {
    this.agreed = agreed;
    recovery = recoveryFor(agreed.sack());
    recovery.open(iss);
    if (rtt.srttNs() > 0) {
      recovery.onSample(); // of the SYN
    }
  }

  private LossRecovery recoveryFor(boolean sack) {
    TcpProfile profile = settings.profile();
    int threshold = profile.dupAckThreshold();
    if (!sack) {
      return new NewRenoRecovery(flight, threshold);
    }
    return profile.rack()
        ? new RackRecovery(flight, threshold, rtt, settings.flights(), account)
        : new SackRecovery(flight, threshold);
  }

  /** RFC 3168 §6.1.1: the handshake has settled that our data segments may be marked. */
  void useEcn() {
    ecn = new EcnSender(iss + 1);
  }

  // --- the user

  /** The bytes that the user wrote, with the FIN behind them. */
  SendQueue queue() {
    return queue;
  }

  /** The send window is used up. */
  boolean blocked() {
    return Seq.geq(sndNxt(), rightEdge());
  }

  /** The peer's window is closed to segments of any size. */
  boolean windowClosed() {
    return sndWnd.closed();
  }

  void tune(TcpTuning tuning) {
    this.tuning = tuning;
    patience.tune(tuning);
  }

  // --- the peer

  /**
   * The ACK of our SYN, which is all that is in flight. The policy does not exist yet, so the ACK
   * is no news for it.
   */
  void onSynAcked(TcpSegment segment, long nowNs) {
    int entries = isPlain(segment) ? calmUpTo(segment.ack()) : 0;
    if (entries == 0) {
      onTellingAck(segment, nowNs);
      return;
    }
    acknowledgeCalm(segment.ack(), entries, nowNs);
    timer.cancel();
    sndWnd.update(segment);
  }

  /**
   * An ACK in the range that RFC 5961 §5 accepts, once our SYN is acknowledged.
   *
   * @return sequence space newly acknowledged, in octets
   */
  int onAck(TcpSegment segment, long nowNs) {
    boolean plain = Seq.gt(segment.ack(), sndUna()) && isPlain(segment);
    return plain ? onPlainAck(segment, nowNs) : onTellingAck(segment, nowNs);
  }

  /**
   * Whether header prediction would take this ACK. While it is off, {@link #onAck} is its oracle.
   */
  private boolean isPlain(TcpSegment segment) {
    return settings.fastPath().on()
        && segment.sackBlocks() == 0
        && !segment.ece()
        && !probing
        && !sndWnd.closed()
        && segment.window() > 0;
  }

  /** An ACK that reports nothing beyond its ACK field and window. */
  private int onPlainAck(TcpSegment segment, long nowNs) {
    int entries = rate == null ? calmUpTo(segment.ack()) : 0;
    return entries > 0 ? onCalmAck(segment, entries, nowNs) : onTellingAck(segment, nowNs);
  }

  /** How many whole entries an ACK takes while no loss is known or suspected; else 0. */
  private int calmUpTo(int ack) {
    return recovery.isCalm() ? flight.plainUpTo(ack) : 0;
  }

  /** An ACK that may report anything: SACK blocks, marks, a closed window. */
  private int onTellingAck(TcpSegment segment, long nowNs) {
    boolean wasClosed = sndWnd.closed();
    boolean duplicate = isDuplicateAck(segment);
    boolean marked = ecn != null && segment.ece();
    int inNetwork = flight.inNetwork();
    long before = flight.arrived();
    long lost = flight.lost();
    if (rate != null) {
      rate.begin(nowNs);
    }
    loud = false;
    hushed = 0;
    Echo echo = roundTrip.begin(segment.hasTimestamps() ? timestamps : null, segment.tsEcr());
    recovery.onReport(segment, echo, nowNs, this);
    int samples = samplesExpected();
    int acked = Math.max(0, Seq.diff(segment.ack(), sndUna()));
    if (acked > 0) {
      onProgress(segment.ack(), nowNs);
    }
    boolean news = duplicate || flight.arrived() != before;
    passed = acked > 0 ? 0 : passed + (news ? 1 : 0);
    long measuredNs = measure(samples, nowNs);
    int arrived = recovery.delivered(acked, (int) (flight.arrived() - before), mss);
    onProbesAck(duplicate, nowNs);
    undo(acked > 0, duplicate, nowNs);
    int flightSize = recovery.flightSize();
    LossRecovery.Progress progress = recovery.onAck(acked, duplicate, mss, this, nowNs);
    if (progress == LossRecovery.Progress.LOSS) {
      onLoss(flightSize, arrived, nowNs);
    } else if (quiet && loud) {
      quiet = false;
      onCongestion(flightSize, nowNs);
    }
    if (congestion != null && (acked > 0 || arrived > 0)) { // our SYN's ACK comes before a policy
      recovery.regulate(arrived, acked > 0, congestion.window(), mss);
      SenderFacts facts = facts(nowNs).before(inNetwork).acked(acked, arrived, measuredNs);
      facts.lost((int) (flight.lost() - lost) - hushed).marked(marked ? arrived : 0);
      if (rate != null) {
        facts.sample(rate.sample(measuredNs));
      }
      tellOfAck(facts, progress);
    }
    if (marked) {
      onEcho(segment.ack(), inNetwork, nowNs);
    }
    watchFlight(acked > 0, nowNs);
    if (acked > 0 && congestion != null && queue.tunes()) {
      queue.tune(congestion.window());
    }
    if (sndWnd.update(segment) && probing && !sndWnd.closed()) {
      onWindowOpened();
    }
    if (wasClosed || sndWnd.closed()) { // MUST-37: a peer that answers is alive, even at window 0
      patience.onProgress(nowNs);
    }
    return acked;
  }

  /**
   * For header prediction: whether the segment's ACK and window only continue the transfer.
   *
   * @param progress whether its ACK may be of new data
   */
  boolean expects(TcpSegment segment, boolean progress) {
    int ack = segment.ack();
    return (ack == sndUna() || (progress && Seq.gt(ack, sndUna()) && Seq.leq(ack, sndNxt())))
        && !probing
        && !sndWnd.closed()
        && segment.window() > 0
        && !recovery.active();
  }

  /**
   * The ACK of a segment that header prediction has let through: it has no SACK block and no
   * ECN-Echo, the window is open before and after it, and it is no duplicate. While {@link
   * LossRecovery#isCalm}, if it covers whole segments that were sent once, it proves, repairs and
   * undoes nothing. Of {@link #onAck} it needs the round trip, the policy and the timer. If it
   * acknowledges nothing, as at an end that mostly receives, only its window counts.
   *
   * @return sequence space newly acknowledged, in octets
   */
  int onPredictedAck(TcpSegment segment, long nowNs) {
    if (segment.ack() == sndUna() && (recovery.isCalm() || flight.size() == 0)) {
      sndWnd.update(segment);
      return 0;
    }
    return onPlainAck(segment, nowNs);
  }

  /** {@link #onAck} for so many whole entries of the flight, with no loss known or suspected. */
  private int onCalmAck(TcpSegment segment, int entries, long nowNs) {
    int acked = segment.ack() - sndUna();
    int inNetwork = flight.inNetwork();
    long measuredNs = acknowledgeCalm(segment.ack(), entries, nowNs);
    congestion.onAck(facts(nowNs).before(inNetwork).acked(acked, acked, measuredNs));
    watchFlight(true, nowNs);
    if (queue.tunes()) {
      queue.tune(congestion.window());
    }
    sndWnd.update(segment);
    return acked;
  }

  /**
   * Whole entries of the flight leave, with no loss known or suspected.
   *
   * @return the round trip that the ACK measured
   */
  private long acknowledgeCalm(int ack, int entries, long nowNs) {
    int samples = samplesExpected();
    long sentNs = flight.sentNs(entries - 1);
    passed = 0;
    onAcked(ack, nowNs);
    flight.acknowledgePlain(entries, ack);
    long measuredNs = rtt.onSample(Math.max(1, nowNs - sentNs), samples);
    recovery.onCalmAck(entries, sentNs, nowNs);
    return measuredNs;
  }

  /**
   * A loss was found before a timeout. If ECN marks have just shrunk the window, it stays as it is.
   */
  private void onLoss(int flightSize, int delivered, long nowNs) {
    counts().onRecovery();
    boolean probe = search != null && search.onLost(sndUna());
    quiet = probe && !loud;
    if (search != null && !quiet) {
      search.onRecovery();
    }
    if (!quiet) {
      onCongestion(flightSize, nowNs);
    }
    recovery.onLossTold(delivered, mss);
  }

  private void onCongestion(int flightSize, long nowNs) {
    if (!recovery.reducesFurther()) {
      told = 0;
    }
    // RFC 3168 §6.1.2: a window of data with marks and losses is one instance of congestion, and
    // the loss of a retransmission is another.
    if (ecn == null || recovery.lostAgain() || ecn.isNewLoss(sndUna())) {
      congestion.onLoss(facts(nowNs).before(flightSize).recovering(told > 0));
      onLossTold();
    }
  }

  /** The policy was told of a loss or a timeout that may yet prove spurious. */
  private void onLossTold() {
    told = (byte) Math.min(2, told + 1);
    onReduced();
  }

  private void onReduced() {
    if (ecn != null) {
      ecn.onReduced(sndNxt());
    }
  }

  /** RFC 3168 §6.1.2: an ACK reports that a segment of ours was marked. */
  private void onEcho(int ack, int before, long nowNs) {
    if (!ecn.isNews(ack)) {
      return;
    }
    if (congestion.window() <= mss) { // the timer alone can make it slower
      timers.arm(Timers.Kind.ECN_REST, nowNs + rtt.rtoNs());
      if (inFlight() > 0) {
        armRetransmit(nowNs);
      }
    } else {
      congestion.onEcn(facts(nowNs).before(before));
      counts().ecnReductions++;
    }
    onReduced();
  }

  private void onProgress(int ack, long nowNs) {
    onAcked(ack, nowNs);
    flight.acknowledge(ack, this);
  }

  private void onAcked(int ack, long nowNs) {
    if (search != null) {
      search.onAck(ack, ack - sndUna());
    }
    bytesAcked += queue.onAck(ack);
    if (ecn != null) {
      ecn.onProgress(ack);
    }
    patience.onProgress(nowNs);
    rtt.onProgress();
  }

  @Override
  public void onDelivered(Flight flight, int index, boolean sacked) {
    roundTrip.onDelivered(flight, index, sacked);
    if (rate != null) {
      rate.onDelivered(index);
    }
    recovery.onDelivered(index, sacked);
  }

  @Override
  public void onLost(Flight flight, int index, long nowNs) {
    if (search != null && search.isOfProbe(flight.seq(index))) { // RFC 4821 §7.6
      hushed += flight.length(index);
      return;
    }
    loud = true;
    if (search != null) {
      search.onSegmentLost(flight.length(index));
    }
    SenderFacts facts = facts(nowNs).lost(flight.length(index));
    congestion.onSegmentLost(rate == null ? facts : facts.sample(rate.ofLost(index)));
  }

  @Override
  public void onDuplicate(int start, int end) {
    counts().dsacks++;
    roundTrip.onDuplicate();
    recovery.onDuplicate(start, end);
  }

  @Override
  public void onLie(int start, int end) {
    counts().untrueSacks++;
  }

  /** RFC 7323 appendix G: samples a round trip, if the peer acknowledges every second segment. */
  private int samplesExpected() {
    int covered = Math.max(1, 2 * mss);
    return flight.bytes() <= covered ? 1 : (flight.bytes() + covered - 1) / covered;
  }

  /**
   * @return the round trip in ns that this ACK measured; 0 = none
   */
  private long measure(int samples, long nowNs) {
    long measuredNs = roundTrip.sampleNs(settings.profile().maxRtoNs(), nowNs);
    if (measuredNs == 0) {
      return 0;
    }
    recovery.onSample();
    return rtt.onSample(measuredNs, samples);
  }

  /** RFC 8985 §7.4.2: the policy is told of a loss even if the probe has repaired it. */
  private void onProbesAck(boolean duplicate, long nowNs) {
    if (recovery.onProbesAck(duplicate)) {
      congestion.onLoss(facts(nowNs).before(recovery.flightSize()));
      onReduced();
    }
  }

  private void undo(boolean advanced, boolean duplicate, long nowNs) {
    boolean hasNew = queue.hasUnsent(sndNxt()) && Seq.lt(sndNxt(), rightEdge());
    switch (recovery.undo(advanced, duplicate, hasNew)) {
      case NONE -> {}
      case TIMEOUT -> {
        rtt.onSpuriousTimeout();
        onUndone(nowNs);
      }
      case FAST -> {
        if (!quiet) {
          onUndone(nowNs);
        }
      }
    }
  }

  private void onUndone(long nowNs) {
    counts().undos += recovery.undone();
    if (told > 0) { // the policy has nothing to undo for a loss it was not told of
      congestion.onUndo(facts(nowNs).recovering(told > 1 && !recovery.undoesAll()));
    }
  }

  private void tellOfAck(SenderFacts facts, LossRecovery.Progress progress) {
    congestion.onAck(facts.recovering(progress != LossRecovery.Progress.PLAIN));
    if (progress == LossRecovery.Progress.RECOVERED && !quiet) {
      congestion.onRecovered(facts, recovery.mostAfter(inFlight(), mss));
    }
  }

  /**
   * Sets the timer after an ACK: RFC 6298 §5.2, §5.3, RFC 8985 §6.2 and §7.2.
   *
   * @param advanced whether the ACK covered new data
   */
  private void watchFlight(boolean advanced, long nowNs) {
    probeToSend &= !advanced;
    if (flight.size() == 0) {
      timer.cancel();
      return;
    }
    if (advanced) {
      armRetransmit(nowNs);
    }
    if (recovery.reorderDeadlineNs() != LossRecovery.NEVER) {
      timer.waitForOrder(recovery.reorderDeadlineNs());
    } else if (advanced) {
      waitForProbe(nowNs);
    } else if (timer.waitsForOrder() || timer.waitsForProbe() && !recovery.mayProbe()) {
      timer.waitForTimeout();
    }
  }

  /** New data has left, or was acknowledged. */
  private void waitForProbe(long nowNs) {
    if (recovery.mayProbe() && !sndWnd.closed()) {
      timer.waitForProbe(recovery.probeDeadlineNs(nowNs));
    }
  }

  /** RFC 5681 §2. At a closed window such an ACK answers a probe instead. */
  private boolean isDuplicateAck(TcpSegment segment) {
    return segment.ack() == sndUna()
        && segment.length() == 0
        && inFlight() > 0
        && !sndWnd.closed()
        && sndWnd.announcedBy(segment) == sndWnd.size();
  }

  /**
   * The peer threw away the data sent into its closed window: it goes again now. The next timeout
   * may be a minute off, for it paced probes that the peer answered.
   */
  private void onWindowOpened() {
    probing = false;
    rtt.forgetTimeouts();
    timer.cancel();
    recovery.onWindowOpened();
  }

  /**
   * RFC 8201 §5.4: the path dropped a segment cut before the path's limit was known, and so all
   * others of that size. They are sent again once, however many messages report them. This loss is
   * no sign of congestion.
   *
   * @return whether there is anything to send again
   */
  boolean onTooBig(int seq) {
    if (Seq.geq(seq, tooBigEnd) || Seq.leq(tooBigEnd, sndUna())) {
      return false;
    }
    tooBigEnd = sndUna();
    recovery.onAllDropped();
    return true;
  }

  /** The facts that the policy gets with an event. */
  private SenderFacts facts(long nowNs) {
    tellMss();
    return settings.facts().begin(rtt, mss, flight.inNetwork(), nowNs - lastSentNs, nowNs);
  }

  private void tellMss() {
    if (mssToTell) {
      mssToTell = false;
      congestion.onMss(mss);
    }
  }

  // --- time

  /** A SYN or SYN-ACK stayed unanswered; false = R2 is reached (MUST-22). */
  boolean onSynTimeout(long nowNs) {
    boolean usersPatience = timers.isArmed(Timers.Kind.CONNECT);
    if (!usersPatience && patience.isOverForSyn(nowNs)) {
      return false;
    }
    repeatSyn();
    return true;
  }

  /**
   * The SYN-ACK of a passive open stayed unanswered.
   *
   * @return false when its patience is at its end
   */
  boolean onSynAckTimeout() {
    if (patience.isOverForSynAck()) {
      return false;
    }
    repeatSyn();
    return true;
  }

  private void repeatSyn() {
    patience.onSilence();
    counts().onTimeout();
    counts().onSentAgain(0);
    rtt.onTimeout();
    synToSend = true;
  }

  int retries() {
    return patience.retries();
  }

  /** When the current wait for the peer began, or the last one. */
  long waitsSinceNs() {
    return patience.sinceNs();
  }

  int mostRetries() {
    return patience.mostRetries(pathLoses());
  }

  /** Whether the path is known to lose so many segments by chance that silence proves little. */
  boolean pathLoses() {
    return losses.areMany(patience.retries());
  }

  /** RFC 6298 §5.4–5.6; false = R2 is reached (MUST-20). */
  boolean onRetransmitTimeout(long nowNs) {
    if (gaveUp(nowNs)) {
      return false;
    }
    counts().onTimeout();
    rtt.onTimeout();
    quiet = false;
    if (sndWnd.closed()) {
      patience.onProbe(nowNs);
      recovery.onProbe();
      probing = true;
    } else {
      patience.onSilence();
      probeToSend = false;
      // RFC 5681 §4.3: the loss of a retransmission lowers ssthresh a second time. Data that
      // duplicate ACKs let out beyond cwnd would raise it.
      int before =
          recovery.active() ? Math.min(inFlight(), congestion.window()) : recovery.flightSize();
      recovery.onTimeout(nowNs);
      told = recovery.reducesFurther() ? told : 0;
      SenderFacts facts = facts(nowNs).before(before).recovering(told > 0);
      congestion.onRetransmitTimeout(facts, patience.retries() == 1);
      onLossTold();
    }
    return true;
  }

  /**
   * RFC 8985 §7.3: ACKs are overdue. If the retransmission timeout is over as well, the probe takes
   * its place and counts as a retransmission for R2.
   *
   * @return false = R2 is reached (MUST-20)
   */
  boolean onProbeTimeout(long nowNs) {
    boolean inPlaceOfTimeout = timer.isTimeoutDue(nowNs);
    if (inPlaceOfTimeout && (sndWnd.closed() || !recovery.mayProbe())) {
      return onRetransmitTimeout(nowNs);
    }
    if (gaveUp(nowNs)) {
      return false;
    }
    if (inPlaceOfTimeout) {
      patience.onSilence();
      rtt.onTimeout();
    }
    probeToSend = recovery.mayProbe() && !sndWnd.closed();
    armRetransmit(nowNs);
    return true;
  }

  /** RFC 8985 §6.2: the time that reordering may take is over. */
  void onReorderTimeout(long nowNs) {
    timer.waitForTimeout();
    loud = false;
    int flightSize = recovery.flightSize();
    if (recovery.onReorderTimeout(this, nowNs)) {
      onLoss(flightSize, 0, nowNs);
    }
    watchFlight(false, nowNs);
  }

  /** RFC 9293 §3.8.6.1; false = the peer has stopped answering. */
  boolean onPersistTimeout(long nowNs) {
    if (gaveUp(nowNs)) {
      return false;
    }
    patience.onProbe(nowNs);
    rtt.onTimeout();
    overrideSws = true;
    return true;
  }

  /** Whether the peer owes an answer. At a closed window it can take nothing that is in flight. */
  private boolean asked() {
    return inFlight() > 0 && !sndWnd.closed();
  }

  private boolean gaveUp(long nowNs) {
    return patience.isOver(asked(), pathLoses(), nowNs);
  }

  // --- the transport is away, and comes back

  /** Nothing leaves from now on. Of all timeouts only the user's runs on (RFC 9293 §3.8.3). */
  void onAway(long nowNs) {
    if (!asked()) { // there was no silence so far
      patience.onWaitBegins(nowNs);
    }
    watchUser();
  }

  /** The user wrote meanwhile. */
  void onWrittenAway(long nowNs) {
    if (!timers.isArmed(Timers.Kind.USER)) {
      patience.onWaitBegins(nowNs);
      watchUser();
    }
  }

  /** The user timeout guards an established connection; an opening has its own. */
  void watchUser() {
    long patienceNs = tuning.userTimeoutNs();
    boolean waits = inFlight() > 0 || queue.hasUnsent(sndNxt());
    if (patienceNs > 0 && waits && congestion != null) {
      timers.arm(Timers.Kind.USER, patience.sinceNs() + patienceNs);
    } else {
      timers.cancel(Timers.Kind.USER);
    }
  }

  /**
   * The flight counts as lost, but not by congestion. Its oldest segment goes at once, with the
   * timeout of a first transmission. The path may have changed: as after an idle time, at most the
   * restart window leaves at once (RFC 5681 §4.1).
   */
  void onBack(long nowNs) {
    timers.cancel(Timers.Kind.USER);
    timer.cancel();
    patience.onBack(nowNs);
    rtt.forgetTimeouts();
    onStop(nowNs);
    probeToSend = false;
    if (congestion == null) {
      synToSend |= flight.size() > 0;
      return;
    }
    congestion.onIdle(facts(nowNs));
    if (flight.size() > 0 && sndWnd.closed()) {
      recovery.onProbe();
      probing = true;
    } else if (flight.size() > 0) {
      quiet = false;
      recovery.onAllDropped();
    } else if (timers.isArmed(Timers.Kind.PERSIST)) {
      timers.cancel(Timers.Kind.PERSIST);
      overrideSws = true;
    }
  }

  // --- what to send

  /**
   * Decides on the next segment that carries data or a FIN.
   *
   * @return false = no such segment may leave now
   */
  boolean plan(long nowNs) {
    tellMss();
    timers.cancel(Timers.Kind.PACE);
    boolean planned = planNext(nowNs);
    if (!planned && inFlight() > 0) {
      // The timer fired while the transport was full, and the window has closed since. No other
      // timer would ask the peer to open it.
      armIfNot(nowNs);
    }
    if (!planned) {
      onAllLeft(nowNs);
    }
    if (!planned && rate != null && !timers.isArmed(Timers.Kind.PACE) && hasGap()) {
      rate.onGap();
    }
    return planned;
  }

  /** Whether the application alone limits sending: less than a full segment is unsent. */
  private boolean hasGap() {
    return Seq.diff(queue.dataEnd(), sndNxt()) < mss
        && flight.bytesToSendAgain() == 0
        && flight.inNetwork() < congestion.window();
  }

  private boolean planNext(long nowNs) {
    return isCalm() ? planMore(nowNs) : planRepair(nowNs);
  }

  private boolean planRepair(long nowNs) {
    int urgent = recovery.takeUrgent();
    if (urgent >= 0 && planAgain(urgent)) {
      return true;
    }
    if (probeToSend && planProbe()) {
      return true;
    }
    if (recovery.asks() && planAsking(nowNs)) {
      return true;
    }
    int again = recovery.nextToSendAgain();
    if (again >= 0) { // new data waits until the holes are closed
      int most = Math.min(mss, Seq.diff(rightEdge(), flight.seq(again)));
      Repackaging.fill(flight, queue, again, most); // cwnd allows all of it or none
      int length = Math.min(mss, flight.length(again));
      return mayLeave(length) && paceAllows(nowNs) && planAgain(again);
    }
    return planMore(nowNs);
  }

  /** Once no loss is left to repair: new data, or a speculative retransmission. */
  private boolean planMore(long nowNs) {
    if (timers.isArmed(Timers.Kind.ECN_REST)) {
      return false;
    }
    if (planNew(nowNs)) {
      return paceAllows(nowNs);
    }
    if (planSpeculative(nowNs)) {
      return true;
    }
    watchWindow(nowNs);
    return false;
  }

  /**
   * A segment that probes the peer does not wait. For any other, the timer says when it may leave.
   */
  private boolean paceAllows(long nowNs) {
    if (congestion.pacingRate() == CongestionPolicy.UNPACED || probing || overrideSws) {
      return true;
    }
    if (pacer == null) {
      pacer = new Pacer();
    }
    boolean released = pacer.releases(nowNs);
    if (!released) {
      timers.arm(Timers.Kind.PACE, pacer.nextNs());
    }
    return released;
  }

  private boolean planSpeculative(long nowNs) {
    if (!recovery.active() || flight.size() == 0 || !mayLeave(mss) || !paceAllows(nowNs)) {
      return false;
    }
    int index = recovery.takeSpeculative();
    return index >= 0 && planAgain(index);
  }

  /** New data goes before retransmissions. */
  private boolean planAsking(long nowNs) {
    boolean planned = planNew(nowNs);
    if (!planned) {
      recovery.onNothingNew();
    }
    return planned;
  }

  private boolean mayLeave(int length) {
    return flight.inNetwork() <= 0 || recovery.allowance(congestion, flight) >= length;
  }

  /**
   * An entry of the flight is sent again. Entries behind it in the same state come along if they
   * fit into the segment, up to the window's right edge (SHLD-16).
   */
  private boolean planAgain(int i) {
    int room = Seq.diff(rightEdge(), flight.seq(i));
    if (room <= 0 && probing && i == 0) {
      room = 1; // one octet asks the peer; those behind it, lost or not, wait
    }
    if (room <= 0) {
      return false;
    }
    int most = Math.min(mss, room);
    Repackaging.fill(flight, queue, i, most);
    int data = Repackaging.dataIn(flight, queue, i);
    int length = Math.min(data, most);
    boolean fin = length == data && flight.length(i) > data && room > length;
    int taken = length + (fin ? 1 : 0);
    if (taken < flight.length(i)) {
      flight.split(i, taken);
    }
    return planned(i, flight.seq(i), length, fin);
  }

  /**
   * RFC 8985 §7.3: a segment of new data regardless of the congestion window, or the last segment
   * again.
   */
  private boolean planProbe() {
    probeToSend = false;
    int unsent = queue.finSent(sndNxt()) ? 0 : Seq.diff(queue.dataEnd(), sndNxt());
    int length = Math.min(unsent, mss);
    boolean planned =
        length > 0 && Seq.diff(rightEdge(), sndNxt()) >= length && flight.hasRoom()
            ? planned(-1, sndNxt(), length, false)
            : planTail();
    planProbes = planned;
    return planned;
  }

  private boolean planTail() {
    return planAgain(Repackaging.tail(flight, queue, mss));
  }

  private boolean planNew(long nowNs) {
    int sndNxt = sndNxt();
    boolean finToSend = queue.finQueued() && !queue.finSent(sndNxt);
    int unsent = queue.finSent(sndNxt) ? 0 : Seq.diff(queue.dataEnd(), sndNxt);
    if ((unsent == 0 && !finToSend) || !flight.hasRoom()) {
      return false; // half of all calls end here
    }
    return planUnsent(sndNxt, unsent, finToSend, nowNs);
  }

  private boolean planUnsent(int sndNxt, int unsent, boolean finToSend, long nowNs) {
    int usable = Seq.diff(rightEdge(), sndNxt);
    if (overrideSws && usable <= 0) {
      probing = true;
      usable = 1; // a probe: one octet of new data, or the FIN
    }
    if (inFlight() == 0) {
      congestion.onIdle(facts(nowNs));
    }
    int allowance = recovery.allowance(congestion, flight);
    int probe = search == null ? 0 : probeSize(Math.min(unsent, usable));
    if (probe > 0) { // if there is no room, the next ACKs make some
      boolean fits = allowance >= probe || inFlight() == 0;
      return fits && planned(-1, sndNxt, probe, false);
    }
    return planFitting(sndNxt, unsent, finToSend, usable, allowance);
  }

  /**
   * @param usable bytes that the peer's window has room for
   * @param allowance bytes that congestion control lets out
   */
  private boolean planFitting(
      int sndNxt, int unsent, boolean finToSend, int usable, int allowance) {
    int length = Math.min(Math.min(unsent, mss), Math.min(usable, allowance));
    if (length < 0 || (length == 0 && unsent > 0)) {
      return false;
    }
    boolean tail = length == unsent;
    if (unsent > 0 && length < mss && !tail && !overrideSws && !worthwhile(length, usable)) {
      return false;
    }
    if (!tuning.noDelay()
        && !finToSend
        && !queue.urgent()
        && Nagle.mustWait(length, mss, inFlight())) {
      return false;
    }
    boolean fin = finToSend && tail && usable > length && (length > 0 || allowance > 0);
    if (length == 0 && !fin) {
      return false;
    }
    return planned(-1, sndNxt, length, fin);
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
  private int probeSize(int ready) {
    if (recovery.active() || overrideSws) {
      return 0;
    }
    int size = search.nextSegment();
    if (size <= mss || ready < size) {
      return 0;
    }
    int threshold = settings.profile().dupAckThreshold();
    int withFollowers = size + threshold * mss;
    // RFC 6582 §3.2 step 2: duplicate ACKs count only beyond the flight that a timeout took for
    // lost.
    if (threshold > 0 && Seq.leq(sndNxt(), recovery.recover())) {
      return 0;
    }
    if (search.isLeast() && congestion.window() < size) {
      return rtt.backedOff() ? 0 : size; // cwnd may never have room: the flight goes first
    }
    if (threshold > 0 && ready >= withFollowers) {
      return congestion.window() >= withFollowers ? size : 0;
    }
    return inFlight() == 0 && !rtt.backedOff() ? size : 0;
  }

  /**
   * RFC 9293 §3.8.6.2.1 (MUST-38): a piece below MSS is worth sending from half the largest window
   * on.
   */
  private boolean worthwhile(int length, int usable) {
    return length == usable && length >= sndWnd.largest() / 2;
  }

  private boolean planned(int index, int seq, int length, boolean fin) {
    planIndex = index;
    planSeq = seq;
    planLength = length;
    planFin = fin;
    planPush = length > 0 && seq + length == queue.dataEnd(); // MUST-61
    planProbes = false;
    return true;
  }

  /**
   * If data waits and nothing is in flight to draw a window update, the persist timer asks for one.
   */
  private void watchWindow(long nowNs) {
    if (!queue.hasUnsent(sndNxt()) || inFlight() > 0) {
      timers.cancel(Timers.Kind.PERSIST);
    } else if (!timers.isArmed(Timers.Kind.PERSIST)) {
      patience.onWaitBegins(nowNs);
      timers.arm(Timers.Kind.PERSIST, nowNs + rtt.rtoNs()); // SHLD-29, SHLD-30
    }
  }

  /** The planned segment was written to the wire. */
  void onPlanSent(long nowNs) {
    int end = planSeq + planLength + (planFin ? 1 : 0);
    overrideSws = false;
    lastSentNs = nowNs;
    timers.cancel(Timers.Kind.PERSIST);
    if (pacer != null && congestion.pacingRate() != CongestionPolicy.UNPACED) {
      pacer.onSent(end - planSeq, congestion.pacingRate(), congestion.burst(), nowNs);
    }
    if (planIndex >= 0) {
      counts().onSentAgain(planLength);
      if (rate != null) {
        rate.beforeSent(nowNs);
      }
      flight.onSentAgain(planIndex, nowNs);
      if (rate != null) {
        rate.onSent(planIndex);
      }
      recovery.onSentAgain(planIndex, planProbes, nowNs);
      if (search != null) {
        search.onSentAgain(end);
      }
      if (planIndex == 0) { // RFC 6298 §5: not again within one RTO
        armRetransmit(nowNs);
      }
    } else {
      onNewSent(end, nowNs);
    }
    if (planProbes) {
      counts().probes++;
    }
    armIfNot(nowNs);
    newSent |= planIndex < 0 && !planProbes;
  }

  private void onNewSent(int end, long nowNs) {
    if (inFlight() == 0) {
      patience.onWaitBegins(nowNs);
    }
    int length = end - planSeq;
    if (planLength > mss) {
      search.onProbeSent(planSeq, end);
    }
    if (rate != null) {
      rate.beforeSent(nowNs);
    }
    flight.onSent(end, nowNs, probing || planProbes ? Flight.PROBE : 0);
    if (rate != null) {
      rate.onSent(flight.size() - 1);
    }
    recovery.onSentNew(length, planProbes, congestion);
    if (losses != LossCounts.NONE) {
      losses.onSentNew();
    }
    bytesSent += planLength;
  }

  /**
   * After {@link #onPlanSent}: whether another {@link #plan} is known to find nothing. If so, its
   * side effects are done.
   */
  boolean isThrough(long nowNs) {
    boolean more = !planPush && !planFin; // bytes follow the planned ones
    if (more || rate != null || !isCalm() || queue.hasUnsent(sndNxt())) {
      return false;
    }
    onAllLeft(nowNs);
    return true;
  }

  /** Whether neither a retransmission nor a probe is to be sent. */
  boolean isCalm() {
    return !probeToSend && recovery.isCalm();
  }

  /**
   * RFC 8985 §7.2, once for all segments that left together: a probe waits for the ACK of the last.
   */
  private void onAllLeft(long nowNs) {
    if (newSent && flight.size() > 0 && !timer.waitsForOrder()) {
      waitForProbe(nowNs);
    }
    newSent = false;
  }

  private void armIfNot(long nowNs) {
    if (!timer.isRunning()) {
      armRetransmit(nowNs);
    }
  }

  /** At a closed window the user timeout does not end before this timer fires. */
  private void armRetransmit(long nowNs) {
    long deadline = nowNs + rtt.rtoNs();
    timer.restart(sndWnd.closed() ? deadline : patience.bounded(deadline));
  }

  int planSeq() {
    return planSeq;
  }

  int planLength() {
    return planLength;
  }

  /** The planned segment's fields beyond those of a bare ACK. */
  void fillPlan(OutSegment out) {
    out.payload(queue, planLength)
        .alsoFlags((planPush ? TcpSegment.PSH : 0) | (planFin ? TcpSegment.FIN : 0));
    if (ecn != null && planLength > 0 && planIndex < 0 && !probing) {
      ecn.fill(out);
    }
  }

  /** The connection is over. */
  void drop() {
    queue.drop();
    flight.clear();
    if (recovery != null) {
      recovery.drop();
    }
    synToSend = false;
  }

  // --- getters

  private int rightEdge() {
    return sndUna() + sndWnd.size();
  }

  boolean finAcked() {
    return queue.finAcked(sndUna());
  }

  /** Everything the user wrote is acknowledged. */
  boolean drained() {
    return queue.size() == 0;
  }

  /** Nothing is in flight, and nothing waits for the window. */
  boolean idle() {
    return inFlight() == 0 && !timers.isArmed(Timers.Kind.PERSIST);
  }

  int inFlight() {
    return flight.bytes();
  }

  int iss() {
    return iss;
  }

  int sndUna() {
    return flight.una();
  }

  int sndNxt() {
    return flight.nxt();
  }

  /**
   * SEG.SEQ of a segment without payload: SND.NXT, but not beyond the peer's window. After a probe,
   * or when the window has shrunk, a segment at SND.NXT fails the peer's acceptance test (RFC 9293
   * §3.10.7.4). Linux then ignores even its ACK and RST, and the other direction would stall.
   */
  int bareSeq() {
    boolean synAcked = sndUna() != iss;
    return synAcked ? Seq.min(sndNxt(), rightEdge()) : sndNxt();
  }

  int maxSndWnd() {
    return sndWnd.largest();
  }

  int sendWindow() {
    return sndWnd.size();
  }

  int mss() {
    return mss;
  }

  /** The process was stopped. */
  void onStop(long nowNs) {
    flight.onStop();
    roundTrip.onStop(nowNs);
  }

  /** Bytes of memory behind the queue and the records of the flight. */
  int held() {
    return queue.held() + flight.held() + (recovery == null ? 0 : recovery.held());
  }

  RttEstimator rtt() {
    return rtt;
  }

  int congestionWindow() {
    return congestion == null ? 0 : congestion.window();
  }

  String congestionName() {
    return congestion == null ? "" : String.valueOf(congestion.name());
  }

  /** In bytes a second; 0 = not paced. */
  long pacingRate() {
    long pace = congestion == null ? CongestionPolicy.UNPACED : congestion.pacingRate();
    return pace == CongestionPolicy.UNPACED ? 0 : pace;
  }

  int slowStartThreshold() {
    return congestion == null ? Integer.MAX_VALUE : congestion.slowStartThreshold();
  }

  long bytesSent() {
    return bytesSent;
  }

  /** The counters, to be raised. */
  LossCounts counts() {
    if (losses == LossCounts.NONE) {
      losses = new LossCounts(settings.repairs());
    }
    return losses;
  }

  /** The counters, to be read only. */
  LossCounts losses() {
    return losses;
  }

  /** To be read only. */
  Flight flight() {
    return flight;
  }

  long bytesAcked() {
    return bytesAcked;
  }

  /** Whether our segments may be marked. */
  boolean usesEcn() {
    return ecn != null;
  }

  boolean reorderingSeen() {
    return recovery != null && recovery.reorderingSeen();
  }

  long reorderingWindowNs() {
    return recovery == null ? 0 : recovery.reorderingWindowNs();
  }
}
