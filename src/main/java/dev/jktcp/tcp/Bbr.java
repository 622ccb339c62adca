package dev.jktcp.tcp;

import static dev.jktcp.time.Nanos.MS;

/**
 * BBR of draft-ietf-ccwg-bbr-06. Instead of answering each loss, it keeps a model of the path:
 * bandwidth, round trip and capacity. It fills the path, with hardly any queue, at the pace of
 * delivery, and probes for more now and then. Loss counts only if it exceeds 2 % of the flight.
 *
 * <p>Names and sections are the draft's. Each named part of the model has its own class. This class
 * is the state machine, and sets window and pace from the model.
 */
final class Bbr implements CongestionPolicy {
  private static final long NONE = Long.MAX_VALUE;

  private static final double LOSS_THRESHOLD = 0.02;
  private static final int STARTUP_LOSSES = 6; // BBRStartupFullLossCnt
  private static final int DRAIN_ROUNDS = 3;
  private static final double PACING_MARGIN = 0.99;
  private static final int LEAST_SEGMENTS = 4; // MinPipeCwnd
  private static final int MOST_QUANTUM = 64 * 1024;
  private static final int QUANTA_BUDGET = 3;
  private static final long PROBE_RTT_NS = 200 * MS;
  private static final long LEAST_WAIT_NS = 2_000 * MS;
  private static final long MORE_WAIT_NS = 1_000 * MS;
  private static final int MOST_ROUNDS = 63; // between probes, to coexist with Reno

  /** BBR.ack_phase: the part of a probe that the ACKs belong to. */
  private enum Feedback {
    NONE,
    REFILLING,
    STARTING,
    COMING,
    STOPPING
  }

  private final boolean ignoresLoss;
  private final int initialWindow;
  private int mss;
  private BbrPhase phase = BbrPhase.STARTUP;
  private int cwnd;
  private long pacing;
  private long bandwidth; // BBR.bw
  private long delivered; // C.delivered, at the last sample

  private final BbrRounds rounds = new BbrRounds();
  private final BbrMaxBandwidth max = new BbrMaxBandwidth();
  private final BbrFullPipe full = new BbrFullPipe();
  private final BbrMinRtt minRtt;
  private final BbrAggregation aggregation;
  private final BbrShortTerm shortTerm = new BbrShortTerm();
  private final BbrLongTerm longTerm = new BbrLongTerm();

  // The cycle.
  private long cycleNs;
  private long probeWaitNs;
  private int roundOfProbe; // rounds since the last probe count from this one
  private int drainRound;
  private Feedback feedback = Feedback.NONE;
  private boolean probeSamples; // is_bw_probe_sample
  private boolean probeTooHigh; // prev_probe_too_high
  private boolean probePrecautionary;
  private int lossEvents; // ACKs of this round that proved losses

  // ProbeRTT.
  private long probeRttEndNs;
  private boolean probeRttTimed;
  private boolean probeRttRound;
  private long limitedUntil = -1; // samples of ProbeRTT do not mean a slower path
  private boolean idleRestart;

  // Recovery.
  private int windowBefore; // prior_cwnd
  private boolean recovering;
  private long timeoutUntil = NONE; // a timeout is repaired when so many bytes are delivered
  private BbrPhase undoPhase; // STARTUP or UP, if a loss ended it; null = neither

  Bbr(CongestionFacts facts, boolean ignoresLoss) {
    this.ignoresLoss = ignoresLoss;
    mss = facts.mss();
    initialWindow = LossBased.initialWindow(mss);
    cwnd = initialWindow;
    long rttNs = facts.smoothedRoundTripNs();
    minRtt = new BbrMinRtt(rttNs, facts.nowNs());
    aggregation = new BbrAggregation(facts.nowNs());
    pacing = (long) (phase.pacingGain * cwnd * 1e9 / (rttNs > 0 ? rttNs : MS)); // InitPacingRate()
  }

  // --- asked

  @Override
  public String name() {
    return ignoresLoss ? "bbr-ignoring-loss" : "bbr";
  }

  @Override
  public boolean wantsSamples() {
    return true;
  }

