package dev.jktcp.wire;

/**
 * A view of one fragment of an IPv4 (RFC 791 §3.2) or IPv6 (RFC 8200 §4.5) packet: which part of
 * its packet it is, and how the packet's own header is made of the first one's. Reused, as {@link
 * IpPacket} is, and meaningful for as long as that is.
 */
public final class Fragment {
  /** Offsets count octets by eights. */
  private static final int UNIT = 8;

  private static final int V4_MORE = 0x2000;
  private static final int V4_OFFSET = 0x1FFF;
  private static final int V6_MORE = 1;
  private static final int V6_OFFSET = 0xFFF8;

  /** RFC 791 §3.1 and RFC 8200 §3: length fields have 16 bits. */
  private static final int MOST = 0xFFFF;

  private IpPacket ip;
  private int at;
  private boolean more;
  private int identification;
  private int upperProtocol; // of the last look at it

  /** Points this view at the packet, which was refused as a {@link DropReason#FRAGMENT}. */
  public void of(IpPacket packet) {
    ip = packet;
    byte[] b = packet.bytes();
    if (packet.v6()) {
      int field = Bytes.u16(b, packet.fragmentHeader() + 2);
      at = field & V6_OFFSET;
      more = (field & V6_MORE) != 0;
      identification = Bytes.i32(b, packet.fragmentHeader() + 4);
    } else {
      int field = Bytes.u16(b, packet.offset() + 6);
      at = (field & V4_OFFSET) * UNIT;
      more = (field & V4_MORE) != 0;
      identification = Bytes.u16(b, packet.offset() + 4);
    }
  }

  public IpPacket packet() {
    return ip;
  }

  /** Where in its packet's data it begins. */
  public int at() {
    return at;
  }

  public int length() {
    return ip.payloadLength();
  }

  /** Behind its last byte. */
  public int end() {
    return at + length();
  }

  /** Whether others follow it. */
  public boolean more() {
    return more;
  }

  public int identification() {
    return identification;
  }

  /** Whether it has data, and ends where another can begin if one has to. */
  public boolean isWellFormed() {
    return length() > 0 && (!more || length() % UNIT == 0);
  }

  /** Whether its packet would be larger than any packet is. */
  public boolean isBeyondAnyPacket() {
    int own = ip.v6() ? headerLength() - IpPacket.V6_HEADER : headerLength();
    return own + end() > MOST;
  }

  /**
   * RFC 3128 §2: a filter that reads ports in the first fragment does not see the flags in one that
   * begins at eight; no stack cuts there.
   */
  public boolean hidesFlags() {
    return at == UNIT && ip.protocol() == IpPacket.TCP;
  }

  /**
   * RFC 7112 §5: whether this first fragment has all headers, that of the upper layer included. Of
   * IPv4 there is none but the IP header, which each fragment has.
   */
  public boolean hasAllHeaders() {
    int from = upperLayer();
    return from >= 0 && ip.payloadOffset() + length() - from >= leastUpperLayer(upperProtocol);
  }

  /**
   * Whether this first fragment is of an ICMP error, or may be: those draw no ICMP error (RFC 1122
   * §3.2.2, RFC 4443 §2.4 (e.1)).
   */
  public boolean isOfIcmpError() {
    int from = upperLayer();
    if (upperProtocol != IcmpEcho.protocol(ip.v6())) {
      return false;
    }
    boolean seen = from >= 0 && from < ip.payloadOffset() + length();
    return !seen || IcmpError.isError(ip.v6(), Bytes.u8(ip.bytes(), from));
  }

  /** Where the upper layer's header begins; below 0: not in this fragment. */
  private int upperLayer() {
    byte[] b = ip.bytes();
    int end = ip.payloadOffset() + length();
    int from = ip.payloadOffset();
    upperProtocol = ip.protocol();
    while (ip.v6() && IpPacket.isExtensionHeader(upperProtocol)) {
      if (end - from < UNIT) {
        return -1;
      }
      upperProtocol = Bytes.u8(b, from);
      from += UNIT + UNIT * Bytes.u8(b, from + 1); // one that is too long ends beyond the end
    }
    return from;
  }

  private static int leastUpperLayer(int protocol) {
    return protocol == IpPacket.TCP ? TcpSegment.HEADER : UdpDatagram.HEADER;
  }

  /** Bytes that stand before the data of the whole packet. */
  public int headerLength() {
    return (ip.v6() ? ip.fragmentHeader() : ip.payloadOffset()) - ip.offset();
  }

  /** The header of the whole packet but for its length, from the first fragment's. */
  public byte[] header() {
    byte[] header = new byte[headerLength()];
    System.arraycopy(ip.bytes(), ip.offset(), header, 0, header.length);
    if (ip.v6()) {
      header[ip.nextHeaderField() - ip.offset()] = (byte) ip.protocol();
    } else {
      Bytes.put16(header, 6, Bytes.u16(header, 6) & ~IpPacket.V4_FRAGMENT_BITS);
    }
    return header;
  }

  /**
   * Ends the header of a whole packet.
   *
   * @param ecn of the fragments together
   */
  public static void seal(byte[] whole, int headerLength, int ecn) {
    if (whole[0] >> 4 == 6) {
      Bytes.put16(whole, 4, whole.length - IpPacket.V6_HEADER);
      whole[1] = (byte) (whole[1] & ~(IpPacket.ECN << 4) | ecn << 4);
    } else {
      whole[1] = (byte) (whole[1] & ~IpPacket.ECN | ecn);
      Bytes.put16(whole, 2, whole.length);
      Bytes.put16(whole, 10, 0);
      Bytes.put16(whole, 10, Checksum.finish(Checksum.add(0, whole, 0, headerLength)));
    }
  }
}
