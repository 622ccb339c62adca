package dev.jktcp.impl;

import dev.jktcp.TcpException;
import dev.jktcp.tcp.CloseReason;
import io.vertx.core.Future;

/**
 * The owner of a connection that takes turns in the {@link DrainLoop}: a stream, or one end of a
 * Netty channel. Adapter context only.
 */
public abstract class LoopMember implements ConnectionOwner {
  /** Whether it waits for its turn in the loop, whose field it is. */
  boolean enqueued;

  /** Whether it threw in its turn; also the loop's. */
  boolean faulty;

  /**
   * Everything it can do now.
   *
   * @param limit of handlers called
   * @return how much it did
   */
  protected abstract int advance(int limit);

  /** Why its connection is over; null while that lives. */
  public abstract CloseReason closeReason();

  /** Since when, by the loop's clock, a failed connection's data waits for its reader. */
  protected abstract long waitsSinceNs();

  /** The reader of a failed connection's data has had its time. */
  protected abstract void onPatienceEnd();

  /** No more is to be heard of {@link #onPatienceEnd}. */
  protected abstract void stopPatience();

  /** The adapter ends after the connection did, and what that left is unread. */
  protected abstract void onAdapterEnd(CloseReason reason);

  /**
   * The adapter ends in good order, and so does the connection: what was written still arrives.
   *
   * @return completes when the peer has all of it, or the connection is over
   */
  protected abstract Future<Void> shutDown();

  /** Ends the connection at once: what it is owned by threw. */
  public abstract void abort(TcpException cause);
}