  /** §5.6.4.4: the model regulates recoveries, and does not retract what it already let out. */
  @Override
  public boolean regulatesRecovery() {
    return true;
  }

  @Override
  public int window() {
    return cwnd;
  }

  @Override
  public long pacingRate() {
    return pacing;
  }

  /** SetSendQuantum(). */
  @Override
  public int burst() {
    return (int) Math.max(2 * mss, Math.min(pacing / 1000, MOST_QUANTUM));
  }

  /** For tests. */
  BbrPhase phase() {
    return phase;
  }

  // --- told

  /** §5.2.3: UpdateModelAndState(), UpdateControlParameters(). */
  @Override
  public void onAck(CongestionFacts facts) {
    RateSample rs = facts.sample();
    if (rs == null) {
      return;
    }
    delivered = rs.delivered();
    long rate = rate(rs);
    boolean limited = rs.applicationLimited() || rs.deliveredAtSend() <= limitedUntil;
    updateSignals(facts, rs, rate, limited);
    checkStartupDone(facts, rs, rate, limited);
    checkDrainDone(facts);
    updateCycle(facts, rs, rate, limited);
    minRtt.onAck(facts.roundTripNs(), facts.nowNs());
    checkProbeRtt(facts);
    shortTerm.advance(rs, rate);
    bandwidth = Math.min(max.get(), shortTerm.bandwidth()); // BoundBWForModel()
    setPacing(phase.pacingGain);
    checkTimeoutRepaired();
    setWindow(facts);
  }

  /** HandleLostPacket(). */
  @Override
  public void onSegmentLost(CongestionFacts facts) {
    RateSample rs = facts.sample();
    if (ignoresLoss || rs == null) {
      return;
    }
    delivered = rs.delivered();
    noteLoss();
    if (probeSamples && isTooHigh(rs)) {
      onTooHigh(facts, inFlightAtLoss(rs, facts.lostBytes()), rs.applicationLimited());
    }
  }

  /** OnEnterFastRecovery(). */
  @Override
  public void onLoss(CongestionFacts facts) {
    save(facts.recovering());
    recovering = true;
  }

  @Override
  public void onRecovered(CongestionFacts facts, int most) {
    recovering = false;
    restoreWindow();
    cwnd = (int) Math.min(cwnd, bound());
  }

  /** OnEnterRTO(). */
  @Override
  public void onRetransmitTimeout(CongestionFacts facts, boolean first) {
    save(facts.recovering());
    if (!ignoresLoss) {
      shortTerm.onLoss(delivered);
    }
    recovering = false;
    timeoutUntil = delivered + facts.inFlightBefore();
    cwnd = facts.inFlight() + mss;
  }

  /** HandleSpuriousLossDetection(). */
  @Override
  public void onUndo(CongestionFacts facts) {
    recovering = false;
    timeoutUntil = NONE;
    restoreWindow();
    if (facts.recovering()) {
      return; // the saved state is from before the first loss, which may have been real
    }
    full.reset(0);
    shortTerm.undo();
    longTerm.undo();
    BbrPhase back = undoPhase;
    undoPhase = null;
    if (back == BbrPhase.STARTUP && phase != BbrPhase.STARTUP) {
      full.reached(false);
      if (phase != BbrPhase.PROBE_RTT) {
        phase = BbrPhase.STARTUP;
      }
    } else if (back == BbrPhase.UP && phase != BbrPhase.UP && phase != BbrPhase.PROBE_RTT) {
      startRefill();
    }
  }

  /**
   * The draft demands an answer to CE but leaves it open (§3.7). Here a mark counts as a loss above
   * the threshold, even if loss is ignored, since no radio sets marks by accident.
   */
  @Override
  public void onEcn(CongestionFacts facts) {
    noteLoss();
    if (phase == BbrPhase.STARTUP) {
      leaveStartup();
    } else if (probeSamples) {
      onTooHigh(facts, facts.inFlightBefore(), false);
    }
  }

  /** HandleRestartFromIdle(). */
  @Override
  public void onIdle(CongestionFacts facts) {
    idleRestart = true;
    aggregation.restart(facts.nowNs());
    if (phase.isProbeBandwidth()) {
      setPacing(1); // no queue is known to need draining
    } else if (phase == BbrPhase.PROBE_RTT) {
      checkProbeRttDone(facts);
    }
  }

