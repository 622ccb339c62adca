package dev.jktcp.wire;

/**
 * A view of the TCP segment (RFC 9293 §3.1) in an {@link IpPacket}. Reused like it: {@link #parse}
 * allocates nothing, and after a failed parse the getters mean nothing.
 *
 * <p>Options are read wherever they stand and reported as found; the connection decides whether one
 * counts (MSS only on a SYN, timestamps only when agreed).
 */
public final class TcpSegment {
  public static final int FIN = 1;
  public static final int SYN = 2;
  public static final int RST = 4;
  public static final int PSH = 8;
  public static final int ACK = 16;
  public static final int URG = 32;
  public static final int ECE = 64;
  public static final int CWR = 128;

  /** Bytes of a header without options. */
  public static final int HEADER = 20;

  private static final int ABSENT = -1;

  private byte[] bytes;
  private int payloadOffset;
  private int payloadLength;
  private int srcPort;
  private int dstPort;
  private int seq;
  private int ack;
  private int flags;
  private int window;
  private int urgentPointer;

  private int mss;
  private int windowScale;
  private boolean sackPermitted;
  private boolean hasTimestamps;
  private int tsVal;
  private int tsEcr;
  private int sackBlocks;
  private int sackOffset;
  private boolean congestionExperienced;
  private boolean ordinary;

  /**
   * Points this view at the segment that is the packet's payload.
   *
   * <p>This is in one piece because the compiler inlines no method of more than 325 bytes. Inlined,
   * it left too little of the compilation of all that receives a segment to the rest: calls at the
   * far end stayed calls, others in each process, and a round trip took 7 % longer.
   *
   * @param verifyChecksum false only if a lower layer has verified it
   * @throws MalformedPacket if the payload is no intact TCP segment
   */
  public void parse(IpPacket ip, boolean verifyChecksum) throws MalformedPacket {
    require(ip.protocol() == IpPacket.TCP, DropReason.UNKNOWN_PROTOCOL);
    int length = ip.payloadLength();
    require(length >= HEADER, DropReason.TRUNCATED);
    // MUST-3. Before any field is read: a flipped bit is reported as a bad checksum.
    require(!verifyChecksum || Checksum.finish(ip.payloadSum()) == 0, DropReason.BAD_TCP_CHECKSUM);
    byte[] b = ip.bytes();
    int at = ip.payloadOffset();
    long first = Bytes.i64(b, at); // ports and SEG.SEQ
    long second = Bytes.i64(b, at + 8); // SEG.ACK, flags and window
    int headerLength = ((int) second >>> 28) * 4;
    require(headerLength >= HEADER && headerLength <= length, DropReason.BAD_TCP_HEADER);
    bytes = b;
    srcPort = (int) (first >>> 48);
    dstPort = (int) (first >>> 32) & 0xFFFF;
    seq = (int) first;
    ack = (int) (second >>> 32);
    flags = (int) second >>> 16 & 0xFF;
    // MUST-1: the window is an unsigned number.
    window = (int) second & 0xFFFF;
    urgentPointer = Bytes.u16(b, at + 18);
    payloadOffset = at + headerLength;
    payloadLength = length - headerLength;
    congestionExperienced = (ip.trafficClass() & IpPacket.ECN) == IpPacket.CE;
    mss = ABSENT;
    windowScale = ABSENT;
    sackPermitted = false;
    hasTimestamps = false;
    sackBlocks = 0;
    boolean bare = true; // no options but aligned timestamps
    if (hasAlignedTimestamps(at + HEADER, payloadOffset)) {
      readTimestamps(at + HEADER + 2);
    } else if (headerLength > HEADER) {
      bare = false;
      // MUST-5: a segment without SYN may have options as well.
      parseOptions(at + HEADER, payloadOffset);
    }
    ordinary = bare && (flags & ~PSH) == ACK && !congestionExperienced;
  }

  public int srcPort() {
    return srcPort;
  }

  public int dstPort() {
    return dstPort;
  }

  /** SEG.SEQ. */
  public int seq() {
    return seq;
  }

  /** SEG.ACK, the acknowledgment number; valid only if {@link #hasAck}. */
  public int ack() {
    return ack;
  }

  /** The window field as it stands, 0..65,535, before any scaling. */
  public int window() {
    return window;
  }

  public int urgentPointer() {
    return urgentPointer;
  }

  /** The eight control bits, {@link #FIN} to {@link #CWR}. */
  public int flags() {
    return flags;
  }

  public boolean fin() {
    return (flags & FIN) != 0;
  }

  public boolean syn() {
    return (flags & SYN) != 0;
  }

  public boolean rst() {
    return (flags & RST) != 0;
  }

  public boolean psh() {
    return (flags & PSH) != 0;
  }

  public boolean hasAck() {
    return (flags & ACK) != 0;
  }

  public boolean urg() {
    return (flags & URG) != 0;
  }

  /** ECN-Echo: the peer was told of congestion on the path to it (RFC 3168 §6.1.3). */
  public boolean ece() {
    return (flags & ECE) != 0;
  }

