package dev.jktcp.stack;

import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.tcp.connection.TcpConnection;

/** Counts the connections, and admits another while limits and memory have room for it. */
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

  /** Half-open ones included. */
  int connections() {
    return connections;
  }

  /**
   * For one more that is established; half-open ones have places of their own, or a flood of SYNs
   * would take all of these.
   *
   * @param bytes that it would be charged from now on
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

  /** For one that our own user asks for. */
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

  /** Whole or half-open: {@link HalfOpens} has evened out what one was charged less. */
  void onClosed() {
    connections--;
    budget.release(ByteBudget.CONNECTION);
  }
}
