package dev.jktcp.wire;

import java.util.HexFormat;

/** Packets for the tests of this package, built in arrays of exactly their length. */
final class Packets {
  static final IpAddress V4_A = IpAddress.parse("192.0.2.1");
  static final IpAddress V4_B = IpAddress.parse("198.51.100.27");
  static final IpAddress V6_A = IpAddress.parse("2001:db8::1");
  static final IpAddress V6_B = IpAddress.parse("fd66:1234::abcd:9");
  static final byte[] NONE = {};

  private Packets() {}

  static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replaceAll("\\s", ""));
  }

  static byte[] concat(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /** An ACK from A to B, port 50000 to 62078. */
  static byte[] tcp(boolean v6, byte[] options, byte[] payload) {
    byte[] b = new byte[PacketWriter.headerLength(v6, options.length) + payload.length];
    OutSegment segment =
        fromAToB(v6, 50000, 62078)
            .tcp(TcpSegment.ACK | TcpSegment.PSH, 0xFFFF_FFF0, 0x1234_5678)
            .window(0xFEDC)
            .addOptions(options, 0, options.length)
            .payload(bytes(payload), payload.length);
    int length = PacketWriter.tcp(b, 0, segment);
    if (length != b.length) {
      throw new AssertionError("written " + length + " of " + b.length);
    }
    return b;
  }

  /** A segment that carries nothing yet. */
  static OutSegment fromAToB(boolean v6, int srcPort, int dstPort) {
    return new OutSegment().begin(v6 ? V6_A : V4_A, srcPort, v6 ? V6_B : V4_B, dstPort).ip(64, 0);
  }

  /** A payload of these bytes, whatever its sequence numbers. */
  static OutSegment.Payload bytes(byte[] payload) {
    return (seq, length, to, offset) -> Checksum.addCopied(0, 0, payload, 0, to, offset, length);
  }

  /** An IPv6 packet with these bytes behind the fixed header. */
  static byte[] ipv6(int nextHeader, byte[] payload) {
    byte[] header = new byte[IpPacket.V6_HEADER];
    PacketWriter.ip(header, 0, V6_A, V6_B, nextHeader, payload.length, 64, 0);
    return concat(header, payload);
  }

  /** An IPv4 packet with header options and these bytes behind them. */
  static byte[] ipv4(int protocol, byte[] options, byte[] payload) {
    byte[] header = new byte[IpPacket.V4_HEADER];
    PacketWriter.ip(header, 0, V4_A, V4_B, protocol, options.length + payload.length, 64, 0);
    header[0] = (byte) (0x45 + options.length / 4);
    byte[] packet = concat(header, options, payload);
    return fixV4Checksum(packet);
  }

  static byte[] fixV4Checksum(byte[] packet) {
    Bytes.put16(packet, 10, 0);
    int headerLength = (packet[0] & 0xF) * 4;
    Bytes.put16(packet, 10, Checksum.finish(Checksum.add(0, packet, 0, headerLength)));
    return packet;
  }

  static IpPacket parse(byte[] packet) throws MalformedPacket {
    IpPacket ip = new IpPacket();
    ip.parse(packet, 0, packet.length);
    return ip;
  }

  static TcpSegment parseTcp(byte[] packet) throws MalformedPacket {
    TcpSegment segment = new TcpSegment();
    segment.parse(parse(packet), true);
    return segment;
  }

  /** The reason a whole parse gives, or null when there is nothing wrong. */
  static DropReason reason(byte[] packet) {
    try {
      parseTcp(packet);
      return null;
    } catch (MalformedPacket e) {
      return e.reason();
    }
  }

  /** RFC 1071 §4.1 word by word: the slow and obvious way. */
  static int naiveChecksum(long start, byte[] b, int off, int len) {
    long sum = start;
    for (int i = 0; i < len; i++) {
      int octet = b[off + i] & 0xFF;
      sum += i % 2 == 0 ? octet << 8 : octet;
    }
    while (sum >> 16 != 0) {
      sum = (sum & 0xFFFF) + (sum >> 16);
    }
    return (int) (~sum & 0xFFFF);
  }
}
