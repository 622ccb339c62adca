package dev.jktcp.impl;

import dev.jktcp.tcp.CloseReason;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;

/**
 * The end of a stream, with the handlers and futures that wait for it: each handler is called once,
 * and the futures of {@link dev.jktcp.TcpStream}'s {@code end()}, {@code close()} and {@code
 * reset()} complete.
 *
 * <p>The stream's context only, except the futures.
 *
 * @param <E> the type of its failure
 */
public final class StreamEnd<E extends Exception> {
  private final ContextInternal context;
  private final Promise<Void> finAcked;
  private final Promise<Void> closed;
  private final Promise<Void> over;

  private Handler<Void> endHandler;
  private Handler<Throwable> exceptionHandler;
  private Handler<Void> closeHandler;
  private boolean endTold;
  private boolean closeTold;

  // Once the connection is over:
  private CloseReason reason;
  private E failure;
  private E error; // null once told
  private boolean clean;

  public StreamEnd(ContextInternal context) {
    this.context = context;
    this.finAcked = context.promise();
    this.closed = context.promise();
    this.over = context.promise();
  }

  /** The future of {@code end()}: succeeds when our FIN is acknowledged. */
  public Future<Void> finAcked() {
    return finAcked.future();
  }

  /** The future of {@code close()}: succeeds if no written byte is lost. */
  public Future<Void> closed() {
    return closed.future();
  }

  /** The future of {@code reset()}: succeeds when the stream is over, however it ended. */
  public Future<Void> over() {
    return over.future();
  }

  public void endHandler(Handler<Void> handler) {
    endHandler = handler;
  }

  public void exceptionHandler(Handler<Throwable> handler) {
    exceptionHandler = handler;
  }

  public void closeHandler(Handler<Void> handler) {
    closeHandler = handler;
  }

  public boolean hasHandler() {
    return endHandler != null || exceptionHandler != null || closeHandler != null;
  }

  public void onFinAcked() {
    finAcked.tryComplete();
  }

  /**
   * The connection is over. Its data may still be read.
   *
   * @param why the failure of writes from now on
   * @param allAcknowledged whether the peer has all written bytes
   */
  public void finish(CloseReason how, E why, boolean allAcknowledged) {
    reason = how;
    failure = why;
    if (how != CloseReason.CLOSED) {
      error = why;
    }
    clean = allAcknowledged;
  }

  /** Fails the FIN. Called after {@link #finish}, once the writes before the FIN have failed. */
  public void failFin() {
    finAcked.tryFail(failure);
  }

  /** The failure of writes once the connection is over; null before. */
  public E failure() {
    return failure;
  }

  /** Whether the stream ended in an error that no handler has had yet. */
  public boolean hasError() {
    return error != null;
  }

  /** Whether the connection is over and no written byte is lost. */
  public boolean isClean() {
    return clean;
  }

  /**
   * All data before the peer's FIN is read. That is the end of the stream unless some of the data
   * was thrown away.
   */
  public void tellEnd(boolean readsGivenUp) {
    if (endHandler == null || endTold) {
      return;
    }
    if (readsGivenUp && reason != CloseReason.CLOSED) {
      return;
    }
    endTold = true;
    context.dispatch(null, endHandler);
  }

  /** No event follows, and no data is left to read. */
  public void tellClose() {
    if (error != null && exceptionHandler != null) {
      E told = error;
      error = null;
      context.dispatch(told, exceptionHandler);
    }
    if (clean) {
      closed.tryComplete();
    } else {
      closed.tryFail(failure);
    }
    over.tryComplete();
    if (closeTold || closeHandler == null) {
      return;
    }
    closeTold = true;
    context.dispatch(null, closeHandler);
  }
}
