package dev.jktcp.wire;

/** Why a packet was dropped. One counter each; {@link #text()} is for people. */
public enum DropReason {
  /** The packet ends before its headers do, or before the length it claims. */
  TRUNCATED("truncated packet"),
  BAD_VERSION("neither IPv4 nor IPv6"),
  BAD_IP_HEADER("bad IP header"),
  BAD_IP_CHECKSUM("bad IPv4 header checksum"),
  /** RFC 8200 §4: out of place, too many, a route still to go, or an option we must not skip. */
  BAD_EXTENSION_HEADER("bad IPv6 extension header"),
  /** RFC 815, RFC 8200 §4.5: overlapping, misplaced, too many, or of a packet given up. */
  FRAGMENT("fragment that is no part of a packet"),
  UNKNOWN_PROTOCOL("unknown protocol"),
  BAD_TCP_HEADER("bad TCP header"),
  /** RFC 9293 MUST-7: a length byte of 0 or 1, or past the header. */
  BAD_TCP_OPTION("bad TCP option length"),
  BAD_TCP_CHECKSUM("bad TCP checksum"),
  /** RFC 6335 §6 reserves port 0: nobody listens or can be answered there. */
  PORT_ZERO("port 0"),
  /** Opens and ends at once: a scan or a flood, for no stack with a user sends it. */
  SYN_WITH_FIN("SYN and FIN in one segment"),
  /** RFC 7323 §5.3: from before what its connection has seen. */
  OLD_TIMESTAMP("timestamp older than one seen before"),
  /** RFC 7323 §3.2: its connection has agreed on timestamps and takes nothing without them. */
  NO_TIMESTAMP("no timestamp where one is required"),
  /** RFC 768: a length below the header's, or beyond the packet's. */
  BAD_UDP_HEADER("bad UDP length"),
  /** RFC 8200 §8.1: over IPv6 also one that is not there. */
  BAD_UDP_CHECKSUM("bad UDP checksum"),
  BAD_ICMP("bad ICMP message"),
  /** A source no host may have: unspecified, multicast, broadcast. */
  BAD_SOURCE("bad source address"),
  /** The transport brought what claims to come from ourselves, as the LAND attack does. */
  OWN_SOURCE("one of our own addresses as source"),
  NOT_FOR_US("not for one of our addresses"),
  MULTICAST("multicast or broadcast"),
  /** Well-formed ICMP for which there is nothing to do. */
  ICMP("ICMP message");

  private final String text;

  DropReason(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }
}
