package dev.jktcp.tcp.connection;

/**
 * Counts of one connection's losses, marks, probes and undos. Most ends never see any, so it is
 * made when needed.
 */
final class LossCounts {
  static final LossCounts NONE = new LossCounts();

  long bytesRetransmitted;
  long retransmits;
  long timeouts;
  long fastRetransmits;
  long ecnReductions;
  long marksReceived;
  long dsacks;
  long untrueSacks;
  long probes;
  long undos;
}
