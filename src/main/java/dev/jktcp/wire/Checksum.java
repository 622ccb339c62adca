package dev.jktcp.wire;

/**
 * The Internet checksum (RFC 1071). A sum under way is a {@code long} of 32-bit words not yet
 * folded, so chunks add up in any order as long as each begins at an even position of the summed
 * data; only the last may have an odd length.
 *
 * <p>Data which contains its own correct checksum finishes to 0.
 *
 * <p>A header can be summed without being read back: first the part that is constant for a flow
 * ({@link #addresses}), then its fields as 32-bit words.
 */
public final class Checksum {
  // Headers and payloads have a loop each, because the compiler shapes a loop by its average number
  // of turns: one loop for both is not unrolled, and sums payloads at a fifth to a half of the
  // speed.
  static final int MANY_BYTES = 256;

  /**
   * From JDK 21 on the lanes of a vector are summed once behind a loop, before that in each turn.
   */
  private static final boolean LANES_ONCE = Runtime.version().feature() >= 21;

  private Checksum() {}

  /** Adds {@code len} bytes to a sum; an odd last byte counts as if a zero followed it. */
  public static long add(long sum, byte[] b, int off, int len) {
    return fold32(sum) + (len < MANY_BYTES ? few(b, off, len) : many(b, off, len));
  }

  /**
   * Copies {@code len} bytes and adds them to a sum, in which they stand at {@code position}. The
   * sum reads the source, not the copy: a processor reads bytes it has just written in other pieces
   * only once they have left for its cache.
   */
  public static long addCopied(
      long sum, int position, byte[] from, int off, byte[] to, int at, int len) {
    long part = add(0, from, off, len);
    System.arraycopy(from, off, to, at, len);
    boolean odd = (position & 1) != 0; // RFC 1071 §2 (B): the sum of swapped bytes, swapped
    return sum + (odd ? Short.toUnsignedInt(Short.reverseBytes((short) fold(part))) : part);
  }

  /** Adds eight 16-bit fields that stand side by side, as two big-endian words. */
  public static long addWords(long sum, long first, long second) {
    return fold32(sum) + halves(first) + halves(second);
  }

  /** The sum reduced to 0..65,535: a start for later sums, in the room of a {@code short}. */
  public static int fold(long sum) {
    long s = fold32(sum);
    s = (s >>> 16) + (s & 0xFFFF);
    return (int) ((s >>> 16) + (s & 0xFFFF));
  }

  /** The value for the checksum field: the one's complement of the sum folded to 16 bits. */
  public static int finish(long sum) {
    return ~fold(sum) & 0xFFFF;
  }

  /**
   * The sum over both addresses: the part of a pseudo-header, and of an IPv4 header, that every
   * packet of a flow shares, in both directions.
   */
  public static long addresses(IpAddress src, IpAddress dst) {
    return src.sum() + dst.sum();
  }

  /**
   * The sum over the pseudo-header of RFC 9293 §3.1 (IPv4) or RFC 8200 §8.1 (IPv6): {@link
   * #addresses}, protocol and length.
   *
   * @param length bytes of the upper-layer header and its payload
   */
  public static long pseudoHeader(IpAddress src, IpAddress dst, int protocol, int length) {
    return addresses(src, dst) + protocol + length;
  }

  /** Sums headers, and the rest after whole words. */
  private static long few(byte[] b, int off, int len) {
    int i = off;
    int end = off + len;
    long s = 0;
    for (int last = end - Long.BYTES; i <= last; i += Long.BYTES) {
      s += halves(Bytes.i64(b, i));
    }
    if (i <= end - Integer.BYTES) {
      s += Bytes.u32(b, i);
      i += Integer.BYTES;
    }
    if (i <= end - Short.BYTES) {
      s += Bytes.u16(b, i);
      i += Short.BYTES;
    }
    if (i < end) {
      s += (long) Bytes.u8(b, i) << 8;
    }
    return s;
  }

  /**
   * Sums payloads in the machine's byte order, swapped once at the end (RFC 1071 §2 (B)), by the
   * loop that suits this JDK. The compiler vectorizes each as long as it is plain. With a sum that
   * does not begin at 0, or with four accumulators, it does not. If a loop counts words instead of
   * array indices, the compiler of 17 vectorizes it here but not in its callers, which cost a tenth
   * of all goodput.
   */
  private static long many(byte[] b, int off, int len) {
    long s = LANES_ONCE ? oneByOne(b, off, len) : twoByTwo(b, off, len);
    return swap(s + halves(rest(b, off + len, len % Long.BYTES)));
  }

  /** Sums the whole words of a payload: 1,448 bytes take 85 ns on JDK 17 and 27 ns on 25. */
  static long oneByOne(byte[] b, int off, int len) {
    long s = 0;
    int end = off + (len & -Long.BYTES);
    for (int i = off; i < end; i += Long.BYTES) {
      s += halves(Bytes.littleEndian64(b, i));
    }
    return s;
  }

  /**
   * The same, with the two halves of the payload side by side. On JDK 17 the sum of its lanes takes
   * longer than all other work for a vector, and here there are half as many such sums: 1,448 bytes
   * take 51 ns, on 25 30 ns. With four quarters they take 42 ns on 17, but in three of ten
   * processes far more in a caller.
   */
  static long twoByTwo(byte[] b, int off, int len) {
    long s = 0;
    int half = len / (2 * Long.BYTES) * Long.BYTES;
    int end = off + half;
    for (int i = off; i < end; i += Long.BYTES) {
      s += halves(Bytes.littleEndian64(b, i)) + halves(Bytes.littleEndian64(b, i + half));
    }
    boolean odd = (len & Long.BYTES) != 0; // a word is left
    return odd ? s + halves(Bytes.littleEndian64(b, end + half)) : s;
  }

  /** The bytes after whole words, read together with bytes before them, which are shifted out. */
  private static long rest(byte[] b, int end, int bytes) {
    long v = Bytes.littleEndian64(b, end - Long.BYTES);
    return v >>> Byte.SIZE * (Long.BYTES - 1 - bytes) >>> Byte.SIZE; // by 64 in two steps
  }

  /** The bytes of a little-endian sum in network order. */
  private static long swap(long sum) {
    return Integer.reverseBytes((int) fold32(sum)) & 0xFFFF_FFFFL;
  }

  private static long halves(long v) {
    return (v >>> 32) + (v & 0xFFFF_FFFFL);
  }

  private static long fold32(long sum) {
    return halves(halves(sum));
  }
}
