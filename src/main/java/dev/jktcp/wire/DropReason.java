package dev.jktcp.wire;

/**
 * Why a packet was dropped. Each reason has a counter; {@link #text()} is for messages to users.
 */
public enum DropReason {
  /** The packet ends before its headers do, or before the length it claims. */
  TRUNCATED("truncated packet"),
  BAD_VERSION("neither IPv4 nor IPv6"),
  BAD_IP_HEADER("bad IP header"),
  BAD_IP_CHECKSUM("bad IPv4 header checksum"),
  /**
   * RFC 8200 §4: misplaced or too many headers, segments left in a route, or an option we must not
   * skip.
   */
  BAD_EXTENSION_HEADER("bad IPv6 extension header"),
  /** RFC 815, RFC 8200 §4.5: overlapping or misplaced, one too many, or of a packet given up. */
  FRAGMENT("fragment that is no part of a packet"),
  UNKNOWN_PROTOCOL("unknown protocol"),
  BAD_TCP_HEADER("bad TCP header"),
  /** RFC 9293 MUST-7: a length byte of 0 or 1, or past the header. */
  BAD_TCP_OPTION("bad TCP option length"),
  BAD_TCP_CHECKSUM("bad TCP checksum"),
  /** RFC 6335 §6 reserves port 0: no host listens or can be answered there. */
  PORT_ZERO("port 0"),
  /**
   * To a listener. A segment that opens and ends at once comes from a scan or a flood: no ordinary
   * stack sends it. A closed port answers it by an RST, as it answers every segment.
   */
  SYN_WITH_FIN("SYN and FIN in one segment to a listener"),
  /** RFC 7323 §5.3: a timestamp older than one that its connection has seen. */
  OLD_TIMESTAMP("timestamp older than one seen before"),
  /** RFC 7323 §3.2: the connection has agreed on timestamps and takes no segment without them. */
  NO_TIMESTAMP("no timestamp where one is required"),
  /** RFC 768: a length below the header's, or beyond the packet's. */
  BAD_UDP_HEADER("bad UDP length"),
  /** RFC 8200 §8.1: over IPv6 also a missing one. */
  BAD_UDP_CHECKSUM("bad UDP checksum"),
  BAD_ICMP("bad ICMP message"),
  /** A source no host may have: unspecified, multicast, broadcast. */
  BAD_SOURCE("bad source address"),
  /** The transport brought a packet that claims to come from ourselves, as in the LAND attack. */
  OWN_SOURCE("one of our own addresses as source"),
  NOT_FOR_US("not for one of our addresses"),
  MULTICAST("multicast or broadcast"),
  /** Well-formed ICMP that needs no action. */
  ICMP("ICMP message");

  private final String text;

  DropReason(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }
}
