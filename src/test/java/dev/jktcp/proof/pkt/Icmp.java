package dev.jktcp.proof.pkt;

import dev.jktcp.proof.script.IcmpErrors;
import dev.jktcp.proof.script.TestPacket;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Builds ICMP errors about a segment of ours, without the library's wire code. */
final class Icmp {
  private static final int QUOTED_TCP = 8; // RFC 792: ports and sequence number

  private static final Map<String, Integer> V4_TYPES =
      Map.of(
          "unreachable",
          3,
          "source_quench",
          4,
          "redirect",
          5,
          "time_exceeded",
          11,
          "parameter_problem",
          12);
  private static final Map<String, Integer> V6_TYPES =
      Map.of("unreachable", 1, "packet_too_big", 2, "time_exceeded", 3, "parameter_problem", 4);
  private static final List<String> V4_UNREACHABLE =
      List.of(
          "net_unreachable",
          "host_unreachable",
          "protocol_unreachable",
          "port_unreachable",
          "frag_needed",
          "source_route_failed",
          "net_unknown",
          "host_unknown",
          "source_host_isolated",
          "net_prohibited",
          "host_prohibited",
          "net_unreachable_for_tos",
          "host_unreachable_for_tos",
          "packet_filtered",
          "precedence_violation",
          "precedence_cutoff");
  private static final List<String> V6_UNREACHABLE =
      List.of(
          "no_route",
          "admin_prohibited",
          "not_neighbour",
          "address_unreachable",
          "port_unreachable");
  private static final Map<String, Integer> OTHER_CODES = new HashMap<>();

  static {
    OTHER_CODES.put("ttl_exceeded_in_transit", 0);
    OTHER_CODES.put("frag_reass_exceeded", 1);
    OTHER_CODES.put("exceeded_hop_limit", 0);
    OTHER_CODES.put("exceeded_frag_time", 1);
    OTHER_CODES.put("header_field", 0);
    OTHER_CODES.put("unknown_next_header", 1);
    OTHER_CODES.put("unknown_option", 2);
    OTHER_CODES.put("code_0", 0);
    OTHER_CODES.put("code_1", 1);
    OTHER_CODES.put("code_2", 2);
  }

  private Icmp() {}

  /** Whether it tells the next link's MTU. */
  static boolean hasMtu(String type, String codeOrNull) {
    return type.equals("packet_too_big") || "frag_needed".equals(codeOrNull);
  }

  /** Whether only this family has the message. */
  static boolean isOf(Action.Icmp icmp, boolean v6) {
    return (v6 ? V6_TYPES : V4_TYPES).containsKey(icmp.type()) && code(icmp, v6) >= 0;
  }

  private static int code(Action.Icmp icmp, boolean v6) {
    if (icmp.codeOrNull() == null) {
      return 0;
    }
    if (icmp.type().equals("unreachable")) {
      return (v6 ? V6_UNREACHABLE : V4_UNREACHABLE).indexOf(icmp.codeOrNull());
    }
    return OTHER_CODES.getOrDefault(icmp.codeOrNull(), -1);
  }

  /**
   * @param quoted a segment that we might have sent, from us to the peer
   * @param mtu -1 = it tells none
   */
  static byte[] encode(Action.Icmp icmp, TestPacket quoted, int payload, int mtu) {
    boolean v6 = quoted.src.length == 16;
    quoted.payload = new byte[payload];
    byte[] quote = Arrays.copyOf(quoted.encode(), (v6 ? 40 : 20) + QUOTED_TCP);
    int type = (v6 ? V6_TYPES : V4_TYPES).get(icmp.type());
    int rest = Math.max(0, mtu); // IPv4: unused, then 16 bits
    return IcmpErrors.encode(quoted.dst, quoted.src, type, code(icmp, v6), rest, quote);
  }
}
