package dev.jktcp.proof.golden;

/**
 * How far the window of CUBIC may have grown in congestion avoidance (RFC 9438 §4), by what packets
 * tell. What they do not tell is taken as it allows the most: that the window was always used, that
 * W_est grows as fast as Reno's (§4.3 lets it once it is back where it was), and that W_max may be
 * anything from the window that the stage began with up to the one before the reduction.
 *
 * @param epochNs when the stage began; {@link #NONE} = none is under way
 * @param first the window then, in bytes
 * @param k seconds from there to the largest W_max
 * @param estimate W_est
 */
record CubicBound(long epochNs, double first, double k, double estimate) {
  static final double BETA = 0.7; // §4.6

  private static final double C = 0.4; // §5.1, segments a second cubed
  private static final long NO_TIME = Long.MIN_VALUE;

  static final CubicBound NONE = new CubicBound(NO_TIME, 0, 0, 0);

  /**
   * The window is used, and more of it has arrived.
   *
   * @param wMax the window before the reduction
   */
  CubicBound onDelivered(long more, double window, double wMax, int mss, long nowNs) {
    CubicBound stage = this;
    if (epochNs == NO_TIME) {
      double k = Math.cbrt(Math.max(0, wMax - window) / (C * mss)); // §4.2 equation (2)
      stage = new CubicBound(nowNs, window, k, window);
    }
    double grown = stage.estimate + mss * more / window; // §4.3 equation (4), alpha 1
    return new CubicBound(stage.epochNs, stage.first, stage.k, grown);
  }

  /** The most that the window may be now: what is asked for a round trip ahead (§4.4). */
  double window(long more, double window, int mss, long roundTripNs, long nowNs) {
    double t = (nowNs - epochNs + roundTripNs) / 1e9;
    // §4.2 equation (1), above the first window: convex in K, so the largest is at one of the ends.
    double slow = t * t * t;
    double fast = slow - 3 * t * t * k + 3 * t * k * k;
    double ahead = first + C * mss * Math.max(slow, fast);
    double target = Math.max(window, Math.min(1.5 * window, ahead));
    return Math.max(window + (target - window) * Math.min(1, more / window), estimate);
  }
}