  @Override
  public void onMss(int changed) {
    mss = changed;
    cwnd = Math.max(cwnd, least());
  }

  // --- the model

  private static long rate(RateSample rs) {
    long bytes = rs.delivered() - rs.deliveredAtSend();
    return rs.intervalNs() == 0 ? 0 : (long) (bytes * 1e9 / rs.intervalNs());
  }

  private void updateSignals(CongestionFacts facts, RateSample rs, long rate, boolean limited) {
    shortTerm.onAck(rs, rate);
    rounds.onAck(rs);
    max.onSample(rate, limited);
    shortTerm.adapt(phase.accelerates(), max.get(), cwnd);
    aggregation.onAck(
        facts.deliveredBytes(), bandwidth, cwnd, rounds.count(), !full.reached(), facts.nowNs());
  }

  /** BBR.bdp times a gain. */
  private double product(double gain) {
    return minRtt.known() ? gain * bandwidth * (minRtt.ns() / 1e9) : initialWindow;
  }

  /** Inflight(): bytes in flight that fill the path, the sender and the receiver. */
  private long inflight(double gain) {
    return quantized(product(gain));
  }

  /** QuantizationBudget(). */
  private long quantized(double bytes) {
    long most = Math.max((long) bytes, Math.max(QUANTA_BUDGET * burst(), least()));
    return phase == BbrPhase.UP ? most + 2 * mss : most;
  }

  private int least() {
    return LEAST_SEGMENTS * mss;
  }

  /** IsInflightTooHigh(). */
  private static boolean isTooHigh(RateSample rs) {
    return rs.lostSince() > rs.inFlightAtSend() * LOSS_THRESHOLD;
  }

  /**
   * InflightAtLoss(): bytes in flight at which the losses of the lost segment's flight passed the
   * threshold.
   */
  private static long inFlightAtLoss(RateSample rs, int size) {
    double before = rs.inFlightAtSend() - size;
    double lostBefore = rs.lostSince() - size;
    double prefix = (LOSS_THRESHOLD * before - lostBefore) / (1 - LOSS_THRESHOLD);
    return (long) (before + prefix);
  }

  // --- Startup and Drain

  private void checkStartupDone(CongestionFacts facts, RateSample rs, long rate, boolean limited) {
    if (rounds.started() && !limited) {
      full.onRound(rate);
    }
    checkStartupLosses(facts, rs);
    if (phase == BbrPhase.STARTUP && full.reached()) {
      phase = BbrPhase.DRAIN;
      drainRound = rounds.count();
    }
  }

  /** CheckStartupHighLoss(). */
  private void checkStartupLosses(CongestionFacts facts, RateSample rs) {
    lossEvents += facts.lostBytes() > 0 ? 1 : 0;
    if (!shortTerm.roundOver()) {
      return;
    }
    boolean many = lossEvents >= STARTUP_LOSSES && facts.recovering() && isTooHigh(rs);
    if (phase == BbrPhase.STARTUP && many && !ignoresLoss) {
      leaveStartup();
    }
    lossEvents = 0;
  }

  private void leaveStartup() {
    undoPhase = BbrPhase.STARTUP;
    full.reached(true);
    longTerm.bound(Math.max((long) product(1), shortTerm.latestInflight()));
  }

  private void checkDrainDone(CongestionFacts facts) {
    if (phase == BbrPhase.DRAIN
        && (facts.inFlight() <= inflight(1) || rounds.count() > drainRound + DRAIN_ROUNDS)) {
      startDown(facts);
    }
  }

  // --- ProbeBW

  private void startDown(CongestionFacts facts) {
    shortTerm.resetSignals();
    longTerm.stopGrowth();
    pickProbeWait(facts);
    cycleNs = facts.nowNs();
    feedback = Feedback.STOPPING;
    rounds.start(delivered);
    phase = BbrPhase.DOWN;
  }

  private void pickProbeWait(CongestionFacts facts) {
    roundOfProbe = rounds.count() - (int) facts.random(2);
    probeWaitNs = LEAST_WAIT_NS + facts.random(MORE_WAIT_NS);
  }

