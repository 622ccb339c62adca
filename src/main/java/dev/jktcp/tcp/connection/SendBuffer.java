package dev.jktcp.tcp.connection;

/**
 * Bytes that the user wrote and the peer has not acknowledged, copied, in order. Position 0 is the
 * oldest byte. An empty buffer holds no memory.
 */
final class SendBuffer {
  private final ChunkPool pool;
  private final int capacity;
  private final ByteAccount account;
  private byte[][] chunks; // a ring; null while empty
  private int firstChunk;
  private int chunkCount;
  private int lead; // bytes that a small first chunk lacks at its beginning
  private int head; // offset of position 0 in the first chunk, as if that lacked nothing
  private int size;

  SendBuffer(ChunkPool pool, int capacity, ByteAccount account) {
    this.pool = pool;
    this.capacity = capacity;
    this.account = account;
  }

  int size() {
    return size;
  }

  /** Bytes that the buffer takes now. */
  int room() {
    int room = capacity - size;
    long memory = account.room();
    if (memory >= room + ChunkPool.CHUNK_BYTES) {
      return room;
    }
    long more = Math.max(0, memory) / ChunkPool.CHUNK_BYTES * ChunkPool.CHUNK_BYTES;
    if (more == 0 && chunkCount == 0 && memory >= ChunkPool.SMALL_BYTES) {
      more = ChunkPool.SMALL_BYTES;
    }
    return (int) Math.min(room, chunkCount * ChunkPool.CHUNK_BYTES - head - size + more);
  }

  /** Bytes of memory behind it. */
  int held() {
    return chunkCount * ChunkPool.CHUNK_BYTES - lead;
  }

  /**
   * @return how many of the bytes were taken
   */
  int append(byte[] bytes, int offset, int length) {
    int taken = Math.min(length, room());
    for (int done = 0; done < taken; ) {
      if (head + size == chunkCount * ChunkPool.CHUNK_BYTES) {
        addChunk(taken - done);
      }
      int at = (head + size) % ChunkPool.CHUNK_BYTES;
      int part = Math.min(taken - done, ChunkPool.CHUNK_BYTES - at);
      int last = chunkCount - 1;
      System.arraycopy(bytes, offset + done, chunk(last), at - lack(last), part);
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
      int index = (from + done) / ChunkPool.CHUNK_BYTES;
      System.arraycopy(chunk(index), at - lack(index), to, offset + done, part);
      done += part;
    }
  }

  /** Forgets the oldest {@code length} bytes. */
  void drop(int length) {
    head += length;
    size -= length;
    while (head >= ChunkPool.CHUNK_BYTES || (size == 0 && chunkCount > 0)) {
      dropFirstChunk();
      head = Math.max(0, head - ChunkPool.CHUNK_BYTES);
    }
    if (size == 0) {
      chunks = null;
      firstChunk = 0;
      head = 0;
    }
  }

  private void dropFirstChunk() {
    byte[] chunk = chunks[firstChunk];
    pool.give(chunk);
    account.letGo(chunk.length);
    chunks[firstChunk] = null;
    firstChunk = (firstChunk + 1) % chunks.length;
    chunkCount--;
    lead = 0;
  }

  void clear() {
    drop(size);
  }

  private int lack(int index) {
    return index == 0 ? lead : 0;
  }

  private byte[] chunk(int index) {
    return chunks[(firstChunk + index) % chunks.length];
  }

  /** If nothing is in flight and little is written, a small chunk is enough. */
  private void addChunk(int wanted) {
    boolean small = chunkCount == 0 && wanted <= ChunkPool.SMALL_BYTES;
    if (small) {
      lead = ChunkPool.CHUNK_BYTES - ChunkPool.SMALL_BYTES;
      head = lead;
    }
    byte[] chunk = small ? pool.takeSmall() : pool.take();
    account.hold(chunk.length);
    makePlace();
    chunks[(firstChunk + chunkCount) % chunks.length] = chunk;
    chunkCount++;
  }

  private void makePlace() {
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
  }
}
