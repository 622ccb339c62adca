package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.wire.OutSegment;
import dev.jktcp.wire.Seq;
import dev.jktcp.wire.TcpSegment;

/**
 * The send half: SND.* of RFC 9293 §3.3.1, the flight, and the timers that guard it. It takes each
 * ACK and each timeout to the objects that decide:
 *
 * <ul>
 *   <li>{@link LossRecovery} says which segments are lost;
 *   <li>{@link Congestion}, how much may leave;
 *   <li>{@link SendLadder}, which segment leaves next;
 *   <li>{@link SegmentSize}, how large it may be;
 *   <li>{@link Patience}, how long to go on.
 * </ul>
 *
 * <p>When {@link #plan} returns true, {@link #planned} describes one segment, which {@link
 * #onPlanSent} accounts for.
 */
final class Sender implements Flight.Reader {
  static final int OTHERS = 3; // duplicate ACKs that prove a loss (RFC 5681 §3.2)

  private final ConnectionSettings settings;
  private final SendQueue queue;
  private final Flight flight;
  private final RoundTrip roundTrip; // the stack's
  private final Plan plan; // the stack's
  private Timestamps timestamps; // null unless both ends send them
  private final RttEstimator rtt;
  private final ByteAccount account;
  private final Patience patience;
  private final Timers timers;
  private final FlightTimer timer;
  private TcpTuning tuning;

  // RFC 9293 §3.3.1
  private int iss;
  private final SendWindow sndWnd = new SendWindow();

  private Negotiated agreed; // null until the peer's SYN comes
  private EcnHandshake negotiation; // null once it is over
  private boolean synToSend;
  private int passed; // ACKs since the last progress that reported data behind the oldest
  private boolean newSent; // new data left since the tail loss probe was last put off

  private long bytesSent;
  private long bytesAcked;
  private LossCounts losses = LossCounts.NONE;

  private final SegmentSize size = new SegmentSize();

  // Null until both SYNs say whether there is SACK.
  private LossRecovery recovery;
  private Congestion congestion;
  private SendLadder ladder;

  Sender(ConnectionSettings settings, TcpTuning tuning, Timers timers, ByteAccount account) {
    TcpProfile profile = settings.profile();
    this.settings = settings;
    this.tuning = tuning;
    this.roundTrip = settings.roundTrip();
    this.plan = settings.plan();
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
    return isEstablished()
        && congestion.folds()
        && ladder.folds()
        && flight.size() == 0
        && queue.held() == 0
        && !queue.finQueued()
        && !queue.urgent()
        && !synToSend
        && patience.retries() == 0
        && recovery.folds()
        && sndWnd.folds(sndUna());
  }

  /** Whether its congestion control may forget the last transfer. */
  boolean rests(long nowNs) {
    return congestion.rests(nowNs);
  }

