package dev.jktcp.tcp;

/**
 * The short-term model: bandwidth and bytes in flight that the path delivers since losses outside
 * of a probe (draft-ietf-ccwg-bbr-06 §5.5.10.3). It is forgotten when the next probe begins.
 */
final class BbrShortTerm {
  static final long NONE = Long.MAX_VALUE;

  /** BBR.Beta. */
  static final double BETA = 0.7;

  private long bandwidth = NONE;
  private long inflight = NONE;

  // Deliveries of this round.
  private long latestBandwidth;
  private long latestInflight;
  private boolean lossInRound;
  private long roundEnd;
  private boolean roundOver;

  // Before the present recovery.
  private long undoBandwidth = NONE;
  private long undoInflight = NONE;

  /** UpdateLatestDeliverySignals(). */
  void onAck(RateSample rs, long rate) {
    latestBandwidth = Math.max(latestBandwidth, rate);
    latestInflight = Math.max(latestInflight, rs.delivered() - rs.deliveredAtSend());
    roundOver = rs.deliveredAtSend() >= roundEnd;
    if (roundOver) {
      roundEnd = rs.delivered();
    }
  }

  /** Whether a round of counted losses ended with this ACK. */
  boolean roundOver() {
    return roundOver;
  }

  /** UpdateCongestionSignals(), after the maximum filter. */
  void adapt(boolean accelerates, long maxBandwidth, int window) {
    if (!roundOver) {
      return;
    }
    if (lossInRound && !accelerates) { // InitLowerBounds(), LossLowerBounds()
      double was = bandwidth == NONE ? maxBandwidth : bandwidth;
      double wasInflight = inflight == NONE ? window : inflight;
      bandwidth = Math.max(latestBandwidth, (long) (BETA * was));
      inflight = Math.max(latestInflight, (long) (BETA * wasInflight));
    }
    lossInRound = false;
  }

  /** AdvanceLatestDeliverySignals(). */
  void advance(RateSample rs, long rate) {
    if (roundOver) {
      latestBandwidth = rate;
      latestInflight = rs.delivered() - rs.deliveredAtSend();
    }
  }

  /**
   * NoteLoss().
   *
   * @return whether it is the first of the round
   */
  boolean onLoss(long delivered) {
    boolean first = !lossInRound;
    if (first) {
      roundEnd = delivered;
      lossInRound = true;
    }
    return first;
  }

  /** ResetCongestionSignals(). */
  void resetSignals() {
    lossInRound = false;
    latestBandwidth = 0;
    latestInflight = 0;
  }

  /** ResetShortTermModel(). */
  void forget() {
    bandwidth = NONE;
    inflight = NONE;
  }

  void save() {
    undoBandwidth = bandwidth;
    undoInflight = inflight;
  }

  void undo() {
    lossInRound = false;
    bandwidth = Math.max(bandwidth, undoBandwidth);
    inflight = Math.max(inflight, undoInflight);
  }

  /** {@link #NONE} = the path shows no limit. */
  long bandwidth() {
    return bandwidth;
  }

  long inflight() {
    return inflight;
  }

  long latestInflight() {
    return latestInflight;
  }
}
