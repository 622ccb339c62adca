package dev.jktcp.stack;

import dev.jktcp.tcp.connection.ByteBudget;

/**
 * Counts the connections of all listeners that wait for the ACK which completes their handshake:
 * their sum is what a flood can make a stack hold. If the flood of one listener takes all places,
 * the others answer with cookies, so no listener needs a share of its own.
 */
final class HalfOpens {
  private final int limit;
  private final ByteBudget budget;
  private int count;

  HalfOpens(int limit, ByteBudget budget) {
    this.limit = limit;
    this.budget = budget;
  }

  boolean hasRoom() {
    return count < limit;
  }

  int count() {
    return count;
  }

  void add() {
    count++;
  }

  /** It is a whole connection from now on, or over as one. */
  void remove() {
    count--;
    budget.charge(ByteBudget.CONNECTION - ByteBudget.HALF_OPEN);
  }
}
