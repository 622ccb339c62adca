package dev.jktcp.tcp;

/**
 * BBR after draft-ietf-ccwg-bbr, as far as it takes to know that {@link CongestionPolicy} has room
 * for it: the model of the path (bandwidth, round trip, what fits in flight), the cycle of probing,
 * losses, idle times and undo. Left out: the compensation of aggregated ACKs.
 */
final class BbrSketch implements CongestionPolicy {
  private static final long MS = 1_000_000L;
  private static final long NONE = Long.MAX_VALUE;
  private static final double LOSS_THRESHOLD = 0.02;
  private static final double BETA = 0.7;
  private static final double HEADROOM = 0.85;
  private static final double PACING_MARGIN = 0.99;
  private static final int LEAST_SEGMENTS = 4;
  private static final int STARTUP_LOSSES = 6;
  private static final int MOST_ROUNDS = 63; // between probes, to live beside Reno

  private enum Phase {
    STARTUP(2.77, 2),
    DRAIN(0.5, 2),
    DOWN(0.9, 2),
    CRUISE(1, 2),
    REFILL(1, 2),
    UP(1.25, 2.25),
    PROBE_RTT(1, 0.5);

    final double pacingGain;
    final double windowGain;

    Phase(double pacingGain, double windowGain) {
      this.pacingGain = pacingGain;
      this.windowGain = windowGain;
    }

    boolean cycles() {
      return this == DOWN || this == CRUISE || this == REFILL || this == UP;
    }
  }

  private enum Feedback {
    NONE,
    STARTING, // the probe's first segments are on their way
    COMING, // their ACKs are
    STOPPING // and the probe is over
  }

  private int mss;
  private Phase phase = Phase.STARTUP;
  private long phaseNs; // when it began
  private int cwnd;
  private long pacing;

  // Rounds.
  private long roundEnd;
  private boolean roundStart;
  private int roundsSinceProbe;

  // The model.
  private final long[] bestBandwidth = new long[2]; // of this cycle of probing and the one before
  private long minRttNs = NONE;
  private long minRttSeenNs;
  private long probeRttMinNs = NONE;
  private long probeRttSeenNs;
  private boolean probeRttDue;
  private long probeRttEndNs;
  private boolean probeRttTimed;
  private long inflightLong = NONE;
  private long inflightShort = NONE;
  private long bandwidthShort = NONE;

  // Startup.
  private long fullBandwidth;
  private int fullRounds;
  private boolean fullNow;
  private boolean full;

  // Losses.
  private boolean lossRoundStart;
  private long lossRoundEnd;
  private boolean lossInRound;
  private int lossesInRound;
  private long bandwidthLatest;
  private long inflightLatest;
  private boolean savesWindow;
  private int windowBefore;
  private long undoInflightLong;
  private long undoInflightShort;
  private long undoBandwidthShort;

  // Probing.
  private Feedback feedback = Feedback.NONE;
  private boolean probeSamples;
  private long probeWaitNs;
  private long probeUpBytes;
  private long probeUpRounds;
  private long probeUpAcked;

  private boolean idleRestart;

  BbrSketch(CongestionFacts facts) {
    mss = facts.mss();
    cwnd = 10 * mss;
    long rtt = facts.smoothedRoundTripNs() > 0 ? facts.smoothedRoundTripNs() : MS;
    pacing = (long) (Phase.STARTUP.pacingGain * cwnd * 1e9 / rtt);
    phaseNs = facts.nowNs();
    probeRttSeenNs = facts.nowNs();
  }

  // --- asked

  @Override
  public int window() {
    return cwnd;
  }

  @Override
  public long pacingRate() {
    return pacing;
  }

  @Override
  public int burst() {
    return (int) Math.max(2 * mss, Math.min(pacing / 1000, 64 * 1024)); // a millisecond's worth
  }

  // --- told

  @Override
  public void onAck(CongestionFacts facts) {
    RateSample rs = facts.sample();
    if (rs == null) {
      return;
    }
    long rate = rate(rs);
    updateRound(rs);
    updateSignals(rs, rate);
    checkFull(rs);
    if (phase == Phase.STARTUP && full) {
      enter(Phase.DRAIN, facts);
    }
    if (phase == Phase.DRAIN && facts.inFlight() <= inflight(1)) {
      startDown(facts);
    }
    updateCycle(facts, rs, rate);
    updateMinRtt(facts);
    checkProbeRtt(facts);
    if (lossRoundStart) {
      bandwidthLatest = rate;
      inflightLatest = rs.delivered() - rs.deliveredAtSend();
    }
    setPacing(phase.pacingGain);
    setWindow(facts, rs);
    idleRestart = false;
  }

