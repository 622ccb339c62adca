package dev.jktcp.wire;

import java.util.Objects;

/**
 * A view of one IPv4 (RFC 791) or IPv6 (RFC 8200) packet in a caller's array. Reused: each {@link
 * #parse} points it at another packet and nothing is allocated. After a failed parse its getters
 * mean nothing.
 *
 * <p>Offsets are indices into {@link #bytes()}; lengths are bytes.
 */
public final class IpPacket {
  /** Bytes of an IPv4 header without options. */
  public static final int V4_HEADER = 20;

  /** Bytes of the fixed IPv6 header. */
  public static final int V6_HEADER = 40;

  /** Protocol numbers (IPv4 protocol, IPv6 next header) that the stack looks at. */
  public static final int ICMP = 1;

  public static final int TCP = 6;
  public static final int UDP = 17;
  public static final int ICMPV6 = 58;

  /** RFC 3168 §5: the ECN bits of {@link #trafficClass}. */
  public static final int ECN = 3;

  /** ECN bits: the sender takes marks; the codepoint that §6.1.2 asks for. */
  public static final int ECT_0 = 2;

  /** ECN bits: congestion experienced. */
  public static final int CE = 3;

  private static final int HOP_BY_HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT = 44;
  private static final int ESP = 50;
  private static final int AH = 51;
  private static final int NO_NEXT_HEADER = 59;
  private static final int DESTINATION_OPTIONS = 60;

  // RFC 8200 §4.1 recommends at most six before the payload; a longer chain than 8 is an attack.
  private static final int MAX_EXTENSION_HEADERS = 8;

  // RFC 791 §3.1: more-fragments flag and the 13 bits of the fragment's offset.
  static final int V4_FRAGMENT_BITS = 0x3FFF;
  // RFC 8200 §4.5: flag and offset, without the two reserved bits between them.
  private static final int V6_FRAGMENT_BITS = 0xFFF9;

  /** Source and destination of a packet, to compare others with. */
  public static final class Addresses {
    private boolean set;
    private boolean v6;
    private long srcHi;
    private long srcLo;
    private long dstHi;
    private long dstLo;

    public void set(IpPacket ip) {
      set = true;
      v6 = ip.v6;
      srcHi = ip.srcHi;
      srcLo = ip.srcLo;
      dstHi = ip.dstHi;
      dstLo = ip.dstLo;
    }

    /** Whether the packet has the same addresses; false before {@link #set}. */
    public boolean areOf(IpPacket ip) {
      return set
          && v6 == ip.v6
          && srcLo == ip.srcLo
          && dstLo == ip.dstLo
          && srcHi == ip.srcHi
          && dstHi == ip.dstHi;
    }
  }

  private byte[] bytes;
  private int offset;
  private int totalLength;
  private boolean v6;
  private int protocol;
  private int payloadOffset;
  private int ttl;
  private int trafficClass;
  private long srcHi; // as IpAddress has them
  private long srcLo;
  private long dstHi;
  private long dstLo;
  private int fragmentHeader; // IPv6: where the Fragment header begins
  private int nextHeaderField; // IPv6: index of the next-header field in the header before it

  /**
   * Points this view at the packet which begins at {@code off}. After a {@link DropReason#FRAGMENT}
   * the getters are valid, for {@link Fragment} to read; the payload is the fragment's.
   *
   * @param len bytes that may be read; those beyond the packet's own length are padding and ignored
   * @throws MalformedPacket if the packet cannot be taken: truncated, a fragment, a bad checksum…
   */
  public void parse(byte[] b, int off, int len) throws MalformedPacket {
    Objects.checkFromIndexSize(off, len, b.length);
    if (len == 0) {
      throw MalformedPacket.of(DropReason.TRUNCATED);
    }
    bytes = b;
    offset = off;
    switch (b[off] >> 4 & 0xF) {
      case 4 -> parseV4(len);
      case 6 -> parseV6(len);
      default -> throw MalformedPacket.of(DropReason.BAD_VERSION);
    }
  }

