package dev.jktcp.transport;

import dev.jktcp.context.Contexts;
import io.netty.buffer.Unpooled;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.streams.WriteStream;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Puts batches on a WriteStream and counts what its writes have not completed yet.
 *
 * <p>Adapter context only, except for the completions of writes, which hop there.
 */
final class BatchWriter {
  enum Mode {
    /** One write a batch. */
    MERGED,
    /** One write a packet, any number under way: the carrier keeps them apart. */
    APART,
    /**
     * One write a packet, and never two under way. Then a layer beneath that flushes late, or is
     * backed up, has only one packet to put into its next system call.
     */
    ONE_BY_ONE
  }

  /** Called on the adapter's context. */
  interface Events {
    void onWritable();

    void onWriteFailure(Throwable cause);

    /** The last write under way has completed. */
    void onIdle();
  }

  private final Context context;
  private final WriteStream<Buffer> stream;
  private final Mode mode;
  private final boolean copy;
  private final int maxOutstanding;
  private final Events events;

  private final ArrayDeque<PacketBatch> waiting = new ArrayDeque<>();
  private PacketBatch current;
  private int nextPacket;
  private boolean writing;
  private long outstanding;
  private boolean wasFull;
  private boolean stopped;

  BatchWriter(
      Context context,
      WriteStream<Buffer> stream,
      Mode mode,
      boolean copy,
      int maxOutstanding,
      Events events) {
    this.context = context;
    this.stream = stream;
    this.mode = mode;
    this.copy = copy;
    this.maxOutstanding = maxOutstanding;
    this.events = events;
  }

  void start() {
    stream.exceptionHandler(cause -> Contexts.runInThread(context, () -> failed(cause)));
    stream.drainHandler(v -> Contexts.runInThread(context, this::checkWritable));
  }

  /**
   * Forgets the batches that the stream has not been given. Those it has been given are released
   * when their writes complete.
   */
  void stop() {
    stopped = true;
    DemandReader.detach(() -> stream.drainHandler(null));
    DemandReader.detach(() -> stream.exceptionHandler(null));
    if (!writing) {
      releaseCurrent();
    }
    waiting.forEach(PacketBatch::release);
    waiting.clear();
  }

  /** Takes ownership of the batch, which is not empty. */
  void write(PacketBatch batch) {
    outstanding += batch.size();
    switch (mode) {
      case MERGED -> {
        InFlight all = new InFlight(batch, 1);
        write(batch, batch.start(), batch.size()).onComplete(all);
      }
      case APART -> {
        InFlight all = new InFlight(batch, batch.count());
        int count = batch.count();
        for (int i = 0; i < count; i++) {
          write(batch, batch.offset(i), batch.length(i)).onComplete(all);
        }
      }
      case ONE_BY_ONE -> {
        waiting.add(batch);
        writeNext();
      }
      default -> throw new AssertionError(mode);
    }
  }

  boolean isFull() {
    boolean full = isOverLimit() || stream.writeQueueFull();
    wasFull |= full;
    return full;
  }

  /**
   * Full by our own count, which only a write can raise. The stream's own answer would not do: on
   * its thread it may become full between the sender's look and the sender's batch.
   */
  boolean isOverLimit() {
    return outstanding >= maxOutstanding;
  }

  boolean isIdle() {
    return outstanding == 0;
  }

  private void writeNext() {
    while (!writing && !stopped) {
      if (current == null) {
        current = waiting.poll();
        if (current == null) {
          return;
        }
        nextPacket = 0;
      }
      writing = true;
      int i = nextPacket++;
      Future<Void> written = write(current, current.offset(i), current.length(i));
      if (written.isComplete()) {
        onPacketWritten(written); // Without recursion: a stream may complete every write at once.
      } else {
        written.onComplete(
            done ->
                Contexts.runInThread(
                    context,
                    () -> {
                      onPacketWritten(done);
                      writeNext();
                    }));
      }
    }
  }

  private void onPacketWritten(AsyncResult<Void> written) {
    writing = false;
    int size = current.length(nextPacket - 1);
    if (stopped || nextPacket == current.count()) {
      releaseCurrent();
    }
    onWritten(size, written.cause());
  }

  private void releaseCurrent() {
    if (current != null) {
      current.release();
    }
    current = null;
  }

  private Future<Void> write(PacketBatch batch, int offset, int length) {
    Buffer buffer =
        copy
            ? Buffer.buffer(length).appendBytes(batch.bytes(), offset, length)
            : BufferInternal.buffer(Unpooled.wrappedBuffer(batch.bytes(), offset, length));
    try {
      return stream.write(buffer);
    } catch (IllegalStateException closed) {
      return Future.failedFuture(closed); // AsyncFile throws where other streams fail the future.
    }
  }

  private void onWritten(int size, Throwable failure) {
    outstanding -= size;
    assert outstanding >= 0 : "more completed than written";
    if (failure != null) {
      failed(failure);
    }
    checkWritable();
    if (outstanding == 0) {
      events.onIdle();
    }
  }

  private void failed(Throwable cause) {
    if (!stopped) {
      events.onWriteFailure(cause);
    }
  }

  /** Half the limit again before the sender is woken, so that it fills whole batches. */
  private void checkWritable() {
    if (!wasFull || stopped) {
      return;
    }
    if (outstanding > maxOutstanding / 2 || stream.writeQueueFull()) {
      return;
    }
    wasFull = false;
    events.onWritable();
  }

  /** A batch whose writes are under way; the last completion, on any thread, releases it. */
  private final class InFlight implements Handler<AsyncResult<Void>> {
    private final PacketBatch batch;
    private final int size;
    private final AtomicInteger left;
    private volatile Throwable failure;

    InFlight(PacketBatch batch, int writes) {
      this.batch = batch;
      this.size = batch.size();
      this.left = new AtomicInteger(writes);
    }

    @Override
    public void handle(AsyncResult<Void> written) {
      if (written.failed()) {
        failure = written.cause();
      }
      if (left.decrementAndGet() > 0) {
        return;
      }
      batch.release();
      Contexts.runInThread(context, () -> onWritten(size, failure));
    }
  }
}
