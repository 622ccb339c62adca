package dev.jktcp.impl;

import dev.jktcp.tcp.connection.ByteAccount;
import dev.jktcp.tcp.connection.TcpConnection;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;

/** Writes the send buffer had no room for, in order. Context only. */
final class WriteQueue {
  /** Memory of a write beside its bytes: its record, its promise, their places in queues. */
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

  /** Not yet taken. */
  long bytes() {
    return bytes;
  }

  /**
   * @param offset how much of the data is taken; not 0 only if this is the first write
   */
  void add(Buffer data, int offset, Promise<Void> promise) {
    if (writes.isEmpty()) {
      firstOffset = offset;
    }
    writes.add(new Write(data, promise));
    bytes += data.length() - offset;
    account.hold(data.length() - offset + WRITE);
  }

  /** Whether there is memory for another write of which so much has to wait. */
  boolean hasMemoryFor(int rest) {
    return rest <= memory();
  }

  /** Bytes of another write for which there is memory. */
  long memory() {
    return Math.max(0, account.waitingRoom() - WRITE);
  }

  /**
   * Moves to the send buffer what it takes, and completes the writes it took whole.
   *
   * @return bytes moved
   */
  long push(TcpConnection connection, DrainLoop loop) {
    long moved = 0;
    while (!writes.isEmpty()) {
      Write first = writes.getFirst();
      int rest = first.data.length() - firstOffset;
      account.letGo(rest); // what moves from here to there needs no memory of its own
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
      first.promise.complete(); // may write again
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
