package dev.jktcp.wire;

/**
 * A view of one fragment of an IPv4 (RFC 791 §3.2) or IPv6 (RFC 8200 §4.5) packet: its place in the
 * whole packet, and the header of the whole packet, made from that of the first fragment. Reused,
 * as {@link IpPacket} is, and valid for as long as that is.
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
  private int upperProtocol; // found by upperLayer()

  /** Points this view at a packet that was refused as a {@link DropReason#FRAGMENT}. */
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

  /** Where the fragment begins in the whole packet's data, in bytes. */
  public int at() {
    return at;
  }

  public int length() {
    return ip.payloadLength();
  }

  /** The position after the fragment's last byte. */
  public int end() {
    return at + length();
  }

  /** Whether other fragments follow. */
  public boolean more() {
    return more;
  }

  public int identification() {
    return identification;
  }

  /** Whether the fragment has data and, if others follow, ends where one can begin. */
  public boolean isWellFormed() {
    return length() > 0 && (!more || length() % UNIT == 0);
  }

  /** Whether the whole packet would be larger than any packet may be. */
  public boolean isBeyondAnyPacket() {
    int own = ip.v6() ? headerLength() - IpPacket.V6_HEADER : headerLength();
    return own + end() > MOST;
  }

  /**
   * RFC 3128 §2: whether the fragment begins at eight, which hides the TCP flags from a filter that
   * reads only the first fragment. No stack cuts there.
   */
  public boolean hidesFlags() {
    return at == UNIT && ip.protocol() == IpPacket.TCP;
  }

  /**
   * RFC 7112 §5: whether this first fragment has all headers, that of the upper layer included. In
   * IPv4 the only one is the IP header, which each fragment has.
   */
  public boolean hasAllHeaders() {
    int from = upperLayer();
    return from >= 0 && ip.payloadOffset() + length() - from >= leastUpperLayer(upperProtocol);
  }

  /**
   * Whether this first fragment belongs, or may belong, to an ICMP error, which must not draw
   * another (RFC 1122 §3.2.2, RFC 4443 §2.4 (e.1)).
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
      from += UNIT + UNIT * Bytes.u8(b, from + 1); // a header that is too long ends beyond the end
    }
    return from;
  }

  private static int leastUpperLayer(int protocol) {
    return protocol == IpPacket.TCP ? TcpSegment.HEADER : UdpDatagram.HEADER;
  }

  /** Bytes before the data of the whole packet. */
  public int headerLength() {
    return (ip.v6() ? ip.fragmentHeader() : ip.payloadOffset()) - ip.offset();
  }

  /** The header of the whole packet, without its length, made from the first fragment's. */
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
   * Completes the header of a whole packet: length, ECN and checksum.
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
