package dev.jktcp.tcp;

/** Slow start and congestion avoidance of RFC 5681, window after recovery of RFC 6582. */
final class NewReno implements CongestionControl {
  // RFC 6928: ten segments.
  private static final int INITIAL_SEGMENTS = 10;

  // 1 GiB, the largest window that RFC 7323 can announce; keeps sums of two windows in an int.
  private static final int MAX_WINDOW = 1 << 30;

  @Override
  public void onEstablished(Window window) {
    window.cwnd = initialWindow(window);
  }

  /** RFC 6928 §2: at most 10 segments, and no more than 14,600 bytes unless that is below two. */
  private static int initialWindow(Window window) {
    return Math.min(INITIAL_SEGMENTS * window.mss, Math.max(2 * window.mss, 14_600));
  }

  @Override
  public int allowance(Window window, int inFlight) {
    return Math.max(0, window.cwnd - inFlight);
  }

  @Override
  public void onAck(Window window, int ackedBytes, int inFlight, long rttNs, long nowNs) {
    // A window that the sender does not fill is not tested by its ACKs (RFC 7661 in spirit).
    if (inFlight + window.mss <= window.cwnd / 2) {
      return;
    }
    if (window.cwnd < window.ssthresh) {
      // §3.1 grows by SMSS an ACK; a peer that aggregates ACKs (RFC 9293 MUST-58) would starve, so
      // bytes count, as on Linux. And as there no further than ssthresh: after a time-out one ACK
      // may cover the whole old window, and would bring it back as if nothing had been lost.
      window.cwnd = Math.min(Math.min(MAX_WINDOW, window.ssthresh), window.cwnd + ackedBytes);
      return;
    }
    // §3.1: one SMSS for each window of bytes acknowledged, and no more than one a round trip:
    // what an ACK of many windows brings (behind a time-out) must not pay for the next, too.
    window.acked += ackedBytes;
    if (window.acked >= window.cwnd) {
      window.acked = Math.min(window.acked - window.cwnd, window.mss);
      window.cwnd = Math.min(MAX_WINDOW, window.cwnd + window.mss);
    }
  }

  @Override
  public void onLoss(Window window, int inFlight, long nowNs) {
    window.ssthresh = halved(window, inFlight);
    window.cwnd = window.ssthresh;
    window.acked = 0;
  }

  @Override
  public void onRecovered(Window window, int inFlight, long nowNs) {
    // RFC 6582 §3.2 step 3, full acknowledgment, option 1: no burst after recovery.
    window.cwnd = Math.min(window.ssthresh, Math.max(inFlight, window.mss) + window.mss);
  }

  @Override
  public void onIdle(Window window, long nowNs) {
    // RFC 5681 §4.1: min(IW, cwnd); a burst of the old window would overrun the path's queue. As on
    // Linux, slow start leads back to most of it.
    window.ssthresh = Math.max(window.ssthresh, window.cwnd / 4 * 3);
    window.cwnd = Math.min(window.cwnd, initialWindow(window));
    window.acked = 0;
  }

  @Override
  public void onRetransmitTimeout(Window window, int inFlight, boolean first, long nowNs) {
    if (first) { // §3.1: a segment that is lost again does not halve again.
      window.ssthresh = halved(window, inFlight);
    }
    window.cwnd = window.mss;
    window.acked = 0;
  }

  private static int halved(Window window, int inFlight) {
    return Math.max(inFlight / 2, 2 * window.mss); // §3.1 equation (4)
  }
}
