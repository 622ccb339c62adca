package dev.jktcp.tcp.connection;

/** How often a sender had to send again. Most never have to, so it is made at the first loss. */
final class LossCounts {
  static final LossCounts NONE = new LossCounts();

  long bytesRetransmitted;
  long retransmits;
  long timeouts;
  long fastRetransmits;
}
