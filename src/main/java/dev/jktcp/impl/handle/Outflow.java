package dev.jktcp.impl.handle;

import dev.jktcp.TcpException;
import dev.jktcp.impl.SentFiles;
import dev.jktcp.impl.WriteGauge;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;
import java.util.Objects;

/**
 * What the user writes: it waits for the adapter's credit, then for its word that the send buffer
 * has taken it, and counts against the write queue until the peer has acknowledged it.
 */
final class Outflow implements SentFiles.Stream {
  /** Bytes of the largest payload. */
  private static final int MAX_PAYLOAD = 64 * 1024;

  /** Writes below this are worth a copy that spares them a frame each. */
  private static final int SMALL = 4 * 1024;

  private static final class Write {
    private final long end; // offset in the stream behind its last byte
    private final Promise<Void> promise;
    private Buffer data; // null once it is sent

    Write(Buffer data, long end, Promise<Void> promise) {
      this.data = data;
      this.end = end;
      this.promise = promise;
    }

    /** Where in the data the byte at this offset of the stream is. */
    int indexOf(long offset) {
      return (int) (offset - (end - data.length()));
    }
  }

  private final HandleStream stream;
  private final ContextInternal context;
  private final int maxPending;

  private final WriteGauge gauge; // any thread

  // The rest is the session context's.
  private final ArrayDeque<Write> unsent = new ArrayDeque<>();
  private final ArrayDeque<Write> untaken = new ArrayDeque<>();
  private final SentFiles files = new SentFiles(this);
  private long written;
  private long taken;
  private long granted;
  private long acked;

  /**
   * @param maxPending bytes written and not taken, at most
   */
  Outflow(HandleStream stream, ContextInternal context, int maxPending, int writeMax) {
    this.stream = stream;
    this.context = context;
    this.maxPending = maxPending;
    this.gauge =
        new WriteGauge(context, () -> writeMax, this::queued, this::allowance, stream::wake);
  }

  // Any thread.

  Future<Void> write(Buffer data) {
    Objects.requireNonNull(data, "data");
    Promise<Void> promise = context.promise();
    if (context.inThread()) {
      accept(data, promise);
    } else {
      hopToAccept(data, promise);
    }
    return promise.future();
  }

  WriteGauge gauge() {
    return gauge;
  }

  private void hopToAccept(Buffer data, Promise<Void> promise) {
    int length = data.length();
    if (!gauge.depart(length, maxPending)) {
      promise.fail(stream.tooMuchPending(maxPending));
      stream.execute(() -> stream.abort(stream.tooMuchPending(maxPending)));
      return;
    }
    Buffer copy = data.copy(); // its owner may change it once we return
    stream.execute(
        () -> {
          accept(copy, promise);
          gauge.arrive(length);
        });
  }

  // Session's context.

  SentFiles files() {
    return files;
  }

  private void accept(Buffer data, Promise<Void> promise) {
    if (files.isBusy()) {
      acceptBehindFile(data).onComplete(promise);
    } else {
      writeNow(data, maxPending, promise);
    }
  }

  private Future<Void> acceptBehindFile(Buffer data) {
    if (files.bytes() + data.length() > maxPending) {
      stream.abort(stream.tooMuchPending(maxPending));
      return Future.failedFuture(stream.tooMuchPending(maxPending));
    }
    Future<Void> behind = files.write(data);
    gauge.onWrite();
    return behind;
  }

  @Override
  public ContextInternal context() {
    return context;
  }

  /** There is one chunk of a file at a time, whatever waits. */
  @Override
  public Future<Void> writeNow(Buffer data) {
    Promise<Void> promise = context.promise();
    writeNow(data, Long.MAX_VALUE, promise);
    return promise.future();
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

  private void writeNow(Buffer data, long mostPending, Promise<Void> promise) {
    Exception refusal = stream.writeRefusal();
    if (refusal != null) {
      promise.fail(refusal);
      return;
    }
    int length = data.length();
    if (written - taken + length > mostPending) {
      promise.fail(stream.tooMuchPending(maxPending));
      stream.abort(stream.tooMuchPending(maxPending));
      return;
    }
    written += length;
    unsent.add(new Write(data, written, promise));
    gauge.onWrite();
    if (length > 0) {
      pushSoon();
    } else {
      settle();
    }
  }

  private void pushSoon() {
    if (!unsent.isEmpty() && stream.sentBytes() < granted) stream.speakSoon();
  }

  /** What the adapter says of our bytes; each only grows. */
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
   * @return whether that was anything
   */
  boolean push() {
    boolean any = false;
    long room;
    // What waited when the stream ended has failed, whatever credit came with the end.
    while (!unsent.isEmpty() && (room = Math.min(granted, written) - stream.sentBytes()) > 0) {
      stream.sendBytes(next((int) Math.min(room, MAX_PAYLOAD)));
      any = true;
      moveSent();
    }
    return any;
  }

  /** A slice of a large write, or small ones together. */
  private Buffer next(int most) {
    Write first = unsent.getFirst();
    int from = first.indexOf(stream.sentBytes());
    int rest = first.data.length() - from;
    if (rest >= SMALL || unsent.size() == 1) {
      return first.data.slice(from, from + Math.min(rest, most));
    }
    Buffer together = Buffer.buffer(SMALL);
    for (Write write : unsent) {
      if (write != first) from = 0;
      int part = Math.min(write.data.length() - from, most - together.length());
      together.appendBuffer(write.data, from, part);
      if (together.length() == most || write.data.length() >= SMALL) break;
    }
    return together;
  }

  private void moveSent() {
    while (!unsent.isEmpty() && unsent.getFirst().end <= stream.sentBytes()) {
      Write sent = unsent.removeFirst();
      sent.data = null;
      untaken.add(sent);
    }
  }

  private void settle() {
    moveSent(); // empty ones
    while (!untaken.isEmpty() && untaken.getFirst().end <= taken) {
      untaken.removeFirst().promise.complete(); // may write again
    }
  }

  /** Whether every byte written was given to the bus. */
  boolean isSent() {
    return stream.sentBytes() == written;
  }

  /** Whether the adapter has dealt with every byte written. */
  boolean isTaken() {
    return Math.max(taken, acked) >= written;
  }

  /** Whether nobody waits for any of it. */
  boolean isIdle() {
    return unsent.isEmpty() && untaken.isEmpty() && !files.isBusy() && gauge.isIdle();
  }

  /** The stream is over: what waits will not be taken. */
  void fail(Throwable cause) {
    while (!untaken.isEmpty()) untaken.removeFirst().promise.tryFail(cause);
    while (!unsent.isEmpty()) unsent.removeFirst().promise.tryFail(cause);
  }

  /** What the adapter has granted: it grants less while its memory is scarce. */
  private long allowance() {
    return granted == 0 ? Long.MAX_VALUE : granted - acked;
  }

  private long queued() {
    return stream.closeReason() == null ? Math.max(0, written - acked) + files.bytes() : 0;
  }
}
