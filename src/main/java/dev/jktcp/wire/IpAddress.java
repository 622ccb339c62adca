package dev.jktcp.wire;

/**
 * An IPv4 or IPv6 address: an immutable value of 128 bits and a family. IPv4 has {@code hi} 0 and
 * its 32 bits, unsigned, in {@code lo}. The families never equal each other: {@code 1.2.3.4} and
 * {@code ::ffff:1.2.3.4} are two addresses, as they are on the wire.
 */
public final class IpAddress implements Comparable<IpAddress> {
  /** Bytes of an IPv4 address. */
  public static final int V4_BYTES = 4;

  /** Bytes of an IPv6 address. */
  public static final int V6_BYTES = 16;

  private static final int GROUPS = 8;
  private static final int MAX_QUOTED = 64;

  private final long hi;
  private final long lo;
  private final boolean v6;
  private final char sum; // for checksums: each packet of a flow needs it twice

  private IpAddress(boolean v6, long hi, long lo) {
    this.v6 = v6;
    this.hi = hi;
    this.lo = lo;
    this.sum = (char) Checksum.fold(Checksum.addWords(0, hi, lo));
  }

  /** The IPv4 address in the four bytes at {@code off}. */
  public static IpAddress v4(byte[] b, int off) {
    return new IpAddress(false, 0, Bytes.u32(b, off));
  }

  /** The IPv6 address in the sixteen bytes at {@code off}. */
  public static IpAddress v6(byte[] b, int off) {
    return new IpAddress(true, Bytes.i64(b, off), Bytes.i64(b, off + 8));
  }

  /** The address with these halves; for IPv4 see {@link #lo}. */
  static IpAddress of(boolean v6, long hi, long lo) {
    return new IpAddress(v6, hi, lo);
  }

  /**
   * The address of these 4 or 16 bytes.
   *
   * @throws IllegalArgumentException for any other length
   */
  public static IpAddress of(byte[] b) {
    return switch (b.length) {
      case V4_BYTES -> v4(b, 0);
      case V6_BYTES -> v6(b, 0);
      default ->
          throw new IllegalArgumentException("an IP address has 4 or 16 bytes, not " + b.length);
    };
  }

  /**
   * Reads a literal, never a name: dotted decimal without leading zeros, or any form of RFC 4291
   * §2.2. A zone (RFC 4007 §11, {@code fe80::1%eth0}) is ignored: the userspace has one link.
   * Brackets are not part of an address.
   *
   * @throws IllegalArgumentException with a one-line message that quotes the text
   */
  public static IpAddress parse(String text) {
    IpAddress parsed = text.indexOf(':') >= 0 ? parseV6(withoutZone(text)) : parseV4(text);
    if (parsed == null) {
      throw new IllegalArgumentException(quoted(text) + " is not an IP address");
    }
    return parsed;
  }

  /** Removes a zone. Text that cannot be a zone stays, and is refused with the rest. */
  private static String withoutZone(String text) {
    int percent = text.indexOf('%');
    if (percent < 0 || percent == text.length() - 1) {
      return text;
    }
    boolean zone =
        text.chars().skip(percent + 1).noneMatch(c -> c <= ' ' || ":%/[]".indexOf(c) >= 0);
    return zone ? text.substring(0, percent) : text;
  }

  public boolean isV6() {
    return v6;
  }

  /** The upper 64 bits; 0 for IPv4. */
  public long hi() {
    return hi;
  }

  /** The lower 64 bits; for IPv4 the 32 bits of the address, unsigned. */
  public long lo() {
    return lo;
  }

  /** The sum over its bytes, folded as by {@link Checksum#fold}. */
  int sum() {
    return sum;
  }

  /** 4 or 16. */
  public int byteLength() {
    return v6 ? V6_BYTES : V4_BYTES;
  }

  /** The address in network byte order. */
  public byte[] toBytes() {
    byte[] b = new byte[byteLength()];
    write(b, 0);
    return b;
  }

  /** Writes {@link #byteLength()} bytes in network byte order. */
  public void write(byte[] b, int off) {
    if (v6) {
      Bytes.put64(b, off, hi);
      Bytes.put64(b, off + 8, lo);
    } else {
      Bytes.put32(b, off, (int) lo);
    }
  }

  /** {@code 0.0.0.0} or {@code ::}. */
  public boolean isUnspecified() {
    return (hi | lo) == 0;
  }

  /** {@code 224.0.0.0/4} or {@code ff00::/8}. */
  public boolean isMulticast() {
    return v6 ? hi >>> 56 == 0xFF : lo >>> 28 == 0xE;
  }

  /** {@code 127.0.0.0/8} or {@code ::1}. */
  public boolean isLoopback() {
    return v6 ? hi == 0 && lo == 1 : lo >>> 24 == 127;
  }

  /** {@code 255.255.255.255}. */
  public boolean isLimitedBroadcast() {
    return !v6 && lo == 0xFFFF_FFFFL;
  }

  @Override
  public boolean equals(Object other) {
    return other == this
        || (other instanceof IpAddress that && hi == that.hi && lo == that.lo && v6 == that.v6);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(hi) * 31 + Long.hashCode(lo);
  }

