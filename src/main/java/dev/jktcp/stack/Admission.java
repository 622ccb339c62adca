package dev.jktcp.stack;

import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.tcp.connection.TcpConnection;

/** Counts the connections, and admits another while the limits and memory have room. */
final class Admission {
  private final StackOptions options;
  private final StackCounters counters;
  private final ByteBudget budget;
  private final HalfOpens halfOpens;
  private int connections;

  Admission(StackOptions options, StackCounters counters, ByteBudget budget, HalfOpens halfOpens) {
    this.options = options;
    this.counters = counters;
    this.budget = budget;
    this.halfOpens = halfOpens;
  }

  /** All connections, half-open ones included. */
  int connections() {
    return connections;
  }

  /**
   * Whether one more established connection has a place. Half-open ones have their own places, or a
   * flood of SYNs would take all of these.
   *
   * @param bytes of memory that it would be charged
   */
  boolean hasPlaceFor(TcpListener listener, int bytes) {
    if (!listener.hasRoom()) {
      counters.backlogDrops++; // the peer's SYN, or its ACK, comes again
      return false;
    }
    if (isFull()) {
      counters.limitDrops++;
      return false;
    }
    if (!budget.admits(bytes)) {
      counters.memoryRefusals++;
      return false;
    }
    return true;
  }

  /** Requires a place for a connection that our own user opens. */
  void requirePlace() throws StackException {
    if (isFull()) {
      throw new StackException(
          "too many connections (limit " + options.maxConnections() + "): raise maxConnections");
    }
    if (!budget.admits(ByteBudget.CONNECTION)) {
      throw new StackException(
          "no memory for another connection ("
              + budget.held()
              + " bytes held): raise maxBytesHeld, now "
              + budget.limit());
    }
  }

  private boolean isFull() {
    return connections - halfOpens.count() >= options.maxConnections();
  }

  void onOpened(TcpConnection connection) {
    connections++;
    budget.charge(connection.isHalfOpen() ? ByteBudget.HALF_OPEN : ByteBudget.CONNECTION);
  }

  /**
   * A connection is over, whole or half-open: {@link HalfOpens} has made up for the lower charge of
   * the latter.
   */
  void onClosed() {
    connections--;
    budget.release(ByteBudget.CONNECTION);
  }
}
