package dev.jktcp.tcp.connection;

import java.util.ArrayDeque;

/**
 * Bytes received in order that the user has not taken. Payload is copied in, so a packet's batch is
 * free at once; small segments end up side by side in one array, so that a reader gets few large
 * slices. An empty buffer holds no memory.
 */
final class ReceiveBuffer {
  /** A slice is never longer. */
  static final int MAX_CHUNK = 64 * 1024;

  private static final class Chunk {
    final byte[] bytes;
    int start;
    int end;

    Chunk(int capacity) {
      this.bytes = new byte[capacity];
    }

    int room() {
      return bytes.length - end;
    }
  }

  private final int capacity;
  private final ByteAccount account;
  private ArrayDeque<Chunk> chunks; // null while empty
  private int size;
  private int held;
  // What came in between the last two times the buffer was empty: the size of the next first chunk.
  private int hint;
  private int sinceEmpty;

  /**
   * @param capacity it is never given more; nor does it make room for more at a time
   */
  ReceiveBuffer(int capacity, ByteAccount account) {
    this.capacity = capacity;
    this.account = account;
  }

  int size() {
    return size;
  }

  /** Bytes of memory behind it. */
  int held() {
    return held;
  }

  /** Bytes of memory that so many more bytes of data need at least. */
  int growth(int length) {
    return chunks == null ? length : Math.max(0, length - chunks.getLast().room());
  }

  void append(byte[] from, int offset, int length) {
    int done = 0;
    while (done < length) {
      Chunk tail = tailWithRoom(length - done);
      int part = Math.min(length - done, tail.room());
      System.arraycopy(from, offset + done, tail.bytes, tail.end, part);
      tail.end += part;
      size += part;
      done += part;
    }
    sinceEmpty += length;
  }

  /**
   * @return the oldest bytes, at most {@code maxBytes}, or null when there are none
   */
  Slice take(int maxBytes) {
    if (size == 0 || maxBytes <= 0) {
      return null;
    }
    Chunk first = chunks.getFirst();
    int length = Math.min(maxBytes, first.end - first.start);
    Slice slice = handOver(first, length);
    first.start += length;
    size -= length;
    if (first.start == first.end) {
      chunks.removeFirst();
      letGo(first.bytes.length);
    }
    account.moved(length);
    if (size == 0) {
      hint = Math.min(Math.min(MAX_CHUNK, capacity), sinceEmpty);
      sinceEmpty = 0;
      chunks = null;
    }
    return slice;
  }

  void clear() {
    chunks = null;
    size = 0;
    letGo(held);
    sinceEmpty = 0;
  }

  private void letGo(int bytes) {
    held -= bytes;
    account.letGo(bytes);
  }

  /** A slice pins its whole array in the reader's hands: a mostly empty one is copied out. */
  private static Slice handOver(Chunk chunk, int length) {
    if (length >= chunk.bytes.length / 2) {
      return new Slice(chunk.bytes, chunk.start, length);
    }
    byte[] exact = new byte[length];
    System.arraycopy(chunk.bytes, chunk.start, exact, 0, length);
    return new Slice(exact, 0, length);
  }

  private Chunk tailWithRoom(int wanted) {
    if (chunks == null) {
      chunks = new ArrayDeque<>(4);
      return addChunk(wanted, hint);
    }
    Chunk tail = chunks.getLast();
    return tail.room() > 0 ? tail : addChunk(wanted, size);
  }

  /** Room for the data that is likely to follow is made only if memory allows. */
  private Chunk addChunk(int wanted, int likely) {
    long bytes = Math.max(wanted, Math.min(likely, account.room()));
    Chunk chunk = new Chunk((int) Math.min(MAX_CHUNK, bytes));
    chunks.addLast(chunk);
    held += chunk.bytes.length;
    account.hold(chunk.bytes.length);
    return chunk;
  }
}
