package dev.jktcp.proof.pkt;

import java.util.List;

/** Which IP a script is played on. */
enum Family {
  IPV4(
      "ipv4",
      false,
      0,
      List.of(
          "TFO_COOKIE=3021b9d889017eeb",
          "CODE=host_unreachable",
          "CMSG_LEVEL_IP=SOL_IP",
          "CMSG_TYPE_RECVERR=IP_RECVERR")),
  /** As a script that names no family is written for: IPv4's MSS in spite of the longer header. */
  IPV6(
      "ipv6",
      true,
      20,
      List.of(
          "TFO_COOKIE=c1d1e9742a47a9bc",
          "CMSG_LEVEL_IP=SOL_IPV6",
          "CMSG_TYPE_RECVERR=IPV6_RECVERR")),
  /** The script asks for IPv6 itself and counts on its own header. */
  IPV6_ASKED("ipv6", true, 0, IPV6.definitions),
  /** An IPv6 socket with IPv4's addresses: IPv4 on the wire. */
  IPV4_MAPPED(
      "ipv4-mapped-ipv6",
      false,
      0,
      List.of(
          "TFO_COOKIE=3021b9d889017eeb",
          "CODE=host_unreachable",
          "CMSG_LEVEL_IP=SOL_IPV6",
          "CMSG_TYPE_RECVERR=IPV6_RECVERR"));

  private final String text;
  private final boolean v6;
  private final int extraMtu;
  private final List<String> definitions;

  Family(String text, boolean v6, int extraMtu, List<String> definitions) {
    this.text = text;
    this.v6 = v6;
    this.extraMtu = extraMtu;
    this.definitions = definitions;
  }

  /** What packetdrill's own run_all.py defines for it, {@code NAME=value}. */
  List<String> definitions() {
    return definitions;
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
