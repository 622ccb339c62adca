package dev.jktcp.testkit;

import dev.jktcp.TcpStream;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpInfo;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;

/** A fake that can be reset and that says when it is over. */
public final class FakeTcpStream extends FakeStream implements TcpStream {
  private Handler<Void> closeHandler;

  public void closes() {
    if (closeHandler != null) {
      closeHandler.handle(null);
    }
  }

  @Override
  public Future<Void> reset() {
    log.add("reset");
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> sendFile(String filename, long offset, long length) {
    return Future.failedFuture("a fake sends no files");
  }

  @Override
  public Future<Void> close() {
    log.add("close");
    return Future.succeededFuture();
  }

  @Override
  public FakeTcpStream closeHandler(Handler<Void> handler) {
    closeHandler = handler;
    return this;
  }

  @Override
  public FakeTcpStream handler(Handler<Buffer> handler) {
    super.handler(handler);
    return this;
  }

  @Override
  public FakeTcpStream pause() {
    super.pause();
    return this;
  }

  @Override
  public FakeTcpStream resume() {
    super.resume();
    return this;
  }

  @Override
  public FakeTcpStream fetch(long amount) {
    super.fetch(amount);
    return this;
  }

  @Override
  public FakeTcpStream endHandler(Handler<Void> handler) {
    super.endHandler(handler);
    return this;
  }

  @Override
  public FakeTcpStream exceptionHandler(Handler<Throwable> handler) {
    super.exceptionHandler(handler);
    return this;
  }

  @Override
  public FakeTcpStream setWriteQueueMaxSize(int maxSize) {
    return this;
  }

  @Override
  public FakeTcpStream drainHandler(Handler<Void> handler) {
    super.drainHandler(handler);
    return this;
  }

  @Override
  public Future<Void> end(Buffer data) {
    write(data);
    return end();
  }

  @Override
  public SocketAddress localAddress() {
    return SocketAddress.inetSocketAddress(1, "10.0.0.1");
  }

  @Override
  public SocketAddress remoteAddress() {
    return SocketAddress.inetSocketAddress(2, "10.0.0.2");
  }

  @Override
  public Future<TcpInfo> info() {
    return Future.failedFuture("a fake has none");
  }

  @Override
  public CloseReason closeReason() {
    return null;
  }
}
