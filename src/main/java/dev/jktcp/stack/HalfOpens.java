package dev.jktcp.stack;

/**
 * Counts the connections of all listeners that wait for the ACK which completes their handshake:
 * their sum is what a flood can make a stack hold. If the flood of one listener takes all places,
 * the others answer with cookies, so no listener needs a share of its own.
 */
final class HalfOpens {
  private final int limit;
  private int count;

  HalfOpens(int limit) {
    this.limit = limit;
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

  void remove() {
    count--;
  }
}