  void fold(IdleEnd to) {
    congestion.fold(to);
    size.fold(to);
    to.sndNxt = sndNxt();
    to.sendChunks = (char) queue.chunks();
    to.losses = losses;
    to.bytesAcked = bytesAcked;
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
    size.unfold(from);
    congestion.unfold(from);
    queue.resize(from.sendChunks);
    losses = from.losses;
    bytesSent = from.bytesAcked;
    bytesAcked = from.bytesAcked;
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
    size.open(iss);
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

  /** Null unless both ends send them. */
  Timestamps timestamps() {
    return timestamps;
  }

  Timers timers() {
    return timers;
  }

  boolean isEstablished() {
    return congestion != null && congestion.isOpen();
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
    size.use(effectiveMss);
    sndWnd.open(segment, sndUna(), shift);
  }

  /** Sets the size of segments; the policy is not told of it. */
  void cut(int effectiveMss) {
    size.use(effectiveMss);
  }

  /** From now on segments have another size, also when they are sent again. */
  void resize(int effectiveMss) {
    size.change(effectiveMss, sndNxt());
    congestion.onMss();
  }

  /** Searches for a larger segment size from now on; null: ends the search. */
  void search(PathSearch changed) {
    size.search(changed);
  }

  PathSearch search() {
    return size.search();
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
    return Math.min(size.mss(), inFlight());
  }

  /** Our SYN is acknowledged: data may flow. */
  void onEstablished(int synRetries, long nowNs) {
    synToSend = false;
    congestion.open(synRetries > 0, nowNs);
  }

  /** Both SYNs have settled whether the peer reports by SACK (RFC 2018 §2). */
  void onAgreed(Negotiated agreed) {
    this.agreed = agreed;
    recovery = recoveryFor(agreed.sack());
    recovery.open(iss);
    congestion = new Congestion(settings, flight, size, rtt, recovery, timers);
    ladder = new SendLadder(queue, flight, sndWnd, size, congestion, recovery, plan);
    ladder.tune(tuning);
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
    congestion.useEcn(iss + 1);
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
    if (ladder != null) {
      ladder.tune(tuning);
    }
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
        && sndWnd.isOpenBy(segment);
  }

  /** An ACK that reports nothing beyond its ACK field and window. */
  private int onPlainAck(TcpSegment segment, long nowNs) {
    int entries = congestion.takesSamples() ? 0 : calmUpTo(segment.ack());
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
    boolean marked = segment.ece() && congestion.usesEcn();
    int inNetwork = flight.inNetwork();
    long before = flight.arrived();
    long lost = flight.lost();
    congestion.beginReport();
    congestion.beginSample(nowNs);
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
    int arrived = recovery.delivered(acked, (int) (flight.arrived() - before), size.mss());
    onProbesAck(duplicate, nowNs);
    undo(acked > 0, duplicate, nowNs);
    int flightSize = recovery.flightSize();
    LossRecovery.Progress progress = recovery.onAck(acked, duplicate, size.mss(), this, nowNs);
    if (progress == LossRecovery.Progress.LOSS) {
      onLoss(flightSize, arrived, nowNs);
    } else {
      congestion.onFurtherReport(flightSize, nowNs);
    }
    if (isEstablished() && (acked > 0 || arrived > 0)) { // our SYN's ACK comes before a policy
      recovery.regulate(arrived, acked > 0, congestion.window(), size.mss());
      SenderFacts facts = congestion.facts(nowNs).before(inNetwork);
      facts.acked(acked, arrived, measuredNs).marked(marked ? arrived : 0);
      congestion.onAck(facts, (int) (flight.lost() - lost), progress);
    }
    if (marked) {
      onEcho(segment.ack(), inNetwork, nowNs);
    }
    watchFlight(acked > 0, nowNs);
    if (acked > 0 && isEstablished() && queue.tunes()) {
      queue.tune(congestion.window());
    }
    if (sndWnd.update(segment) && sndWnd.endsProbing()) {
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
    int una = flight.una();
    return (ack == una || (progress && Seq.gt(ack, una) && Seq.leq(ack, flight.nxt())))
        && sndWnd.isOpenBy(segment)
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
    if (segment.ack() == flight.una() && (recovery.isCalm() || flight.size() == 0)) {
      sndWnd.update(segment);
      return 0;
    }
    return onPlainAck(segment, nowNs);
  }

  /** {@link #onAck} for so many whole entries of the flight, with no loss known or suspected. */
  private int onCalmAck(TcpSegment segment, int entries, long nowNs) {
    int acked = segment.ack() - flight.una();
    int inNetwork = flight.inNetwork();
    long measuredNs = acknowledgeCalm(segment.ack(), entries, nowNs);
    congestion.onCalmAck(inNetwork, acked, measuredNs, nowNs);
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

  /** A loss was found before a timeout. */
  private void onLoss(int flightSize, int delivered, long nowNs) {
    counts().onRecovery();
    congestion.onLoss(flightSize, nowNs);
    recovery.onLossTold(delivered, size.mss());
  }

  /** RFC 3168 §6.1.2: an ACK reports that a segment of ours was marked. */
  private void onEcho(int ack, int before, long nowNs) {
    if (!congestion.isNews(ack)) {
      return;
    }
    if (congestion.onEcho(before, nowNs)) {
      counts().ecnReductions++;
    } else if (inFlight() > 0) {
      armRetransmit(nowNs);
    }
  }

  private void onProgress(int ack, long nowNs) {
    onAcked(ack, nowNs);
    flight.acknowledge(ack, this);
  }

  private void onAcked(int ack, long nowNs) {
    PathSearch search = size.search();
    if (search != null) {
      search.onAck(ack, ack - flight.una());
    }
    bytesAcked += queue.onAck(ack);
    congestion.onProgress(ack);
    patience.onProgress(nowNs);
    rtt.onProgress();
  }

  @Override
  public void onDelivered(Flight flight, int index, boolean sacked) {
    roundTrip.onDelivered(flight, index, sacked);
    congestion.onDelivered(index);
    recovery.onDelivered(index, sacked);
  }

  @Override
  public void onLost(Flight flight, int index, long nowNs) {
    congestion.onSegmentLost(index, nowNs);
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
    int covered = Math.max(1, 2 * size.mss());
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

  private void onProbesAck(boolean duplicate, long nowNs) {
    if (recovery.onProbesAck(duplicate)) {
      congestion.onLossRepaired(nowNs);
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
        if (!congestion.isQuiet()) {
          onUndone(nowNs);
        }
      }
    }
  }

  private void onUndone(long nowNs) {
    counts().undos += recovery.undone();
    congestion.onUndone(nowNs);
  }

  /**
   * Sets the timer after an ACK: RFC 6298 §5.2, §5.3, RFC 8985 §6.2 and §7.2.
   *
   * @param advanced whether the ACK covered new data
   */
  private void watchFlight(boolean advanced, long nowNs) {
    if (advanced) {
      ladder.probe(false);
    }
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
    boolean first = size.onTooBig(seq, sndUna());
    if (first) {
      recovery.onAllDropped();
    }
    return first;
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
    congestion.tellAll();
    if (sndWnd.closed()) {
      patience.onProbe(nowNs);
      recovery.onProbe();
      sndWnd.probe();
    } else {
      patience.onSilence();
      ladder.probe(false);
      // RFC 5681 §4.3: the loss of a retransmission lowers ssthresh a second time. Data that
      // duplicate ACKs let out beyond cwnd would raise it.
      int before =
          recovery.active() ? Math.min(inFlight(), congestion.window()) : recovery.flightSize();
      recovery.onTimeout(nowNs);
      congestion.onTimeout(before, patience.retries() == 1, nowNs);
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
    ladder.probe(recovery.mayProbe() && !sndWnd.closed());
    armRetransmit(nowNs);
    return true;
  }

  /** RFC 8985 §6.2: the time that reordering may take is over. */
  void onReorderTimeout(long nowNs) {
    timer.waitForTimeout();
    congestion.beginReport();
    int flightSize = recovery.flightSize();
    if (recovery.onReorderTimeout(this, nowNs)) {
      onLoss(flightSize, 0, nowNs);
    }
    watchFlight(false, nowNs);
  }

  /** RFC 9293 §3.8.6.1 (MUST-35); false = the peer has stopped answering. */
  boolean onPersistTimeout(long nowNs) {
    if (gaveUp(nowNs)) {
      return false;
    }
    patience.onProbe(nowNs);
    rtt.onTimeout();
    ladder.askForWindow();
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
    if (patienceNs > 0 && waits && isEstablished()) {
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
    if (!isEstablished()) {
      synToSend |= flight.size() > 0;
      return;
    }
    ladder.probe(false);
    congestion.onIdle(nowNs);
    if (flight.size() > 0 && sndWnd.closed()) {
      recovery.onProbe();
      sndWnd.probe();
    } else if (flight.size() > 0) {
      congestion.tellAll();
      recovery.onAllDropped();
    } else if (timers.isArmed(Timers.Kind.PERSIST)) {
      timers.cancel(Timers.Kind.PERSIST);
      ladder.askForWindow();
    }
  }

  // --- what to send

  /**
   * Decides on the next segment that carries data or a FIN.
   *
   * @return false = no such segment may leave now
   */
  boolean plan(long nowNs) {
    congestion.beginPlan();
    if (ladder.plan(nowNs)) {
      return true;
    }
    onNothingPlanned(nowNs);
    return false;
  }

  private void onNothingPlanned(long nowNs) {
    if (flight.bytes() > 0) {
      // The timer fired while the transport was full, and the window has closed since. No other
      // timer would ask the peer to open it.
      armIfNot(nowNs);
    } else {
      watchWindow(nowNs);
    }
    onAllLeft(nowNs);
    if (congestion.takesSamples()) {
      congestion.onNothingPlanned(Seq.diff(queue.dataEnd(), sndNxt()));
    }
  }

  /**
   * MUST-36. Nothing is in flight to draw a window update. If data waits, the persist timer asks
   * for one.
   */
  private void watchWindow(long nowNs) {
    if (!queue.hasUnsent(flight.nxt())) {
      timers.cancel(Timers.Kind.PERSIST);
    } else if (!congestion.holdsBack() && !timers.isArmed(Timers.Kind.PERSIST)) {
      patience.onWaitBegins(nowNs);
      timers.arm(Timers.Kind.PERSIST, nowNs + rtt.rtoNs()); // SHLD-29, SHLD-30
    }
  }

  /** The segment that {@link #plan} has decided on. */
  Plan planned() {
    return plan;
  }

  /** The planned segment's fields beyond those of a bare ACK. */
  void fillPlan(OutSegment out) {
    out.payload(queue, plan.length).alsoFlags(plan.flags());
    if (congestion.usesEcn() && plan.length > 0 && plan.index < 0 && !sndWnd.isProbed()) {
      congestion.mark(out);
    }
  }

  /** The planned segment was written to the wire. */
  void onPlanSent(long nowNs) {
    Plan sent = plan;
    int end = sent.end();
    ladder.onPlanSent();
    timers.cancel(Timers.Kind.PERSIST);
    congestion.onLeaves(end - sent.seq, nowNs);
    if (sent.index >= 0) {
      onSentAgain(sent.index, end, nowNs);
    } else {
      onNewSent(end, nowNs);
      newSent |= !sent.probes;
    }
    if (sent.probes) {
      counts().probes++;
    }
    armIfNot(nowNs);
  }

  private void onSentAgain(int index, int end, long nowNs) {
    counts().onSentAgain(plan.length);
    flight.onSentAgain(index, nowNs);
    congestion.onSentAgain(index);
    recovery.onSentAgain(index, plan.probes, nowNs);
    PathSearch search = size.search();
    if (search != null) {
      search.onSentAgain(end);
    }
    if (index == 0) { // RFC 6298 §5: not again within one RTO
      armRetransmit(nowNs);
    }
  }

  private void onNewSent(int end, long nowNs) {
    Plan sent = plan;
    if (flight.bytes() == 0) {
      patience.onWaitBegins(nowNs);
    }
    if (sent.length > size.mss()) {
      size.search().onProbeSent(sent.seq, end);
    }
    flight.onSent(end, nowNs, sent.probes || sndWnd.isProbed() ? Flight.PROBE : 0);
    congestion.onSentNew();
    recovery.onSentNew(end - sent.seq, sent.probes, congestion.policy());
    if (losses != LossCounts.NONE) {
      losses.onSentNew();
    }
    bytesSent += sent.length;
  }

  /**
   * After {@link #onPlanSent}: whether another {@link #plan} is known to find nothing. If so, its
   * side effects are done.
   */
  boolean isThrough(long nowNs) {
    if (plan.leavesMore()
        || congestion.takesSamples()
        || !ladder.isCalm()
        || queue.hasUnsent(flight.nxt())) {
      return false;
    }
    onAllLeft(nowNs);
    return true;
  }

  /** Whether neither a retransmission nor a probe is to be sent. */
  boolean isCalm() {
    return ladder.isCalm();
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
    return size.mss();
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
    return congestion == null ? "" : congestion.name();
  }

  /** In bytes a second; 0 = not paced. */
  long pacingRate() {
    return congestion == null ? 0 : congestion.pacingRate();
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
    return congestion != null && congestion.usesEcn();
  }

  boolean reorderingSeen() {
    return recovery != null && recovery.reorderingSeen();
  }

  long reorderingWindowNs() {
    return recovery == null ? 0 : recovery.reorderingWindowNs();
  }
}
