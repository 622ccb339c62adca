package dev.jktcp.tcp;

/** BBR.min_rtt, and when it is to be measured without a queue (draft-ietf-ccwg-bbr-06 §5.3.4.3). */
final class BbrMinRtt {
  /** ProbeRTTInterval: 5 s. */
  private static final long PROBE_NS = 5_000_000_000L;

  /** MinRTTFilterLen: 10 s. */
  private static final long FILTER_NS = 10_000_000_000L;

  private static final long NONE = Long.MAX_VALUE;

  private long leastNs;
  private long leastAtNs;
  private long probedNs = NONE; // the least since the last probe
  private long probedAtNs;
  private boolean expired;

  /**
   * @param rttNs 0 = unknown
   */
  BbrMinRtt(long rttNs, long nowNs) {
    leastNs = rttNs > 0 ? rttNs : NONE;
    leastAtNs = nowNs;
    probedAtNs = nowNs;
  }

  /** UpdateMinRTT(). */
  void onAck(long rttNs, long nowNs) {
    expired = nowNs - probedAtNs > PROBE_NS;
    if (rttNs > 0 && (rttNs < probedNs || expired)) {
      probedNs = rttNs;
      probedAtNs = nowNs;
    }
    if (probedNs < leastNs || nowNs - leastAtNs > FILTER_NS) {
      leastNs = probedNs;
      leastAtNs = probedAtNs;
    }
  }

  /** Whether the minimum had expired at this ACK. */
  boolean expired() {
    return expired;
  }

  void onProbed(long nowNs) {
    probedAtNs = nowNs;
  }

  boolean known() {
    return leastNs != NONE;
  }

  long ns() {
    return leastNs;
  }
}
