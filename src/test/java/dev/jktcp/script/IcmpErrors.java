package dev.jktcp.script;

import dev.jktcp.tcp.SoftError;

/**
 * ICMP and ICMPv6 errors as the segment's own destination would send them, which quote its headers
 * and the first eight octets behind them.
 */
public final class IcmpErrors {
  private static final int QUOTED = 8;

  private IcmpErrors() {}

  /**
   * @param what a {@link SoftError}, or {@code type/code}
   */
  public static byte[] about(TestPacket ours, String what) {
    boolean v6 = ours.src.length == 16;
    String numbers = what.contains("/") ? what : numbers(v6, SoftError.valueOf(what));
    int slash = numbers.indexOf('/');
    int type = Integer.parseInt(numbers.substring(0, slash));
    int code = Integer.parseInt(numbers.substring(slash + 1));
    int ipHeader = v6 ? 40 : 20;
    int length = 8 + ipHeader + QUOTED;
    byte[] p = new byte[ipHeader + length];
    if (v6) {
      p[0] = 0x60;
      TestPacket.put16(p, 4, length);
      p[6] = 58;
      p[7] = 64;
      System.arraycopy(ours.dst, 0, p, 8, 16);
      System.arraycopy(ours.src, 0, p, 24, 16);
    } else {
      p[0] = 0x45;
      TestPacket.put16(p, 2, p.length);
      p[8] = 64;
      p[9] = 1;
      System.arraycopy(ours.dst, 0, p, 12, 4);
      System.arraycopy(ours.src, 0, p, 16, 4);
      TestPacket.put16(p, 10, TestPacket.checksum(0, p, 0, 20));
    }
    p[ipHeader] = (byte) type;
    p[ipHeader + 1] = (byte) code;
    System.arraycopy(ours.encode(), 0, p, ipHeader + 8, ipHeader + QUOTED);
    int start = v6 ? TestPacket.pseudoHeader(ours.dst, ours.src, 58, length) : 0;
    TestPacket.put16(p, ipHeader + 2, TestPacket.checksum(start, p, ipHeader, length));
    return p;
  }

  private static String numbers(boolean v6, SoftError error) {
    return switch (error) {
      case NET_UNREACHABLE -> v6 ? "1/0" : "3/0";
      case HOST_UNREACHABLE -> v6 ? "1/3" : "3/1";
      case PROTOCOL_UNREACHABLE -> {
        if (v6) {
          throw new IllegalArgumentException("ICMPv6 has no " + error);
        }
        yield "3/2";
      }
      case PORT_UNREACHABLE -> v6 ? "1/4" : "3/3";
      case PACKET_TOO_BIG -> v6 ? "2/0" : "3/4";
      case SOURCE_ROUTE_FAILED -> v6 ? "1/7" : "3/5";
      case PROHIBITED -> v6 ? "1/1" : "3/13";
      case TIME_EXCEEDED -> v6 ? "3/0" : "11/0";
      case PARAMETER_PROBLEM -> v6 ? "4/0" : "12/0";
      case RETRANSMITTING -> throw new IllegalArgumentException(error + " is no message");
    };
  }
}
