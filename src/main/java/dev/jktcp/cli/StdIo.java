package dev.jktcp.cli;

import dev.jktcp.impl.Demand;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.Semaphore;

/**
 * Standard input and output as one stream in both directions, so that a pump can join them to a
 * connection.
 *
 * <p>A daemon thread reads, at most {@value #MAX_CHUNKS} chunks ahead of demand; it is left behind
 * in its read when the process ends. Writes are made in order on a worker thread. All else happens
 * on the context.
 */
final class StdIo implements ReadStream<Buffer>, WriteStream<Buffer> {
  private static final int CHUNK = 64 * 1024;
  private static final int MAX_CHUNKS = 4;
  private static final Object END = new Object();

  /** Memory of a write that waits besides its bytes: datagrams may be small, or empty. */
  private static final int WRITE = 256;

  private final Context context;
  private final InputStream in;
  private final OutputStream out;
  private final Semaphore chunks = new Semaphore(MAX_CHUNKS);

  // Context only: Buffers, then END or a Throwable.
  private final Deque<Object> arrived = new ArrayDeque<>();
  private long demand = Demand.UNLIMITED;
  private boolean reading;
  private boolean delivering;
  private Handler<Buffer> handler;
  private Handler<Void> endHandler;
  private Handler<Throwable> exceptionHandler;

  private long unwritten;
  private long maxUnwritten = 4 * CHUNK;
  private boolean full;
  private Handler<Void> drainHandler;

  StdIo(Vertx vertx, InputStream in, OutputStream out) {
    this.context = vertx.getOrCreateContext();
    this.in = in;
    this.out = out;
  }

  private void readAll() {
    byte[] chunk = new byte[CHUNK];
    try {
      for (; ; ) {
        chunks.acquire();
        int count = in.read(chunk);
        if (count < 0) {
          arrives(END);
          return;
        }
        arrives(Buffer.buffer(Arrays.copyOf(chunk, count)));
      }
    } catch (IOException e) {
      arrives(new IOException(StandardInput.NAME + ": " + e.getMessage(), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void arrives(Object what) {
    context.runOnContext(
        v -> {
          arrived.add(what);
          deliver();
        });
  }

  private void deliver() {
    if (delivering) {
      return;
    }
    delivering = true;
    while (demand > 0 && !arrived.isEmpty()) {
      deliver(arrived.poll());
    }
    delivering = false;
  }

  private void deliver(Object what) {
    if (what instanceof Buffer data) {
      chunks.release();
      demand = Demand.less(demand);
      if (handler != null) {
        handler.handle(data);
      }
    } else if (what instanceof Throwable failure) {
      if (exceptionHandler != null) {
        exceptionHandler.handle(failure);
      }
    } else if (endHandler != null) {
      endHandler.handle(null);
    }
  }

  @Override
  public StdIo handler(Handler<Buffer> to) {
    handler = to;
    if (to != null && !reading) {
      reading = true;
      Thread reader = new Thread(this::readAll, "stdin");
      reader.setDaemon(true);
      reader.start();
    }
    return this;
  }

  @Override
  public StdIo pause() {
    demand = 0;
    return this;
  }

  @Override
  public StdIo resume() {
    return fetch(Demand.UNLIMITED);
  }

  @Override
  public StdIo fetch(long amount) {
    if (amount < 0) {
      throw new IllegalArgumentException("amount " + amount);
    }
    demand = Demand.plus(demand, amount);
    deliver();
    return this;
  }

  @Override
  public StdIo endHandler(Handler<Void> to) {
    endHandler = to;
    return this;
  }

  @Override
  public StdIo exceptionHandler(Handler<Throwable> to) {
    exceptionHandler = to;
    return this;
  }

  @Override
  public Future<Void> write(Buffer data) {
    int bytes = data.length() + WRITE;
    unwritten += bytes;
    full |= unwritten >= maxUnwritten;
    return onWorker(() -> out.write(data.getBytes())).onComplete(v -> written(bytes));
  }

  private void written(int bytes) {
    unwritten -= bytes;
    if (full && unwritten <= maxUnwritten / 2) {
      full = false;
      if (drainHandler != null) {
        drainHandler.handle(null);
      }
    }
  }

  /** Flushes after the last write, and closes nothing. */
  @Override
  public Future<Void> end() {
    return onWorker(out::flush);
  }

  private interface Output {
    void run() throws IOException;
  }

  private Future<Void> onWorker(Output action) {
    Promise<Void> done = Promise.promise();
    Future<Void> ran =
        context.executeBlocking(
            () -> {
              action.run();
              return null;
            },
            true);
    ran.onSuccess(v -> done.complete())
        .onFailure(e -> done.fail(new IOException(StandardOutput.NAME + ": " + e.getMessage(), e)));
    return done.future();
  }

  @Override
  public StdIo setWriteQueueMaxSize(int maxSize) {
    maxUnwritten = maxSize;
    return this;
  }

  @Override
  public boolean writeQueueFull() {
    return full;
  }

  @Override
  public StdIo drainHandler(Handler<Void> to) {
    drainHandler = to;
    return this;
  }
}
