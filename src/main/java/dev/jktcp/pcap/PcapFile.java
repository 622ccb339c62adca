package dev.jktcp.pcap;

import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.Executor;

/**
 * A capture file. One buffer is filled while the other is written; when the file is slower than the
 * packets and the buffer is full, packets are left out of the capture and counted, and nobody
 * waits. Each write holds whole records, so that a reader may follow the file as it grows.
 *
 * <p>All calls on the context that created it.
 */
public final class PcapFile implements PcapSink {
  /**
   * Bytes held in memory at most, both buffers together. Default 8 MiB: they bridge a stall of the
   * disk of 60 ms at 1 Gbit/s.
   */
  public static final int DEFAULT_MAX_BUFFERED = 8 << 20;

  private static final int FIRST_BUFFER = 64 * 1024;

  /** What a capture needs of a file. */
  interface Output {
    /** Done with the buffer when the future completes. */
    Future<Void> write(Buffer buffer);

    /** Completes when everything written is on disk and the file closed. */
    Future<Void> close();
  }

  private final Output output;
  private final PcapEncoder encoder;
  private final int maxBuffer;
  private final Executor nextTurn;

  private byte[] filling = new byte[FIRST_BUFFER];
  private byte[] spare = new byte[FIRST_BUFFER];
  private int filled;
  private boolean flushAsked;
  private boolean writing;
  private boolean ending;
  private Throwable failure;
  private long captured;
  private long dropped;
  private final Promise<Void> ended = Promise.promise();

  PcapFile(Output output, PcapEncoder encoder, int maxBuffered, Executor nextTurn) {
    this.output = output;
    this.encoder = encoder;
    this.maxBuffer = maxBuffered / 2;
    this.nextTurn = nextTurn;
    filled = encoder.fileHeader(filling, 0);
    askFlush();
  }

  /** {@link #create(Vertx, String, int, int)} with the defaults. */
  public static Future<PcapFile> create(Vertx vertx, String path) {
    return create(vertx, path, PcapEncoder.DEFAULT_SNAPLEN, DEFAULT_MAX_BUFFERED);
  }

  /**
   * Creates the file or overwrites it, on the caller's context.
   *
   * @param snaplen bytes of a packet that are kept at most
   * @param maxBuffered bytes held in memory at most
   * @return failed with an IOException of one line when the file cannot be written
   */
  public static Future<PcapFile> create(Vertx vertx, String path, int snaplen, int maxBuffered) {
    Context context = vertx.getOrCreateContext();
    OpenOptions options = new OpenOptions().setRead(false).setTruncateExisting(true);
    return vertx
        .fileSystem()
        .open(path, options)
        .map(file -> new PcapFile(outputTo(file), encoder(snaplen), maxBuffered, turns(context)))
        .recover(e -> Future.failedFuture(new IOException("cannot capture to " + why(path, e), e)));
  }

  private static PcapEncoder encoder(int snaplen) {
    long nowNs = System.nanoTime();
    Instant now = Instant.now();
    long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    return new PcapEncoder(micros, nowNs, snaplen);
  }

  private static Executor turns(Context context) {
    return task -> context.runOnContext(v -> task.run());
  }

  private static Output outputTo(AsyncFile file) {
    return new Output() {
      @Override
      public Future<Void> write(Buffer buffer) {
        return file.write(buffer);
      }

      @Override
      public Future<Void> close() {
        return file.flush().eventually(file::close);
      }
    };
  }

  private static String why(String path, Throwable e) {
    Throwable cause = e.getCause() instanceof IOException ? e.getCause() : e;
    if (cause instanceof NoSuchFileException) return path + ": no such directory";
    if (cause instanceof AccessDeniedException) return path + ": permission denied";
    String message = String.valueOf(cause.getMessage());
    return message.startsWith(path) ? message : path + ": " + message;
  }

  @Override
  public void packet(byte[] bytes, int offset, int length, long nanoTime) {
    if (ending || failure != null || !reserve(encoder.recordLength(length))) {
      dropped++;
      return;
    }
    filled += encoder.record(filling, filled, bytes, offset, length, nanoTime);
    captured++;
    askFlush();
  }

  /**
   * Writes what is still held and closes the file; packets after this are not captured. Completes
   * when all is on disk; fails if any of it could not be written. Idempotent.
   */
  public Future<Void> end() {
    if (!ending) {
      ending = true;
      flush();
    }
    return ended.future();
  }

  /** Packets in the capture. */
  public long captured() {
    return captured;
  }

  /** Packets left out because the file was too slow, failed, or was ended. */
  public long dropped() {
    return dropped;
  }

  private boolean reserve(int bytes) {
    int needed = filled + bytes;
    if (needed <= filling.length) return true;
    if (needed > maxBuffer) return false;
    filling = Arrays.copyOf(filling, Math.min(maxBuffer, Math.max(needed, filling.length * 2)));
    return true;
  }

  /** Everything that is captured in one turn of the context goes out in one write. */
  private void askFlush() {
    if (flushAsked || writing) return;
    flushAsked = true;
    nextTurn.execute(
        () -> {
          flushAsked = false;
          flush();
        });
  }

  private void flush() {
    if (writing) return;
    if (filled > 0 && failure == null) {
      write();
    } else if (ending) {
      finish();
    }
  }

  private void write() {
    writing = true;
    byte[] full = filling;
    int length = filled;
    filling = spare;
    spare = full;
    filled = 0;
    Buffer buffer = BufferInternal.buffer(Unpooled.wrappedBuffer(full, 0, length));
    output
        .write(buffer)
        .onComplete(
            written -> {
              writing = false;
              if (written.failed() && failure == null) failure = written.cause();
              flush();
            });
  }

  private void finish() {
    output
        .close()
        .onComplete(
            closed -> {
              if (failure == null) failure = closed.cause();
              if (failure == null) {
                ended.tryComplete();
              } else {
                ended.tryFail(new IOException("capture is incomplete: " + failure.getMessage()));
              }
            });
  }
}
