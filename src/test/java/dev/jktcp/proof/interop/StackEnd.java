package dev.jktcp.proof.interop;

import dev.jktcp.TcpStream;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;

/** Our end of a connection: it sends one pattern and checks another. Any thread. */
final class StackEnd {
  private static final int WRITE = 64 * 1024;

  private final Context context;
  private final TcpStream stream;
  private final Pattern out;
  private final Pattern in;
  private final Promise<Void> ended = Promise.promise();
  private final Promise<Void> closed = Promise.promise();

  // Adapter context only.
  private long sent;
  private long received;
  private long awaited = Long.MAX_VALUE;
  private Promise<Void> enough = Promise.promise();
  private Throwable error;

  StackEnd(Context context, TcpStream stream, Pattern out, Pattern in) {
    this.context = context;
    this.stream = stream;
    this.out = out;
    this.in = in;
    stream
        .endHandler(v -> ended.complete())
        .exceptionHandler(this::onError)
        .closeHandler(v -> onClose())
        .handler(this::onData);
  }

  TcpStream stream() {
    return stream;
  }

  private void onData(Buffer data) {
    try {
      ByteBuf bytes = ((BufferInternal) data).getByteBuf();
      in.check(received, bytes.array(), bytes.arrayOffset() + bytes.readerIndex(), data.length());
    } catch (AssertionError wrong) {
      onError(wrong);
      stream.reset();
      return;
    }
    received += data.length();
    if (received >= awaited) enough.tryComplete();
  }

  private void onError(Throwable cause) {
    error = cause;
    enough.tryFail(cause);
    ended.tryFail(cause);
  }

  private void onClose() {
    if (error != null) closed.fail(error);
    else closed.complete();
    ended.tryFail("closed before its end");
  }

  /** Sends that many bytes more; completes when the last was taken. */
  Future<Void> send(long bytes) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(v -> sendUntil(sent + bytes, done));
    return done.future();
  }

  private void sendUntil(long end, Promise<Void> done) {
    while (sent < end) {
      Buffer next = out.slice(sent, Math.min(WRITE, end - sent));
      sent += next.length();
      Future<Void> taken = stream.write(next);
      if (sent == end || taken.failed()) {
        stream.drainHandler(null);
        taken.onComplete(done);
        return;
      }
      if (stream.writeQueueFull()) {
        stream.drainHandler(v -> sendUntil(end, done));
        return;
      }
    }
    done.complete();
  }

  /** Completes when so many right bytes have come in all. */
  Future<Void> received(long total) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        v -> {
          awaited = total;
          enough = done;
          if (error != null) done.fail(error);
          else if (received >= total) done.complete();
        });
    return done.future();
  }

  /** Completes at the peer's FIN if exactly so many bytes came before it. */
  Future<Void> ended(long total) {
    return ended
        .future()
        .compose(
            v ->
                received == total
                    ? Future.succeededFuture()
                    : Future.failedFuture("end after " + received + " bytes of " + total));
  }

  /** Completes when the connection is over, fails with what ended it. */
  Future<Void> closed() {
    return closed.future();
  }
}
