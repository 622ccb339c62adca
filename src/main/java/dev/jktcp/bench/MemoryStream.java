package dev.jktcp.bench;

import dev.jktcp.impl.Demand;
import dev.jktcp.transport.TransportException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.util.ArrayDeque;

/**
 * One direction between two contexts of a process: each write becomes a read of its own, so that
 * the reader sees the writer's boundaries. A write completes when it was read.
 */
public final class MemoryStream implements ReadStream<Buffer>, WriteStream<Buffer> {
  private record Write(Buffer bytes, Promise<Void> read) {}

  private final Context readerContext;

  // Under this.
  private final ArrayDeque<Write> queue = new ArrayDeque<>();
  private int queuedBytes;
  private int maxQueuedBytes = 64 * 1024;
  private long demand = Demand.UNLIMITED;
  private Handler<Buffer> handler;
  private Handler<Void> endHandler;
  private Handler<Void> drainHandler;
  private boolean ended;
  private boolean scheduled;

  public MemoryStream(Context readerContext) {
    this.readerContext = readerContext;
  }

  @Override
  public synchronized Future<Void> write(Buffer bytes) {
    if (ended) {
      return Future.failedFuture(new TransportException("stream ended"));
    }
    Promise<Void> read = Promise.promise();
    queue.add(new Write(bytes, read));
    queuedBytes += bytes.length();
    schedule();
    return read.future();
  }

  @Override
  public synchronized Future<Void> end() {
    ended = true;
    schedule();
    return Future.succeededFuture();
  }

  private synchronized void schedule() {
    if (scheduled || demand == 0 || handler == null) {
      return;
    }
    scheduled = true;
    readerContext.runOnContext(v -> deliver());
  }

  /** Delivers only the Buffers queued by now, so that a writer on this context gets its turn. */
  private void deliver() {
    int turns;
    synchronized (this) {
      scheduled = false;
      turns = queue.size();
    }
    for (int i = 0; i < turns; i++) {
      Write next;
      Handler<Buffer> reader;
      synchronized (this) {
        if (demand == 0 || handler == null) {
          return;
        }
        demand = Demand.less(demand);
        next = queue.poll();
        queuedBytes -= next.bytes.length();
        reader = handler;
      }
      reader.handle(next.bytes);
      next.read.complete();
    }
    Handler<Void> onDrain;
    Handler<Void> onEnd;
    synchronized (this) {
      if (!queue.isEmpty()) {
        schedule();
      }
      onDrain = queuedBytes <= maxQueuedBytes / 2 ? drainHandler : null;
      onEnd = ended && queue.isEmpty() && demand > 0 ? endHandler : null;
      if (onEnd != null) {
        endHandler = null;
      }
    }
    if (onDrain != null) {
      onDrain.handle(null);
    }
    if (onEnd != null) {
      onEnd.handle(null);
    }
  }

  @Override
  public synchronized MemoryStream handler(Handler<Buffer> h) {
    handler = h;
    schedule();
    return this;
  }

  @Override
  public synchronized MemoryStream endHandler(Handler<Void> h) {
    endHandler = h;
    if (h != null) {
      schedule();
    }
    return this;
  }

  @Override
  public synchronized MemoryStream pause() {
    demand = 0;
    return this;
  }

  @Override
  public MemoryStream resume() {
    return fetch(Demand.UNLIMITED);
  }

  @Override
  public synchronized MemoryStream fetch(long amount) {
    demand = Demand.plus(demand, amount);
    schedule();
    return this;
  }

  @Override
  public synchronized boolean writeQueueFull() {
    return queuedBytes >= maxQueuedBytes;
  }

  @Override
  public synchronized MemoryStream setWriteQueueMaxSize(int bytes) {
    maxQueuedBytes = bytes;
    return this;
  }

  @Override
  public synchronized MemoryStream drainHandler(Handler<Void> h) {
    drainHandler = h;
    return this;
  }

  /** Memory does not fail. */
  @Override
  public MemoryStream exceptionHandler(Handler<Throwable> h) {
    return this;
  }
}
