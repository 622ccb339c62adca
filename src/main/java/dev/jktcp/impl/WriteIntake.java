package dev.jktcp.impl;

import dev.jktcp.TcpException;
import dev.jktcp.tcp.CloseReason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.SocketAddress;
import java.util.Objects;

/**
 * Takes a user's writes into a stream. A write from another thread is copied and brought to the
 * stream's context. A write behind a file waits for the file. If too many bytes wait, the stream is
 * reset.
 *
 * <p>The stream's context only; methods for any thread say so.
 */
public final class WriteIntake {
  /** The stream, on its context. */
  public interface Sink extends SentFiles.Stream {
    /**
     * Takes the data behind all that waits here.
     *
     * @param mostPending bytes that may wait here; with more, {@link WriteIntake#refuse} is the
     *     answer
     */
    Future<Void> writeNow(Buffer data, long mostPending);

    /** Writes a file's chunk. Only one is under way at a time, so there is no limit. */
    @Override
    default Future<Void> writeNow(Buffer data) {
      return writeNow(data, Long.MAX_VALUE);
    }

    /** Resets the connection, if it is not over yet, because too many bytes wait. */
    void onTooMuchPending(TcpException cause);

    SocketAddress remoteAddress();
  }

  private final Sink sink;
  private final ContextInternal context;
  private final WriteGauge gauge;
  private final int mostPending;
  private SentFiles files; // null before the first

  /**
   * @param mostPending bytes that may wait, and bytes on their way from other threads
   */
  public WriteIntake(Sink sink, ContextInternal context, WriteGauge gauge, int mostPending) {
    this.sink = sink;
    this.context = context;
    this.gauge = gauge;
    this.mostPending = mostPending;
  }

  /** The gauge of the write queue. Any thread. */
  public WriteGauge gauge() {
    return gauge;
  }

  public int mostPending() {
    return mostPending;
  }

  /** Any thread. */
  public Future<Void> write(Buffer data) {
    Objects.requireNonNull(data, "data");
    if (context.inThread()) {
      return admit(data);
    }
    Promise<Void> promise = context.promise();
    hopToAccept(data, promise);
    return promise.future();
  }

  private void hopToAccept(Buffer data, Promise<Void> promise) {
    int length = data.length();
    if (!gauge.depart(length, mostPending)) {
      promise.fail(tooMuchPending());
      context.execute(this::refuse);
      return;
    }
    Buffer copy = data.copy(); // the caller may change its Buffer after this call
    context.execute(
        () -> {
          admit(copy).onComplete(promise);
          gauge.arrive(length);
        });
  }

  /** Any thread. */
  public Future<Void> sendFile(String filename, long offset, long length) {
    Objects.requireNonNull(filename, "filename");
    SentFiles.check(offset, length);
    Promise<Void> promise = context.promise();
    context.execute(
        () -> {
          if (files == null) {
            files = new SentFiles(sink);
          }
          files.send(filename, offset, length, promise);
        });
    return promise.future();
  }

  private Future<Void> admit(Buffer data) {
    return isSendingFile() ? admitBehindFile(data) : sink.writeNow(data, mostPending);
  }

  private Future<Void> admitBehindFile(Buffer data) {
    if (files.bytes() + data.length() > mostPending) {
      return refuse();
    }
    Future<Void> written = files.write(data);
    gauge.onWrite();
    return written;
  }

  public boolean isSendingFile() {
    return files != null && files.isBusy();
  }

  /** Runs the task once the file under way is sent. */
  public void awaitFile(Runnable task) {
    files.await(task);
  }

  /** Bytes that wait behind a file. */
  public long behindFile() {
    return files == null ? 0 : files.bytes();
  }

  /** Ends the stream, because too many bytes wait. */
  public Future<Void> refuse() {
    TcpException cause = tooMuchPending();
    sink.onTooMuchPending(cause);
    return context.failedFuture(cause);
  }

  private TcpException tooMuchPending() {
    return new TcpException(
        CloseReason.ABORTED,
        "connection aborted: more than "
            + mostPending
            + " bytes written to "
            + Failures.text(sink.remoteAddress())
            + " are waiting");
  }
}
