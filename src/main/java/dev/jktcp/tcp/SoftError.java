package dev.jktcp.tcp;

/**
 * Trouble on the path that does not end an established connection (RFC 9293 §3.9.2.2): anyone who
 * sees a packet could forge the ICMP message that tells of it. Those that are {@link #hard} end one
 * that is still being opened.
 */
public enum SoftError {
  /** No ICMP: a segment has been sent again so often that R1 is reached (RFC 9293 §3.8.3). */
  RETRANSMITTING("no answer yet", false),
  NET_UNREACHABLE("network unreachable", false),
  HOST_UNREACHABLE("host unreachable", false),
  PROTOCOL_UNREACHABLE("protocol unreachable", true),
  PORT_UNREACHABLE("port unreachable", true),
  /** A packet of ours is too big for a link on the path. */
  PACKET_TOO_BIG("packet too big", false),
  SOURCE_ROUTE_FAILED("source route failed", false),
  PROHIBITED("prohibited by a filter", true),
  TIME_EXCEEDED("time to live exceeded", false),
  PARAMETER_PROBLEM("parameter problem", false);

  private final String text;
  private final boolean hard;

  SoftError(String text, boolean hard) {
    this.text = text;
    this.hard = hard;
  }

  /** For people. */
  public String text() {
    return text;
  }

  /** Whether it ends a connection that is not established yet (RFC 5461 §4.1). */
  public boolean hard() {
    return hard;
  }
}
