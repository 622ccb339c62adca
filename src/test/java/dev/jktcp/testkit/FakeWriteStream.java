package dev.jktcp.testkit;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Keeps what is written; writes complete at once or when the test says so. */
public final class FakeWriteStream implements WriteStream<Buffer> {
  public final List<Buffer> written = new ArrayList<>();
  public final ArrayDeque<Promise<Void>> pending = new ArrayDeque<>();
  public Handler<Throwable> exceptionHandler;
  public Handler<Void> drainHandler;
  public boolean holdWrites;
  public boolean full;
  public boolean ended;
  public Throwable failWrites;

  public List<byte[]> bytes() {
    return written.stream().map(Buffer::getBytes).toList();
  }

  public void completeOne() {
    pending.poll().complete();
  }

  public void completeAll() {
    while (!pending.isEmpty()) completeOne();
  }

  public void drain() {
    full = false;
    drainHandler.handle(null);
  }

  @Override
  public FakeWriteStream exceptionHandler(Handler<Throwable> h) {
    exceptionHandler = h;
    return this;
  }

  @Override
  public Future<Void> write(Buffer data) {
    if (failWrites != null) return Future.failedFuture(failWrites);
    written.add(data);
    if (!holdWrites) return Future.succeededFuture();
    Promise<Void> promise = Promise.promise();
    pending.add(promise);
    return promise.future();
  }

  @Override
  public Future<Void> end() {
    ended = true;
    return Future.succeededFuture();
  }

  @Override
  public FakeWriteStream setWriteQueueMaxSize(int maxSize) {
    return this;
  }

  @Override
  public boolean writeQueueFull() {
    return full;
  }

  @Override
  public FakeWriteStream drainHandler(Handler<Void> h) {
    drainHandler = h;
    return this;
  }
}
