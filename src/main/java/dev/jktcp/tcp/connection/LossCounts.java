package dev.jktcp.tcp.connection;

/** How often a sender had to send again or to slow down. Most never have to: made when needed. */
final class LossCounts {
  static final LossCounts NONE = new LossCounts();

  long bytesRetransmitted;
  long retransmits;
  long timeouts;
  long fastRetransmits;
  long ecnReductions;
}
