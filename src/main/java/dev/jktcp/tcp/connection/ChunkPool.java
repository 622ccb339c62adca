package dev.jktcp.tcp.connection;

/**
 * Free chunks of the send buffers of one stack. A fresh array for each flush costs a third of the
 * goodput, so acknowledged chunks wait here for the next writer; what is beyond the limit goes to
 * the collector.
 */
public final class ChunkPool {
  /** Large enough that a segment seldom crosses two, small enough for many idle writers. */
  static final int CHUNK_BYTES = 8 * 1024;

  private final byte[][] free;
  private int count;

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

  void give(byte[] chunk) {
    if (count < free.length) {
      free[count++] = chunk;
    }
  }
}
