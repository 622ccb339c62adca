package dev.jktcp.wire;

import java.util.Arrays;

/** Writes packets into a caller's array. Stateless; nothing is allocated. */
public final class PacketWriter {
  // RFC 791 §3.1, the bit between the reserved one and more-fragments.
  private static final int DONT_FRAGMENT = 0x4000;

  private PacketWriter() {}

  /** Bytes of the IP and TCP headers, options padded; the payload goes behind them. */
  public static int headerLength(boolean v6, int tcpOptionBytes) {
    return ipHeaderLength(v6) + TcpSegment.HEADER + TcpOptions.padded(tcpOptionBytes);
  }

  /**
   * Writes one TCP packet and returns its length. Options are padded with zeros to a multiple of 4
   * (RFC 9293 MUST-69).
   */
  public static int tcp(byte[] b, int off, OutSegment s) {
    int headerLength = TcpSegment.HEADER + TcpOptions.padded(s.optionsLength);
    int length = headerLength + s.payloadLength;
    int at = off + ip(b, off, s.src, s.dst, IpPacket.TCP, length, s.ttl, s.trafficClass);
    Bytes.put16(b, at, s.srcPort);
    Bytes.put16(b, at + 2, s.dstPort);
    Bytes.put32(b, at + 4, s.seq);
    Bytes.put32(b, at + 8, s.ack);
    b[at + 12] = (byte) (headerLength << 2);
    b[at + 13] = (byte) s.flags;
    Bytes.put16(b, at + 14, s.window);
    Bytes.put16(b, at + 16, 0);
    Bytes.put16(b, at + 18, s.urgentPointer);
    if (s.optionsLength > 0) {
      int optionsAt = at + TcpSegment.HEADER;
      System.arraycopy(s.options, 0, b, optionsAt, s.optionsLength);
      Arrays.fill(b, optionsAt + s.optionsLength, at + headerLength, (byte) 0);
    }
    if (s.payloadLength > 0) {
      s.payload.copy(s.seq, s.payloadLength, b, at + headerLength);
    }
    long sum = Checksum.pseudoHeader(s.src, s.dst, IpPacket.TCP, length);
    Bytes.put16(b, at + 16, Checksum.finish(Checksum.add(sum, b, at, length)));
    return at + length - off;
  }

  static int ipHeaderLength(boolean v6) {
    return v6 ? IpPacket.V6_HEADER : IpPacket.V4_HEADER;
  }

  /** Writes an IP header without options or extension headers and returns its length. */
  static int ip(
      byte[] b,
      int off,
      IpAddress src,
      IpAddress dst,
      int protocol,
      int payloadLength,
      int ttl,
      int trafficClass) {
    return src.isV6()
        ? ipv6(b, off, src, dst, protocol, payloadLength, ttl, trafficClass)
        : ipv4(b, off, src, dst, protocol, payloadLength, ttl, trafficClass);
  }

  private static int ipv4(
      byte[] b,
      int off,
      IpAddress src,
      IpAddress dst,
      int protocol,
      int payloadLength,
      int ttl,
      int trafficClass) {
    b[off] = 0x45;
    b[off + 1] = (byte) trafficClass;
    Bytes.put16(b, off + 2, IpPacket.V4_HEADER + payloadLength);
    Bytes.put16(b, off + 4, 0); // RFC 6864 §4.1: an atomic datagram may carry any identification
    Bytes.put16(b, off + 6, DONT_FRAGMENT);
    b[off + 8] = (byte) ttl;
    b[off + 9] = (byte) protocol;
    Bytes.put16(b, off + 10, 0);
    src.write(b, off + 12);
    dst.write(b, off + 16);
    Bytes.put16(b, off + 10, Checksum.finish(Checksum.add(0, b, off, IpPacket.V4_HEADER)));
    return IpPacket.V4_HEADER;
  }

  private static int ipv6(
      byte[] b,
      int off,
      IpAddress src,
      IpAddress dst,
      int protocol,
      int payloadLength,
      int ttl,
      int trafficClass) {
    Bytes.put32(b, off, 6 << 28 | trafficClass << 20);
    Bytes.put16(b, off + 4, payloadLength);
    b[off + 6] = (byte) protocol;
    b[off + 7] = (byte) ttl;
    src.write(b, off + 8);
    dst.write(b, off + 24);
    return IpPacket.V6_HEADER;
  }
}
