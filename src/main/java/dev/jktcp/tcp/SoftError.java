package dev.jktcp.tcp;

/**
 * Trouble on the path that does not end an established connection (RFC 9293 §3.9.2.2), since any
 * observer of a packet could forge the ICMP message. An error that is {@link #hard} ends a
 * connection that is still being opened.
 */
public enum SoftError {
  /** Without ICMP: a segment was sent again so often that R1 is reached (RFC 9293 §3.8.3). */
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

  /** Words for a message to the user. */
  public String text() {
    return text;
  }

  /** Whether the error ends a connection that is not established yet (RFC 5461 §4.1). */
  public boolean hard() {
    return hard;
  }
}
