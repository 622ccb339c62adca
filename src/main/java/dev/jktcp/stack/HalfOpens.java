package dev.jktcp.stack;

/**
 * How many connections wait for the ACK that completes their handshake, over all listeners of a
 * stack: their sum is what a flood can make it hold. A listener that another one's flood keeps from
 * a place answers with cookies, so it need not have a share of its own.
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
