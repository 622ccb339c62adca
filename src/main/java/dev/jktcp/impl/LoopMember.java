package dev.jktcp.impl;

import dev.jktcp.TcpException;
import dev.jktcp.tcp.CloseReason;
import io.vertx.core.Future;

/**
 * The owner of a connection that takes turns in the {@link DrainLoop}: a stream, or one end of a
 * Netty channel. Adapter context only.
 */
public abstract class LoopMember implements ConnectionOwner {
  /** Whether it waits for its turn. Only the loop uses this field. */
  boolean enqueued;

  /** Whether it threw in its turn. Only the loop uses this field. */
  boolean faulty;

  /**
   * Does all that it can do now.
   *
   * @param limit most handlers to call
   * @return how much it did
   */
  protected abstract int advance(int limit);

  /** Counts anew the bytes that it holds for the connection, which other threads may have taken. */
  protected void recount() {}

  /** Why its connection is over; null while the connection lives. */
  public abstract CloseReason closeReason();

  /** The time, by the loop's clock, since which a failed connection's data waits for its reader. */
  protected abstract long waitsSinceNs();

  /** The wait for the reader of a failed connection's data is over. */
  protected abstract void onPatienceEnd();

  /** Prevents {@link #onPatienceEnd}. */
  protected abstract void stopPatience();

  /** The adapter ends after the connection, whose data is still unread. */
  protected abstract void onAdapterEnd(CloseReason reason);

  /**
   * The adapter ends in good order, and so does the connection: written data still arrives.
   *
   * @return completes when the peer has all of it, or the connection is over
   */
  protected abstract Future<Void> shutDown();

  /** Ends the connection at once, because its owner has thrown. */
  public abstract void abort(TcpException cause);
}