  @Override
  public void onSegmentLost(CongestionFacts facts) {
    RateSample rs = facts.sample();
    lossesInRound++;
    if (rs == null) {
      return;
    }
    if (!lossInRound) {
      lossRoundEnd = rs.delivered();
      lossInRound = true;
    }
    if (probeSamples && tooHigh(rs)) {
      onTooHigh(facts, rs, atLoss(rs));
    }
  }

  @Override
  public void onLoss(CongestionFacts facts) {
    saveForUndo();
    if (!savesWindow) {
      windowBefore = cwnd;
      savesWindow = true;
    }
  }

  @Override
  public void onRecovered(CongestionFacts facts, int most) {
    restoreWindow();
  }

  @Override
  public void onRetransmitTimeout(CongestionFacts facts, boolean first) {
    onLoss(facts);
    cwnd = facts.inFlight() + mss;
  }

  @Override
  public void onUndo(CongestionFacts facts) {
    lossInRound = false;
    fullRounds = 0;
    inflightLong = Math.max(inflightLong, undoInflightLong);
    inflightShort = Math.max(inflightShort, undoInflightShort);
    bandwidthShort = Math.max(bandwidthShort, undoBandwidthShort);
    restoreWindow();
  }

  @Override
  public void onIdle(CongestionFacts facts) {
    idleRestart = true;
    if (phase.cycles()) {
      setPacing(1); // no queue is known to need draining
    } else if (phase == Phase.PROBE_RTT) {
      checkProbeRttDone(facts);
    }
  }

  @Override
  public void onMss(int changed) {
    mss = changed;
    cwnd = Math.max(cwnd, least());
  }

  private void saveForUndo() {
    undoInflightLong = inflightLong;
    undoInflightShort = inflightShort;
    undoBandwidthShort = bandwidthShort;
  }

  private void restoreWindow() {
    if (savesWindow) {
      savesWindow = false;
      cwnd = Math.max(cwnd, windowBefore);
    }
  }

  // --- the model

  private static long rate(RateSample rs) {
    long bytes = rs.delivered() - rs.deliveredAtSend();
    return rs.intervalNs() == 0 ? 0 : (long) (bytes * 1e9 / rs.intervalNs());
  }

  private long maxBandwidth() {
    return Math.max(bestBandwidth[0], bestBandwidth[1]);
  }

  private long bandwidth() {
    return Math.min(maxBandwidth(), bandwidthShort);
  }

  /** What must be in flight to fill the path, times a gain; the draft's BBRInflight. */
  private long inflight(double gain) {
    if (minRttNs == NONE) {
      return 10L * mss;
    }
    long quantised = (long) (gain * bandwidth() * (minRttNs / 1e9)) + 3L * burst();
    return Math.max(quantised, least()) + (phase == Phase.UP ? 2L * mss : 0);
  }

  private int least() {
    return LEAST_SEGMENTS * mss;
  }

  private long withHeadroom() {
    if (inflightLong == NONE) {
      return NONE;
    }
    return Math.max((long) (HEADROOM * inflightLong), least());
  }

  private void updateRound(RateSample rs) {
    roundStart = rs.deliveredAtSend() >= roundEnd;
    if (roundStart) {
      roundEnd = rs.delivered();
      roundsSinceProbe++;
    }
  }

  private void updateSignals(RateSample rs, long rate) {
    lossRoundStart = rs.deliveredAtSend() >= lossRoundEnd;
    bandwidthLatest = Math.max(bandwidthLatest, rate);
    inflightLatest = Math.max(inflightLatest, rs.delivered() - rs.deliveredAtSend());
    if (rate >= maxBandwidth() || !rs.applicationLimited()) {
      bestBandwidth[0] = Math.max(bestBandwidth[0], rate);
    }
    if (!lossRoundStart) {
      return;
    }
    lossRoundEnd = rs.delivered();
    boolean probes = phase == Phase.STARTUP || phase == Phase.REFILL || phase == Phase.UP;
    if (lossInRound && !probes) {
      bandwidthShort = bandwidthShort == NONE ? maxBandwidth() : bandwidthShort;
      inflightShort = inflightShort == NONE ? cwnd : inflightShort;
      bandwidthShort = Math.max(bandwidthLatest, (long) (BETA * bandwidthShort));
      inflightShort = Math.max(inflightLatest, (long) (BETA * inflightShort));
    }
    lossInRound = false;
  }

