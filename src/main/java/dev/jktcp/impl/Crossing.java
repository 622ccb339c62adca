package dev.jktcp.impl;

import dev.jktcp.tcp.connection.ByteBudget;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The datagrams under way between an adapter and other threads. All its sockets share one limit,
 * and the adapter's memory counts them. Another thread cannot look into the memory's count, so the
 * adapter says in each turn how much may be under way until the next.
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
  private volatile long most = MOST_BEFORE;

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

  // --- adapter context

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
