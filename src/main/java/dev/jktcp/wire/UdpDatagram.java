package dev.jktcp.wire;

/**
 * A view of one UDP datagram (RFC 768), and a writer of datagrams. Reused, as {@link IpPacket} is.
 *
 * <p>Over IPv4 a checksum of 0 means that there is no checksum. Over IPv6 every datagram has one
 * (RFC 8200 §8.1; the exceptions of RFC 6935 are for tunnels that agree on them). A checksum that
 * comes out as 0 is sent as 0xFFFF, the same number in one's complement.
 */
public final class UdpDatagram {
  public static final int HEADER = 8;

  private static final int CHECKSUM = 6;

  private byte[] bytes;
  private int at;
  private int length;

  /**
   * Points this view at the packet's payload.
   *
   * @param verifyChecksum false for a datagram that no wire brought
   */
  public void parse(IpPacket ip, boolean verifyChecksum) throws MalformedPacket {
    bytes = ip.bytes();
    at = ip.payloadOffset();
    if (ip.payloadLength() < HEADER) {
      throw MalformedPacket.of(DropReason.BAD_UDP_HEADER);
    }
    length = Bytes.u16(bytes, at + 4);
    if (length < HEADER || length > ip.payloadLength()) {
      throw MalformedPacket.of(DropReason.BAD_UDP_HEADER);
    }
    if (verifyChecksum && !isIntact(ip)) {
      throw MalformedPacket.of(DropReason.BAD_UDP_CHECKSUM);
    }
  }

  private boolean isIntact(IpPacket ip) {
    if (checksum() == 0) {
      return !ip.v6();
    }
    if (length == ip.payloadLength()) {
      return Checksum.finish(ip.payloadSum()) == 0;
    }
    // Bytes of the packet after the datagram are no part of it, nor of the sum.
    long sum = Checksum.pseudoHeader(ip.src(), ip.dst(), IpPacket.UDP, length);
    return Checksum.finish(Checksum.add(sum, bytes, at, length)) == 0;
  }

  /** The source port; 0: the sender wants no answer. */
  public int srcPort() {
    return Bytes.u16(bytes, at);
  }

  public int dstPort() {
    return Bytes.u16(bytes, at + 2);
  }

  public int checksum() {
    return Bytes.u16(bytes, at + CHECKSUM);
  }

  public int payloadLength() {
    return length - HEADER;
  }

  /** A copy of the payload. */
  public byte[] payload() {
    byte[] copy = new byte[payloadLength()];
    System.arraycopy(bytes, at + HEADER, copy, 0, copy.length);
    return copy;
  }

  /** Bytes of the IP and UDP headers. */
  public static int headersLength(boolean v6) {
    return PacketWriter.ipHeaderLength(v6) + HEADER;
  }

  /** The value of the checksum field; never 0. */
  public static int checksum(
      IpAddress src, int srcPort, IpAddress dst, int dstPort, byte[] payload) {
    int udpLength = HEADER + payload.length;
    long sum = Checksum.pseudoHeader(src, dst, IpPacket.UDP, udpLength);
    sum += srcPort + dstPort + udpLength;
    int checksum = Checksum.finish(Checksum.add(sum, payload, 0, payload.length));
    return checksum == 0 ? 0xFFFF : checksum;
  }

  /**
   * Writes one whole packet and returns its length.
   *
   * @param checksum as {@link #checksum(IpAddress, int, IpAddress, int, byte[])} has it
   */
  public static int write(
      byte[] b,
      int off,
      IpAddress src,
      int srcPort,
      IpAddress dst,
      int dstPort,
      byte[] payload,
      int checksum,
      int ttl,
      int trafficClass) {
    int udpLength = HEADER + payload.length;
    int to = off + PacketWriter.ip(b, off, src, dst, IpPacket.UDP, udpLength, ttl, trafficClass);
    Bytes.put16(b, to, srcPort);
    Bytes.put16(b, to + 2, dstPort);
    Bytes.put16(b, to + 4, udpLength);
    Bytes.put16(b, to + CHECKSUM, checksum);
    System.arraycopy(payload, 0, b, to + HEADER, payload.length);
    return to + udpLength - off;
  }
}
