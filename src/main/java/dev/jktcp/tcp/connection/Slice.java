package dev.jktcp.tcp.connection;

/**
 * Bytes shown to a reader. They are valid until the stack is called again; the reader copies those
 * it keeps. A write of these very bytes is a call that may still read them. A stack has one such
 * object for all its connections.
 */
public final class Slice {
  private byte[] bytes;
  private int offset;
  private int length;

  Slice() {}

  void set(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.offset = offset;
    this.length = length;
  }

  public byte[] bytes() {
    return bytes;
  }

  public int offset() {
    return offset;
  }

  public int length() {
    return length;
  }
}
