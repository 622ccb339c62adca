package dev.jktcp.wire;

/** The mark that a router leaves on a packet instead of dropping it (RFC 3168 §5). */
public final class CongestionMark {
  private static final int V6_SHIFT = 4; // the traffic class lies across two bytes

  private CongestionMark() {}

  /**
   * Sets CE if the packet's sender is ECN-capable, and keeps the IPv4 checksum right.
   *
   * @return whether the packet has changed
   */
  public static boolean set(byte[] packet, int offset, int length) {
    int version = length < IpPacket.V4_HEADER ? 0 : packet[offset] >> 4 & 0xF;
    return version == 4 ? setV4(packet, offset) : version == 6 && setV6(packet, offset);
  }

  private static boolean setV4(byte[] packet, int offset) {
    int old = Bytes.u16(packet, offset);
    if (!takes(old)) {
      return false;
    }
    int marked = old | IpPacket.CE;
    // RFC 1624 §3, equation 3
    int sum = (~Bytes.u16(packet, offset + 10) & 0xffff) + (~old & 0xffff) + marked;
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = (sum & 0xffff) + (sum >>> 16);
    Bytes.put16(packet, offset, marked);
    Bytes.put16(packet, offset + 10, ~sum);
    return true;
  }

  private static boolean setV6(byte[] packet, int offset) {
    if (!takes(packet[offset + 1] >> V6_SHIFT)) {
      return false;
    }
    packet[offset + 1] |= IpPacket.CE << V6_SHIFT;
    return true;
  }

  /** Whether the packet takes a mark: Not-ECT does not, and CE is one already. */
  private static boolean takes(int trafficClass) {
    int codepoint = trafficClass & IpPacket.ECN;
    return codepoint != 0 && codepoint != IpPacket.CE;
  }
}
