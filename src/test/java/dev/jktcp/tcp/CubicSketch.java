package dev.jktcp.tcp;

/**
 * CUBIC as RFC 9438 has it, as far as it takes to know that {@link CongestionPolicy} has room for
 * it: the curve, its Reno-friendly region, the shift of the epoch over idle times, and undo.
 */
final class CubicSketch implements CongestionPolicy {
  private static final double C = 0.4; // §5: segments a second cubed
  private static final double BETA = 0.7; // §4.6
  private static final double ALPHA = 3 * (1 - BETA) / (1 + BETA); // §4.3

  private int mss;
  private double cwnd; // segments, as the RFC counts
  private double ssthresh = Double.MAX_VALUE;
  private double wMax;
  private double k;
  private double wEst;
  private long epochNs;
  private boolean inEpoch;
  private boolean idle; // since the last ACK
  private double cwndBefore; // the loss, for undo
  private double ssthreshBefore;
  private double wMaxBefore;

  CubicSketch(CongestionFacts facts) {
    mss = facts.mss();
    cwnd = 10; // RFC 6928
  }

  @Override
  public int window() {
    return (int) (cwnd * mss);
  }

  @Override
  public int slowStartThreshold() {
    return (int) Math.min(Integer.MAX_VALUE, ssthresh * mss);
  }

  @Override
  public void onAck(CongestionFacts facts) {
    if (facts.recovering()) {
      return;
    }
    double acked = (double) facts.deliveredBytes() / mss;
    if (cwnd < ssthresh) {
      cwnd += acked;
      return;
    }
    if (!inEpoch) {
      begin(facts.nowNs());
    }
    idle = false;
    double t = (facts.nowNs() - epochNs) / 1e9;
    double rtt = facts.smoothedRoundTripNs() / 1e9;
    wEst += ALPHA * acked / cwnd; // §4.3
    double cubic = C * Math.pow(t + rtt - k, 3) + wMax; // §4.2, a round trip ahead
    double target = Math.max(cwnd, Math.min(1.5 * cwnd, cubic));
    cwnd = Math.max(wEst, cwnd + (target - cwnd) / cwnd * acked); // §4.4, §4.5
  }

  private void begin(long nowNs) {
    inEpoch = true;
    epochNs = nowNs;
    wMax = Math.max(wMax, cwnd);
    k = Math.cbrt((wMax - cwnd) / C);
    wEst = cwnd;
  }

  @Override
  public void onLoss(CongestionFacts facts) {
    cwndBefore = cwnd;
    ssthreshBefore = ssthresh;
    wMaxBefore = wMax;
    wMax = cwnd < wMax ? cwnd * (1 + BETA) / 2 : cwnd; // §4.7, fast convergence
    ssthresh = Math.max(2, cwnd * BETA);
    cwnd = ssthresh;
    inEpoch = false;
  }

  @Override
  public void onRetransmitTimeout(CongestionFacts facts, boolean first) {
    if (first) {
      onLoss(facts);
    }
    cwnd = 1;
    inEpoch = false;
  }

  @Override
  public void onUndo(CongestionFacts facts) { // §4.9
    cwnd = Math.max(cwnd, cwndBefore);
    ssthresh = ssthreshBefore;
    wMax = wMaxBefore;
    inEpoch = false;
  }

  /** §5.8: what was not sent did not test the path; the curve stands still. */
  @Override
  public void onIdle(CongestionFacts facts) {
    if (inEpoch && !idle) {
      idle = true;
      epochNs += facts.idleNs();
    }
  }

  @Override
  public void onMss(int changed) {
    cwnd = Math.max(1, cwnd * mss / changed);
    mss = changed;
  }
}
