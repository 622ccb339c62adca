package dev.jktcp.impl;

import dev.jktcp.TcpException;
import dev.jktcp.TcpStream;
import io.vertx.core.Future;

/**
 * A stream with methods for code on the adapter's context that reads and writes it on behalf of a
 * user elsewhere. Adapter context only.
 */
public interface LocalStream extends TcpStream, Controlled {
  /** Sets {@link dev.jktcp.ConnectionInfo#owner}; {@code stream} unless set. */
  void ownedBy(String owner);

  /**
   * Limits delivery to the connection's bytes before this offset, whatever the demand; unlimited
   * unless set. A smaller offset than before holds back bytes not delivered yet.
   */
  void deliverUpTo(long offset);

  /** Bytes written so far, waiting for the send buffer or not. */
  long written();

  /** Bytes that the send buffer has taken. */
  long taken();

  /** The largest write that does not abort the connection, given the bytes that wait already. */
  long writeRoom();

  /** Bytes of writes that memory now allows on their way or queued. */
  long writeAllowance();

  /** Counts delivered bytes that have not reached their reader elsewhere as held. */
  void onItsWay(long bytes);

  /** Bytes written that the peer has acknowledged. */
  long acknowledged();

  /** Sets the handler for a growth of {@link #acknowledged}. */
  void ackHandler(Runnable handler);

  /** Whether everything written was acknowledged; valid once the connection is over. */
  boolean allAcknowledged();

  /**
   * The failure that ended the connection, also while data is unread; null while it lives and after
   * an orderly end.
   */
  TcpException failure();

  /** Completes when the connection is over and its data is delivered or given up. */
  Future<Void> done();

  /**
   * Sets the handler for the begin of the adapter's {@link dev.jktcp.Adapter#shutdown}. A writer
   * elsewhere may have written bytes that are still on their way; it closes the stream when all
   * have come.
   */
  void shutdownHandler(Runnable handler);

  /** The user has the stream, which fills its listener's backlog no more. Idempotent. */
  void accept();

  /**
   * Sets the handler for the end of the connection, which is called once even if data is unread.
   */
  void overHandler(Runnable handler);

  /**
   * The user reads no more but still writes; {@link #close} follows.
   *
   * @param unread whether data delivered here has not reached its reader, and counts as unread
   */
  void leave(boolean unread);

  /** Resets the connection. Handlers and futures are given this reason. */
  void abort(TcpException cause);
}
