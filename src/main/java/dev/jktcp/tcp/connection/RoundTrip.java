package dev.jktcp.tcp.connection;

/**
 * The round trip that an ACK measures: since the newest segment left that it delivers and that was
 * never sent again (RFC 6298 §3, Karn's rule).
 */
final class RoundTrip {
  private boolean measured;
  private boolean ambiguous;
  private long sentNs; // of the newest, if any

  /** Another ACK. */
  void begin() {
    measured = false;
    ambiguous = false;
  }

  void onDelivered(Flight flight, int index, boolean sacked) {
    int flags = flight.flags(index);
    if ((flags & Flight.EVER_RETRANSMITTED) != 0) {
      // What lies behind it may have arrived long ago, and waited for it unreported.
      ambiguous |= !sacked;
    } else if ((flags & Flight.UNTIMED) == 0) {
      long left = flight.sentNs(index);
      sentNs = measured && sentNs - left > 0 ? sentNs : left;
      measured = true;
    }
  }

  /**
   * @return nanoseconds, at least 1; 0 = this ACK measures none
   */
  long sampleNs(long nowNs) {
    return measured && !ambiguous ? Math.max(1, nowNs - sentNs) : 0;
  }
}
