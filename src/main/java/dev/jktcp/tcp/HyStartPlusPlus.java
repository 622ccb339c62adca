package dev.jktcp.tcp;

/**
 * Ends slow start when the round trip grows, before the queue overflows (RFC 9406). A round ends
 * when the flight of its beginning is acknowledged.
 */
final class HyStartPlusPlus {
  // §4.3
  private static final long MIN_RTT_THRESH_NS = 4_000_000;
  private static final long MAX_RTT_THRESH_NS = 16_000_000;
  private static final int MIN_RTT_DIVISOR = 8;
  private static final int N_RTT_SAMPLE = 8;
  private static final int CSS_GROWTH_DIVISOR = 4;
  private static final int CSS_ROUNDS = 5;

  private static final long INFINITY = Long.MAX_VALUE;

  private int roundLeft; // bytes
  private long lastRoundMinRttNs = INFINITY;
  private long currentRoundMinRttNs = INFINITY;
  private long cssBaselineMinRttNs = INFINITY; // infinite outside conservative slow start (CSS)
  private int rttSampleCount;
  private int cssRounds; // rounds begun

  /**
   * @param inFlight when the first round begins
   */
  HyStartPlusPlus(int inFlight) {
    roundLeft = inFlight;
  }

  /**
   * An ACK in slow start.
   *
   * @param counted the bytes by which ordinary slow start would grow
   * @return bytes by which the window grows
   */
  int onAck(CongestionFacts facts, int counted) {
    int growth = inCss() ? counted / CSS_GROWTH_DIVISOR : counted;
    measure(facts.roundTripNs());
    if (rttSampleCount >= N_RTT_SAMPLE) {
      judge();
    }
    roundLeft -= facts.ackedBytes();
    if (roundLeft <= 0) {
      beginRound(facts.inFlight());
    }
    return growth;
  }

  private void measure(long roundTripNs) {
    if (roundTripNs > 0) {
      currentRoundMinRttNs = Math.min(currentRoundMinRttNs, roundTripNs);
      rttSampleCount++;
    }
  }

  private void judge() {
    if (inCss()) {
      if (currentRoundMinRttNs < cssBaselineMinRttNs) { // the rise was jitter: slow start goes on
        cssBaselineMinRttNs = INFINITY;
      }
    } else if (lastRoundMinRttNs != INFINITY
        && currentRoundMinRttNs >= lastRoundMinRttNs + threshold()) {
      cssBaselineMinRttNs = currentRoundMinRttNs;
      cssRounds = 1; // the part of a round that is left counts as one
    }
  }

  private long threshold() {
    long share = Math.min(lastRoundMinRttNs / MIN_RTT_DIVISOR, MAX_RTT_THRESH_NS);
    return Math.max(MIN_RTT_THRESH_NS, share);
  }

  private void beginRound(int inFlight) {
    roundLeft = inFlight;
    lastRoundMinRttNs = currentRoundMinRttNs;
    currentRoundMinRttNs = INFINITY;
    rttSampleCount = 0;
    if (inCss()) {
      cssRounds++;
    }
  }

  private boolean inCss() {
    return cssBaselineMinRttNs != INFINITY;
  }

  /** The rounds of CSS are used up: congestion avoidance begins. */
  boolean over() {
    return inCss() && cssRounds > CSS_ROUNDS;
  }
}
