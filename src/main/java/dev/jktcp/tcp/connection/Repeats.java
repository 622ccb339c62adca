package dev.jktcp.tcp.connection;

/**
 * Repeated parts of segments that no ACK has reported yet: a D-SACK block each (RFC 2883 §4), in
 * order of arrival. If there are more than ACKs owed, the last go unreported.
 */
final class Repeats {
  private static final int MOST = Receiver.MAX_DUPLICATE_ACKS;

  private final int[] edges = new int[2 * MOST]; // a ring
  private int head;
  private int size;

  void add(int start, int end) {
    if (size < MOST) {
      int at = 2 * ((head + size++) % MOST);
      edges[at] = start;
      edges[at + 1] = end;
    }
  }

  boolean isEmpty() {
    return size == 0;
  }

  int firstStart() {
    return edges[2 * head];
  }

  int firstEnd() {
    return edges[2 * head + 1];
  }

  void removeFirst() {
    head = (head + 1) % MOST;
    size--;
  }
}
