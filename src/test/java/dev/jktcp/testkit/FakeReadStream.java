package dev.jktcp.testkit;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.ArrayDeque;

/** Delivers what a test emits, as far as there is demand, on the thread that emits or fetches. */
public final class FakeReadStream implements ReadStream<Buffer> {
  public Handler<Buffer> handler;
  public Handler<Void> endHandler;
  public Handler<Throwable> exceptionHandler;
  public final ArrayDeque<Buffer> queued = new ArrayDeque<>();
  private long demand = Long.MAX_VALUE;

  public synchronized void emit(Buffer buffer) {
    queued.add(buffer);
    deliver();
  }

  public void emit(byte[] bytes) {
    emit(Buffer.buffer(bytes));
  }

  public void end() {
    if (endHandler != null) endHandler.handle(null);
  }

  public void fail(Throwable cause) {
    if (exceptionHandler != null) exceptionHandler.handle(cause);
  }

  public synchronized int waiting() {
    return queued.size();
  }

  private void deliver() {
    while (demand > 0 && !queued.isEmpty() && handler != null) {
      if (demand != Long.MAX_VALUE) demand--;
      handler.handle(queued.poll());
    }
  }

  @Override
  public FakeReadStream exceptionHandler(Handler<Throwable> h) {
    exceptionHandler = h;
    return this;
  }

  @Override
  public FakeReadStream handler(Handler<Buffer> h) {
    handler = h;
    return this;
  }

  @Override
  public synchronized FakeReadStream pause() {
    demand = 0;
    return this;
  }

  @Override
  public FakeReadStream resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  public synchronized FakeReadStream fetch(long amount) {
    demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
    deliver();
    return this;
  }

  @Override
  public FakeReadStream endHandler(Handler<Void> h) {
    endHandler = h;
    return this;
  }
}
