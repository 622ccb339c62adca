package dev.jktcp.stack;

/**
 * A range of ports divided in two: candidates, which may be free, and ports known to be in use.
 * Each operation takes constant time. Four bytes a port.
 */
final class PortPool {
  private final int first;
  private final char[] order; // offsets from the first port, candidates before used ones
  private final char[] placeOf; // index of each offset in the order
  private int candidates;

  /** All ports are candidates. */
  PortPool(int first, int last) {
    this.first = first;
    candidates = last - first + 1;
    order = new char[candidates];
    placeOf = new char[candidates];
    for (int i = 0; i < candidates; i++) {
      order[i] = (char) i;
      placeOf[i] = (char) i;
    }
  }

  int candidates() {
    return candidates;
  }

  /** Whether no port of the range is known to be in use. */
  boolean isWhole() {
    return candidates == order.length;
  }

  /**
   * @param index below {@link #candidates}
   */
  int candidate(int index) {
    return first + order[index];
  }

  /** The candidate is in use. */
  void exclude(int port) {
    moveTo(port, --candidates);
  }

  /** The port may be free again. */
  void include(int port) {
    if (placeOf[port - first] >= candidates) {
      moveTo(port, candidates++);
    }
  }

  private void moveTo(int port, int place) {
    char moved = (char) (port - first);
    char other = order[place];
    char from = placeOf[moved];
    order[from] = other;
    placeOf[other] = from;
    order[place] = moved;
    placeOf[moved] = (char) place;
  }
}
