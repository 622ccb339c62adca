package dev.jktcp.tcp.connection;

/**
 * The shortest round trip of the last five minutes, so that a connection whose path has become
 * longer learns of it (RFC 8985 §6.2 step 1). When the shortest is older than that, the next sample
 * replaces it.
 */
final class MinRtt {
  // Times count 2^30 ns, of which 2^31 are 73 years: a shift instead of a division for each sample.
  private static final int TICK_SHIFT = 30;
  private static final int WINDOW = 279; // 300 s, as Linux; a standing queue has drained by then

  private long leastNs; // 0 = no sample yet
  private int since;

  void onSample(long rttNs, long nowNs) {
    int now = (int) (nowNs >> TICK_SHIFT);
    if (leastNs == 0 || rttNs <= leastNs || now - since >= WINDOW) {
      leastNs = rttNs;
      since = now;
    }
  }

  /**
   * Whether the shortest round trip exceeds this one, which then is too short to be real. If the
   * shortest is too old, it proves nothing: while all arrivals were sent again, no sample renews
   * it, though the path may have become shorter.
   */
  boolean exceeds(long rttNs, long nowNs) {
    return rttNs < leastNs && (int) (nowNs >> TICK_SHIFT) - since < WINDOW;
  }

  /** The shortest round trip in ns; 0 = no sample yet. */
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
