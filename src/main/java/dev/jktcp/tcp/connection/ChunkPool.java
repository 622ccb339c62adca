package dev.jktcp.tcp.connection;

/**
 * Free chunks of the send buffers of one stack. A fresh array for each flush costs a third of the
 * goodput, so acknowledged chunks wait here for the next writer; what is beyond the limit goes to
 * the collector.
 */
public final class ChunkPool {
  /** Large enough that a segment seldom crosses two, small enough for many idle writers. */
  static final int CHUNK_BYTES = 8 * 1024;

  /**
   * For requests and answers of a few hundred bytes, of which many idle connections may hold one.
   */
  static final int SMALL_BYTES = 512;

  private static final int MAX_SMALL = 64; // of writers that take turns

  private final byte[][] free;
  private final byte[][] freeSmall = new byte[MAX_SMALL][];
  private int count;
  private int countSmall;

  /**
   * @param limitBytes most memory that idle chunks may hold
   */
  public ChunkPool(int limitBytes) {
    this.free = new byte[Math.max(1, limitBytes / CHUNK_BYTES)][];
  }

  byte[] take() {
    if (count == 0) {
      return new byte[CHUNK_BYTES];
    }
    byte[] chunk = free[--count];
    free[count] = null;
    return chunk;
  }

  byte[] takeSmall() {
    if (countSmall == 0) {
      return new byte[SMALL_BYTES];
    }
    byte[] chunk = freeSmall[--countSmall];
    freeSmall[countSmall] = null;
    return chunk;
  }

  /** Either kind. */
  void give(byte[] chunk) {
    if (chunk.length == SMALL_BYTES) {
      if (countSmall < MAX_SMALL) {
        freeSmall[countSmall++] = chunk;
      }
    } else if (count < free.length) {
      free[count++] = chunk;
    }
  }
}
