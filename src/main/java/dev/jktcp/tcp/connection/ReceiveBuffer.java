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
  }

  private final int capacity;
  private ArrayDeque<Chunk> chunks; // null while empty
  private int size;
  private int held;
  // What came in between the last two times the buffer was empty: the size of the next first chunk.
  private int hint;
  private int sinceEmpty;

  /**
   * @param capacity it is never given more; nor does it make room for more at a time
   */
  ReceiveBuffer(int capacity) {
    this.capacity = capacity;
  }

  int size() {
    return size;
  }

  /** Bytes of memory behind it. */
  int held() {
    return held;
  }

  void append(byte[] from, int offset, int length) {
    int done = 0;
    while (done < length) {
      Chunk tail = tailWithRoom(length - done);
      int part = Math.min(length - done, tail.bytes.length - tail.end);
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
      held -= first.bytes.length;
    }
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
    held = 0;
    sinceEmpty = 0;
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
      return addChunk(Math.max(wanted, hint));
    }
    Chunk tail = chunks.getLast();
    return tail.end < tail.bytes.length ? tail : addChunk(Math.max(wanted, size));
  }

  private Chunk addChunk(int capacity) {
    Chunk chunk = new Chunk(Math.min(MAX_CHUNK, capacity));
    chunks.addLast(chunk);
    held += chunk.bytes.length;
    return chunk;
  }
}
