package dev.jktcp.tcp.connection;

import dev.jktcp.wire.OutSegment;

/**
 * The options of a SYN, in the order of Linux, which every middlebox has seen: MSS, SACK-permitted,
 * timestamps, window scale. Each begins on a boundary of 4 or fills up to one.
 */
public final class SynOptions {
  private SynOptions() {}

  /**
   * @param announcedMss largest payload that we take in a segment without options (RFC 6691 §2)
   * @param offered in an answer to a SYN: the options that it offered and we use (RFC 2018 §2, RFC
   *     7323 §1.3)
   * @param shift of our window fields
   * @param tsVal SEG.TSval, if timestamps are offered
   * @param tsEcr the peer's timestamp; 0 in a SYN that answers none (RFC 7323 §3.2)
   */
  public static void add(
      OutSegment out, int announcedMss, Negotiated offered, int shift, int tsVal, int tsEcr) {
    boolean sack = offered.sack();
    if (sack && offered.timestamps() && offered.scales()) {
      out.addUsualSynOptions(announcedMss, tsVal, tsEcr, shift);
      return;
    }
    out.addMss(announcedMss);
    if (sack) {
      out.addSackPermitted(!offered.timestamps());
    }
    if (offered.timestamps()) {
      out.addTimestamps(tsVal, tsEcr);
    }
    if (offered.scales()) {
      out.addWindowScale(shift);
    }
  }
}
