package dev.jktcp.tcp;

/** BBR.max_bw: of this cycle of probing and the one before (draft-ietf-ccwg-bbr-06 §5.5.3). */
final class BbrMaxBandwidth {
  private long current;
  private long before;

  /** UpdateMaxBw(): a sample that the application limited can only raise the maximum. */
  void onSample(long rate, boolean limited) {
    if (rate >= get() || !limited) {
      current = Math.max(current, rate);
    }
  }

  /** AdvanceMaxBwFilter(): a probe is over, and its samples are in. */
  void advance() {
    if (current > 0) { // a cycle without a sample would forget the path
      before = current;
      current = 0;
    }
  }

  /** Bytes a second; 0 before the first sample. */
  long get() {
    return Math.max(current, before);
  }
}
