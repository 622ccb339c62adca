package dev.jktcp.stack;

/**
 * A range of ports divided in two: candidates, which may be free, and those known to be used. Each
 * of its operations takes constant time. Four bytes a port.
 */
final class PortPool {
  private final int first;
  private final char[] order; // offsets from the first port, candidates before the used
  private final char[] placeOf; // where in the order each offset is
  private int candidates;

  /** All of them are candidates. */
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

  /** None of the range is known to be used. */
  boolean isWhole() {
    return candidates == order.length;
  }

  /**
   * @param index below {@link #candidates}
   */
  int candidate(int index) {
    return first + order[index];
  }

  /** The candidate is used. */
  void exclude(int port) {
    moveTo(port, --candidates);
  }

  /** It may be free again. */
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
