package dev.jktcp.wire;

import java.util.Arrays;

/**
 * Writes and answers pings: ICMP echo (RFC 792, RFC 1122 §3.2.2.6) and ICMPv6 echo (RFC 4443 §4).
 * Stateless. The stack decides by addresses and rate whether a request gets an answer.
 */
public final class IcmpEcho {
  private static final int V4_REPLY = 0;
  private static final int V4_REQUEST = 8;
  private static final int V6_REQUEST = 128;
  private static final int V6_REPLY = 129;

  /** Type, code, checksum, identifier, sequence number. */
  public static final int HEADER = 8;

  private IcmpEcho() {}

  /** The ICMP of an IP version. */
  static int protocol(boolean v6) {
    return v6 ? IpPacket.ICMPV6 : IpPacket.ICMP;
  }

  /** True when the packet's protocol is the ICMP of its own IP version. */
  public static boolean isIcmp(IpPacket ip) {
    return ip.protocol() == protocol(ip.v6());
  }

  /**
   * True for an echo request, false for any other packet.
   *
   * @throws MalformedPacket {@link DropReason#BAD_ICMP} for ICMP that is cut short or corrupt
   */
  public static boolean isRequest(IpPacket ip) throws MalformedPacket {
    if (!isIcmp(ip)) {
      return false;
    }
    int length = ip.payloadLength();
    byte[] b = ip.bytes();
    int at = ip.payloadOffset();
    if (length < HEADER || Checksum.finish(messageSum(ip)) != 0) {
      throw MalformedPacket.of(DropReason.BAD_ICMP);
    }
    return Bytes.u8(b, at) == (ip.v6() ? V6_REQUEST : V4_REQUEST) && b[at + 1] == 0;
  }

  /** True for an echo reply, after {@link #isRequest} has verified the message. */
  public static boolean isReply(IpPacket ip) {
    byte[] b = ip.bytes();
    int at = ip.payloadOffset();
    return Bytes.u8(b, at) == (ip.v6() ? V6_REPLY : V4_REPLY) && b[at + 1] == 0;
  }

  /** Identifier and sequence number of a request or a reply. */
  public static int name(IpPacket ip) {
    return Bytes.i32(ip.bytes(), ip.payloadOffset() + 4);
  }

  /** Whether the reply carries exactly this data. */
  public static boolean hasData(IpPacket ip, byte[] data) {
    int from = ip.payloadOffset() + HEADER;
    int to = ip.payloadOffset() + ip.payloadLength();
    return Arrays.equals(ip.bytes(), from, to, data, 0, data.length);
  }

  /**
   * An echo request as a whole packet.
   *
   * @param name identifier and sequence number
   */
  public static byte[] request(IpAddress src, IpAddress dst, int name, byte[] data, int ttl) {
    boolean v6 = src.isV6();
    int length = HEADER + data.length;
    byte[] b = new byte[PacketWriter.ipHeaderLength(v6) + length];
    int at = PacketWriter.ip(b, 0, src, dst, protocol(v6), length, ttl, 0);
    b[at] = (byte) (v6 ? V6_REQUEST : V4_REQUEST);
    Bytes.put32(b, at + 4, name);
    System.arraycopy(data, 0, b, at + HEADER, data.length);
    seal(b, at, length, src, dst);
    return b;
  }

  /** Sets the checksum of the ICMP message. */
  static void seal(byte[] b, int at, int length, IpAddress src, IpAddress dst) {
    Bytes.put16(b, at + 2, 0);
    long sum = src.isV6() ? Checksum.pseudoHeader(src, dst, IpPacket.ICMPV6, length) : 0;
    Bytes.put16(b, at + 2, Checksum.finish(Checksum.add(sum, b, at, length)));
  }

  /**
   * Writes the reply to a request: addresses swapped, data unchanged.
   *
   * @param room bytes that may be written, at most the link's MTU
   * @param ttl time to live or hop limit of the reply
   * @return the reply's length; 0 = it does not fit
   */
  public static int reply(IpPacket request, byte[] b, int off, int room, int ttl) {
    int length = request.payloadLength();
    if (PacketWriter.ipHeaderLength(request.v6()) + length > room) {
      return 0;
    }
    IpAddress src = request.dst();
    IpAddress dst = request.src();
    int protocol = request.protocol();
    int at = off + PacketWriter.ip(b, off, src, dst, protocol, length, ttl, 0);
    System.arraycopy(request.bytes(), request.payloadOffset(), b, at, length);
    b[at] = (byte) (request.v6() ? V6_REPLY : V4_REPLY);
    seal(b, at, length, src, dst);
    return at + length - off;
  }

  /** RFC 792 sums the message alone, RFC 4443 §2.3 a pseudo-header as well. */
  private static long messageSum(IpPacket ip) {
    return ip.v6()
        ? ip.payloadSum()
        : Checksum.add(0, ip.bytes(), ip.payloadOffset(), ip.payloadLength());
  }
}
