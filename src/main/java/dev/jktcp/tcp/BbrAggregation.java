package dev.jktcp.tcp;

/**
 * BBR.extra_acked: bytes acknowledged at once beyond those that the bandwidth explains. ACKs that
 * come in bunches leave gaps, which the window must cover (draft-ietf-ccwg-bbr-06 §5.5.9).
 */
final class BbrAggregation {
  /** Two halves of ExtraAckedFilterLen: the maximum is that of the last 5 to 10 rounds. */
  private static final int HALF_ROUNDS = 5;

  private long beganNs;
  private long delivered;
  private long current;
  private long before;
  private int beganRound;

  BbrAggregation(long nowNs) {
    beganNs = nowNs;
  }

  /** The flight was empty: the measurement begins anew. */
  void restart(long nowNs) {
    beganNs = nowNs;
    delivered = 0;
  }

  /**
   * UpdateACKAggregation().
   *
   * @param startup whether only the present round counts
   */
  void onAck(int acked, long bandwidth, int window, int round, boolean startup, long nowNs) {
    double expected = bandwidth * ((nowNs - beganNs) / 1e9);
    if (delivered <= expected) {
      restart(nowNs);
      expected = 0;
    }
    delivered += acked;
    if (round - beganRound >= (startup ? 1 : HALF_ROUNDS)) {
      before = startup ? 0 : current;
      current = 0;
      beganRound = round;
    }
    current = Math.max(current, (long) Math.min(delivered - expected, window));
  }

  long extra() {
    return Math.max(current, before);
  }
}
