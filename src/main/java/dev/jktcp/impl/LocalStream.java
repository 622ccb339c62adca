package dev.jktcp.impl;

import dev.jktcp.TcpException;
import dev.jktcp.TcpStream;
import io.vertx.core.Future;

/**
 * A stream with what its adapter's own context may ask of it beyond {@link TcpStream}: enough for
 * someone there to be its reader and writer on behalf of someone elsewhere. Adapter context only.
 */
public interface LocalStream extends TcpStream, Controlled {
  /** What {@link dev.jktcp.ConnectionInfo#owner} says; {@code stream} at first. */
  void ownedBy(String owner);

  /**
   * Delivers no byte beyond the first so many of the connection, whatever the demand; unlimited at
   * first. A smaller number than before holds back what was not delivered yet.
   */
  void deliverUpTo(long offset);

  /** Bytes written so far, waiting for the send buffer or not. */
  long written();

  /** Bytes the send buffer has taken. */
  long taken();

  /** The largest write that does not abort the connection for what is waiting already. */
  long writeRoom();

  /** Bytes of writes that may be on their way to it or queued, by what memory allows now. */
  long writeAllowance();

  /** Bytes delivered that have not reached their reader elsewhere; they count as held. */
  void onItsWay(long bytes);

  /** Bytes written that the peer has acknowledged. */
  long acknowledged();

  /** Called when that has grown. */
  void ackHandler(Runnable handler);

  /** Whether everything written was acknowledged; means something once the connection is over. */
  boolean allAcknowledged();

  /**
   * Why the connection is over, also while data of it is unread; null if it is not, or all well.
   */
  TcpException failure();

  /** Completes when the connection is over and its data delivered or given up. */
  Future<Void> done();

  /**
   * Called when the adapter begins its {@link dev.jktcp.Adapter#shutdown}. A writer elsewhere may
   * have written more than has come here; it closes the stream once everything has.
   */
  void shutdownHandler(Runnable handler);

  /** Its user has it: it fills the backlog of its listener no more. Idempotent. */
  void accept();

  /** Called once, when the connection is over, data of it being unread or not. */
  void overHandler(Runnable handler);

  /**
   * The user reads no more, but still writes; {@link #close} follows.
   *
   * @param unread whether data delivered here has not reached its reader: it counts as unread
   */
  void leave(boolean unread);

  /** Resets the connection for this reason, which everyone who asks is given. */
  void abort(TcpException cause);
}
