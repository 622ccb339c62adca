package dev.jktcp.tcp;

/**
 * One stage of congestion avoidance of CUBIC (RFC 9438 §4), from its first ACK to the next
 * congestion event. Windows are bytes, times seconds.
 */
final class CubicStage {
  private static final double C = 0.4; // §5.1: segments a second cubed
  private static final double ALPHA = 3 * (1 - Cubic.BETA) / (1 + Cubic.BETA); // §4.3

  private final double k;
  private long epochNs;
  private long toldNs;
  private double wEst;
  private float part; // of a byte, by which the window has grown

  CubicStage(int cwnd, int wMax, CongestionFacts facts) {
    // StrictMath: every JVM must come to the same bits.
    k = StrictMath.cbrt((wMax - cwnd) / (C * facts.mss())); // §4.2 equation (2)
    epochNs = facts.nowNs();
    toldNs = epochNs;
    wEst = cwnd;
  }

  /**
   * An ACK of new data, while the window was in full use.
   *
   * @return the window in bytes
   */
  int onAck(CongestionFacts facts, int delivered, int cwnd, int wMax, int cwndPrior) {
    toldNs = facts.nowNs();
    int mss = facts.mss();
    double share = (double) delivered / cwnd;
    double alpha = wEst >= cwndPrior ? 1 : ALPHA;
    wEst += alpha * mss * share; // §4.3 equation (4)
    double t = (toldNs - epochNs) / 1e9;
    if (cubic(t, mss, wMax) < wEst) { // the Reno-friendly region
      return Math.max(cwnd, (int) wEst);
    }
    double ahead = cubic(t + facts.smoothedRoundTripNs() / 1e9, mss, wMax);
    double target = Math.max(cwnd, Math.min(1.5 * cwnd, ahead)); // §4.2
    double growth = (target - cwnd) * share + part; // §4.4, §4.5
    part = (float) (growth - (int) growth);
    return cwnd + (int) growth;
  }

  /** §4.2 equation (1). */
  private double cubic(double t, int mss, int wMax) {
    double d = t - k;
    return C * mss * d * d * d + wMax;
  }

  /** While the window is not in full use, t stands still (§4.2, §5.8). */
  void stand(long nowNs) {
    epochNs += nowNs - toldNs;
    toldNs = nowNs;
  }
}
