package dev.jktcp.tcp.connection;

/**
 * The least round trip of late: of the last five minutes, so that a connection whose path has
 * become longer learns of it (RFC 8985 §6.2 step 1). When the least is that old, the next one
 * counts.
 */
final class MinRtt {
  private static final int WINDOW_S = 300; // as Linux; a queue that stands has drained by then

  private static final long SECOND_NS = 1_000_000_000L;

  private long leastNs; // 0 = there was none
  private int sinceS; // of which 2^31 are 68 years

  void onSample(long rttNs, long nowNs) {
    int nowS = (int) Math.floorDiv(nowNs, SECOND_NS);
    if (leastNs == 0 || rttNs <= leastNs || nowS - sinceS >= WINDOW_S) {
      leastNs = rttNs;
      sinceS = nowS;
    }
  }

  /** 0 = there was no sample yet. */
  long ns() {
    return leastNs;
  }

  // --- idle times

  void fold(IdleEnd to) {
    to.minRttNs = leastNs;
    to.minRttSinceS = sinceS;
  }

  void unfold(IdleEnd from) {
    leastNs = from.minRttNs;
    sinceS = from.minRttSinceS;
  }
}
