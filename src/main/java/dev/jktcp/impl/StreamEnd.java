package dev.jktcp.impl;

import dev.jktcp.tcp.CloseReason;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;

/**
 * How a stream ended, and which of those who wait for that were told: the handlers once each, the
 * futures of {@link dev.jktcp.TcpStream}'s {@code end()}, {@code close()} and {@code reset()}.
 *
 * <p>Context only, but for the futures.
 *
 * @param <E> what it can fail with
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

  /** Of {@code end()}: succeeds when our FIN is acknowledged. */
  public Future<Void> finAcked() {
    return finAcked.future();
  }

  /** Of {@code close()}: succeeds if nothing that was written is lost. */
  public Future<Void> closed() {
    return closed.future();
  }

  /** Of {@code reset()}: succeeds when the stream is over, however it ended. */
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
   * The connection is over; what it left may still be read.
   *
   * @param why what writes fail with from now on
   * @param allAcknowledged whether the peer has everything that was written
   */
  public void finish(CloseReason how, E why, boolean allAcknowledged) {
    reason = how;
    failure = why;
    if (how != CloseReason.CLOSED) {
      error = why;
    }
    clean = allAcknowledged;
  }

  /** After {@link #finish}, and after what was written before has failed: so will our FIN. */
  public void failFin() {
    finAcked.tryFail(failure);
  }

  /** What writes fail with once the connection is over, else null. */
  public E failure() {
    return failure;
  }

  /** Whether it ended in an error that nobody was told yet. */
  public boolean hasError() {
    return error != null;
  }

  /** Whether the connection is over, and nothing that was written is lost. */
  public boolean isClean() {
    return clean;
  }

  /**
   * All is read that comes before the peer's FIN. That is the end of the stream unless data before
   * it was thrown away.
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

  /** Nothing follows, and nothing is left to read. */
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
