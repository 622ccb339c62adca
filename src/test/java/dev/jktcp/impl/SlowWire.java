package dev.jktcp.impl;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.util.ArrayDeque;

/**
 * One direction of a byte stream that passes on only while it is let, and in pieces that begin and
 * end anywhere. Lab context only.
 */
final class SlowWire implements ReadStream<Buffer>, WriteStream<Buffer> {
  private record Write(Buffer bytes, Promise<Void> done) {}

  private static final int PIECE = 777;

  private final Lab lab;
  private final ArrayDeque<Write> queue = new ArrayDeque<>();
  private final Buffer passed = Buffer.buffer();
  private Handler<Buffer> handler;
  private Handler<Void> drainHandler;
  private boolean stuck;
  private boolean scheduled;

  SlowWire(Lab lab) {
    this.lab = lab;
  }

  void stuck(boolean nowStuck) {
    stuck = nowStuck;
    schedule();
  }

  int waiting() {
    return queue.size();
  }

  /** Everything that came out at the other end. */
  Buffer passed() {
    return passed;
  }

  private void schedule() {
    if (scheduled || stuck || queue.isEmpty()) return;
    scheduled = true;
    lab.context.runOnContext(v -> pass());
  }

  private void pass() {
    scheduled = false;
    if (stuck) return;
    Write next = queue.poll();
    Buffer bytes = next.bytes.copy();
    passed.appendBuffer(bytes);
    for (int at = 0; at < bytes.length(); at += PIECE) {
      if (handler != null) handler.handle(bytes.slice(at, Math.min(at + PIECE, bytes.length())));
    }
    next.done.complete();
    if (queue.isEmpty() && drainHandler != null) drainHandler.handle(null);
    schedule();
  }

  @Override
  public Future<Void> write(Buffer data) {
    Promise<Void> done = Promise.promise();
    queue.add(new Write(data, done));
    schedule();
    return done.future();
  }

  @Override
  public boolean writeQueueFull() {
    return stuck && !queue.isEmpty();
  }

  @Override
  public Future<Void> end() {
    return Future.succeededFuture();
  }

  @Override
  public SlowWire setWriteQueueMaxSize(int maxSize) {
    return this;
  }

  @Override
  public SlowWire drainHandler(Handler<Void> h) {
    drainHandler = h;
    return this;
  }

  @Override
  public SlowWire exceptionHandler(Handler<Throwable> h) {
    return this;
  }

  @Override
  public SlowWire handler(Handler<Buffer> h) {
    handler = h;
    return this;
  }

  @Override
  public SlowWire pause() {
    return this;
  }

  @Override
  public SlowWire resume() {
    return this;
  }

  @Override
  public SlowWire fetch(long amount) {
    return this;
  }

  @Override
  public SlowWire endHandler(Handler<Void> h) {
    return this;
  }
}
