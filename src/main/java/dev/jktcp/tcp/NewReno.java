package dev.jktcp.tcp;

/** Slow start and congestion avoidance of RFC 5681, window after recovery of RFC 6582. */
final class NewReno implements CongestionPolicy {
  static final CongestionControl FACTORY = NewReno::new;

  // RFC 6928: ten segments.
  private static final int INITIAL_SEGMENTS = 10;

  // 1 GiB, the largest window that RFC 7323 can announce; keeps sums of two windows in an int.
  private static final int MAX_WINDOW = 1 << 30;

  private int cwnd;
  private int ssthresh = Integer.MAX_VALUE;
  private int acked; // bytes acknowledged since the window last grew in congestion avoidance

  private NewReno(CongestionFacts facts) {
    cwnd = initialWindow(facts.mss());
  }

  /** RFC 6928 §2: at most 10 segments, and no more than 14,600 bytes unless that is below two. */
  private static int initialWindow(int mss) {
    return Math.min(INITIAL_SEGMENTS * mss, Math.max(2 * mss, 14_600));
  }

  @Override
  public int window() {
    return cwnd;
  }

  @Override
  public int slowStartThreshold() {
    return ssthresh;
  }

  @Override
  public void onAck(CongestionFacts facts) {
    if (facts.recovering() || facts.markedBytes() > 0) { // RFC 3168 §6.1.2
      return;
    }
    int mss = facts.mss();
    // A window that the sender does not fill is not tested by its ACKs (RFC 7661 in spirit).
    if (facts.inFlightBefore() + mss <= cwnd / 2) {
      return;
    }
    int delivered = facts.deliveredBytes();
    if (cwnd < ssthresh) {
      // §3.1 grows by SMSS an ACK; a peer that aggregates ACKs (RFC 9293 MUST-58) would starve, so
      // bytes count, as on Linux. And as there no further than ssthresh: after a timeout one ACK
      // may cover the whole old window, and would bring it back as if nothing had been lost.
      cwnd = Math.min(Math.min(MAX_WINDOW, ssthresh), cwnd + delivered);
      return;
    }
    // §3.1: one SMSS for each window of bytes acknowledged, and no more than one a round trip:
    // what an ACK of many windows brings (behind a timeout) must not pay for the next, too.
    acked += delivered;
    if (acked >= cwnd) {
      acked = Math.min(acked - cwnd, mss);
      cwnd = Math.min(MAX_WINDOW, cwnd + mss);
    }
  }

  @Override
  public void onLoss(CongestionFacts facts) {
    ssthresh = halved(facts);
    cwnd = ssthresh;
    acked = 0;
  }

  @Override
  public void onRecovered(CongestionFacts facts, int most) {
    cwnd = Math.min(ssthresh, most); // RFC 6582 §3.2 step 3, full acknowledgment
  }

  @Override
  public void onIdle(CongestionFacts facts) {
    if (facts.idleNs() <= facts.timeoutNs()) {
      return;
    }
    // RFC 5681 §4.1: min(IW, cwnd); a burst of the old window would overrun the path's queue. As on
    // Linux, slow start leads back to most of it.
    ssthresh = Math.max(ssthresh, cwnd / 4 * 3);
    cwnd = Math.min(cwnd, initialWindow(facts.mss()));
    acked = 0;
  }

  @Override
  public void onRetransmitTimeout(CongestionFacts facts, boolean first) {
    if (first) { // §3.1: a segment that is lost again does not halve again.
      ssthresh = halved(facts);
    }
    cwnd = facts.mss();
    acked = 0;
  }

  @Override
  public void onMss(int mss) {
    cwnd = Math.max(cwnd, mss);
  }

  private static int halved(CongestionFacts facts) {
    return Math.max(facts.inFlightBefore() / 2, 2 * facts.mss()); // §3.1 equation (4)
  }
}
