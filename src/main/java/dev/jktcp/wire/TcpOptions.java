package dev.jktcp.wire;

/**
 * TCP options (RFC 9293 §3.2, RFC 7323, RFC 2018): their kinds, and writers that put one option at
 * an offset and return the offset after it. Every option but EOL and NOP carries its length.
 *
 * <p>Sizes are bytes of the option without padding; {@link PacketWriter} pads all options together.
 */
public final class TcpOptions {
  /** The most option bytes a header has room for. */
  public static final int MAX_LENGTH = 40;

  public static final int EOL = 0;
  public static final int NOP = 1;
  public static final int MSS = 2;
  public static final int WINDOW_SCALE = 3;
  public static final int SACK_PERMITTED = 4;
  public static final int SACK = 5;
  public static final int TIMESTAMPS = 8;

  public static final int MSS_LENGTH = 4;
  public static final int WINDOW_SCALE_LENGTH = 3;
  public static final int SACK_PERMITTED_LENGTH = 2;
  public static final int TIMESTAMPS_LENGTH = 10;

  /** RFC 7323 Appendix A: two NOPs and timestamps, the layout nearly every data segment has. */
  public static final int ALIGNED_TIMESTAMPS_LENGTH = 2 + TIMESTAMPS_LENGTH;

  static final int NOP_NOP_TIMESTAMPS = 0x0101_080A;

  /**
   * The options that Linux and we put into a SYN: MSS, SACK-permitted, timestamps, NOP and window
   * scale.
   */
  static final int USUAL_SYN_LENGTH = 20;

  static final int MSS_HEADER = MSS << 8 | MSS_LENGTH;
  static final int SACK_PERMITTED_TIMESTAMPS = 0x0402_080A;
  static final int NOP_WINDOW_SCALE_HEADER = 0x01_0303;

  /** A SACK option takes this and {@link #SACK_BLOCK_LENGTH} for each block. */
  public static final int SACK_HEADER_LENGTH = 2;

  public static final int SACK_BLOCK_LENGTH = 8;

  private TcpOptions() {}

  public static int putNop(byte[] b, int off) {
    b[off] = NOP;
    return off + 1;
  }

  /** The largest segment payload we take, in bytes, 0..65,535. */
  public static int putMss(byte[] b, int off, int mss) {
    putHeader(b, off, MSS, MSS_LENGTH);
    Bytes.put16(b, off + 2, mss);
    return off + MSS_LENGTH;
  }

  /** The shift of our window fields, 0..14 (RFC 7323 §2.3). */
  public static int putWindowScale(byte[] b, int off, int shift) {
    putHeader(b, off, WINDOW_SCALE, WINDOW_SCALE_LENGTH);
    b[off + 2] = (byte) shift;
    return off + WINDOW_SCALE_LENGTH;
  }

  public static int putSackPermitted(byte[] b, int off) {
    putHeader(b, off, SACK_PERMITTED, SACK_PERMITTED_LENGTH);
    return off + SACK_PERMITTED_LENGTH;
  }

  public static int putTimestamps(byte[] b, int off, int tsVal, int tsEcr) {
    putHeader(b, off, TIMESTAMPS, TIMESTAMPS_LENGTH);
    Bytes.put32(b, off + 2, tsVal);
    Bytes.put32(b, off + 6, tsEcr);
    return off + TIMESTAMPS_LENGTH;
  }

  /** MSS, SACK-permitted, timestamps and window scale at the beginning, all of them aligned. */
  static int putUsualSyn(byte[] b, int mss, int tsVal, int tsEcr, int shift) {
    long first = (long) (MSS_HEADER << 16 | mss) << 32 | SACK_PERMITTED_TIMESTAMPS;
    Bytes.put64(b, 0, first);
    Bytes.put64(b, 8, (long) tsVal << 32 | tsEcr & 0xFFFF_FFFFL);
    Bytes.put32(b, 16, NOP_WINDOW_SCALE_HEADER << 8 | shift);
    return USUAL_SYN_LENGTH;
  }

  /** Begins a SACK option; {@code blocks} calls of {@link #putSackBlock} follow. */
  public static int putSackHeader(byte[] b, int off, int blocks) {
    putHeader(b, off, SACK, SACK_HEADER_LENGTH + SACK_BLOCK_LENGTH * blocks);
    return off + SACK_HEADER_LENGTH;
  }

  /** Sequence numbers {@code start} (first received) to {@code end} (first missing). */
  public static int putSackBlock(byte[] b, int off, int start, int end) {
    Bytes.put32(b, off, start);
    Bytes.put32(b, off + 4, end);
    return off + SACK_BLOCK_LENGTH;
  }

  /** Bytes that options of this length take in a header: the next multiple of 4. */
  public static int padded(int optionsLength) {
    return optionsLength + 3 & ~3;
  }

  /**
   * Whether an option's length is right for its kind; kinds without a fixed length may have any.
   */
  static boolean fits(int kind, int length) {
    return switch (kind) {
      case MSS -> length == MSS_LENGTH;
      case WINDOW_SCALE -> length == WINDOW_SCALE_LENGTH;
      case SACK_PERMITTED -> length == SACK_PERMITTED_LENGTH;
      case SACK -> length > SACK_HEADER_LENGTH && length % SACK_BLOCK_LENGTH == SACK_HEADER_LENGTH;
      case TIMESTAMPS -> length == TIMESTAMPS_LENGTH;
      default -> true;
    };
  }

  /** MUST-68: each option but two has a length. */
  private static void putHeader(byte[] b, int off, int kind, int length) {
    Bytes.put16(b, off, kind << 8 | length);
  }
}
