package dev.jktcp.impl;

import dev.jktcp.tcp.connection.ByteBudget;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The datagrams under way between an adapter and other threads. All its sockets share one limit,
 * and the adapter's memory counts them. Another thread cannot look into the memory's count, so the
 * adapter says in each turn how much may be under way until the next.
 *
 * <p>The bytes of streams are counted in the accounts of their connections, in each connection's
 * turn. All streams share a limit of the bytes that are not counted yet.
 */
public final class Crossing {
  /**
   * Between two turns, at most this part of the memory is taken before it is counted: no more than
   * the stack keeps free of new connections.
   */
  private static final int SHARE = 16;

  /** Datagrams that wait for the transport to open, when the adapter has no memory to count yet. */
  private static final long MOST_BEFORE = 1 << 20;

  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong uncounted = new AtomicLong(); // bytes of streams
  private volatile long most = MOST_BEFORE;
  private volatile long mostUncounted = MOST_BEFORE;
  private volatile boolean scarce;

  // Adapter context only.
  private ByteBudget budget; // null before there is a stack
  private long counted;

  // --- any thread

  /**
   * A datagram begins its way to the adapter, if there is room for it.
   *
   * @param datagram its bytes with their overhead
   * @return whether there is
   */
  public boolean enter(int datagram) {
    if (bytes.addAndGet(datagram) <= most) {
      return true;
    }
    bytes.addAndGet(-datagram);
    return false;
  }

  /** A datagram has arrived on the other side, or is dropped. */
  public void leave(int datagram) {
    bytes.addAndGet(-datagram);
  }

  /**
   * Bytes that all streams together may begin to bring to the adapter before it has counted others.
   * May be negative.
   */
  public long room() {
    return mostUncounted - uncounted.get();
  }

  /** Whether the adapter's memory was scarce when it last counted. */
  public boolean isScarce() {
    return scarce;
  }

  /** Bytes of a stream begin their way to the adapter. */
  public void begin(int length) {
    uncounted.addAndGet(length);
  }

  // --- adapter context

  /** So many of these bytes are counted, in the account of their connection. */
  public void end(long length) {
    if (length > 0) {
      uncounted.addAndGet(-length);
      mostUncounted = budget.limit() / SHARE;
    }
    boolean now = budget.isScarce();
    if (scarce != now) { // a write in each turn would slow the other threads
      scarce = now;
    }
  }

  /** Counts in this budget from now on. Called once, before the other methods of this part. */
  void of(ByteBudget made) {
    budget = made;
    count(bytes.get());
    allow();
  }

  /** A datagram leaves the stack, whose memory had room for it, for another thread. */
  public void pass(int datagram) {
    bytes.addAndGet(datagram);
    count(datagram);
  }

  /** Brings the count up to date. */
  void settle() {
    long now = bytes.get();
    if (now != 0 || counted != 0) { // most adapters have no socket on another thread
      count(now - counted);
      allow();
    }
  }

  private void allow() {
    long room = Math.min(budget.limit() / SHARE, budget.droppableRoom());
    most = counted + Math.max(0, room);
  }

  private void count(long more) {
    if (more > 0) {
      budget.charge(more);
    } else {
      budget.release(-more);
    }
    counted += more;
  }
}
