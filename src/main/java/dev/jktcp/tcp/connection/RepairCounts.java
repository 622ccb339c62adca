package dev.jktcp.tcp.connection;

/**
 * What all connections of one stack had to send again, those that are over included. Only grows;
 * one a stack.
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

  /** Their payload. */
  public long bytesRetransmitted() {
    return bytesRetransmitted;
  }

  /** Retransmission timeouts fired. */
  public long timeouts() {
    return timeouts;
  }

  /** Recoveries begun for losses that ACKs told of. */
  public long fastRetransmits() {
    return fastRetransmits;
  }
}