  private void startRefill() {
    shortTerm.forget();
    longTerm.beginGrowth();
    probePrecautionary = false;
    feedback = Feedback.REFILLING;
    rounds.start(delivered);
    phase = BbrPhase.REFILL;
  }

  private void startUp(long rate) {
    feedback = Feedback.STARTING;
    rounds.start(delivered);
    full.reset(rate);
    phase = BbrPhase.UP;
    longTerm.raiseSlope(cwnd, mss);
  }

  /** UpdateProbeBWCyclePhase(). */
  private void updateCycle(CongestionFacts facts, RateSample rs, long rate, boolean limited) {
    if (!full.reached() || adaptLongTerm(facts, rs, limited)) {
      return;
    }
    switch (phase) {
      case DOWN -> {
        if (isTimeToProbe(facts)) {
          startRefill();
        } else if (isTimeToCruise(facts)) {
          phase = BbrPhase.CRUISE;
        }
      }
      case CRUISE -> {
        if (isTimeToProbe(facts)) {
          startRefill();
        }
      }
      case REFILL -> {
        if (rounds.started()) {
          probeSamples = true;
          startUp(rate);
        }
      }
      case UP -> {
        if (isTimeToGoDown(facts, rate)) {
          probeTooHigh = false;
          startDown(facts);
        }
      }
      default -> {}
    }
  }

  private boolean isTimeToProbe(CongestionFacts facts) {
    long renoRounds = (long) Math.min(product(1), cwnd) / mss; // IsRenoCoexistenceProbeTime()
    return facts.nowNs() - cycleNs > probeWaitNs
        || rounds.count() - roundOfProbe >= Math.min(renoRounds, MOST_ROUNDS);
  }

  private boolean isTimeToCruise(CongestionFacts facts) {
    return facts.inFlight() <= longTerm.withHeadroom(mss, least())
        && facts.inFlight() <= quantized(max.get() * (minRtt.ns() / 1e9));
  }

  private boolean isTimeToGoDown(CongestionFacts facts, long rate) {
    if (probeTooHigh && facts.inFlight() >= longTerm.inflight()) {
      probePrecautionary = true;
      return true;
    }
    if (isWindowLimited(facts) && cwnd >= longTerm.inflight()) {
      full.reset(rate); // the bound limits the bandwidth, not the path
      return false;
    }
    return full.now();
  }

  private boolean isWindowLimited(CongestionFacts facts) {
    return facts.inFlightBefore() + mss > cwnd;
  }

  /**
   * AdaptLongTermModel().
   *
   * @return whether it set the phase
   */
  private boolean adaptLongTerm(CongestionFacts facts, RateSample rs, boolean limited) {
    if (feedback == Feedback.STARTING && rounds.started()) {
      feedback = Feedback.COMING;
    }
    if (feedback == Feedback.STOPPING && rounds.started()) {
      probeSamples = false;
      feedback = Feedback.NONE;
      if (phase.isProbeBandwidth() && !limited) {
        max.advance();
      }
      if (phase.isProbeBandwidth() && probePrecautionary && !probeTooHigh) {
        startRefill();
        return true;
      }
    }
    if (!isTooHigh(rs) && longTerm.inflight() != NONE) {
      longTerm.onSafe(rs.inFlightAtSend());
      if (phase == BbrPhase.UP) {
        probeUpward(facts);
      }
    }
    return false;
  }

  /** ProbeInflightLongtermUpward(). */
  private void probeUpward(CongestionFacts facts) {
    if (isWindowLimited(facts) && cwnd >= longTerm.inflight()) {
      longTerm.grow(facts.deliveredBytes(), mss);
      if (rounds.started()) {
        longTerm.raiseSlope(cwnd, mss);
      }
    }
  }

  /** HandleInflightTooHigh(). */
  private void onTooHigh(CongestionFacts facts, long inFlightThen, boolean limited) {
    probeTooHigh = true;
    probeSamples = false; // one answer a probe
    if (!limited) {
      double target = Math.min(product(1), cwnd); // TargetInflight()
      longTerm.bound(Math.max(inFlightThen, (long) (BbrShortTerm.BETA * target)));
    }
    if (phase == BbrPhase.UP) {
      undoPhase = BbrPhase.UP;
      startDown(facts);
    }
  }

