package dev.jktcp.tcp.connection;

/**
 * The least round trip of late: of the last five minutes, so that a connection whose path has
 * become longer learns of it (RFC 8985 §6.2 step 1). When the least is that old, the next one
 * counts.
 */
final class MinRtt {
  // Times are of 2^30 ns, of which 2^31 are 73 years: no sample waits for a division.
  private static final int TICK_SHIFT = 30;
  private static final int WINDOW = 279; // 300 s, as Linux; a queue that stands has drained by then

  private long leastNs; // 0 = there was none
  private int since;

  void onSample(long rttNs, long nowNs) {
    int now = (int) (nowNs >> TICK_SHIFT);
    if (leastNs == 0 || rttNs <= leastNs || now - since >= WINDOW) {
      leastNs = rttNs;
      since = now;
    }
  }

  /**
   * Whether a round trip is too short to be one. A least that is too old says nothing of that:
   * where all that arrives was sent again, no sample renews it, though the path may have become
   * shorter.
   */
  boolean exceeds(long rttNs, long nowNs) {
    return rttNs < leastNs && (int) (nowNs >> TICK_SHIFT) - since < WINDOW;
  }

  /** 0 = there was no sample yet. */
  long ns() {
    return leastNs;
  }

  // --- idle times

  void fold(IdleEnd to) {
    to.minRttNs = leastNs;
    to.minRttSince = since;
  }

  void unfold(IdleEnd from) {
    leastNs = from.minRttNs;
    since = from.minRttSince;
  }
}
