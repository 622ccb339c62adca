package dev.jktcp.proof.script;

import java.util.Arrays;
import java.util.Random;

/**
 * Endless streams of known bytes: what stream {@code s} carries at offset {@code o} is fixed, so a
 * receiver knows a byte that is missing, repeated or changed by its place alone.
 */
public final class TestBytes {
  /**
   * After so many bytes a stream repeats: a prime, so that no power-of-two mistake lands on equal
   * bytes.
   */
  public static final int PERIOD = 65_521;

  private static final byte[] TABLE = new byte[2 * PERIOD];

  static {
    new Random(42).nextBytes(TABLE);
    System.arraycopy(TABLE, 0, TABLE, PERIOD, PERIOD);
  }

  private TestBytes() {}

  /** Bytes {@code offset … offset + length} of a stream. */
  public static byte[] of(int stream, long offset, int length) {
    byte[] bytes = new byte[length];
    for (int done = 0; done < length; ) {
      int at = index(stream, offset + done);
      int run = Math.min(length - done, TABLE.length - at);
      System.arraycopy(TABLE, at, bytes, done, run);
      done += run;
    }
    return bytes;
  }

  /** Position of the first byte that is not the stream's, -1 when all are. */
  public static int mismatch(int stream, long offset, byte[] bytes, int from, int length) {
    for (int done = 0; done < length; ) {
      int at = index(stream, offset + done);
      int run = Math.min(length - done, TABLE.length - at);
      int differs = Arrays.mismatch(bytes, from + done, from + done + run, TABLE, at, at + run);
      if (differs >= 0) {
        return done + differs;
      }
      done += run;
    }
    return -1;
  }

  private static int index(int stream, long offset) {
    return (int) Math.floorMod(offset + stream * 7_919L, (long) PERIOD);
  }
}
