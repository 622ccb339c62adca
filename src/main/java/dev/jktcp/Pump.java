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
 * Moves bytes from a stream to another, one way or both ways at once, over any Vert.x streams:
 * {@link TcpStream}, {@link NetSocket}, {@link io.vertx.core.file.AsyncFile} and others.
 *
 * <p>Unlike a Vert.x {@link io.vertx.core.streams.Pipe} it can be stopped and started again, counts
 * what it moves, and tells an end from a failure: a FIN is passed on as a FIN and a failure as a
 * reset, so that what looks complete to a reader is complete.
 *
 * <p><b>Back-pressure.</b> The source is paused while the target's write queue is full and resumed
 * when it has drained. The pump itself holds nothing.
 *
 * <p><b>What it closes.</b>
 *
 * <ul>
 *   <li>When a source ends, its target is ended: a half-close for a {@link TcpStream} or a plain
 *       {@link NetSocket}, whose other direction goes on; a flush and close for an {@link
 *       io.vertx.core.file.AsyncFile}. {@link #endTarget}{@code (false)} leaves it open.
 *   <li>When a stream fails, or a socket closes before its end of input, {@link #between} resets
 *       both sides and {@link #pump} resets its target. A {@link NetSocket} is closed with a linger
 *       time of 0, which sends an RST.
 *   <li>From its start on, a plain {@link NetSocket} that is written to is reset whatever closes it
 *       before its end was passed on: its server, the end of Vert.x, or the end of the process, by
 *       {@code kill -9} too (SO_LINGER of 0, which the end takes back).
 *   <li>{@link #between} closes a plain {@link NetSocket} once both its directions have ended. A
 *       {@link TcpStream} is over by itself then.
 * </ul>
 *
 * <p><b>When it is broken off</b> by the end of a verticle, of a Vert.x, of an adapter or of the
 * process: what it has written to is reset unless every source has ended by then. That is true from
 * its making, also while it is stopped. A {@link #completion} that succeeded has everything; one
 * that failed, or never came, does not: a file that was cut off is no success.
 *
 * <p><b>What it never closes.</b>
 *
 * <ul>
 *   <li>The source of {@link #pump}, nor its target beyond the end: close a file you read from, and
 *       a {@link NetSocket} pumped one way only. After a failure the source is left paused.
 *   <li>A target that is no socket, after a failure: its end would look like a good one. The file
 *       holds what came; close it.
 *   <li>Anything while it is stopped. What happens meanwhile is passed on by the next {@link
 *       #start}.
 * </ul>
 *
 * <p><b>Sockets of the kernel.</b> A {@link NetSocket} that is not told otherwise closes itself
 * when the peer half-closes, and its answer is lost. The pump tells it, but a FIN may be faster:
 * hand the socket to {@link #keepHalfOpen} in its connect handler, on its event loop, if the pump
 * is made later. A socket that closed too early counts as failed. TLS has no half-close: the end of
 * a TLS socket ends both its directions, and ending one closes it. Closed on this side before that,
 * it counts as failed, and its peer sees a reset without the good-bye of TLS.
 *
 * <p><b>Handlers.</b> From its first start the pump owns every handler of its streams, and keeps
 * them while stopped. From its making it owns their demand. So a stream is in one pump at a time:
 * for both directions take {@link #between}, not two of {@link #pump}.
 *
 * <p><b>Threads.</b> Every method may be called from any thread, {@link #endTarget} and {@link
 * #halfEndHandler} before the first start. The two streams may live on different contexts. A pause
 * or resume is made on the source's own context once that is known, which is from its first byte.
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
   * connect handler, when the pump's other stream does not exist yet. What closes the socket until
   * then resets it: a FIN would look like an empty answer.
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
   * Where there is no reset (Unix domain sockets) it just closes.
   */
  @GenIgnore
  static void reset(NetSocket socket) {
    KernelSocket.reset(socket);
  }

  /**
   * Begins, or goes on after {@link #stop}. What ended or failed while stopped is passed on now.
   */
  @Fluent
  Pump start();

  /**
   * Pauses the sources and touches nothing else; not a byte is lost. A buffer that a source was
   * handing over at this moment on another thread is still written.
   */
  @Fluent
  Pump stop();

  /**
   * Whether a target is ended when its source has ended; true unless set. To be set before the
   * first start.
   */
  @Fluent
  Pump endTarget(boolean end);

  /**
   * Hears, once, that the first of two directions has ended and the other goes on. To be set before
   * the first start.
   */
  @Fluent
  Pump halfEndHandler(Handler<Void> handler);

  /**
   * Whether a source is held back because its target takes nothing now. A pump that stays so
   * without moving a byte may have lost a peer: a paused {@link NetSocket} does not hear that its
   * own is gone.
   */
  boolean isBlocked();

  /** Gives up, even while stopped: as if a stream had failed with this cause. */
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
   * Completes when every source has ended and the end of every target is through ({@link
   * TcpStream#end}: acknowledged); fails with the first failure.
   */
  Future<Void> completion();
}
