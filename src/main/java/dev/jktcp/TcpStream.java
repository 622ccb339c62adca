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
 * complete, on the stream's owning context. What one thread writes keeps its order.
 *
 * <p><b>Reading.</b> A stream starts flowing, and bytes that arrive before the first {@link
 * #handler} wait for it. Demand counts Buffers of at most 64 KiB each. While demand is 0 nothing is
 * taken from the receive buffer, so the advertised TCP window closes and the peer stops sending. A
 * delivered Buffer is the receiver's to keep and to change, but not to append to.
 *
 * <p><b>The end.</b> The peer's FIN calls {@link #endHandler} once all data before it was delivered
 * (a pause holds up data, not the end); writing may go on. When both directions are through, {@link
 * #closeHandler} follows. After an error the data already acknowledged to the peer is delivered
 * first, then {@link #exceptionHandler} is called with a {@link TcpException}, then {@link
 * #closeHandler}; {@link #endHandler} is not, unless the FIN had come before. An event that nobody
 * listened to is given to the first handler that asks for it.
 *
 * <p><b>What is left unread.</b> A paused stream delivers it when it is resumed, also after its
 * connection is over; {@link #close} lets it go. Of a failed connection it waits for {@link
 * AdapterOptions#getOrphanTimeout} at most. When the transport is lost it waits for a reader that
 * has a handler, without a limit, because nothing but the stream itself holds it; when the adapter
 * is closed it is dropped.
 */
@VertxGen
public interface TcpStream extends ReadStream<Buffer>, WriteStream<Buffer> {
  /** Address and port on this side. */
  SocketAddress localAddress();

  /** Address and port of the peer. */
  SocketAddress remoteAddress();

  /** A snapshot of the connection, after its end the last one. */
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

  /** Hears the one error that ends the connection, a {@link TcpException}. */
  @Override
  @Fluent
  TcpStream exceptionHandler(@Nullable Handler<Throwable> handler);

  /** Called once when the connection is over and all else has been said. */
  @Fluent
  TcpStream closeHandler(@Nullable Handler<Void> handler);

  /**
   * Sends the bytes after those of earlier writes.
   *
   * <p>The future completes when the stack has copied all of them to its send buffer; until then
   * the Buffer must not change, and from then on it may. It fails, and nothing is thrown, after
   * {@link #end()}, {@link #close()} or the end of the connection. Writing on regardless of {@link
   * #writeQueueFull} is allowed up to {@link AdapterOptions#getMaxPendingWrites()}, beyond which
   * the connection is reset.
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
   * Sends a part of a file after the bytes of earlier writes. What is written later, and the end,
   * wait behind it, at most {@link AdapterOptions#getMaxPendingWrites()} bytes. The file is read as
   * fast as the peer takes it, 64 KiB at a time, and closed in any case.
   *
   * <p>The future completes when the stack has copied all of it to its send buffer. It fails if the
   * file cannot be opened, or the connection ends. A file that cannot be read to the end breaks the
   * connection off, and so does the end of the adapter or the context meanwhile: to the peer a part
   * must not look like the whole.
   *
   * @param offset of the first byte
   * @param length of the part; what there is, if that is less
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
   * Finishes sending, then closes both directions; no more data is delivered. Data that was left
   * unread or arrives later makes the end a reset (RFC 9293 §3.6.1), and so an error on both sides,
   * after everything written was acknowledged. Idempotent.
   *
   * @return completes when the connection is over (a peer that does not close its side is waited
   *     for {@link AdapterOptions#getFinWait2}); fails if it ended before all that was written was
   *     acknowledged
   */
  Future<Void> close();

  /**
   * Gives the connection up at once with an RST. Unread and unsent bytes are lost; {@link
   * #exceptionHandler} hears of it too, so that whoever reads the stream is not left waiting.
   * Idempotent.
   *
   * @return completes when the connection is over
   */
  Future<Void> reset();

  /**
   * Bytes written and not yet acknowledged from which {@link #writeQueueFull} is true. The drain
   * handler is called once they are fewer than half of it.
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
