package dev.jktcp;

import dev.jktcp.impl.pump.KernelSocket;
import dev.jktcp.impl.pump.PumpImpl;
import io.vertx.codegen.annotations.Fluent;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;

/**
 * Moves bytes from one stream to another, one way or both ways at once, between any Vert.x streams:
 * {@link TcpStream}, {@link NetSocket}, {@link io.vertx.core.file.AsyncFile} and others.
 *
 * <p>Unlike a Vert.x {@link io.vertx.core.streams.Pipe} it can be stopped and started again, counts
 * the bytes it moves, and tells an end from a failure: a FIN is passed on as a FIN and a failure as
 * a reset, so that data that looks complete to its reader is complete.
 *
 * <p><b>Back-pressure.</b> The source is paused while the target's write queue is full and resumed
 * when it has drained. The pump itself holds nothing.
 *
 * <p><b>Streams it closes.</b>
 *
 * <ul>
 *   <li>When a source ends, its target is ended: a half-close for a {@link TcpStream} or a plain
 *       {@link NetSocket}, whose other direction goes on; a flush and close for an {@link
 *       io.vertx.core.file.AsyncFile}. {@link #endTarget}{@code (false)} leaves it open.
 *   <li>When a stream fails, or a socket closes before the end of its input, {@link #between}
 *       resets both sides and {@link #pump} resets its target. A {@link NetSocket} is closed with a
 *       linger time of 0, which sends an RST.
 *   <li>If a plain {@link NetSocket} that the pump writes to is closed before the source's end was
 *       passed on, it is reset: by its server, by the end of Vert.x, or by the end of the process,
 *       even {@code kill -9}. From its start on the pump keeps SO_LINGER at 0 for that, and takes
 *       it back when it passes the end on.
 *   <li>{@link #between} closes a plain {@link NetSocket} once both its directions have ended. A
 *       {@link TcpStream} then ends by itself.
 * </ul>
 *
 * <p><b>When it is broken off</b> by the end of a verticle, of a Vert.x, of an adapter or of the
 * process, the streams that it has written to are reset unless every source has ended by then. That
 * holds from the pump's creation on, also while it is stopped. If {@link #completion} succeeded,
 * everything was moved. If it failed, or never came, a file may have been cut off.
 *
 * <p><b>Streams it never closes.</b>
 *
 * <ul>
 *   <li>The source of {@link #pump}, and its target once that was ended: close a file you read
 *       from, and a {@link NetSocket} pumped one way only. After a failure the source is left
 *       paused.
 *   <li>A target that is no socket, after a failure: its end would look like success. A file has
 *       the bytes moved so far; close it.
 *   <li>Any stream while it is stopped. The next {@link #start} passes on what happened meanwhile.
 * </ul>
 *
 * <p><b>Sockets of the kernel.</b> A {@link NetSocket} by default closes itself when the peer
 * half-closes, and the answer to the peer is lost. The pump changes that, but a FIN may be faster:
 * if the pump is made later, hand the socket to {@link #keepHalfOpen} in its connect handler, on
 * its event loop. A socket that closed too early counts as failed. TLS has no half-close: the end
 * of a TLS socket ends both its directions, and ending one closes it. A TLS socket closed on this
 * side before that counts as failed, and its peer sees a reset without TLS's close_notify.
 *
 * <p><b>Handlers.</b> From its creation the pump owns the demand of its streams. From its first
 * start it owns all their handlers, and keeps them while it is stopped. A stream is therefore in
 * one pump at a time: for both directions use {@link #between}, not {@link #pump} twice.
 *
 * <p><b>Threads.</b> Every method may be called from any thread; {@link #endTarget} and {@link
 * #halfEndHandler} only before the first start. The two streams may live on different contexts. The
 * pump pauses and resumes a source on the source's own context once it knows that, which is from
 * the first byte.
 */
@VertxGen
public interface Pump {
  /**
   * A pump from one stream to another. The source is paused at once; nothing moves before {@link
   * #start}.
   */
  static Pump pump(ReadStream<Buffer> from, WriteStream<Buffer> to) {
    return PumpImpl.oneWay(from, to);
  }

  /**
   * A pump both ways between two streams, both paused at once; nothing moves before {@link #start}.
   *
   * @throws IllegalArgumentException if one of them is not also a {@link WriteStream} (of Buffers:
   *     no type in Java 17 can ask for both, since the two differ in what their handler setters
   *     return)
   */
  static Pump between(ReadStream<Buffer> first, ReadStream<Buffer> second) {
    return PumpImpl.between(first, second);
  }

  /**
   * Makes a kernel socket outlive its peer's half-close, and pauses it until a pump takes it. For a
   * connect handler, when the pump's other stream does not exist yet. A socket closed before a pump
   * has it is reset: a FIN would look like an empty answer.
   *
   * @return the same socket
   */
  static NetSocket keepHalfOpen(NetSocket socket) {
    KernelSocket kept = KernelSocket.adopt(socket);
    if (kept != null) {
      kept.resetUnlessEnded();
    }
    return socket;
  }

  /**
   * Closes a socket so that its peer sees a reset and not a clean end. Bytes not yet sent are lost.
   * A Unix domain socket, which has no reset, is just closed.
   */
  @GenIgnore
  static void reset(NetSocket socket) {
    KernelSocket.reset(socket);
  }

  /**
   * Begins, or goes on after {@link #stop}. Ends and failures that came while it was stopped are
   * passed on now.
   */
  @Fluent
  Pump start();

  /**
   * Pauses the sources and does no more; no byte is lost. A buffer that a source is handing over at
   * this moment on another thread is still written.
   */
  @Fluent
  Pump stop();

  /**
   * Whether a target is ended when its source has ended; true unless set. Set it before the first
   * start.
   */
  @Fluent
  Pump endTarget(boolean end);

  /**
   * Called once when the first of two directions has ended and the other goes on. Set it before the
   * first start.
   */
  @Fluent
  Pump halfEndHandler(Handler<Void> handler);

  /**
   * Whether a source is held back because its target takes nothing now. A pump that stays so
   * without moving a byte may have lost a peer: a paused {@link NetSocket} does not notice that its
   * peer is gone.
   */
  boolean isBlocked();

  /** Ends the pump, even while it is stopped, as if a stream had failed with this cause. */
  void reset(Throwable cause);

  /** Bytes written to the second stream. */
  long bytesForth();

  /** Bytes written back to the first stream; 0 for a pump one way. */
  long bytesBack();

  /** Bytes moved, both ways together. */
  default long bytes() {
    return bytesForth() + bytesBack();
  }

  /**
   * Completes when every source has ended and every target has completed its end (for {@link
   * TcpStream#end}, when the peer has acknowledged it); fails with the first failure.
   */
  Future<Void> completion();
}