  /** Three rounds without a quarter more bandwidth, or a round of many losses. */
  private void checkFull(RateSample rs) {
    if (phase == Phase.STARTUP && lossesInRound >= STARTUP_LOSSES && tooHigh(rs)) {
      full = true;
      inflightLong = Math.max(inflight(1), inflightLatest);
    }
    if (roundStart) {
      lossesInRound = 0;
    }
    if (fullNow || rs.applicationLimited()) {
      return;
    }
    if (maxBandwidth() >= fullBandwidth * 1.25) {
      resetFull(maxBandwidth());
    } else if (roundStart && ++fullRounds >= 3) {
      fullNow = true;
      full = true;
    }
  }

  private void resetFull(long bandwidth) {
    fullBandwidth = bandwidth;
    fullRounds = 0;
    fullNow = false;
  }

  private void updateMinRtt(CongestionFacts facts) {
    long rtt = facts.roundTripNs();
    long now = facts.nowNs();
    probeRttDue = now - probeRttSeenNs > 5_000 * MS;
    if (rtt > 0 && (rtt < probeRttMinNs || probeRttDue)) {
      probeRttMinNs = rtt;
      probeRttSeenNs = now;
    }
    if (probeRttMinNs < minRttNs || now - minRttSeenNs > 10_000 * MS) {
      minRttNs = probeRttMinNs;
      minRttSeenNs = probeRttSeenNs;
    }
  }

  // --- the cycle of probing

  private void enter(Phase next, CongestionFacts facts) {
    phase = next;
    phaseNs = facts.nowNs();
  }

  private void startDown(CongestionFacts facts) {
    bandwidthShort = bandwidthShort == NONE ? NONE : bandwidthShort;
    probeUpBytes = NONE;
    roundsSinceProbe = (int) facts.random(2);
    probeWaitNs = 2_000 * MS + facts.random(1_000 * MS);
    feedback = Feedback.STOPPING;
    enter(Phase.DOWN, facts);
  }

  private void startRefill(CongestionFacts facts, RateSample rs) {
    inflightShort = NONE;
    bandwidthShort = NONE;
    probeUpRounds = 0;
    probeUpAcked = 0;
    roundEnd = rs.delivered();
    enter(Phase.REFILL, facts);
  }

  private void startUp(CongestionFacts facts, RateSample rs, long rate) {
    feedback = Feedback.STARTING;
    roundEnd = rs.delivered();
    resetFull(rate);
    enter(Phase.UP, facts);
    raiseSlope();
  }

  private void updateCycle(CongestionFacts facts, RateSample rs, long rate) {
    if (!full) {
      return;
    }
    adaptInflightLong(facts, rs);
    switch (phase) {
      case DOWN -> {
        if (!probesIfTime(facts, rs) && facts.inFlight() <= Math.min(withHeadroom(), inflight(1))) {
          enter(Phase.CRUISE, facts);
        }
      }
      case CRUISE -> probesIfTime(facts, rs);
      case REFILL -> {
        if (roundStart) {
          probeSamples = true;
          startUp(facts, rs, rate);
        }
      }
      case UP -> {
        if (isWindowLimited(facts) && cwnd >= inflightLong) {
          resetFull(rate);
        } else if (fullNow) {
          startDown(facts);
        }
      }
      default -> {}
    }
  }

  private boolean probesIfTime(CongestionFacts facts, RateSample rs) {
    long rounds = Math.min(inflight(1) / mss, MOST_ROUNDS);
    if (facts.nowNs() - phaseNs > probeWaitNs || roundsSinceProbe >= rounds) {
      startRefill(facts, rs);
      return true;
    }
    return false;
  }

  private boolean isWindowLimited(CongestionFacts facts) {
    return facts.inFlightBefore() + mss > cwnd;
  }

  private void adaptInflightLong(CongestionFacts facts, RateSample rs) {
    if (feedback == Feedback.STARTING && roundStart) {
      feedback = Feedback.COMING;
    }
    if (feedback == Feedback.STOPPING && roundStart) {
      probeSamples = false;
      feedback = Feedback.NONE;
      if (phase.cycles() && !rs.applicationLimited()) { // the filter moves on by a cycle
        bestBandwidth[1] = bestBandwidth[0];
        bestBandwidth[0] = 0;
      }
    }
    if (tooHigh(rs)) {
      if (probeSamples) {
        onTooHigh(facts, rs, rs.inFlightAtSend());
      }
    } else if (inflightLong != NONE) {
      inflightLong = Math.max(inflightLong, rs.inFlightAtSend());
      if (phase == Phase.UP) {
        probeUpward(facts);
      }
    }
  }

