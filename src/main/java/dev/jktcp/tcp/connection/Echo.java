package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * What the echoed timestamp (TSecr) of an ACK tells (RFC 7323 §4.3): which transmission of the
 * oldest segment in flight the peer has answered, the first or a later one. Of segments that
 * arrived out of order it tells nothing, for a receiver echoes what moved RCV.NXT.
 */
final class Echo {
  private Timestamps timestamps; // null: the ACK has none
  private int tsEcr;

  /**
   * Of the ACK that is looked at from here on.
   *
   * @param timestamps null = the ACK has none
   */
  void of(Timestamps timestamps, int tsEcr) {
    this.timestamps = timestamps;
    this.tsEcr = tsEcr;
  }

  /**
   * How long ago the segment left that the peer has answered.
   *
   * @return nanoseconds, at least 1; 0 = none that left between {@code earliestNs} and now
   */
  long sinceNs(long earliestNs, long nowNs) {
    return timestamps == null ? 0 : timestamps.sinceNs(tsEcr, earliestNs, nowNs);
  }

  /** Whether the peer has answered to a segment that is older than one sent then. */
  boolean isBefore(long sentNs) {
    return timestamps != null && Seq.lt(tsEcr, timestamps.value(sentNs));
  }
}
