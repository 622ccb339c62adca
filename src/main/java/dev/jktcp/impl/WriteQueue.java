package dev.jktcp.impl;

import dev.jktcp.tcp.connection.ByteAccount;
import dev.jktcp.tcp.connection.TcpConnection;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;

/** Writes that the send buffer had no room for, in order. Adapter context only. */
final class WriteQueue {
  /** Memory of a write besides its bytes: its record, its promise, their places in queues. */
  private static final int WRITE = 128;

  private record Write(Buffer data, Promise<Void> promise) {}

  private final ArrayDeque<Write> writes = new ArrayDeque<>();
  private final ByteAccount account;
  private int firstOffset; // how much of the first one is taken
  private long bytes;

  WriteQueue(ByteAccount account) {
    this.account = account;
  }

  boolean isEmpty() {
    return writes.isEmpty();
  }

  /** Bytes not yet taken. */
  long bytes() {
    return bytes;
  }

  /**
   * @param offset bytes of the data already taken; above 0 only for the first write
   */
  void add(Buffer data, int offset, Promise<Void> promise) {
    if (writes.isEmpty()) {
      firstOffset = offset;
    }
    writes.add(new Write(data, promise));
    bytes += data.length() - offset;
    account.hold(data.length() - offset + WRITE);
  }

  /** Whether there is memory for another write with so many bytes to wait. */
  boolean hasMemoryFor(int rest) {
    return rest <= memory();
  }

  /** The largest further write for which there is memory, in bytes. */
  long memory() {
    return Math.max(0, account.waitingRoom() - WRITE);
  }

  /**
   * Moves bytes to the send buffer as far as it takes them, and completes the writes taken whole.
   *
   * @return bytes moved
   */
  long push(TcpConnection connection, DrainLoop loop) {
    long moved = 0;
    while (!writes.isEmpty()) {
      Write first = writes.getFirst();
      int rest = first.data.length() - firstOffset;
      account.letGo(rest); // bytes that move from here to there need no new memory
      int taken = Bytes.write(connection, first.data, firstOffset, loop.readClock());
      account.hold(rest - taken);
      moved += taken;
      firstOffset += taken;
      bytes -= taken;
      if (firstOffset < first.data.length()) {
        break;
      }
      writes.removeFirst();
      account.letGo(WRITE);
      firstOffset = 0;
      first.promise.complete(); // its listener may write again
    }
    return moved;
  }

  void fail(Throwable cause) {
    account.letGo(bytes + (long) WRITE * writes.size());
    bytes = 0;
    firstOffset = 0;
    while (!writes.isEmpty()) {
      writes.removeFirst().promise.tryFail(cause);
    }
  }
}
