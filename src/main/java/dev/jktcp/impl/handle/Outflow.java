package dev.jktcp.impl.handle;

import dev.jktcp.TcpException;
import dev.jktcp.impl.WriteGauge;
import dev.jktcp.impl.WriteIntake;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayDeque;

/**
 * The user's writes. Each waits for the adapter's credit, then until the adapter's send buffer has
 * taken it, and counts against the write queue until the peer has acknowledged it.
 */
final class Outflow implements WriteIntake.Sink {
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

  private final HandleStream stream;
  private final ContextInternal context;

  // Any thread.
  private final WriteGauge gauge;
  private final WriteIntake intake;

  // Session's context only.
  private final ArrayDeque<Write> unsent = new ArrayDeque<>();
  private final ArrayDeque<Write> untaken = new ArrayDeque<>();
  private long written;
  private long taken;
  private long granted;
  private long acked;

  /**
   * @param maxPending most bytes written and not taken
   */
  Outflow(HandleStream stream, ContextInternal context, int maxPending, int writeMax) {
    this.stream = stream;
    this.context = context;
    this.gauge =
        new WriteGauge(context, () -> writeMax, this::queued, this::allowance, stream::wake);
    this.intake = new WriteIntake(this, context, gauge, maxPending);
  }

  /** Takes the user's writes. */
  WriteIntake intake() {
    return intake;
  }

  // --- session's context

  @Override
  public ContextInternal context() {
    return context;
  }

  @Override
  public void incomplete(boolean moreToCome) {
    stream.incomplete(moreToCome);
  }

  @Override
  public void held(long change) {} // bounded by maxPending

  @Override
  public void abort(TcpException cause) {
    stream.abort(cause);
  }

  @Override
  public void onTooMuchPending(TcpException cause) {
    stream.abort(cause);
  }

  @Override
  public SocketAddress remoteAddress() {
    return stream.remoteAddress();
  }

  @Override
  public Future<Void> writeNow(Buffer data, long mostPending) {
    return write(data, false, mostPending);
  }

  /** Behind all that waits, and not while a file is being sent. */
  Future<Void> writeUrgent(Buffer data) {
    return write(data, true, intake.mostPending());
  }

  private Future<Void> write(Buffer data, boolean urgent, long mostPending) {
    Exception refusal = stream.writeRefusal();
    if (refusal != null) {
      return context.failedFuture(refusal);
    }
    int length = data.length();
    if (written - taken + length > mostPending) {
      return intake.refuse();
    }
    Promise<Void> promise = context.promise();
    written += length;
    unsent.add(new Write(data, written, urgent, promise));
    gauge.onWrite();
    if (length > 0) {
      pushSoon();
    } else {
      settle();
    }
    return promise.future();
  }

  private void pushSoon() {
    if (!unsent.isEmpty() && stream.sentBytes() < granted) {
      stream.speakSoon();
    }
  }

  /** The adapter's counts of our bytes, which only grow. */
  void onTold(long newTaken, long newGranted, long newAcked) {
    acked = Math.max(acked, newAcked);
    granted = Math.max(granted, newGranted);
    if (newTaken > taken) {
      taken = newTaken;
      settle();
    }
    pushSoon();
  }

  /**
   * Sends what there is credit for.
   *
   * @return whether anything was sent
   */
  boolean push() {
    boolean any = false;
    long room;
    // Writes that waited when the stream ended have failed, whatever credit came with the end.
    while (!unsent.isEmpty() && (room = Math.min(granted, written) - stream.sentBytes()) > 0) {
      Buffer data = next((int) Math.min(room, MAX_PAYLOAD));
      stream.sendBytes(data, isUrgentEnd(stream.sentBytes() + data.length()));
      any = true;
      moveSent();
    }
    return any;
  }

  /**
   * A slice of a large write, or several small writes together, up to the end of an urgent write.
   */
  private Buffer next(int most) {
    Write first = unsent.getFirst();
    int from = first.indexOf(stream.sentBytes());
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
  private boolean isUrgentEnd(long offset) {
    for (Write write : unsent) {
      if (write.end >= offset) {
        return write.end == offset && write.urgent;
      }
    }
    return false;
  }

  private void moveSent() {
    while (!unsent.isEmpty() && unsent.getFirst().end <= stream.sentBytes()) {
      Write sent = unsent.removeFirst();
      sent.data = null;
      untaken.add(sent);
    }
  }

  private void settle() {
    moveSent(); // empty writes
    while (!untaken.isEmpty() && untaken.getFirst().end <= taken) {
      untaken.removeFirst().promise.complete(); // its listener may write again
    }
  }

  /** Whether every byte written was given to the bus. */
  boolean isSent() {
    return stream.sentBytes() == written;
  }

  /** Whether the adapter's send buffer has taken every byte written. */
  boolean isTaken() {
    return Math.max(taken, acked) >= written;
  }

  /** Whether no write waits. */
  boolean isIdle() {
    return unsent.isEmpty() && untaken.isEmpty() && !intake.isSendingFile() && gauge.isIdle();
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

  /** The bytes that the adapter has granted; fewer while its memory is scarce. */
  private long allowance() {
    return granted == 0 ? Long.MAX_VALUE : granted - acked;
  }

  private long queued() {
    return stream.closeReason() == null ? Math.max(0, written - acked) + intake.behindFile() : 0;
  }
}
