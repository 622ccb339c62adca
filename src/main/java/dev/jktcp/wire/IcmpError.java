package dev.jktcp.wire;

/**
 * A view of an ICMP error (RFC 792, RFC 4443 §3) about a TCP segment, a UDP datagram or an echo
 * request: its type and code, and the headers that it quotes. Reused, as {@link IpPacket} is.
 */
public final class IcmpError {
  /** Type, code, checksum and four bytes that depend on the type. */
  private static final int HEADER = 8;

  /**
   * Bytes that RFC 792 has every router quote after the IP header: TCP's ports and sequence number.
   */
  private static final int QUOTED = 8;

  private int type;
  private int protocol;
  private int code;
  private IpAddress src;
  private IpAddress dst;
  private int srcPort;
  private int dstPort;
  private int seq;
  private int quotedLength;
  private long nextHopMtu;

  /**
   * Points this view at the message that is the packet's payload, after {@link IcmpEcho#isRequest}
   * has verified its checksum.
   *
   * @return false if the message is no error, or quotes too little of one of these three
   */
  public boolean parse(IpPacket ip) {
    byte[] b = ip.bytes();
    int at = ip.payloadOffset();
    int end = at + ip.payloadLength();
    type = Bytes.u8(b, at);
    code = Bytes.u8(b, at + 1);
    nextHopMtu = ip.v6() ? Bytes.i32(b, at + 4) & 0xffff_ffffL : Bytes.u16(b, at + 6);
    return isError(ip.v6(), type)
        && (ip.v6() ? parseV6(b, at + HEADER, end) : parseV4(b, at + HEADER, end));
  }

  /** RFC 4443 §2.1: below 128; RFC 792: unreachable, source quench, time exceeded, parameter. */
  static boolean isError(boolean v6, int type) {
    return v6 ? type < 128 : type == 3 || type == 4 || type == 11 || type == 12;
  }

  private boolean parseV4(byte[] b, int at, int end) {
    if (end - at < IpPacket.V4_HEADER || b[at] >> 4 != 4) {
      return false;
    }
    int headerLength = (b[at] & 0xF) * 4;
    quotedLength = Bytes.u16(b, at + 2);
    src = IpAddress.v4(b, at + 12);
    dst = IpAddress.v4(b, at + 16);
    return headerLength >= IpPacket.V4_HEADER
        && isQuoted(b[at + 9], IpPacket.ICMP)
        && parseQuote(b, at + headerLength, end);
  }

  /** We send no extension headers, so a quote with one is not of our packet. */
  private boolean parseV6(byte[] b, int at, int end) {
    if (end - at < IpPacket.V6_HEADER || (b[at] >> 4 & 0xF) != 6) {
      return false;
    }
    quotedLength = IpPacket.V6_HEADER + Bytes.u16(b, at + 4);
    src = IpAddress.v6(b, at + 8);
    dst = IpAddress.v6(b, at + 24);
    return isQuoted(b[at + 6], IpPacket.ICMPV6) && parseQuote(b, at + IpPacket.V6_HEADER, end);
  }

  private boolean isQuoted(int quoted, int icmp) {
    protocol = quoted;
    return quoted == IpPacket.TCP || quoted == IpPacket.UDP || quoted == icmp;
  }

  private boolean parseQuote(byte[] b, int at, int end) {
    if (end - at < QUOTED) {
      return false;
    }
    srcPort = Bytes.u16(b, at);
    dstPort = Bytes.u16(b, at + 2);
    seq = Bytes.i32(b, at + 4);
    return true;
  }

  public int type() {
    return type;
  }

  public int code() {
    return code;
  }

  /** Protocol of the quoted packet: TCP, UDP, or ICMP of its IP version. */
  public int protocol() {
    return protocol;
  }

  /** Source of the quoted packet: one of our addresses, unless it is forged. */
  public IpAddress src() {
    return src;
  }

  public IpAddress dst() {
    return dst;
  }

  /** The quoted source port, of TCP and UDP. */
  public int srcPort() {
    return srcPort;
  }

  public int dstPort() {
    return dstPort;
  }

  /** Length in bytes of the quoted packet, by its header. */
  public int quotedLength() {
    return quotedLength;
  }

  /**
   * In a message that a packet is too big (RFC 1191 §4, RFC 4443 §3.2): the MTU of the link behind
   * the router. 0 from routers older than RFC 1191.
   */
  public long nextHopMtu() {
    return nextHopMtu;
  }

  /**
   * SEG.SEQ of TCP, length and checksum of UDP, or identifier and sequence number of an echo
   * request.
   */
  public int seq() {
    return seq;
  }
}
