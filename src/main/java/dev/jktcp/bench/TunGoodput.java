package dev.jktcp.bench;

import dev.jktcp.bench.BenchOptions.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Bulk data between an adapter and a socket of the kernel through a TUN device. The CPU time of the
 * process is counted, without the calling thread, which has the kernel's socket.
 */
final class TunGoodput {
  private static final int PART_BYTES = 1 << 20;

  private final BenchOptions options;
  private final Effort effort;
  private final TunLink link;
  final byte[] source = Pattern.source();
  final Buffer piece = Buffer.buffer(source);
  private final ByteBuffer bytes = ByteBuffer.allocate(Pattern.PERIOD);
  private long moved; // the calling thread's

  // The event loop only.
  private long toWrite;
  private long received;
  private long target;
  private boolean checks = true;
  private IllegalStateException wrong;
  private Promise<Void> reached = Promise.promise();

  TunGoodput(BenchOptions options, Effort effort, TunLink link) {
    this.options = options;
    this.effort = effort;
    this.link = link;
  }

  static Result measure(BenchOptions options, Effort effort) {
    try (TunLink link = TunLink.open(options)) {
      return new TunGoodput(options, effort, link).run();
    } catch (IOException e) {
      throw new IllegalStateException("the kernel's socket: " + e.getMessage(), e);
    }
  }

  Result run() throws IOException {
    link.on(
        () -> {
          link.stream().handler(this::onBuffer);
          link.stream().drainHandler(v -> write());
          return Future.succeededFuture();
        });
    move(effort.leastWarmupNs());
    link.on(
        () -> {
          checks = false; // a task that would be timed
          return Future.succeededFuture();
        });
    long before = moved;
    CpuTicks start = CpuTicks.now();
    move(effort.share(options.seconds() * 1_000_000_000L));
    CpuTicks used = CpuTicks.now().minus(start);
    return result(moved - before, used);
  }

  private Result result(long bytes, CpuTicks used) {
    double seconds = Math.max(0.01, used.userSeconds() + used.systemSeconds());
    return new Result(options)
        .put(Figure.GBIT_PER_SEC, bytes * 8 / 1e9 / seconds)
        .put(Figure.USER_MICROS_PER_MB, used.userSeconds() * 1e12 / bytes)
        .put(Figure.SYSTEM_MICROS_PER_MB, used.systemSeconds() * 1e12 / bytes);
  }

  /** Moves whole parts for this long; at least one part. */
  private void move(long ns) throws IOException {
    long startNs = System.nanoTime();
    do {
      if (options.kind() == Kind.TUN_OUT) {
        out();
      } else {
        in();
      }
      moved += PART_BYTES;
    } while (System.nanoTime() - startNs < ns);
  }

  private void out() throws IOException {
    link.on(
        () -> {
          toWrite += PART_BYTES;
          write();
          return Future.succeededFuture();
        });
    for (int read = 0; read < PART_BYTES; ) {
      bytes.clear().limit(Math.min(bytes.capacity(), PART_BYTES - read));
      int length = link.kernel().read(bytes);
      if (length < 0) {
        throw new IOException("ended early");
      }
      Pattern.check(moved + read, bytes.array(), 0, length);
      read += length;
    }
  }

  private void write() {
    while (toWrite > 0 && !link.stream().writeQueueFull()) {
      toWrite -= piece.length();
      link.stream().write(piece);
    }
  }

  private void in() throws IOException {
    for (int written = 0; written < PART_BYTES; written += Pattern.PERIOD) {
      ByteBuffer rest = ByteBuffer.wrap(source);
      while (rest.hasRemaining()) {
        link.kernel().write(rest);
      }
    }
    link.<Void>on(
        () -> {
          target += PART_BYTES;
          reached = Promise.promise();
          look();
          return reached.future();
        });
  }

  private void onBuffer(Buffer data) {
    if (checks) {
      try {
        byte[] copy = data.getBytes();
        Pattern.check(received, copy, 0, copy.length);
      } catch (IllegalStateException e) {
        wrong = wrong == null ? e : wrong;
      }
    }
    received += data.length();
    look();
  }

  private void look() {
    if (wrong != null) {
      reached.tryFail(wrong);
    } else if (received >= target) {
      reached.tryComplete();
    }
  }
}
