package dev.jktcp.proof.script;

import dev.jktcp.tcp.SoftError;
import java.util.Arrays;

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
    return about(ours, what, 0);
  }

  /**
   * @param mtu of the next link, 0 = not said
   */
  public static byte[] about(TestPacket ours, String what, int mtu) {
    boolean v6 = ours.src.length == 16;
    String numbers = what.contains("/") ? what : numbers(v6, SoftError.valueOf(what));
    int slash = numbers.indexOf('/');
    int type = Integer.parseInt(numbers.substring(0, slash));
    int code = Integer.parseInt(numbers.substring(slash + 1));
    byte[] quote = Arrays.copyOf(ours.encode(), (v6 ? 40 : 20) + QUOTED);
    return encode(ours.dst, ours.src, type, code, mtu, quote);
  }

  /**
   * @param rest the four octets behind the checksum
   * @param quote of the packet it is about, from its IP header on
   */
  public static byte[] encode(byte[] from, byte[] to, int type, int code, int rest, byte[] quote) {
    boolean v6 = from.length == 16;
    int ipHeader = v6 ? 40 : 20;
    int length = 8 + quote.length;
    byte[] p = new byte[ipHeader + length];
    if (v6) {
      p[0] = 0x60;
      TestPacket.put16(p, 4, length);
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
      TestPacket.put16(p, 10, TestPacket.checksum(0, p, 0, 20));
    }
    p[ipHeader] = (byte) type;
    p[ipHeader + 1] = (byte) code;
    TestPacket.put32(p, ipHeader + 4, rest);
    System.arraycopy(quote, 0, p, ipHeader + 8, quote.length);
    int start = v6 ? TestPacket.pseudoHeader(from, to, 58, length) : 0;
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