  // --- ProbeRTT

  private void checkProbeRtt(CongestionFacts facts) {
    if (phase != BbrPhase.PROBE_RTT && minRtt.expired() && !idleRestart) {
      saveWindow();
      phase = BbrPhase.PROBE_RTT;
      probeRttTimed = false;
      feedback = Feedback.STOPPING;
      rounds.start(delivered);
    }
    if (phase == BbrPhase.PROBE_RTT) {
      onProbeRtt(facts);
    }
    idleRestart = false;
  }

  /** HandleProbeRTT(). */
  private void onProbeRtt(CongestionFacts facts) {
    limitedUntil = delivered + facts.inFlight();
    if (!probeRttTimed) {
      if (facts.inFlight() <= probeRttWindow()) {
        probeRttTimed = true;
        probeRttEndNs = facts.nowNs() + PROBE_RTT_NS;
        probeRttRound = false;
        rounds.start(delivered);
      }
      return;
    }
    probeRttRound |= rounds.started();
    if (probeRttRound) {
      checkProbeRttDone(facts);
    }
  }

  private void checkProbeRttDone(CongestionFacts facts) {
    if (!probeRttTimed || facts.nowNs() - probeRttEndNs <= 0) {
      return;
    }
    minRtt.onProbed(facts.nowNs());
    restoreWindow();
    shortTerm.forget();
    if (full.reached()) {
      startDown(facts);
      phase = BbrPhase.CRUISE;
    } else {
      phase = BbrPhase.STARTUP;
    }
  }

  private long probeRttWindow() {
    return Math.max((long) product(BbrPhase.PROBE_RTT.windowGain), least());
  }

  // --- recovery

  private void noteLoss() {
    if (shortTerm.onLoss(delivered)) {
      save(recovering);
    }
  }

  /** SaveStateUponLoss(). A recovery is undone as a whole, so the saved state is from before it. */
  private void save(boolean further) {
    saveWindow();
    if (further) {
      return;
    }
    undoPhase = null;
    shortTerm.save();
    longTerm.save();
  }

  private void saveWindow() {
    boolean lowered = recovering || timeoutUntil != NONE || phase == BbrPhase.PROBE_RTT;
    windowBefore = lowered ? Math.max(windowBefore, cwnd) : cwnd;
  }

  private void restoreWindow() {
    cwnd = Math.max(cwnd, windowBefore);
  }

  /** Once the flight of a timeout has arrived, the recovery of that timeout is over. */
  private void checkTimeoutRepaired() {
    if (timeoutUntil != NONE && delivered >= timeoutUntil) {
      timeoutUntil = NONE;
      restoreWindow();
    }
  }

  // --- the answers

  /** SetPacingRateWithGain(). */
  private void setPacing(double gain) {
    long rate = (long) (gain * bandwidth * PACING_MARGIN);
    if (rate > 0 && (full.reached() || rate > pacing)) {
      pacing = rate;
    }
  }

  /** SetCwnd(). */
  private void setWindow(CongestionFacts facts) {
    long most = quantized(product(phase.windowGain) + aggregation.extra());
    long window = cwnd;
    if (full.reached()) {
      window = Math.min(window + facts.deliveredBytes(), most);
    } else if (window < most || delivered < initialWindow) {
      window += facts.deliveredBytes();
    }
    window = Math.max(window, least());
    if (phase == BbrPhase.PROBE_RTT) {
      window = Math.min(window, probeRttWindow());
    }
    cwnd = (int) Math.min(Math.min(window, bound()), LossBased.MAX_WINDOW);
  }

  /** BoundCwndForModel(). */
  private long bound() {
    long most = shortTerm.inflight();
    if (phase == BbrPhase.CRUISE || phase == BbrPhase.PROBE_RTT) {
      most = Math.min(most, longTerm.withHeadroom(mss, least()));
    } else if (phase.isProbeBandwidth()) {
      most = Math.min(most, longTerm.inflight());
    }
    return Math.max(most, least());
  }
}
