package dev.jktcp.wire;

import java.util.Arrays;

/** Writes packets into a caller's array. Stateless; nothing is allocated. */
public final class PacketWriter {
  // RFC 791 §3.1, the bit between the reserved one and more-fragments.
  private static final int DONT_FRAGMENT = 0x4000;

  private PacketWriter() {}

  /** Bytes of the IP and TCP headers, options padded; the payload follows them. */
  public static int headerLength(boolean v6, int tcpOptionBytes) {
    return ipHeaderLength(v6) + TcpSegment.HEADER + TcpOptions.padded(tcpOptionBytes);
  }

  /**
   * Writes one TCP packet and returns its length. Options are padded with zeros to a multiple of 4
   * (RFC 9293 MUST-69).
   *
   * <p>Headers are written in whole words and summed as they are made, not read back: see {@link
   * Checksum#addCopied}.
   */
  public static int tcp(byte[] b, int off, OutSegment s) {
    int headerLength = TcpSegment.HEADER + TcpOptions.padded(s.optionsLength);
    int length = headerLength + s.payloadLength;
    int at = off + ipHeaderLength(s.src.isV6());
    int payloadAt = at + headerLength;
    long sum = s.payloadLength == 0 ? 0 : s.payload.copy(s.seq, s.payloadLength, b, payloadAt);
    ip(b, off, s.src, s.dst, IpPacket.TCP, length, s.ttl, s.trafficClass);
    sum += Checksum.pseudoHeader(s.src, s.dst, IpPacket.TCP, length);
    int ports = s.srcPort << 16 | s.dstPort;
    int flagsAndWindow = headerLength << 26 | s.flags << 16 | s.window;
    sum += unsigned(ports) + unsigned(s.seq) + unsigned(s.ack) + unsigned(flagsAndWindow);
    sum += s.urgentPointer;
    int aligned = s.timestampsFirst ? TcpOptions.ALIGNED_TIMESTAMPS_LENGTH : 0;
    if (s.optionsLength > aligned) {
      sum += options(b, at + TcpSegment.HEADER, s, aligned);
    }
    Bytes.put64(b, at, (long) ports << 32 | unsigned(s.seq));
    Bytes.put64(b, at + 8, (long) s.ack << 32 | unsigned(flagsAndWindow));
    if (s.timestampsFirst) {
      sum += TcpOptions.NOP_NOP_TIMESTAMPS + unsigned(s.tsVal) + unsigned(s.tsEcr);
      int fifth = Checksum.finish(sum) << 16 | s.urgentPointer;
      Bytes.put64(b, at + 16, (long) fifth << 32 | TcpOptions.NOP_NOP_TIMESTAMPS);
      Bytes.put64(b, at + 24, (long) s.tsVal << 32 | unsigned(s.tsEcr));
    } else {
      // MUST-2
      Bytes.put32(b, at + 16, Checksum.finish(sum) << 16 | s.urgentPointer);
    }
    return payloadAt + s.payloadLength - off;
  }

  /** All options but the first {@code skipped} bytes of them; returns their sum. */
  private static long options(byte[] b, int at, OutSegment s, int skipped) {
    int length = TcpOptions.padded(s.optionsLength);
    Arrays.fill(s.options, s.optionsLength, length, (byte) 0);
    System.arraycopy(s.options, skipped, b, at + skipped, length - skipped);
    return Checksum.add(0, s.options, skipped, length - skipped);
  }

  private static long unsigned(int word) {
    return word & 0xFFFF_FFFFL;
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
    int first = 0x45 << 24 | trafficClass << 16 | IpPacket.V4_HEADER + payloadLength;
    int second = DONT_FRAGMENT; // RFC 6864 §4.1: an atomic datagram may carry any identification
    int third = ttl << 24 | protocol << 16;
    long sum = Checksum.addresses(src, dst) + unsigned(first) + second + unsigned(third);
    Bytes.put64(b, off, (long) first << 32 | second);
    Bytes.put64(b, off + 8, (long) (third | Checksum.finish(sum)) << 32 | src.lo());
    dst.write(b, off + 16);
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
    long first = 6L << 28 | (long) trafficClass << 20;
    Bytes.put64(b, off, first << 32 | unsigned(payloadLength << 16 | protocol << 8 | ttl));
    src.write(b, off + 8);
    dst.write(b, off + 24);
    return IpPacket.V6_HEADER;
  }
}