  public byte[] bytes() {
    return bytes;
  }

  /** Where the IP header begins. */
  public int offset() {
    return offset;
  }

  /** Bytes of the whole packet, headers included. */
  public int totalLength() {
    return totalLength;
  }

  public boolean v6() {
    return v6;
  }

  /** The protocol of the payload, after all extension headers. */
  public int protocol() {
    return protocol;
  }

  /** Where the payload begins, after options and extension headers. */
  public int payloadOffset() {
    return payloadOffset;
  }

  public int payloadLength() {
    return offset + totalLength - payloadOffset;
  }

  /** Time to live, or hop limit. */
  public int ttl() {
    return ttl;
  }

  /** Type of service, or traffic class: DSCP and the two ECN bits (RFC 3168 §5). */
  public int trafficClass() {
    return trafficClass;
  }

  /** The source as a new object; the hot path uses {@link #srcHi} and {@link #srcLo}. */
  public IpAddress src() {
    return IpAddress.of(v6, srcHi, srcLo);
  }

  /** The destination as a new object. */
  public IpAddress dst() {
    return IpAddress.of(v6, dstHi, dstLo);
  }

  public boolean srcMatches(IpAddress address) {
    return address.isV6() == v6 && address.lo() == srcLo && address.hi() == srcHi;
  }

  public boolean dstMatches(IpAddress address) {
    return address.isV6() == v6 && address.lo() == dstLo && address.hi() == dstHi;
  }

  /** As {@link IpAddress#hi}. */
  public long srcHi() {
    return srcHi;
  }

  /** As {@link IpAddress#lo}. */
  public long srcLo() {
    return srcLo;
  }

  /** As {@link IpAddress#hi}. */
  public long dstHi() {
    return dstHi;
  }

  /** As {@link IpAddress#lo}. */
  public long dstLo() {
    return dstLo;
  }

  /**
   * The sum over the pseudo-header and the payload; it finishes to 0 when the payload is intact.
   */
  long payloadSum() {
    int length = payloadLength();
    long sum = Checksum.addWords(protocol + length, srcLo, dstLo);
    if (v6) {
      sum = Checksum.addWords(sum, srcHi, dstHi);
    }
    return Checksum.add(sum, bytes, payloadOffset, length);
  }

  private void parseV4(int len) throws MalformedPacket {
    require(len >= V4_HEADER, DropReason.TRUNCATED);
    long first = Bytes.i64(bytes, offset); // to the fragment's offset
    long second = Bytes.i64(bytes, offset + 8); // to the source
    long destination = Bytes.u32(bytes, offset + 16);
    int headerLength = (int) (first >>> 56 & 0xF) * 4;
    require(headerLength >= V4_HEADER, DropReason.BAD_IP_HEADER);
    require(headerLength <= len, DropReason.TRUNCATED);
    long sum = Checksum.addWords(destination, first, second);
    if (headerLength > V4_HEADER) {
      sum = Checksum.add(sum, bytes, offset + V4_HEADER, headerLength - V4_HEADER);
    }
    require(Checksum.finish(sum) == 0, DropReason.BAD_IP_CHECKSUM);
    totalLength = (int) (first >>> 32) & 0xFFFF;
    require(totalLength >= headerLength, DropReason.BAD_IP_HEADER);
    require(totalLength <= len, DropReason.TRUNCATED);
    v6 = false;
    srcHi = 0;
    srcLo = second & 0xFFFF_FFFFL;
    dstHi = 0;
    dstLo = destination;
    trafficClass = (int) (first >>> 48) & 0xFF;
    ttl = (int) (second >>> 56);
    protocol = (int) (second >>> 48) & 0xFF;
    // MUST-50: options of IPv4 are skipped.
    payloadOffset = offset + headerLength;
    require((first & V4_FRAGMENT_BITS) == 0, DropReason.FRAGMENT);
  }

