package dev.jktcp.wire;

/** Writes ICMP errors (RFC 792, RFC 4443 §3). Stateless. */
public final class IcmpErrorWriter {
  /** RFC 1812 §4.3.2.3: an error quotes as much of the packet as fits into this. */
  private static final int MOST_V4 = 576;

  /** RFC 4443 §2.4 (c): the least MTU of IPv6. */
  private static final int MOST_V6 = 1280;

  private IcmpErrorWriter() {}

  /**
   * A whole packet that reports an error to the source of another packet.
   *
   * @param b holds that packet
   * @param parameter the four octets after the checksum
   * @param most the link's MTU
   */
  public static byte[] about(
      byte[] b,
      int off,
      int length,
      IpAddress from,
      IpAddress to,
      int type,
      int code,
      int parameter,
      int ttl,
      int most) {
    boolean v6 = from.isV6();
    int headers = PacketWriter.ipHeaderLength(v6) + IcmpEcho.HEADER;
    int quoted = Math.min(length, Math.min(most, v6 ? MOST_V6 : MOST_V4) - headers);
    byte[] packet = new byte[headers + quoted];
    int messageLength = IcmpEcho.HEADER + quoted;
    int at = PacketWriter.ip(packet, 0, from, to, IcmpEcho.protocol(v6), messageLength, ttl, 0);
    packet[at] = (byte) type;
    packet[at + 1] = (byte) code;
    Bytes.put32(packet, at + 4, parameter);
    System.arraycopy(b, off, packet, headers, quoted);
    IcmpEcho.seal(packet, at, messageLength, from, to);
    return packet;
  }
}
