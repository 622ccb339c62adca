package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Checksum;

/**
 * Bytes in order, copied, in chunks of a pool. Position 0 is the oldest byte. An empty queue holds
 * no memory, and belongs to the pool: {@link ChunkPool#queue} and {@link ChunkPool#give}.
 */
final class ByteQueue {
  private final ChunkPool pool;
  private ByteAccount account; // of the connection that it serves
  private Chunk first;
  private Chunk last;
  private int size;
  private int held;
  // Where the last copy ended: the next one most likely begins there.
  private Chunk cursor;
  private int cursorAt; // the position of its first byte

  ByteQueue(ChunkPool pool) {
    this.pool = pool;
  }

  /** The queue's memory counts in this account from now on; null: in none. */
  void serve(ByteAccount account) {
    this.account = account;
  }

  int size() {
    return size;
  }

  /** Bytes of memory behind the queue. */
  int held() {
    return held;
  }

  /** Bytes that fit behind the last one without more memory. */
  int tailRoom() {
    return last == null ? 0 : last.room();
  }

  /** The oldest bytes, as many as lie side by side; null if the queue is empty. */
  Chunk first() {
    return first;
  }

  void append(byte[] from, int offset, int length) {
    for (int done = 0; done < length; ) {
      if (tailRoom() == 0) {
        addChunk(length - done);
      }
      int part = Math.min(length - done, last.room());
      System.arraycopy(from, offset + done, last.bytes, last.end, part);
      last.end += part;
      done += part;
    }
    size += length;
  }

  /**
   * Copies {@code length} bytes from {@code position}, both within the queue.
   *
   * @return their sum, as {@link Checksum} has it
   */
  long copy(int position, byte[] to, int offset, int length) {
    long sum = 0;
    for (int done = 0; done < length; ) {
      seek(position + done);
      int skip = position + done - cursorAt;
      int part = Math.min(length - done, cursor.size() - skip);
      int from = cursor.start + skip;
      sum = Checksum.addCopied(sum, done, cursor.bytes, from, to, offset + done, part);
      done += part;
    }
    return sum;
  }

  private void seek(int position) {
    if (cursor == null || position < cursorAt) {
      cursor = first;
      cursorAt = 0;
    }
    while (position >= cursorAt + cursor.size()) {
      cursorAt += cursor.size();
      cursor = cursor.next;
    }
  }

  /** Forgets the oldest {@code length} bytes. */
  void drop(int length) {
    int left = length;
    while (left > 0) {
      int part = Math.min(left, first.size());
      left -= part;
      if (part == first.size()) {
        pool.give(removeFirst());
      } else {
        dropOfFirst(part);
      }
    }
  }

  /** Forgets fewer bytes than the first chunk has. */
  void dropOfFirst(int length) {
    first.start += length;
    forget(length);
  }

  /** Takes the first chunk out; the caller gives it to the pool. */
  Chunk removeFirst() {
    Chunk removed = first;
    first = removed.next;
    if (first == null) {
      last = null;
    }
    if (cursor == removed) {
      cursor = null;
    }
    held -= removed.capacity();
    account.letGo(removed.capacity());
    forget(removed.size());
    return removed;
  }

  private void forget(int length) {
    size -= length;
    cursorAt = Math.max(0, cursorAt - length);
  }

  /** If memory is short, the chunk is only as large as the bytes wanted. */
  private void addChunk(int wanted) {
    long memory = account.room();
    int capacity = ChunkPool.capacityFor(wanted, last == null ? 0 : last.capacity(), memory);
    Chunk chunk = capacity > memory ? new Chunk(wanted) : pool.take(capacity);
    if (last == null) {
      first = chunk;
    } else {
      last.next = chunk;
    }
    last = chunk;
    held += chunk.capacity();
    account.hold(chunk.capacity());
  }
}
