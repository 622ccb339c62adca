package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * The echoed timestamp (TSecr) of an ACK (RFC 7323 §4.3). It tells which transmission of the oldest
 * segment in flight the peer has answered, the first or a later one. It tells nothing of segments
 * that arrived out of order, for a receiver echoes the segment that moved RCV.NXT.
 */
final class Echo {
  private Timestamps timestamps; // null: the ACK has none
  private int tsEcr;

  /**
   * From now on this is the echo of another ACK.
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
   * @return nanoseconds, at least 1; 0 = no such segment left between {@code earliestNs} and now
   */
  long sinceNs(long earliestNs, long nowNs) {
    return timestamps == null ? 0 : timestamps.sinceNs(tsEcr, earliestNs, nowNs);
  }

  /** Whether the peer has answered a segment that is older than one sent at that time. */
  boolean isBefore(long sentNs) {
    return timestamps != null && Seq.lt(tsEcr, timestamps.value(sentNs));
  }
}
