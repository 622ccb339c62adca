package dev.jktcp.tcp.connection;

/**
 * Bytes that the user wrote and the peer has not acknowledged, copied, in order. Position 0 is the
 * oldest byte. An empty buffer holds no memory.
 */
final class SendBuffer {
  private final ChunkPool pool;
  private int capacity;
  private final ByteAccount account;
  private ByteQueue bytes; // null while empty

  SendBuffer(ChunkPool pool, int capacity, ByteAccount account) {
    this.pool = pool;
    this.capacity = capacity;
    this.account = account;
  }

  void resize(int capacity) {
    this.capacity = capacity;
  }

  int capacity() {
    return capacity;
  }

  int size() {
    return bytes == null ? 0 : bytes.size();
  }

  /** Bytes that the buffer takes now. */
  int room() {
    int room = Math.max(0, capacity - size());
    long memory = account.room();
    if (memory >= room + ChunkPool.CHUNK_BYTES) {
      return room;
    }
    long more = Math.max(0, memory) / ChunkPool.CHUNK_BYTES * ChunkPool.CHUNK_BYTES;
    if (more == 0 && bytes == null && memory >= ChunkPool.SMALL_BYTES) {
      more = ChunkPool.SMALL_BYTES;
    }
    return (int) Math.min(room, (bytes == null ? 0 : bytes.tailRoom()) + more);
  }

  /** Bytes of memory behind the buffer. */
  int held() {
    return bytes == null ? 0 : bytes.held();
  }

  /**
   * @return how many of the bytes were taken
   */
  int append(byte[] from, int offset, int length) {
    int taken = Math.min(length, room());
    if (taken > 0) {
      if (bytes == null) {
        bytes = pool.queue(account);
      }
      bytes.append(from, offset, taken);
    }
    return taken;
  }

  /**
   * Copies {@code length} bytes from {@code position}, both within the buffer.
   *
   * @return their sum, as {@link dev.jktcp.wire.Checksum} has it
   */
  long copy(int position, byte[] to, int offset, int length) {
    return length == 0 ? 0 : bytes.copy(position, to, offset, length);
  }

  /** Forgets the oldest {@code length} bytes. */
  void drop(int length) {
    if (length == 0) {
      return;
    }
    bytes.drop(length);
    if (bytes.size() == 0) {
      pool.give(bytes);
      bytes = null;
    }
  }

  void clear() {
    if (bytes != null) { // of most connections nothing is left at their end
      drop(bytes.size());
    }
  }
}
