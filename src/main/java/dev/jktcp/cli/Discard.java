package dev.jktcp.cli;

import dev.jktcp.TcpStream;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;

/** Reads and drops everything, and ends the stream when the peer has ended it. */
final class Discard implements WriteStream<Buffer> {
  private final TcpStream answer;

  Discard(TcpStream answer) {
    this.answer = answer;
  }

  @Override
  public Future<Void> write(Buffer data) {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> end() {
    return answer.end();
  }

  @Override
  public boolean writeQueueFull() {
    return false;
  }

  @Override
  public Discard exceptionHandler(Handler<Throwable> handler) {
    return this;
  }

  @Override
  public Discard setWriteQueueMaxSize(int maxSize) {
    return this;
  }

  @Override
  public Discard drainHandler(Handler<Void> handler) {
    return this;
  }
}