  private void parseV6(int len) throws MalformedPacket {
    require(len >= V6_HEADER, DropReason.TRUNCATED);
    // A jumbogram (RFC 2675) claims 0 here; its option has action bits 11 and is refused below.
    totalLength = V6_HEADER + Bytes.u16(bytes, offset + 4);
    require(totalLength <= len, DropReason.TRUNCATED);
    v6 = true;
    srcHi = Bytes.i64(bytes, offset + 8);
    srcLo = Bytes.i64(bytes, offset + 16);
    dstHi = Bytes.i64(bytes, offset + 24);
    dstLo = Bytes.i64(bytes, offset + 32);
    trafficClass = Bytes.u16(bytes, offset) >>> 4 & 0xFF;
    ttl = Bytes.u8(bytes, offset + 7);
    walkExtensionHeaders(Bytes.u8(bytes, offset + 6));
  }

  /** RFC 8200 §4: strictly in order, up to the first header that is no extension header. */
  private void walkExtensionHeaders(int firstHeader) throws MalformedPacket {
    int end = offset + totalLength;
    int at = offset + V6_HEADER;
    int header = firstHeader;
    nextHeaderField = offset + 6;
    for (int count = 0; isExtensionHeader(header); count++) {
      require(count < MAX_EXTENSION_HEADERS, DropReason.BAD_EXTENSION_HEADER);
      require(end - at >= 8, DropReason.TRUNCATED);
      int length = header == FRAGMENT ? 8 : 8 + 8 * Bytes.u8(bytes, at + 1);
      require(length <= end - at, DropReason.TRUNCATED);
      switch (header) {
        case HOP_BY_HOP -> {
          require(count == 0, DropReason.BAD_EXTENSION_HEADER);
          walkOptions(at + 2, at + length);
        }
        case DESTINATION_OPTIONS -> walkOptions(at + 2, at + length);
        // RFC 8200 §4.4: with no segments left, any routing header is skipped.
        case ROUTING -> require(bytes[at + 3] == 0, DropReason.BAD_EXTENSION_HEADER);
        // RFC 6946: an atomic fragment is a whole packet.
        default -> {
          protocol = Bytes.u8(bytes, at);
          payloadOffset = at + length;
          fragmentHeader = at;
          require((Bytes.u16(bytes, at + 2) & V6_FRAGMENT_BITS) == 0, DropReason.FRAGMENT);
        }
      }
      header = Bytes.u8(bytes, at);
      nextHeaderField = at;
      at += length;
    }
    require(header != ESP && header != AH, DropReason.UNKNOWN_PROTOCOL);
    require(header != NO_NEXT_HEADER, DropReason.UNKNOWN_PROTOCOL);
    protocol = header;
    payloadOffset = at;
  }

  /** RFC 8200 §4.2: we know no option, so the top two bits of each say whether we may skip it. */
  private void walkOptions(int from, int end) throws MalformedPacket {
    int at = from;
    while (at < end) {
      int type = Bytes.u8(bytes, at);
      if (type == 0) { // Pad1, the only one without a length
        at++;
        continue;
      }
      require(type >>> 6 == 0, DropReason.BAD_EXTENSION_HEADER);
      require(end - at >= 2, DropReason.BAD_EXTENSION_HEADER);
      at += 2 + Bytes.u8(bytes, at + 1);
    }
    require(at == end, DropReason.BAD_EXTENSION_HEADER);
  }

  /** In an IPv6 fragment: where its Fragment header begins. */
  int fragmentHeader() {
    return fragmentHeader;
  }

  /** In an IPv6 fragment: index of the next-header field that announces the Fragment header. */
  int nextHeaderField() {
    return nextHeaderField;
  }

  static boolean isExtensionHeader(int header) {
    return header == HOP_BY_HOP
        || header == ROUTING
        || header == FRAGMENT
        || header == DESTINATION_OPTIONS;
  }

  private static void require(boolean holds, DropReason otherwise) throws MalformedPacket {
    if (!holds) {
      throw MalformedPacket.of(otherwise);
    }
  }
}
