package dev.jktcp.proof.interop;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;

/**
 * The kernel's end of a connection: it sends one pattern and checks another, each direction on a
 * thread of its own.
 */
final class KernelEnd {
  private static final int CHUNK = 128 * 1024;

  private final Executor threads;
  private final SocketChannel channel;
  private final Pattern out;
  private final Pattern in;
  private long sent; // the sending thread's
  private volatile long received; // the reading thread writes it

  KernelEnd(Executor threads, SocketChannel channel, Pattern out, Pattern in) {
    this.threads = threads;
    this.channel = channel;
    this.out = out;
    this.in = in;
  }

  SocketChannel channel() {
    return channel;
  }

  /** Sends that many bytes more; completes when the kernel has taken the last. */
  Future<Void> send(long bytes) {
    return onThread(
        () -> {
          ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
          long end = sent + bytes;
          while (sent < end) {
            chunk.clear().limit((int) Math.min(CHUNK, end - sent));
            out.fill(sent, chunk);
            sent += chunk.flip().limit();
            while (chunk.hasRemaining()) channel.write(chunk);
          }
        });
  }

  /** Right bytes that have come so far. */
  long soFar() {
    return received;
  }

  /** Completes when so many right bytes have come in all. */
  Future<Void> received(long total) {
    return onThread(() -> read(total));
  }

  /** Completes at the FIN if exactly so many bytes came before it. */
  Future<Void> ended(long total) {
    return onThread(
        () -> {
          read(total);
          int more = channel.read(ByteBuffer.allocate(1));
          if (more >= 0) throw new IOException("more than " + total + " bytes came");
        });
  }

  private void read(long total) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
    byte[] bytes = new byte[CHUNK];
    while (received < total) {
      chunk.clear().limit((int) Math.min(CHUNK, total - received));
      int length = channel.read(chunk);
      if (length < 0) throw new IOException("end after " + received + " bytes of " + total);
      chunk.flip().get(bytes, 0, length);
      in.check(received, bytes, 0, length);
      received += length;
    }
  }

  void shutdownOutput() {
    now(() -> channel.shutdownOutput());
  }

  /** Closes with an RST. */
  void reset() {
    now(() -> channel.setOption(StandardSocketOptions.SO_LINGER, 0).close());
  }

  void close() {
    now(channel::close);
  }

  private static void now(Task task) {
    try {
      task.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Future<Void> onThread(Task task) {
    return onThread(
        threads,
        () -> {
          task.run();
          return null;
        });
  }

  private interface Task {
    void run() throws IOException;
  }

  interface Call<T> {
    T call() throws IOException;
  }

  static <T> Future<T> onThread(Executor threads, Call<T> call) {
    Promise<T> promise = Promise.promise();
    threads.execute(
        () -> {
          try {
            promise.complete(call.call());
          } catch (IOException | RuntimeException | AssertionError e) {
            promise.fail(e);
          }
        });
    return promise.future();
  }
}
