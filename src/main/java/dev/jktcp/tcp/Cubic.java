package dev.jktcp.tcp;

/** CUBIC (RFC 9438), with HyStart++ (RFC 9406) in slow start until the first congestion event. */
final class Cubic extends LossBased {
  static final double BETA = 0.7; // §4.6

  private int wMax; // 0 = undefined
  private int cwndPrior;
  private CubicStage stage; // null outside congestion avoidance
  private HyStartPlusPlus hyStart; // null while slow start does not use it

  private static final class CubicBefore extends Before {
    private final int wMax;
    private final int cwndPrior;
    private final CubicStage stage; // K, t_epoch and W_est: an event begins another stage

    private CubicBefore(Cubic now) {
      super(now);
      wMax = now.wMax;
      cwndPrior = now.cwndPrior;
      stage = now.stage;
    }
  }

  Cubic(CongestionFacts facts) {
    super(facts);
  }

  @Override
  public String name() {
    return "cubic";
  }

  /** RFC 9406 §4.3 asks for HyStart++ only while ssthresh is unknown. */
  @Override
  int slowStart(CongestionFacts facts, int counted) {
    if (ssthresh != Integer.MAX_VALUE) {
      return counted;
    }
    if (hyStart == null) {
      hyStart = new HyStartPlusPlus(facts.inFlightBefore());
    }
    int growth = hyStart.onAck(facts, counted);
    if (hyStart.over()) {
      ssthresh = cwnd + growth;
      cwndPrior = ssthresh; // §4.10: W_max is undefined
      hyStart = null;
    } else if (facts.inFlight() == 0) {
      hyStart = null; // no round is under way; an idle end keeps none
    }
    return growth;
  }

  @Override
  int avoid(CongestionFacts facts, int delivered) {
    if (stage == null) {
      if (wMax < cwnd) { // after a timeout or HyStart++ (§4.8, §4.10): then K is 0
        wMax = cwnd;
      }
      stage = new CubicStage(cwnd, wMax, facts);
    }
    return stage.onAck(facts, Math.min(delivered, cwnd), cwnd, wMax, cwndPrior);
  }

  @Override
  void onUnused(CongestionFacts facts) {
    if (stage != null) {
      stage.stand(facts.nowNs());
    }
  }

  @Override
  double beta() {
    return BETA;
  }

  @Override
  double betaEcn() {
    return 0.85; // RFC 8511 §3
  }

  @Override
  void onEvent() {
    wMax = cwnd < wMax ? (int) (cwnd * (1 + BETA) / 2) : cwnd; // §4.7, fast convergence
    cwndPrior = cwnd;
    stage = null;
    hyStart = null;
  }

  @Override
  void onRestart(boolean timeout) {
    wMax = timeout ? 0 : wMax; // §4.8
    stage = null;
    hyStart = null;
  }

  /**
   * Drops the stage: {@link #onIdle} will find the idle time longer still, and begin slow start.
   */
  @Override
  public void onRest() {
    super.onRest();
    stage = null;
    hyStart = null;
  }

  @Override
  Before remember() {
    return new CubicBefore(this);
  }

  @Override
  void restore(Before state) {
    super.restore(state);
    CubicBefore before = (CubicBefore) state;
    wMax = before.wMax;
    cwndPrior = before.cwndPrior;
    stage = before.stage;
  }
}
