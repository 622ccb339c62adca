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
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A capture file. One buffer is filled while the other is written. If the file is slower than the
 * packets and the buffer is full, packets are left out of the capture and counted; packets never
 * wait for the file. Each write holds whole records, so that a reader may follow the file as it
 * grows. If a write fails, as on a full disk, the file is cut behind the last write that succeeded,
 * and the capture is over. The file can be read, and packets still pass.
 *
 * <p>All calls are made on the context that created the file.
 */
public final class PcapFile implements PcapSink {
  /**
   * Most bytes held in memory, both buffers together. Default 8 MiB: they bridge a stall of the
   * disk of 60 ms at 1 Gbit/s.
   */
  public static final int DEFAULT_MAX_BUFFERED = 8 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(PcapFile.class);

  private static final int FIRST_BUFFER = 64 * 1024;

  /** The operations that a capture needs from a file. */
  interface Output {
    /** The buffer is free again when the future completes. */
    Future<Void> write(Buffer buffer);

    /** Cuts the file to this many bytes. */
    Future<Void> truncate(long bytes);

    /** Completes when everything written is on disk and the file closed. */
    Future<Void> close();
  }

  private final Output output;
  private final PcapEncoder encoder;
  private final int maxBuffer;
  private final Executor nextTurn;
  private final Consumer<String> onLost;

  private byte[] filling = new byte[FIRST_BUFFER];
  private byte[] spare = new byte[FIRST_BUFFER];
  private int filled;
  private boolean flushAsked;
  private boolean writing;
  private boolean ending;
  private Throwable failure;
  private long wholeBytes; // that are in the file
  private long wholePackets;
  private long captured;
  private long dropped;
  private final Promise<Void> ended = Promise.promise();

  /**
   * @param onLost called once, with one line that says why the file takes no more
   */
  PcapFile(
      Output output,
      PcapEncoder encoder,
      int maxBuffered,
      Executor nextTurn,
      Consumer<String> onLost) {
    this.output = output;
    this.encoder = encoder;
    this.maxBuffer = maxBuffered / 2;
    this.nextTurn = nextTurn;
    this.onLost = onLost;
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
   * @param snaplen most bytes of a packet that are kept
   * @param maxBuffered most bytes held in memory
   * @return fails with an IOException of one line if the file cannot be written
   */
  public static Future<PcapFile> create(Vertx vertx, String path, int snaplen, int maxBuffered) {
    Context context = vertx.getOrCreateContext();
    OpenOptions options = new OpenOptions().setRead(false).setTruncateExisting(true);
    return vertx
        .fileSystem()
        .open(path, options)
        .map(
            file ->
                new PcapFile(
                    outputTo(vertx, path, file),
                    encoder(snaplen),
                    maxBuffered,
                    turns(context),
                    why -> LOG.warn("capture to " + path + " " + why)))
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

  private static Output outputTo(Vertx vertx, String path, AsyncFile file) {
    return new Output() {
      @Override
      public Future<Void> write(Buffer buffer) {
        return file.write(buffer);
      }

      @Override
      public Future<Void> truncate(long bytes) {
        return vertx.fileSystem().truncate(path, bytes);
      }

      @Override
      public Future<Void> close() {
        return file.flush().eventually(file::close);
      }
    };
  }

  private static String why(String path, Throwable e) {
    Throwable cause = e.getCause() instanceof IOException ? e.getCause() : e;
    if (cause instanceof NoSuchFileException) {
      return path + ": no such directory";
    }
    if (cause instanceof AccessDeniedException) {
      return path + ": permission denied";
    }
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
   * Writes the bytes still held and closes the file; later packets are not captured. Completes when
   * all is on disk; fails if a part could not be written. Idempotent.
   */
  public Future<Void> end() {
    if (!ending && failure == null) {
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
    if (needed <= filling.length) {
      return true;
    }
    if (needed > maxBuffer) {
      return false;
    }
    filling = Arrays.copyOf(filling, Math.min(maxBuffer, Math.max(needed, filling.length * 2)));
    return true;
  }

  /** All packets captured in one turn of the context go out in one write. */
  private void askFlush() {
    if (flushAsked || writing) {
      return;
    }
    flushAsked = true;
    nextTurn.execute(
        () -> {
          flushAsked = false;
          flush();
        });
  }

  private void flush() {
    if (writing) {
      return;
    }
    if (failure != null) {
      return;
    }
    if (filled > 0) {
      write();
    } else if (ending) {
      finish();
    }
  }

  private void write() {
    writing = true;
    byte[] full = filling;
    int length = filled;
    long packets = captured;
    filling = spare;
    spare = full;
    filled = 0;
    Buffer buffer = BufferInternal.buffer(Unpooled.wrappedBuffer(full, 0, length));
    output
        .write(buffer)
        .onComplete(
            written -> {
              writing = false;
              if (written.failed()) {
                lose(written.cause());
                return;
              }
              wholeBytes += length;
              wholePackets = packets;
              flush();
            });
  }

  /** A failed write may have left a part of a packet. */
  private void lose(Throwable cause) {
    failure = cause;
    dropped += captured - wholePackets;
    captured = wholePackets;
    filled = 0;
    onLost.accept("ended: " + why() + "; the " + wholePackets + " packets in it are whole");
    output
        .truncate(wholeBytes)
        .eventually(output::close)
        .onComplete(closed -> ended.tryFail(incomplete()));
  }

  private void finish() {
    output
        .close()
        .onComplete(
            closed -> {
              if (closed.succeeded()) {
                ended.tryComplete();
              } else {
                failure = closed.cause();
                ended.tryFail(incomplete());
              }
            });
  }

  private IOException incomplete() {
    return new IOException("capture is incomplete: " + why());
  }

  /** The innermost cause has the system's own words. */
  private String why() {
    Throwable e = failure;
    while (e.getCause() != null) {
      e = e.getCause();
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
