package dev.jktcp.impl;

import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Arrays;

/** Copies bytes between Vert.x Buffers and the core's arrays. */
public final class Bytes {
  /** Bytes copied at a time from a Buffer that has no array. */
  private static final int PIECE = 8 * 1024;

  private Bytes() {}

  /**
   * Reads received bytes, at most so many. They are copied, for the connection shows its own
   * receive buffer, or the packet.
   *
   * @return null when there is nothing
   */
  static Buffer read(TcpConnection connection, int most, long nowNs) {
    ByteBuf bytes = readGrowing(connection, most, nowNs);
    return bytes == null ? null : BufferInternal.buffer(bytes);
  }

  /** The same into Netty's ByteBuf. */
  public static ByteBuf readGrowing(TcpConnection connection, int most, long nowNs) {
    int length = Math.min(most, connection.readable());
    Slice slice = connection.read(length, nowNs);
    if (slice == null) {
      return null;
    }
    if (slice.length() == length) {
      int end = slice.offset() + length; // an array that is filled next need not be cleared
      return new GrowingBuf(Arrays.copyOfRange(slice.bytes(), slice.offset(), end));
    }
    byte[] bytes = new byte[length];
    for (int done = 0; ; slice = connection.read(length - done, nowNs)) {
      System.arraycopy(slice.bytes(), slice.offset(), bytes, done, slice.length());
      done += slice.length();
      if (done == length) {
        return new GrowingBuf(bytes);
      }
    }
  }

  /** An empty buffer with room for so many bytes at first. */
  public static ByteBuf growing(int bytes) {
    return new GrowingBuf(new byte[bytes]).clear();
  }

  /** A buffer that its reader may keep and append to, as to a NetSocket's. */
  private static final class GrowingBuf extends UnpooledHeapByteBuf {
    GrowingBuf(byte[] bytes) {
      super(UnpooledByteBufAllocator.DEFAULT, bytes, Integer.MAX_VALUE);
    }
  }

  /**
   * Writes {@code data} from {@code offset} on, as far as the connection takes it.
   *
   * @return how many bytes it took
   */
  static int write(TcpConnection connection, Buffer data, int offset, long nowNs) {
    // A Vert.x Buffer's first byte is index 0 of its ByteBuf, whatever the reader index.
    ByteBuf bytes = ((BufferInternal) data).unwrap();
    return write(connection, bytes, offset, data.length() - offset, nowNs);
  }

  /** The same from {@code index} of Netty's ByteBuf, whose own indexes do not move. */
  public static int write(
      TcpConnection connection, ByteBuf bytes, int index, int length, long nowNs) {
    if (bytes.hasArray()) {
      return connection.write(bytes.array(), bytes.arrayOffset() + index, length, nowNs);
    }
    int taken = 0;
    byte[] piece = new byte[Math.min(PIECE, length)];
    while (taken < length) {
      int wanted = Math.min(piece.length, length - taken);
      bytes.getBytes(index + taken, piece, 0, wanted);
      int part = connection.write(piece, 0, wanted, nowNs);
      taken += part;
      if (part < wanted) {
        break;
      }
    }
    return taken;
  }
}
