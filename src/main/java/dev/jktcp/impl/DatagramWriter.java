package dev.jktcp.impl;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.streams.WriteStream;

/**
 * Sends each Buffer as a datagram to one peer. Like Vert.x's own, it is never full: if a datagram
 * cannot be sent, its write fails.
 */
final class DatagramWriter implements WriteStream<Buffer> {
  private final DatagramSocket socket;
  private final int port;
  private final String host;
  private Handler<Throwable> exceptionHandler;

  DatagramWriter(DatagramSocket socket, int port, String host) {
    this.socket = socket;
    this.port = port;
    this.host = host;
  }

  @Override
  public Future<Void> write(Buffer data) {
    Handler<Throwable> told = exceptionHandler;
    Future<Void> sent = socket.send(data, port, host);
    return told == null ? sent : sent.onFailure(told::handle);
  }

  @Override
  public Future<Void> end() {
    return Future.succeededFuture(); // the socket is its user's to close
  }

  @Override
  public WriteStream<Buffer> exceptionHandler(Handler<Throwable> handler) {
    exceptionHandler = handler;
    return this;
  }

  @Override
  public WriteStream<Buffer> setWriteQueueMaxSize(int maxSize) {
    return this;
  }

  @Override
  public boolean writeQueueFull() {
    return false;
  }

  @Override
  public WriteStream<Buffer> drainHandler(Handler<Void> handler) {
    return this;
  }
}
