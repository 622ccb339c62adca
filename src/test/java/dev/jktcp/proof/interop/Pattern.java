package dev.jktcp.proof.interop;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What one direction of a connection carries: bytes known at every position, so that a stream of
 * any length is checked as it flows.
 */
final class Pattern {
  /** A prime: no segment, window or buffer divides it, so bytes in the wrong place are wrong. */
  private static final int PERIOD = 1_048_573;

  private static final byte[] TABLE = new byte[PERIOD];

  static {
    new SplittableRandom(7).nextBytes(TABLE);
  }

  private static final Buffer TABLE_BUFFER = Buffer.buffer(TABLE);

  private final int phase;

  Pattern(int number) {
    phase = Math.floorMod(number * 104_729, PERIOD);
  }

  /** At least one and at most {@code limit} bytes from this position, not copied. */
  Buffer slice(long position, long limit) {
    int from = index(position);
    return TABLE_BUFFER.slice(from, from + (int) Math.min(limit, PERIOD - from));
  }

  /** Fills what remains of the buffer. */
  void fill(long position, ByteBuffer buffer) {
    long at = position;
    while (buffer.hasRemaining()) {
      int from = index(at);
      int length = Math.min(buffer.remaining(), PERIOD - from);
      buffer.put(TABLE, from, length);
      at += length;
    }
  }

  /**
   * @throws AssertionError naming the first position that differs
   */
  void check(long position, byte[] bytes, int offset, int length) {
    int done = 0;
    while (done < length) {
      int from = index(position + done);
      int run = Math.min(length - done, PERIOD - from);
      int wrong =
          Arrays.mismatch(bytes, offset + done, offset + done + run, TABLE, from, from + run);
      if (wrong >= 0) throw new AssertionError("wrong byte at " + (position + done + wrong));
      done += run;
    }
  }

  private int index(long position) {
    return (int) ((position + phase) % PERIOD);
  }
}
