package dev.jktcp.testkit;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A stream a test drives by hand: it keeps the contract of demand and high water, and no more. */
public class FakeStream implements ReadStream<Buffer>, WriteStream<Buffer> {
  public final List<String> log = new ArrayList<>();
  public final Buffer written = Buffer.buffer();
  public Throwable writeFailure;
  public RuntimeException thrownByWrite;
  public boolean endsAtOnce = true;
  public final Promise<Void> ended = Promise.promise();

  private final Deque<Buffer> unread = new ArrayDeque<>();
  private boolean finWaiting;
  private boolean flowing = true;
  private boolean full;
  public Handler<Buffer> handler;
  public Handler<Void> endHandler;
  public Handler<Void> drainHandler;
  public Handler<Throwable> exceptionHandler;

  // What the test does.

  public void arrives(String data) {
    unread.add(Buffer.buffer(data));
    deliver();
  }

  public void finArrives() {
    finWaiting = true;
    deliver();
  }

  public void fails(Throwable cause) {
    if (exceptionHandler != null) {
      exceptionHandler.handle(cause);
    }
  }

  public void fills() {
    full = true;
  }

  public void drains() {
    full = false;
    if (drainHandler != null) {
      drainHandler.handle(null);
    }
  }

  public boolean isPaused() {
    return !flowing;
  }

  private void deliver() {
    while (flowing && handler != null && !unread.isEmpty()) {
      handler.handle(unread.poll());
    }
    if (flowing && unread.isEmpty() && finWaiting && endHandler != null) {
      finWaiting = false;
      endHandler.handle(null);
    }
  }

  // What the pump does.

  @Override
  public FakeStream handler(Handler<Buffer> handler) {
    this.handler = handler;
    deliver();
    return this;
  }

  @Override
  public FakeStream pause() {
    flowing = false;
    return this;
  }

  @Override
  public FakeStream resume() {
    flowing = true;
    deliver();
    return this;
  }

  @Override
  public FakeStream fetch(long amount) {
    throw new IllegalStateException("a pump has no use for fetch");
  }

  @Override
  public FakeStream endHandler(Handler<Void> handler) {
    endHandler = handler;
    return this;
  }

  @Override
  public FakeStream exceptionHandler(Handler<Throwable> handler) {
    exceptionHandler = handler;
    return this;
  }

  @Override
  public Future<Void> write(Buffer data) {
    if (thrownByWrite != null) {
      throw thrownByWrite;
    }
    if (ended.future().isComplete()) {
      return Future.failedFuture(new VertxException("written after the end", true));
    }
    written.appendBuffer(data);
    return writeFailure == null ? Future.succeededFuture() : Future.failedFuture(writeFailure);
  }

  @Override
  public Future<Void> end() {
    log.add("end");
    if (endsAtOnce) {
      ended.complete();
    }
    return ended.future();
  }

  @Override
  public FakeStream setWriteQueueMaxSize(int maxSize) {
    return this;
  }

  @Override
  public boolean writeQueueFull() {
    return full;
  }

  @Override
  public FakeStream drainHandler(Handler<Void> handler) {
    drainHandler = handler;
    return this;
  }
}
