package dev.jktcp.proof.fuzz;

import dev.jktcp.stack.StackOptions;

/** The right edge of the window that the stack shows on a line, and the rules by which it moves. */
final class RightEdge {
  private final StackOptions options;
  private final int mss;
  private boolean known;
  private int edge;

  /**
   * @param mss that the stack announces
   */
  RightEdge(StackOptions options, int mss) {
    this.options = options;
    this.mss = mss;
  }

  /** As far as it was ever shown. */
  int number() {
    return edge;
  }

  /** What comes has other numbers, or a FIN in them. */
  void forget() {
    known = false;
  }

  /**
   * @param reader the number of the next octet that the user reads
   */
  void onShown(int ack, int window, int unit, int reader) {
    int shown = ack + window * unit;
    if (known) {
      // RFC 7323 §2.4: what scaling cannot express may round the edge back, by less than its unit.
      Checks.that(shown - edge > -unit, "the right edge went back");
      Checks.that(isStep(shown - edge, window, unit), shown - edge, "a step of the right edge");
    }
    edge = known && edge - shown > 0 ? edge : shown;
    known = true;
    Checks.that(edge - reader < room() + unit, edge - reader, "room");
  }

  /** RFC 9293 MUST-39: no small ones; scaling rounds them by less than its unit. */
  private boolean isStep(int gain, int window, int unit) {
    int least = leastStep() - unit;
    boolean eager = options.windowStyle().eager() && window * unit > least;
    boolean hadMoreToTell = window == 0xffff;
    return gain < unit || gain > least || eager || hadMoreToTell;
  }

  /** A full segment, or half the buffer. */
  int leastStep() {
    return Math.max(1, Math.min(mss, options.receiveBuffer() / 2));
  }

  /** For what is not read, but for the rounding of the last step. */
  int room() {
    return options.receiveBuffer() + (options.windowStyle().wholeSegments() ? mss : 0);
  }
}
