package dev.jktcp.proof.pkt;

import dev.jktcp.proof.script.TestPacket;
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
    int header = v6 ? 40 : 20;
    quoted.payload = new byte[payload];
    byte[] original = quoted.encode();
    byte[] p = new byte[header + 8 + header + QUOTED_TCP];
    byte[] from = quoted.dst;
    byte[] to = quoted.src;
    if (v6) {
      p[0] = 0x60;
      TestPacket.put16(p, 4, p.length - header);
      p[6] = 58;
      p[7] = 64;
      System.arraycopy(from, 0, p, 8, 16);
      System.arraycopy(to, 0, p, 24, 16);
    } else {
      p[0] = 0x45;
      TestPacket.put16(p, 2, p.length);
      p[8] = 64;
      p[9] = 1;
      System.arraycopy(from, 0, p, 12, 4);
      System.arraycopy(to, 0, p, 16, 4);
      TestPacket.put16(p, 10, checksum(0, p, 0, 20));
    }
    p[header] = (byte) (int) (v6 ? V6_TYPES : V4_TYPES).get(icmp.type());
    p[header + 1] = (byte) code(icmp, v6);
    if (mtu >= 0) {
      TestPacket.put32(p, header + 4, mtu); // IPv4: unused, then 16 bits
    }
    System.arraycopy(original, 0, p, header + 8, header + QUOTED_TCP);
    int pseudo = 0;
    if (v6) {
      pseudo = sum(p, 8, 32) + 58 + p.length - header;
    }
    TestPacket.put16(p, header + 2, checksum(pseudo, p, header, p.length - header));
    return p;
  }

  private static int checksum(int start, byte[] b, int from, int length) {
    int sum = start + sum(b, from, length);
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return ~sum & 0xffff;
  }

  /** Of an even number of bytes. */
  private static int sum(byte[] b, int from, int length) {
    int sum = 0;
    for (int i = from; i < from + length; i += 2) {
      sum += TestPacket.get16(b, i);
    }
    return sum;
  }
}
