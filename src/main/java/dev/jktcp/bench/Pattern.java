package dev.jktcp.bench;

import java.util.Arrays;

/** Bulk data of which every byte tells its position, to within 64 KiB. */
final class Pattern {
  static final int PERIOD = 1 << 16;

  private static final byte[] BYTES = bytes();

  private Pattern() {}

  private static byte[] bytes() {
    byte[] bytes = new byte[PERIOD];
    for (int i = 0; i < PERIOD; i++) {
      bytes[i] = (byte) (i * 7 ^ i >>> 8);
    }
    return bytes;
  }

  /** A copy of the bytes; position {@code p} of a stream is at {@code p % PERIOD}. */
  static byte[] source() {
    return BYTES.clone();
  }

  /**
   * @throws IllegalStateException unless these are the bytes at {@code position} of a stream
   */
  static void check(long position, byte[] bytes, int offset, int length) {
    for (int done = 0; done < length; ) {
      int at = (int) ((position + done) % PERIOD);
      int part = Math.min(length - done, PERIOD - at);
      int from = offset + done;
      if (!Arrays.equals(bytes, from, from + part, BYTES, at, at + part)) {
        throw new IllegalStateException("bench: wrong bytes near position " + (position + done));
      }
      done += part;
    }
  }
}
