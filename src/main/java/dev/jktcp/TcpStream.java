package dev.jktcp;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpInfo;
import io.vertx.codegen.annotations.Fluent;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;

/**
 * One TCP connection (RFC 9293) as a Vert.x stream.
 *
 * <p><b>Threads.</b> Every method may be called from any thread. Handlers run, and futures
 * complete, on the stream's owning context. The writes of one thread keep their order.
 *
 * <p><b>Reading.</b> A stream starts flowing, and bytes that arrive before the first {@link
 * #handler} wait for it. Demand counts Buffers of at most 64 KiB each. While demand is 0 nothing is
 * taken from the receive buffer, so the advertised TCP window closes and the peer stops sending.
 * The handler may keep and change a delivered Buffer, but not append to it.
 *
 * <p><b>The end.</b> After the peer's FIN, {@link #endHandler} is called once all data before it
 * was delivered. A pause holds up data, not the end. Writing may go on. When both directions have
 * ended, {@link #closeHandler} follows. After an error, the data already acknowledged to the peer
 * is delivered first, then {@link #exceptionHandler} is called with a {@link TcpException}, then
 * {@link #closeHandler}. {@link #endHandler} is called only if the FIN had come before the error.
 * An event that had no handler is given to the first handler set for it.
 *
 * <p><b>Unread data.</b> A paused stream delivers unread data when it is resumed, also after its
 * connection is over. {@link #close} drops the data, and so does the adapter's {@link
 * Adapter#close}. The data of a failed connection waits for {@link AdapterOptions#getOrphanTimeout}
 * at most. If the transport was lost, it waits without a limit for a reader that has a handler,
 * because only the stream itself holds it.
 */
@VertxGen
public interface TcpStream extends ReadStream<Buffer>, WriteStream<Buffer> {
  /** Address and port on this side. */
  SocketAddress localAddress();

  /** Address and port of the peer. */
  SocketAddress remoteAddress();

  /** A snapshot of the connection; after its end, the last one. */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<TcpInfo> info();

  /** Why the connection is over; null while it is not. */
  @Nullable
  CloseReason closeReason();

  @Override
  @Fluent
  TcpStream handler(@Nullable Handler<Buffer> handler);

  /** Sets demand to 0. */
  @Override
  @Fluent
  TcpStream pause();

  /** Sets demand to unlimited. */
  @Override
  @Fluent
  TcpStream resume();

  /**
   * Adds to the demand.
   *
   * @param amount Buffers
   * @throws IllegalArgumentException if negative
   */
  @Override
  @Fluent
  TcpStream fetch(long amount);

  @Override
  @Fluent
  TcpStream endHandler(@Nullable Handler<Void> endHandler);

  /** Called with the one error that ends the connection, a {@link TcpException}. */
  @Override
  @Fluent
  TcpStream exceptionHandler(@Nullable Handler<Throwable> handler);

  /** Called once when the connection is over, after all other handlers. */
  @Fluent
  TcpStream closeHandler(@Nullable Handler<Void> handler);

  /**
   * Sends the bytes after those of earlier writes.
   *
   * <p>The future completes when the stack has copied all bytes to its send buffer; only then may
   * the Buffer change. After {@link #end()}, {@link #close()} or the end of the connection the
   * future fails, and nothing is thrown. A program that writes on although {@link #writeQueueFull}
   * is true may do so up to {@link AdapterOptions#getMaxPendingWrites()} bytes; beyond them the
   * connection is reset.
   */
  @Override
  Future<Void> write(Buffer data);

  /** Sends the text in UTF-8, as {@link #write(Buffer)} sends bytes. */
  default Future<Void> write(String text) {
    return write(Buffer.buffer(text));
  }

  /**
   * Sends the text in another character set.
   *
   * @param enc such as {@code "ISO-8859-1"}
   * @throws java.nio.charset.UnsupportedCharsetException if the Java runtime does not know it
   */
  default Future<Void> write(String text, String enc) {
    return write(Buffer.buffer(text, enc));
  }

  /** {@link #sendFile(String, long, long)} of the whole file. */
  default Future<Void> sendFile(String filename) {
    return sendFile(filename, 0);
  }

  /** {@link #sendFile(String, long, long)} from the offset to the file's end. */
  default Future<Void> sendFile(String filename, long offset) {
    return sendFile(filename, offset, Long.MAX_VALUE);
  }

  /**
   * Sends a part of a file after the bytes of earlier writes. Later writes, at most {@link
   * AdapterOptions#getMaxPendingWrites()} bytes, and the end wait behind it. The file is read as
   * fast as the peer takes it, 64 KiB at a time, and closed in any case.
   *
   * <p>The future completes when the stack has copied all of it to its send buffer. It fails if the
   * file cannot be opened, or the connection ends. If the file cannot be read to its end, or the
   * adapter or the context ends meanwhile, the connection is reset: to the peer a part must not
   * look like the whole.
   *
   * @param offset of the first byte
   * @param length of the part in bytes; if the file has fewer, all that it has
   * @throws IllegalArgumentException if one is negative
   */
  Future<Void> sendFile(String filename, long offset, long length);

  /**
   * Half-close: sends a FIN after the last byte written. Reading goes on. Idempotent.
   *
   * @return completes when the peer has acknowledged the FIN, and with it every byte
   */
  @Override
  Future<Void> end();

  /** {@link #write} and {@link #end()}. */
  @Override
  default Future<Void> end(Buffer data) {
    write(data);
    return end();
  }

  /**
   * Finishes sending, then closes both directions; no more data is delivered. If data was left
   * unread or arrives later, the connection ends in a reset (RFC 9293 §3.6.1), an error on both
   * sides, but only after everything written was acknowledged. Until then such data is acknowledged
   * and thrown away. Idempotent.
   *
   * @return completes when the connection is over; a peer that does not close its side has {@link
   *     AdapterOptions#getFinWait2} to do so. Fails if the connection ended before everything
   *     written was acknowledged
   */
  Future<Void> close();

  /**
   * Aborts the connection at once with an RST. Unread and unsent bytes are lost. {@link
   * #exceptionHandler} is called as well, so that the stream's reader does not wait for ever.
   * Idempotent.
   *
   * @return completes when the connection is over
   */
  Future<Void> reset();

  /**
   * Sets how many bytes written and not yet acknowledged make {@link #writeQueueFull} true. The
   * drain handler is called once fewer than half as many are left.
   *
   * @param maxSize bytes, at least 1
   */
  @Override
  @Fluent
  TcpStream setWriteQueueMaxSize(int maxSize);

  @Override
  @Fluent
  TcpStream drainHandler(@Nullable Handler<Void> handler);
}
