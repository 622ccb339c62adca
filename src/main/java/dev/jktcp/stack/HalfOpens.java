package dev.jktcp.stack;

import dev.jktcp.tcp.connection.ByteBudget;

/**
 * Counts the connections of all listeners that wait for the ACK which completes their handshake: so
 * many a flood can make a stack hold. If the flood of one listener takes all places, the others
 * answer with cookies, so no listener needs its own share.
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

  /** A connection is half-open no more: it is established, or over. */
  void remove() {
    count--;
    budget.charge(ByteBudget.CONNECTION - ByteBudget.HALF_OPEN);
  }
}