  private void probeUpward(CongestionFacts facts) {
    if (!isWindowLimited(facts) || cwnd < inflightLong) {
      return;
    }
    probeUpAcked += facts.deliveredBytes();
    if (probeUpAcked >= probeUpBytes) {
      long steps = probeUpAcked / probeUpBytes;
      probeUpAcked -= steps * probeUpBytes;
      inflightLong += steps * mss;
    }
    if (roundStart) {
      raiseSlope();
    }
  }

  private void raiseSlope() {
    long growth = 1L << Math.min(30, probeUpRounds++);
    probeUpBytes = Math.max(mss, cwnd / growth);
  }

  private static boolean tooHigh(RateSample rs) {
    return rs.lostSince() > rs.inFlightAtSend() * LOSS_THRESHOLD;
  }

  /** Where in the flight of the lost segment the losses passed the threshold. */
  private long atLoss(RateSample rs) {
    double inFlightBefore = rs.inFlightAtSend() - mss;
    double lostBefore = Math.max(0, rs.lostSince() - mss);
    double prefix = (LOSS_THRESHOLD * inFlightBefore - lostBefore) / (1 - LOSS_THRESHOLD);
    return (long) (inFlightBefore + Math.max(0, prefix));
  }

  private void onTooHigh(CongestionFacts facts, RateSample rs, long inFlightThen) {
    probeSamples = false;
    if (!rs.applicationLimited()) {
      long target = Math.min(inflight(1), cwnd);
      inflightLong = Math.max(inFlightThen, (long) (BETA * target));
    }
    if (phase == Phase.UP) {
      startDown(facts);
    }
  }

  // --- the round trip

  private void checkProbeRtt(CongestionFacts facts) {
    if (phase != Phase.PROBE_RTT && probeRttDue && !idleRestart) {
      enter(Phase.PROBE_RTT, facts);
      onLoss(facts); // only the window is saved
      probeRttTimed = false;
      feedback = Feedback.STOPPING;
    }
    if (phase == Phase.PROBE_RTT) {
      if (!probeRttTimed && facts.inFlight() <= inflight(Phase.PROBE_RTT.windowGain)) {
        probeRttTimed = true;
        probeRttEndNs = facts.nowNs() + 200 * MS;
      }
      checkProbeRttDone(facts);
    }
  }

  private void checkProbeRttDone(CongestionFacts facts) {
    if (probeRttTimed && facts.nowNs() - probeRttEndNs > 0) {
      probeRttSeenNs = facts.nowNs();
      restoreWindow();
      bandwidthShort = NONE;
      inflightShort = NONE;
      if (full) {
        startDown(facts);
        enter(Phase.CRUISE, facts);
      } else {
        enter(Phase.STARTUP, facts);
      }
    }
  }

  // --- the answers

  private void setPacing(double gain) {
    long rate = (long) (gain * bandwidth() * PACING_MARGIN);
    if (rate > 0 && (full || rate > pacing)) {
      pacing = rate;
    }
  }

  private void setWindow(CongestionFacts facts, RateSample rs) {
    long most = inflight(phase.windowGain);
    int acked = facts.deliveredBytes();
    long window = cwnd;
    if (facts.recovering()) {
      window = Math.max(window - facts.lostBytes(), facts.inFlight() + acked);
    }
    if (full) {
      window = Math.min(window + acked, most);
    } else if (window < most || rs.delivered() < 10L * mss) {
      window += acked;
    }
    window = Math.max(window, least());
    if (phase == Phase.PROBE_RTT) {
      window = Math.min(window, Math.max(inflight(phase.windowGain), least()));
    }
    long bound = NONE;
    if (phase.cycles() && phase != Phase.CRUISE) {
      bound = inflightLong;
    } else if (phase == Phase.PROBE_RTT || phase == Phase.CRUISE) {
      bound = withHeadroom();
    }
    bound = Math.max(Math.min(bound, inflightShort), least());
    cwnd = (int) Math.min(Integer.MAX_VALUE, Math.min(window, bound));
  }
}
