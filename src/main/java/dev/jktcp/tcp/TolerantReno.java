package dev.jktcp.tcp;

/**
 * {@link NewReno} for links that lose packets by chance, or hardly any, and whose queues no other
 * flow uses. If a segment is lost while round trips are as short as ever, no queue was full, so the
 * window stays. (TCP Veno, Fu and Liew 2003, also tells the two cases apart by the backlog.)
 *
 * <p>If another flow had filled the queue before the first round trip was measured, a full queue
 * looks empty. So one loss in {@link #TOLERATED_IN_A_ROW} + 1 halves the window whatever the round
 * trips: its share is then at most √8 times that of a NewReno with the same losses.
 */
final class TolerantReno extends NewReno {
  private static final int TOLERATED_IN_A_ROW = 7;
  private static final int QUEUE_PART = 8; // of the round trip: less is noise

  private long leastNs = Long.MAX_VALUE;
  // The longest sample of the current round trip, and of the one before.
  private long longestNs;
  private long beforeNs;
  private long roundEndsNs;
  private boolean inRound;
  private byte tolerated; // losses in a row

  TolerantReno(CongestionFacts facts) {
    super(facts);
  }

  @Override
  public String name() {
    return "tolerant-reno";
  }

  @Override
  void onProgress(CongestionFacts facts) {
    long rttNs = facts.roundTripNs();
    if (rttNs == 0) {
      return;
    }
    leastNs = Math.min(leastNs, rttNs);
    if (!inRound || facts.nowNs() - roundEndsNs >= 0) {
      inRound = true;
      roundEndsNs = facts.nowNs() + facts.smoothedRoundTripNs();
      beforeNs = longestNs;
      longestNs = 0;
    }
    longestNs = Math.max(longestNs, rttNs);
  }

  private boolean queueIsShort() {
    long longest = Math.max(longestNs, beforeNs);
    return longest > 0 && longest - leastNs <= leastNs / QUEUE_PART;
  }

  @Override
  double lossShare() {
    boolean tolerates = queueIsShort() && tolerated < TOLERATED_IN_A_ROW;
    tolerated = (byte) (tolerates ? tolerated + 1 : 0);
    return tolerates ? 1 : beta();
  }
}
