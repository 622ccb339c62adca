package dev.jktcp.proof.model;

/** RFC 9293 §3.4: comparisons of a space that begins again at 2^32. Not the library's own. */
final class Mod32 {
  private static final long SPACE = 1L << 32;

  private Mod32() {}

  /** How far {@code to} lies ahead of {@code from}; negative when behind. */
  static long ahead(int from, int to) {
    long distance = Math.floorMod((long) to - from, SPACE);
    return distance < SPACE / 2 ? distance : distance - SPACE;
  }

  /** {@code a < b}. */
  static boolean less(int a, int b) {
    return ahead(a, b) > 0;
  }

  /** {@code a =< b}. */
  static boolean notMore(int a, int b) {
    return ahead(a, b) >= 0;
  }

  /** {@code from =< x < from + size}. */
  static boolean within(int from, int x, long size) {
    long distance = ahead(from, x);
    return distance >= 0 && distance < size;
  }
}
