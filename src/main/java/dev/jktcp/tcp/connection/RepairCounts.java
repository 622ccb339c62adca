package dev.jktcp.tcp.connection;

/**
 * Counts of repairs by all connections of one stack, including those that have ended. The counts
 * only grow.
 */
public final class RepairCounts {
  long retransmits;
  long bytesRetransmitted;
  long timeouts;
  long fastRetransmits;

  /** Segments sent again. */
  public long retransmits() {
    return retransmits;
  }

  /** Payload of segments sent again, in bytes. */
  public long bytesRetransmitted() {
    return bytesRetransmitted;
  }

  /** Retransmission timeouts fired. */
  public long timeouts() {
    return timeouts;
  }

  /** Recoveries begun for losses that ACKs proved. */
  public long fastRetransmits() {
    return fastRetransmits;
  }
}
