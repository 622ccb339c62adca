package dev.jktcp.impl.pump;

import dev.jktcp.TcpStream;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.util.function.Consumer;

/** One stream of a pump, as reader, writer or both, with its way to be reset. */
final class PumpEnd {
  private static final Runnable NO_RESET = () -> {};

  private final ReadStream<Buffer> in;
  private final WriteStream<Buffer> out;
  private final Runnable reset;
  private final TlsGuard tls; // null without TLS

  private PumpEnd(ReadStream<Buffer> in, WriteStream<Buffer> out, Runnable reset) {
    this.in = in;
    this.out = out;
    this.reset = reset;
    this.tls = TlsGuard.of(in == null ? out : in);
    incomplete(true);
  }

  /** Sets whether more is to be written; while it is, any close of the stream is a reset. */
  private void incomplete(boolean moreToCome) {
    if (out instanceof PumpedStream stream) {
      stream.incomplete(moreToCome);
    }
    if (tls != null && out != null) {
      tls.incomplete(moreToCome);
    }
  }

  /** The last byte is written, which ends a TLS socket both ways. */
  void onLastByte() {
    if (tls != null) {
      tls.onLastByte();
    }
  }

  /** Whether the end of its input was made on this side, not by the peer. */
  boolean isCutOff() {
    return tls != null && tls.isCut();
  }

  /** Every source has ended, and all its data is written. */
  void onComplete() {
    incomplete(false);
  }

  static PumpEnd source(ReadStream<Buffer> in) {
    KernelSocket socket = KernelSocket.adopt(in);
    if (socket != null) {
      socket.closeAsUsual(); // other code writes to it
    }
    return new PumpEnd(socket == null ? in : socket, null, NO_RESET);
  }

  static PumpEnd target(WriteStream<Buffer> out) {
    KernelSocket socket = KernelSocket.adopt(out);
    return new PumpEnd(null, socket == null ? out : socket, resetOf(out));
  }

  static PumpEnd duplex(ReadStream<Buffer> stream) {
    KernelSocket socket = KernelSocket.adopt(stream);
    WriteStream<Buffer> out = writer(stream);
    return socket == null
        ? new PumpEnd(stream, out, resetOf(out))
        : new PumpEnd(socket, socket, resetOf(out));
  }

  @SuppressWarnings("unchecked") // a stream that reads Buffers and writes another type is no duplex
  private static WriteStream<Buffer> writer(ReadStream<Buffer> stream) {
    if (stream instanceof WriteStream<?> out) {
      return (WriteStream<Buffer>) out;
    }
    throw new IllegalArgumentException(
        stream + " is not a WriteStream: a pump of two directions needs streams that take Buffers");
  }

  private static Runnable resetOf(WriteStream<Buffer> out) {
    if (out instanceof TcpStream stream) {
      return stream::reset;
    }
    if (out instanceof NetSocket socket) {
      return () -> KernelSocket.reset(socket);
    }
    return NO_RESET;
  }

  ReadStream<Buffer> in() {
    return in;
  }

  WriteStream<Buffer> out() {
    return out;
  }

  void listen(Handler<Throwable> onFailure, Consumer<PumpEnd> onClosed) {
    if (out instanceof KernelSocket socket) {
      socket.resetUnlessEnded();
    }
    if (tls != null) {
      tls.cutHandler(() -> onClosed.accept(this));
    }
    if ((in == null ? out : in) instanceof TcpStream stream) {
      stream.closeHandler(v -> onClosed.accept(this));
    }
    if (in != null) {
      in.exceptionHandler(onFailure);
    } else {
      out.exceptionHandler(onFailure);
    }
  }

  void reset() {
    reset.run();
  }

  /** Gives a target that is not to be ended back to its user. */
  void letGo() {
    onLastByte();
    if (out instanceof KernelSocket socket) {
      socket.closeAsUsual();
    }
  }

  @Override
  public String toString() {
    return String.valueOf(in == null ? out : in);
  }
}
