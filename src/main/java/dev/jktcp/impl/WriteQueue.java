package dev.jktcp.impl;

import dev.jktcp.tcp.connection.TcpConnection;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;

/** Writes the send buffer had no room for, in order. Context only. */
final class WriteQueue {
  private record Write(Buffer data, Promise<Void> promise) {}

  private final ArrayDeque<Write> writes = new ArrayDeque<>();
  private int firstOffset; // how much of the first one is taken
  private long bytes;

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
    if (writes.isEmpty()) firstOffset = offset;
    writes.add(new Write(data, promise));
    bytes += data.length() - offset;
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
      int taken = Bytes.write(connection, first.data, firstOffset, loop.readClock());
      moved += taken;
      firstOffset += taken;
      bytes -= taken;
      if (firstOffset < first.data.length()) break;
      writes.removeFirst();
      firstOffset = 0;
      first.promise.complete(); // may write again
    }
    return moved;
  }

  void fail(Throwable cause) {
    bytes = 0;
    firstOffset = 0;
    while (!writes.isEmpty()) writes.removeFirst().promise.tryFail(cause);
  }
}
