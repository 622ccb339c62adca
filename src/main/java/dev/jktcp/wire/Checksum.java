package dev.jktcp.wire;

/**
 * The Internet checksum (RFC 1071). A sum under way is a {@code long} of 32-bit words not yet
 * folded, so chunks add up in any order as long as each begins at an even position of the summed
 * data; only the last may have an odd length.
 *
 * <p>Data which contains its own correct checksum finishes to 0.
 */
public final class Checksum {
  private Checksum() {}

  /** Adds {@code len} bytes to a sum; an odd last byte counts as if a zero followed it. */
  public static long add(long sum, byte[] b, int off, int len) {
    int i = off;
    int end = off + len;
    long s = fold32(sum);
    for (int last = end - Long.BYTES; i <= last; i += Long.BYTES) {
      long v = Bytes.i64(b, i);
      s += (v >>> 32) + (v & 0xFFFF_FFFFL);
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

  /** The value for the checksum field: the one's complement of the sum folded to 16 bits. */
  public static int finish(long sum) {
    long s = fold32(sum);
    s = (s >>> 16) + (s & 0xFFFF);
    s = (s >>> 16) + (s & 0xFFFF);
    return (int) ~s & 0xFFFF;
  }

  /**
   * The sum over the pseudo-header of RFC 9293 §3.1 (IPv4) or RFC 8200 §8.1 (IPv6).
   *
   * @param length bytes of the upper-layer header and its payload
   */
  public static long pseudoHeader(IpAddress src, IpAddress dst, int protocol, int length) {
    return halves(src.hi())
        + halves(src.lo())
        + halves(dst.hi())
        + halves(dst.lo())
        + protocol
        + length;
  }

  private static long halves(long v) {
    return (v >>> 32) + (v & 0xFFFF_FFFFL);
  }

  private static long fold32(long sum) {
    long s = (sum >>> 32) + (sum & 0xFFFF_FFFFL);
    return (s >>> 32) + (s & 0xFFFF_FFFFL);
  }
}