  /** IPv4 before IPv6, then by number. */
  @Override
  public int compareTo(IpAddress other) {
    int families = Boolean.compare(v6, other.v6);
    if (families != 0) {
      return families;
    }
    int high = Long.compareUnsigned(hi, other.hi);
    return high != 0 ? high : Long.compareUnsigned(lo, other.lo);
  }

  /** Dotted decimal, or the canonical form of RFC 5952 §4 and §5. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder(39);
    if (!v6) {
      appendQuad(out);
    } else if (hi == 0 && lo >>> 32 == 0xFFFF) {
      appendQuad(out.append("::ffff:"));
    } else {
      appendGroups(out);
    }
    return out.toString();
  }

  private void appendQuad(StringBuilder out) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.append((int) (lo >>> shift) & 0xFF);
      if (shift > 0) {
        out.append('.');
      }
    }
  }

  private void appendGroups(StringBuilder out) {
    int gapStart = -1;
    int gapLength = 1; // RFC 5952 §4.2.2: a single zero group is not shortened
    for (int i = 0, run = 0; i < GROUPS; i++) {
      run = group(i) == 0 ? run + 1 : 0;
      if (run > gapLength) {
        gapLength = run;
        gapStart = i + 1 - run;
      }
    }
    for (int i = 0; i < GROUPS; ) {
      if (i == gapStart) {
        out.append("::");
        i += gapLength;
      } else {
        out.append(Integer.toHexString(group(i++)));
        if (i < GROUPS && i != gapStart) {
          out.append(':');
        }
      }
    }
  }

  private int group(int i) {
    return (int) ((i < 4 ? hi : lo) >>> (48 - 16 * (i & 3))) & 0xFFFF;
  }

  private static IpAddress parseV4(String text) {
    long quad = quad(text, 0);
    return quad < 0 ? null : new IpAddress(false, 0, quad);
  }

  /** Null if the text is not an address. */
  private static IpAddress parseV6(String text) {
    int[] groups = new int[GROUPS];
    int count = 0;
    int gap = text.startsWith("::") ? 0 : -1;
    int i = gap == 0 ? 2 : 0;
    while (i < text.length()) {
      int colon = text.indexOf(':', i);
      if (colon < 0 && text.indexOf('.', i) >= 0) {
        long quad = quad(text, i);
        if (quad < 0 || count > GROUPS - 2) {
          return null;
        }
        groups[count++] = (int) (quad >>> 16);
        groups[count++] = (int) quad & 0xFFFF;
        break;
      }
      int end = colon < 0 ? text.length() : colon;
      int group = hexGroup(text, i, end);
      if (group < 0 || count == GROUPS) {
        return null;
      }
      groups[count++] = group;
      if (colon < 0) {
        break;
      }
      i = colon + 1;
      if (i == text.length()) {
        return null;
      }
      if (text.charAt(i) == ':') {
        if (gap >= 0) {
          return null;
        }
        gap = count;
        i++;
      }
    }
    // RFC 4291 §2.2: "::" stands for one or more groups.
    if (gap < 0 ? count != GROUPS : count == GROUPS) {
      return null;
    }
    return ofGroups(groups, count, gap);
  }

  private static IpAddress ofGroups(int[] groups, int count, int gap) {
    int[] all = new int[GROUPS];
    int head = gap < 0 ? count : gap;
    System.arraycopy(groups, 0, all, 0, head);
    System.arraycopy(groups, head, all, GROUPS - (count - head), count - head);
    long hi = 0;
    long lo = 0;
    for (int i = 0; i < 4; i++) {
      hi = hi << 16 | all[i];
      lo = lo << 16 | all[i + 4];
    }
    return new IpAddress(true, hi, lo);
  }

  /** One to four hexadecimal digits, or -1. */
  private static int hexGroup(String text, int from, int to) {
    if (to == from || to - from > 4) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  /** Four decimal numbers from {@code from} to the end of the text as 32 bits, or -1. */
  private static long quad(String text, int from) {
    long quad = 0;
    int i = from;
    for (int part = 0; part < 4; part++) {
      if (part > 0 && (i == text.length() || text.charAt(i++) != '.')) {
        return -1;
      }
      int start = i;
      int value = 0;
      while (i < text.length() && i - start < 3 && isDecimal(text.charAt(i))) {
        value = value * 10 + text.charAt(i++) - '0';
      }
      boolean leadingZero = i - start > 1 && text.charAt(start) == '0';
      if (i == start || value > 255 || leadingZero) {
        return -1;
      }
      quad = quad << 8 | value;
    }
    return i == text.length() ? quad : -1;
  }

  private static boolean isDecimal(char c) {
    return c >= '0' && c <= '9';
  }

  /** The text on one line, shortened. */
  private static String quoted(String text) {
    boolean isLong = text.length() > MAX_QUOTED;
    String shown = isLong ? text.substring(0, MAX_QUOTED) + "..." : text;
    return '"' + shown.replaceAll("\\p{Cntrl}", "?") + '"';
  }
}