  /** The peer has reduced its congestion window (RFC 3168 §6.1.2). */
  public boolean cwr() {
    return (flags & CWR) != 0;
  }

  /** Whether a router on the path marked the packet (RFC 3168 §5). */
  public boolean congestionExperienced() {
    return congestionExperienced;
  }

  /** The packet's array. */
  public byte[] bytes() {
    return bytes;
  }

  public int payloadOffset() {
    return payloadOffset;
  }

  public int payloadLength() {
    return payloadLength;
  }

  /**
   * Whether the headers are ordinary: ACK, perhaps PSH, and no other control bit, no options but
   * the aligned timestamps of RFC 7323 Appendix A, and no congestion experienced.
   */
  public boolean ordinary() {
    return ordinary;
  }

  /** SEG.LEN: the sequence numbers this segment takes, SYN and FIN counted. */
  public int length() {
    return payloadLength + (flags & FIN) + ((flags & SYN) >>> 1);
  }

  /** The MSS option's value; -1 = no such option. */
  public int mss() {
    return mss;
  }

  /** The window scale option's shift as sent, 0..255 (the connection caps it at 14), or -1. */
  public int windowScale() {
    return windowScale;
  }

  public boolean sackPermitted() {
    return sackPermitted;
  }

  public boolean hasTimestamps() {
    return hasTimestamps;
  }

  public int tsVal() {
    return tsVal;
  }

  public int tsEcr() {
    return tsEcr;
  }

  /** Number of SACK blocks, 0..4. */
  public int sackBlocks() {
    return sackBlocks;
  }

  /** The first sequence number of block {@code i}. */
  public int sackStart(int i) {
    return Bytes.i32(bytes, sackOffset + TcpOptions.SACK_BLOCK_LENGTH * i);
  }

  /** The sequence number after block {@code i}. */
  public int sackEnd(int i) {
    return Bytes.i32(bytes, sackOffset + TcpOptions.SACK_BLOCK_LENGTH * i + 4);
  }

  private void parseOptions(int from, int end) throws MalformedPacket {
    if (end - from == TcpOptions.USUAL_SYN_LENGTH && readUsualSynOptions(from)) {
      return;
    }
    int at = from;
    while (at < end && bytes[at] != TcpOptions.EOL) {
      if (bytes[at] == TcpOptions.NOP) {
        // MUST-64: options may begin at any byte.
        at++;
        continue;
      }
      require(end - at >= 2, DropReason.BAD_TCP_OPTION);
      int length = Bytes.u8(bytes, at + 1);
      require(length >= 2 && length <= end - at, DropReason.BAD_TCP_OPTION);
      readOption(at, length);
      at += length;
    }
  }

  private boolean hasAlignedTimestamps(int from, int end) {
    return end - from == TcpOptions.ALIGNED_TIMESTAMPS_LENGTH
        && Bytes.i32(bytes, from) == TcpOptions.NOP_NOP_TIMESTAMPS;
  }

  /**
   * @return false = there are other options
   */
  private boolean readUsualSynOptions(int from) {
    long first = Bytes.i64(bytes, from);
    int last = Bytes.i32(bytes, from + 16);
    if (first >>> 48 != TcpOptions.MSS_HEADER
        || (int) first != TcpOptions.SACK_PERMITTED_TIMESTAMPS
        || last >>> 8 != TcpOptions.NOP_WINDOW_SCALE_HEADER) {
      return false;
    }
    mss = (int) (first >>> 32) & 0xFFFF;
    sackPermitted = true;
    readTimestamps(from + 6);
    windowScale = last & 0xFF;
    return true;
  }

  /**
   * Reads an option. If its length is wrong for its kind, it is ignored; its neighbours still
   * count.
   */
  private void readOption(int at, int length) {
    if (!TcpOptions.fits(bytes[at], length)) {
      return;
    }
    switch (bytes[at]) {
      // MUST-4
      case TcpOptions.MSS -> mss = Bytes.u16(bytes, at + 2);
      case TcpOptions.WINDOW_SCALE -> windowScale = Bytes.u8(bytes, at + 2);
      case TcpOptions.SACK_PERMITTED -> sackPermitted = true;
      case TcpOptions.SACK -> {
        sackBlocks = length / TcpOptions.SACK_BLOCK_LENGTH;
        sackOffset = at + TcpOptions.SACK_HEADER_LENGTH;
      }
      case TcpOptions.TIMESTAMPS -> readTimestamps(at);
      default -> {} // RFC 9293 MUST-6: skipped by its length
    }
  }

  private void readTimestamps(int at) {
    hasTimestamps = true;
    long values = Bytes.i64(bytes, at + 2);
    tsVal = (int) (values >>> 32);
    tsEcr = (int) values;
  }

  private static void require(boolean holds, DropReason otherwise) throws MalformedPacket {
    if (!holds) {
      throw MalformedPacket.of(otherwise);
    }
  }
}
