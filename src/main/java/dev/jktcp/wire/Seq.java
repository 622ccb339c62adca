package dev.jktcp.wire;

/**
 * Arithmetic on TCP sequence numbers, which wrap at 2^32 (RFC 9293 §3.4). A number is kept in an
 * {@code int}; "less" means "less than half the space behind". Two numbers exactly 2^31 apart are
 * each less than the other, so comparisons are meaningful only within a window (at most 2^30).
 */
public final class Seq {
  private Seq() {}

  /** True when {@code a} comes before {@code b}. */
  public static boolean lt(int a, int b) {
    return a - b < 0;
  }

  /** True when {@code a} comes before {@code b} or is the same. */
  public static boolean leq(int a, int b) {
    return a - b <= 0;
  }

  /** True when {@code a} comes after {@code b}. */
  public static boolean gt(int a, int b) {
    return a - b > 0;
  }

  /** True when {@code a} comes after {@code b} or is the same. */
  public static boolean geq(int a, int b) {
    return a - b >= 0;
  }

  /** The later of two numbers. */
  public static int max(int a, int b) {
    return a - b >= 0 ? a : b;
  }

  /** The earlier of two numbers. */
  public static int min(int a, int b) {
    return a - b <= 0 ? a : b;
  }

  /** The signed distance {@code a - b}: how far {@code a} is ahead of {@code b}. */
  public static int diff(int a, int b) {
    return a - b;
  }

  /**
   * True when {@code seq} is one of the {@code size} numbers (unsigned) that begin at {@code from}.
   */
  public static boolean inWindow(int seq, int from, int size) {
    return Integer.compareUnsigned(seq - from, size) < 0;
  }
}
