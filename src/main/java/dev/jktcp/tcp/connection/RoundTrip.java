package dev.jktcp.tcp.connection;

/**
 * The round trip that an ACK measures, by the newest segment that it delivers and that was never
 * sent again (RFC 6298 §3, Karn's rule). If it acknowledges retransmissions, the echoed timestamp
 * tells which transmission it answers (RFC 7323 §4.1).
 *
 * <p>One object serves all connections of a stack: its state is that of one ACK, or of the process.
 */
public final class RoundTrip {
  private final Echo echo = new Echo();
  private boolean measured;
  private boolean ambiguous;
  private boolean doubled;
  private long sentNs; // of the newest such segment, if any
  private boolean stopped;
  private long stopNs;

  /**
   * The processing of an ACK begins.
   *
   * @param timestamps of the connection; null = not agreed on
   * @return the echo of the ACK
   */
  Echo begin(Timestamps timestamps, int tsEcr) {
    echo.of(timestamps, tsEcr);
    measured = false;
    ambiguous = false;
    doubled = false;
    return echo;
  }

  /** The process was stopped: no ACK times segments that left before (RFC 6298 §3). */
  void onStop(long nowNs) {
    stopped = true;
    stopNs = nowNs;
  }

  /**
   * The ACK answers the second arrival of a segment. Its echo is that of the first (RFC 7323 §4.3),
   * whose ACK was lost: the time since then is that of our own timer.
   */
  void onDuplicate() {
    doubled = true;
  }

  void onDelivered(Flight flight, int index, boolean sacked) {
    int flags = flight.flags(index);
    // MUST-18: the ACK of a segment sent twice may answer either.
    if ((flags & Flight.EVER_RETRANSMITTED) != 0) {
      // Segments behind it may have arrived long ago, and waited for it unreported.
      ambiguous |= !sacked;
    } else if ((flags & Flight.UNTIMED) == 0) {
      long left = flight.sentNs(index);
      sentNs = measured && sentNs - left > 0 ? sentNs : left;
      measured = true;
    }
  }

  /**
   * @param longestNs the sender never waits so long for a segment
   * @return nanoseconds, at least 1; 0 = this ACK measures no round trip
   */
  long sampleNs(long longestNs, long nowNs) {
    if (ambiguous) {
      return doubled ? 0 : echoedNs(longestNs, nowNs);
    }
    return measured ? Math.max(1, nowNs - sentNs) : 0;
  }

  /** An echo of a time that we did not send, or from before a stop, measures nothing. */
  private long echoedNs(long longestNs, long nowNs) {
    long sinceNs = nowNs - longestNs;
    if (stopped && stopNs - sinceNs > 0) {
      sinceNs = stopNs;
    }
    return echo.sinceNs(sinceNs, nowNs);
  }
}
