package dev.jktcp.wire;

/**
 * A TCP segment on its way out, with the fields of its IP header. A connection, its record in
 * TIME-WAIT or the stack fills it, and {@link PacketWriter#tcp} writes it. One object serves any
 * number of segments in turn: {@link #begin} forgets the one before.
 */
public final class OutSegment {
  /** Bytes addressed by sequence numbers. */
  public interface Payload {
    /**
     * Copies {@code length} bytes from {@code seq} on.
     *
     * @return their sum, as {@link Checksum#add} has it
     */
    long copy(int seq, int length, byte[] to, int offset);
  }

  IpAddress src;
  IpAddress dst;
  int srcPort;
  int dstPort;
  int ttl;
  int trafficClass;
  int seq;
  int ack;
  int flags;
  int window;
  int urgentPointer;
  final byte[] options = new byte[TcpOptions.MAX_LENGTH];
  int optionsLength;
  boolean timestampsFirst; // aligned, kept in fields: their place in the array is not written
  int tsVal;
  int tsEcr;
  Payload payload;
  int payloadLength;

  /** Begins another segment, without payload or options. The two addresses are of one family. */
  public OutSegment begin(IpAddress src, int srcPort, IpAddress dst, int dstPort) {
    this.src = src;
    this.dst = dst;
    this.srcPort = srcPort;
    this.dstPort = dstPort;
    window = 0;
    urgentPointer = 0;
    optionsLength = 0;
    timestampsFirst = false;
    payload = null;
    payloadLength = 0;
    return this;
  }

  /**
   * @param ttl time to live or hop limit
   * @param trafficClass DSCP and ECN bits
   */
  public OutSegment ip(int ttl, int trafficClass) {
    this.ttl = ttl;
    this.trafficClass = trafficClass;
    return this;
  }

  /** Lets routers mark the packet instead of dropping it: ECT(0) of RFC 3168 §5. */
  public OutSegment ecnCapable() {
    trafficClass |= IpPacket.ECT_0;
    return this;
  }

  /**
   * @param flags {@link TcpSegment#FIN} and the others; {@link #urgent} adds its own
   */
  public OutSegment tcp(int flags, int seq, int ack) {
    this.flags = flags;
    this.seq = seq;
    this.ack = ack;
    return this;
  }

  public OutSegment alsoFlags(int more) {
    flags |= more;
    return this;
  }

  /** The window field, already scaled down. */
  public OutSegment window(int field) {
    window = field;
    return this;
  }

  /**
   * @param pointer 0: no urgent data
   */
  public OutSegment urgent(int pointer) {
    urgentPointer = pointer;
    if (pointer > 0) {
      // MUST-30
      flags |= TcpSegment.URG;
    }
    return this;
  }

  /** The largest segment payload we take, in bytes (RFC 9293 MUST-14). */
  public OutSegment addMss(int mss) {
    optionsLength = TcpOptions.putMss(options, optionsLength, mss);
    return this;
  }

  /**
   * RFC 2018 §2, on a SYN.
   *
   * @param alone whether no timestamps follow, which would fill the option's word
   */
  public OutSegment addSackPermitted(boolean alone) {
    if (alone) {
      optionsLength = TcpOptions.putNop(options, optionsLength);
      optionsLength = TcpOptions.putNop(options, optionsLength);
    }
    optionsLength = TcpOptions.putSackPermitted(options, optionsLength);
    return this;
  }

  /** The shift of our window fields (RFC 7323 §2.3), on a boundary of 4 as in all stacks. */
  public OutSegment addWindowScale(int shift) {
    optionsLength = TcpOptions.putNop(options, optionsLength);
    optionsLength = TcpOptions.putWindowScale(options, optionsLength, shift);
    return this;
  }

  /**
   * The four options that nearly every SYN has, as {@link #addMss}, {@link #addSackPermitted},
   * {@link #addTimestamps} and {@link #addWindowScale} add them to a segment without options. They
   * are written in the words in which they are summed and copied.
   */
  public OutSegment addUsualSynOptions(int mss, int tsVal, int tsEcr, int shift) {
    assert optionsLength == 0;
    optionsLength = TcpOptions.putUsualSyn(options, mss, tsVal, tsEcr, shift);
    return this;
  }

  /** RFC 7323 §3.2, its two values on boundaries of 4 as in Appendix A there. */
  public OutSegment addTimestamps(int tsVal, int tsEcr) {
    if (optionsLength == 0) {
      timestampsFirst = true;
      this.tsVal = tsVal;
      this.tsEcr = tsEcr;
      optionsLength = TcpOptions.ALIGNED_TIMESTAMPS_LENGTH;
      return this;
    }
    while ((optionsLength & 3) != 2) {
      optionsLength = TcpOptions.putNop(options, optionsLength);
    }
    optionsLength = TcpOptions.putTimestamps(options, optionsLength, tsVal, tsEcr);
    return this;
  }

  /** RFC 2018 §3, on a boundary of 4; so many calls of {@link #addSackBlock} follow. */
  public OutSegment beginSack(int blocks) {
    optionsLength = TcpOptions.putNop(options, optionsLength);
    optionsLength = TcpOptions.putNop(options, optionsLength);
    optionsLength = TcpOptions.putSackHeader(options, optionsLength, blocks);
    return this;
  }

  public OutSegment addSackBlock(int start, int end) {
    optionsLength = TcpOptions.putSackBlock(options, optionsLength, start, end);
    return this;
  }

  /** Bytes of options so far. */
  public int optionsLength() {
    return optionsLength;
  }

  /** Adds options that are already encoded. */
  public OutSegment addOptions(byte[] from, int offset, int length) {
    System.arraycopy(from, offset, options, optionsLength, length);
    optionsLength += length;
    return this;
  }

  /**
   * The {@code length} bytes of {@code source} from SEG.SEQ on, copied when the packet is written.
   */
  public OutSegment payload(Payload source, int length) {
    payload = source;
    payloadLength = length;
    return this;
  }
}
