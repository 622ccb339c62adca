package dev.jktcp.proof.fuzz;

import java.util.Arrays;

/** What the targets claim, and RFC 1071 without the library's code. */
final class Checks {
  private Checks() {}

  static void that(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  /** The words are only made when they are needed. */
  static void that(boolean holds, Object actual, Object wanted) {
    if (!holds) {
      String want = wanted instanceof byte[] b ? Arrays.toString(b) : String.valueOf(wanted);
      throw new AssertionError(actual + " for " + want);
    }
  }

  static long sum(long start, byte[] b, int off, int len) {
    long sum = start;
    for (int i = 0; i < len; i++) {
      sum += (b[off + i] & 0xffL) << ((i & 1) == 0 ? 8 : 0);
    }
    return sum;
  }

  static int checksum(long start, byte[] b, int off, int len) {
    long sum = sum(start, b, off, len);
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return (int) ~sum & 0xffff;
  }
}
