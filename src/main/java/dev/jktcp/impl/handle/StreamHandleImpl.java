package dev.jktcp.impl.handle;

import dev.jktcp.StreamAddresses;
import dev.jktcp.StreamHandle;
import dev.jktcp.TcpControl;
import dev.jktcp.impl.Controlled;
import dev.jktcp.impl.Demand;
import dev.jktcp.impl.pump.PumpedStream;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpInfo;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;

/**
 * The user's object for a connection. Only the user refers to it, so that the garbage collector can
 * find it unused. All state is in {@link HandleStream}.
 */
final class StreamHandleImpl implements StreamHandle, PumpedStream, Controlled {
  private final HandleStream stream;
  private final SocketAddress localAddress;
  private final SocketAddress remoteAddress;

  StreamHandleImpl(HandleStream stream, SocketAddress localAddress, SocketAddress remoteAddress) {
    this.stream = stream;
    this.localAddress = localAddress;
    this.remoteAddress = remoteAddress;
  }

  @Override
  public SocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public SocketAddress remoteAddress() {
    return remoteAddress;
  }

  @Override
  public CloseReason closeReason() {
    return stream.closeReason();
  }

  @Override
  public void incomplete(boolean moreToCome) {
    stream.incomplete(moreToCome);
  }

  @Override
  public TcpControl control() {
    return new HandleControl(stream);
  }

  @Override
  public Future<TcpInfo> info() {
    Promise<TcpInfo> promise = stream.context().promise();
    stream.execute(() -> stream.info(promise));
    return promise.future();
  }

  @Override
  public Future<StreamAddresses> registerAddresses() {
    Promise<StreamAddresses> promise = stream.context().promise();
    stream.execute(() -> stream.registerAddresses(promise));
    return promise.future();
  }

  @Override
  public StreamHandle handler(Handler<Buffer> handler) {
    stream.execute(() -> stream.handler(handler));
    return this;
  }

  @Override
  public StreamHandle endHandler(Handler<Void> endHandler) {
    stream.execute(() -> stream.endHandler(endHandler));
    return this;
  }

  @Override
  public StreamHandle exceptionHandler(Handler<Throwable> handler) {
    stream.execute(() -> stream.exceptionHandler(handler));
    return this;
  }

  @Override
  public StreamHandle closeHandler(Handler<Void> handler) {
    stream.execute(() -> stream.closeHandler(handler));
    return this;
  }

  @Override
  public StreamHandle pause() {
    stream.execute(stream::pause);
    return this;
  }

  @Override
  public StreamHandle resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  public StreamHandle fetch(long amount) {
    Demand.check(amount);
    stream.execute(() -> stream.fetch(amount));
    return this;
  }

  @Override
  public Future<Void> write(Buffer data) {
    return stream.intake().write(data);
  }

  @Override
  public Future<Void> sendFile(String filename, long offset, long length) {
    return stream.intake().sendFile(filename, offset, length);
  }

  @Override
  public boolean writeQueueFull() {
    return stream.intake().gauge().isFull();
  }

  @Override
  public StreamHandle setWriteQueueMaxSize(int maxSize) {
    stream.intake().gauge().setMax(maxSize);
    return this;
  }

  @Override
  public StreamHandle drainHandler(Handler<Void> handler) {
    stream.intake().gauge().drainHandler(handler);
    return this;
  }

  @Override
  public Future<Void> end() {
    stream.execute(stream::end);
    return stream.finAcked();
  }

  @Override
  public Future<Void> close() {
    stream.execute(stream::close);
    return stream.closed();
  }

  @Override
  public Future<Void> reset() {
    stream.execute(stream::reset);
    return stream.over();
  }
}
