package dev.jktcp.tcp.connection;

/**
 * Bytes that the user wrote and the peer has not acknowledged, copied, in order. Position 0 is the
 * oldest byte. An empty buffer holds no memory.
 */
final class SendBuffer {
  private final ChunkPool pool;
  private final int capacity;
  private byte[][] chunks; // a ring; null while empty
  private int firstChunk;
  private int chunkCount;
  private int head; // offset of position 0 in the first chunk
  private int size;

  SendBuffer(ChunkPool pool, int capacity) {
    this.pool = pool;
    this.capacity = capacity;
  }

  int size() {
    return size;
  }

  int room() {
    return capacity - size;
  }

  /** Bytes of memory behind it. */
  int held() {
    return chunkCount * ChunkPool.CHUNK_BYTES;
  }

  /**
   * @return how many of the bytes were taken
   */
  int append(byte[] bytes, int offset, int length) {
    int taken = Math.min(length, room());
    for (int done = 0; done < taken; ) {
      int at = (head + size) % ChunkPool.CHUNK_BYTES;
      if (head + size == chunkCount * ChunkPool.CHUNK_BYTES) {
        addChunk();
        at = (head + size) % ChunkPool.CHUNK_BYTES;
      }
      int part = Math.min(taken - done, ChunkPool.CHUNK_BYTES - at);
      System.arraycopy(bytes, offset + done, chunk(chunkCount - 1), at, part);
      size += part;
      done += part;
    }
    return taken;
  }

  /** Copies {@code length} bytes from {@code position}, both within the buffer. */
  void copy(int position, byte[] to, int offset, int length) {
    int from = head + position;
    for (int done = 0; done < length; ) {
      int at = (from + done) % ChunkPool.CHUNK_BYTES;
      int part = Math.min(length - done, ChunkPool.CHUNK_BYTES - at);
      System.arraycopy(chunk((from + done) / ChunkPool.CHUNK_BYTES), at, to, offset + done, part);
      done += part;
    }
  }

  /** Forgets the oldest {@code length} bytes. */
  void drop(int length) {
    head += length;
    size -= length;
    while (head >= ChunkPool.CHUNK_BYTES || (size == 0 && chunkCount > 0)) {
      pool.give(chunks[firstChunk]);
      chunks[firstChunk] = null;
      firstChunk = (firstChunk + 1) % chunks.length;
      chunkCount--;
      head = Math.max(0, head - ChunkPool.CHUNK_BYTES);
    }
    if (size == 0) {
      chunks = null;
      firstChunk = 0;
      head = 0;
    }
  }

  void clear() {
    drop(size);
  }

  private byte[] chunk(int index) {
    return chunks[(firstChunk + index) % chunks.length];
  }

  private void addChunk() {
    if (chunks == null) {
      chunks = new byte[2][];
    } else if (chunkCount == chunks.length) {
      byte[][] wider = new byte[2 * chunks.length][];
      for (int i = 0; i < chunkCount; i++) {
        wider[i] = chunk(i);
      }
      chunks = wider;
      firstChunk = 0;
    }
    chunks[(firstChunk + chunkCount) % chunks.length] = pool.take();
    chunkCount++;
  }
}
