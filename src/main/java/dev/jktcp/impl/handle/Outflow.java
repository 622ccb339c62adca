package dev.jktcp.impl.handle;

import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;

/**
 * The user's writes on their way to the adapter. Each waits for the adapter's credit, then until
 * the adapter's send buffer has taken it, and counts against the write queue until the peer has
 * acknowledged it. Session's context only.
 */
final class Outflow {
  /** Bytes of the largest payload. */
  private static final int MAX_PAYLOAD = 64 * 1024;

  /** Smaller writes are copied into one frame, which is cheaper than a frame for each. */
  private static final int SMALL = 4 * 1024;

  private static final class Write {
    private final long end; // offset in the stream behind its last byte
    private final Promise<Void> promise;
    private final boolean urgent;
    private Buffer data; // null once it is sent

    Write(Buffer data, long end, boolean urgent, Promise<Void> promise) {
      this.data = data;
      this.end = end;
      this.urgent = urgent;
      this.promise = promise;
    }

    /** Where in the data the byte at this offset of the stream is. */
    int indexOf(long offset) {
      return (int) (offset - (end - data.length()));
    }
  }

  private final LongSupplier sent;
  private final ArrayDeque<Write> unsent = new ArrayDeque<>();
  private final ArrayDeque<Write> untaken = new ArrayDeque<>();
  private long written;
  private long taken;
  private long granted;
  private long acked;

  /**
   * @param sent bytes given to the bus
   */
  Outflow(LongSupplier sent) {
    this.sent = sent;
  }

  void add(Buffer data, boolean urgent, Promise<Void> promise) {
    written += data.length();
    unsent.add(new Write(data, written, urgent, promise));
  }

  /** The adapter's counts of our bytes, which only grow. */
  void onTold(long newTaken, long newGranted, long newAcked) {
    acked = Math.max(acked, newAcked);
    granted = Math.max(granted, newGranted);
    if (newTaken > taken) {
      taken = newTaken;
      settle();
    }
  }

  /** Whether there is credit for bytes that wait. */
  boolean canSend() {
    return !unsent.isEmpty() && sent.getAsLong() < granted;
  }

  /** The next bytes to send, as far as there is credit; null: none may leave. */
  Buffer next() {
    moveSent();
    // Writes that waited when the stream ended have failed, whatever credit came with the end.
    if (unsent.isEmpty()) {
      return null;
    }
    long room = Math.min(granted, written) - sent.getAsLong();
    return room > 0 ? next((int) Math.min(room, MAX_PAYLOAD)) : null;
  }

  /**
   * A slice of a large write, or several small writes together, up to the end of an urgent write.
   */
  private Buffer next(int most) {
    Write first = unsent.getFirst();
    int from = first.indexOf(sent.getAsLong());
    int rest = first.data.length() - from;
    if (rest >= SMALL || unsent.size() == 1) {
      return first.data.slice(from, from + Math.min(rest, most));
    }
    Buffer together = Buffer.buffer(SMALL);
    for (Write write : unsent) {
      if (write != first) {
        from = 0;
      }
      int part = Math.min(write.data.length() - from, most - together.length());
      together.appendBuffer(write.data, from, part);
      if (together.length() == most || write.data.length() >= SMALL || write.urgent) {
        break;
      }
    }
    return together;
  }

  /** Whether a write of the unsent ends there, and is urgent. */
  boolean isUrgentEnd(long offset) {
    for (Write write : unsent) {
      if (write.end >= offset) {
        return write.end == offset && write.urgent;
      }
    }
    return false;
  }

  private void moveSent() {
    while (!unsent.isEmpty() && unsent.getFirst().end <= sent.getAsLong()) {
      Write whole = unsent.removeFirst();
      whole.data = null;
      untaken.add(whole);
    }
  }

  /** Completes the writes that the send buffer has taken whole. */
  void settle() {
    moveSent(); // empty writes
    while (!untaken.isEmpty() && untaken.getFirst().end <= taken) {
      untaken.removeFirst().promise.complete(); // its listener may write again
    }
  }

  /** Whether every byte written was given to the bus. */
  boolean isSent() {
    return sent.getAsLong() == written;
  }

  /** Whether the adapter's send buffer has taken every byte written. */
  boolean isTaken() {
    return Math.max(taken, acked) >= written;
  }

  /** Whether no write waits. */
  boolean isIdle() {
    return unsent.isEmpty() && untaken.isEmpty();
  }

  /** The stream is over: waiting writes fail. */
  void fail(Throwable cause) {
    while (!untaken.isEmpty()) {
      untaken.removeFirst().promise.tryFail(cause);
    }
    while (!unsent.isEmpty()) {
      unsent.removeFirst().promise.tryFail(cause);
    }
  }

  /** The bytes that the adapter has granted; fewer while its memory is scarce, even none. */
  long allowance() {
    return granted - acked;
  }

  /** Bytes written that the send buffer has not taken. */
  long untaken() {
    return written - taken;
  }

  /** Bytes written that the peer has not acknowledged. */
  long unacknowledged() {
    return Math.max(0, written - acked);
  }
}
