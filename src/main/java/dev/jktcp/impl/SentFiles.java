package dev.jktcp.impl;

import dev.jktcp.TcpException;
import dev.jktcp.options.Limits;
import dev.jktcp.tcp.CloseReason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.FileSystemException;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;

/**
 * The files that a stream sends, one after the other. Writes behind a file, and the end of the
 * stream, wait here until the file is sent.
 *
 * <p>The stream's context only.
 */
public final class SentFiles {
  /** Bytes read at once. Each file under way has one such Buffer in memory. */
  private static final int CHUNK = 64 * 1024;

  /** The stream's calls for its files. */
  public interface Stream {
    ContextInternal context();

    /** Writes before all data that waits here. */
    Future<Void> writeNow(Buffer data);

    /** Sets whether more is to be written than was written so far. */
    void incomplete(boolean moreToCome);

    /** Counts bytes that wait here; negative if fewer do. */
    void held(long change);

    /** Resets the connection for this reason. */
    void abort(TcpException cause);
  }

  private record Waiting(int bytes, Runnable task) {}

  private final Stream stream;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private boolean busy;
  private long bytes;

  public SentFiles(Stream stream) {
    this.stream = stream;
  }

  /**
   * @throws IllegalArgumentException if one is negative
   */
  public static void check(long offset, long length) {
    Limits.atLeast("offset", offset, 0);
    Limits.atLeast("length", length, 0);
  }

  /** Whether a file, or a write behind it, is under way. */
  public boolean isBusy() {
    return busy;
  }

  /** Bytes that wait behind the file. */
  public long bytes() {
    return bytes;
  }

  /** Runs the task once the file is sent. */
  public void await(Runnable task) {
    waiting.add(new Waiting(0, task));
  }

  /** Writes the data once the file is sent. */
  public Future<Void> write(Buffer data) {
    Promise<Void> promise = stream.context().promise();
    hold(data.length());
    waiting.add(new Waiting(data.length(), () -> stream.writeNow(data).onComplete(promise)));
    return promise.future();
  }

  public void send(String filename, long offset, long length, Promise<Void> promise) {
    if (busy) {
      await(() -> send(filename, offset, length, promise));
      return;
    }
    busy = true;
    stream.incomplete(true);
    open(filename, offset, length)
        .onComplete(
            sent ->
                stream
                    .context()
                    .execute(
                        () -> {
                          onThrough();
                          promise.handle(sent);
                        }));
  }

  private Future<Void> open(String filename, long offset, long length) {
    return stream
        .context()
        .owner()
        .fileSystem()
        .open(filename, new OpenOptions().setRead(true).setWrite(false).setCreate(false))
        .compose(file -> part(filename, file, offset, length).eventually(file::close));
  }

  private Future<Void> part(String filename, AsyncFile file, long offset, long length) {
    return file.size()
        .compose(
            size -> {
              if (offset > size) {
                return Future.failedFuture(
                    new IllegalArgumentException(
                        "offset: " + offset + " is behind the end of the file, " + size));
              }
              Promise<Void> sent = stream.context().promise();
              new Copy(filename, file, offset, offset + Math.min(length, size - offset), sent)
                  .step();
              return sent.future();
            });
  }

  /** Begins the next waiting task, which may be another file. */
  private void onThrough() {
    busy = false;
    stream.incomplete(false);
    while (!busy && !waiting.isEmpty()) {
      Waiting next = waiting.remove();
      hold(-next.bytes);
      next.task.run();
    }
  }

  private void hold(int change) {
    bytes += change;
    stream.held(change);
  }

  /** One file, or the part of it that is sent. */
  private final class Copy {
    private final String filename;
    private final AsyncFile file;
    private final long end;
    private final Promise<Void> sent;
    private long at;
    private boolean begun;

    Copy(String filename, AsyncFile file, long at, long end, Promise<Void> sent) {
      this.filename = filename;
      this.file = file;
      this.at = at;
      this.end = end;
      this.sent = sent;
    }

    /** Reads a chunk and writes it; the next one follows when the send buffer has taken it. */
    void step() {
      if (at == end) {
        sent.complete();
        return;
      }
      int length = (int) Math.min(CHUNK, end - at);
      file.read(Buffer.buffer(length), 0, at, length)
          .recover(this::unreadable)
          .map(chunk -> whole(chunk, length))
          .compose(
              chunk -> {
                begun = true;
                return stream.writeNow(chunk);
              })
          .onSuccess(
              written -> {
                at += length;
                step();
              })
          .onFailure(this::fail);
    }

    /** Names the file: a directory can be opened, and its failure to be read names none. */
    private Future<Buffer> unreadable(Throwable cause) {
      String why = "Unable to read file at path '" + filename + "': " + cause.getMessage();
      return Future.failedFuture(new FileSystemException(why, cause));
    }

    private Buffer whole(Buffer chunk, int length) {
      if (chunk.length() == length) {
        return chunk;
      }
      throw new IllegalStateException("the file ends before byte " + end + ", where it ended");
    }

    /** Resets the stream, so that the peer does not take a part for the whole. */
    private void fail(Throwable cause) {
      if (begun) {
        stream.abort(
            new TcpException(
                CloseReason.ABORTED,
                "connection aborted: a file was sent in part: " + Failures.firstLine(cause),
                cause));
      }
      sent.fail(cause);
    }
  }
}
