package dev.jktcp.tcp.connection;

/** A piece of a {@link ByteQueue}: its bytes lie between {@code start} and {@code end}. */
final class Chunk {
  final byte[] bytes;
  int start;
  int end;
  Chunk next; // in its queue, or among idle chunks

  Chunk(int capacity) {
    this.bytes = new byte[capacity];
  }

  int capacity() {
    return bytes.length;
  }

  int size() {
    return end - start;
  }

  int room() {
    return bytes.length - end;
  }
}
