package dev.jktcp.pkt;

/** Which IP a script is played on. */
enum Family {
  IPV4("ipv4", false, 0),
  /** As a script that names no family is written for: IPv4's MSS in spite of the longer header. */
  IPV6("ipv6", true, 20),
  /** The script asks for IPv6 itself and counts on its own header. */
  IPV6_ASKED("ipv6", true, 0),
  /** An IPv6 socket with IPv4's addresses: IPv4 on the wire. */
  IPV4_MAPPED("ipv4-mapped-ipv6", false, 0);

  private final String text;
  private final boolean v6;
  private final int extraMtu;

  Family(String text, boolean v6, int extraMtu) {
    this.text = text;
    this.v6 = v6;
    this.extraMtu = extraMtu;
  }

  String text() {
    return text;
  }

  /** On the wire. */
  boolean v6() {
    return v6;
  }

  int extraMtu() {
    return extraMtu;
  }
}
