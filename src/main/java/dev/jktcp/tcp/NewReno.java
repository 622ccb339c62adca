package dev.jktcp.tcp;

/** Slow start and congestion avoidance of RFC 5681, window after recovery of RFC 6582. */
class NewReno extends LossBased {
  private int acked; // bytes acknowledged since the window last grew in congestion avoidance

  NewReno(CongestionFacts facts) {
    super(facts);
  }

  @Override
  public String name() {
    return "new-reno";
  }

  /**
   * RFC 5681 §3.1: one SMSS for each window of bytes acknowledged, and at most one a round trip:
   * after a timeout, an ACK of many windows must not pay for the next round trips in advance.
   */
  @Override
  int avoid(CongestionFacts facts, int delivered) {
    int window = roundTrip(facts);
    acked += delivered;
    if (acked < window) {
      return cwnd;
    }
    acked = Math.min(acked - window, facts.mss());
    return cwnd + facts.mss();
  }

  /**
   * The bytes that a round trip brings while the window is in full use. Of a window of 5.7 segments
   * that is 5, and to wait for the rest would take another round trip, where the RFC asks for a
   * step in each. Small segments may fill the rest.
   */
  private int roundTrip(CongestionFacts facts) {
    return Math.max(cwnd - cwnd % facts.mss(), Math.min(cwnd, facts.inFlightBefore()));
  }

  @Override
  double beta() {
    return 0.5; // RFC 5681 §3.1 equation (4)
  }

  @Override
  double betaEcn() {
    return 0.8; // RFC 8511 §3
  }

  @Override
  void onEvent() {
    acked = 0;
  }

  @Override
  void onRestart(boolean timeout) {
    acked = 0;
  }
}
