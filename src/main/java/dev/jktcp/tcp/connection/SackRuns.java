package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * The highest runs that the peer has reported, highest first, for RFC 6675's IsLost. As many as
 * duplicate ACKs prove a loss are enough: below them its answer does not change.
 */
final class SackRuns {
  private static final int MOST = 8;

  private final int[] starts = new int[MOST];
  private final int[] ends = new int[MOST];
  private int count;

  void clear() {
    count = 0;
  }

  /** Everything before {@code una} is acknowledged. */
  void acknowledge(int una) {
    while (count > 0 && Seq.leq(ends[count - 1], una)) {
      count--;
    }
  }

  /** The peer reported [start, end), which joins the runs that it meets. */
  void add(int start, int end) {
    int above = 0;
    while (above < count && Seq.gt(starts[above], end)) {
      above++;
    }
    int from = start;
    int to = end;
    int below = above;
    for (; below < count && Seq.geq(ends[below], start); below++) {
      from = Seq.min(from, starts[below]);
      to = Seq.max(to, ends[below]);
    }
    if (below > above) { // the runs that it meets become one
      move(below, above + 1);
    } else if (above == MOST) {
      return; // lower than all that are remembered
    } else {
      count = Math.min(count, MOST - 1); // the lowest is forgotten
      move(above, above + 1);
    }
    starts[above] = from;
    ends[above] = to;
  }

  private void move(int from, int to) {
    System.arraycopy(starts, from, starts, to, count - from);
    System.arraycopy(ends, from, ends, to, count - from);
    count += to - from;
  }

  /**
   * RFC 6675 §4, IsLost: everything missing below this number is lost.
   *
   * @param runs number of runs above that proves it
   * @param bytes more bytes above than this prove it as well
   * @param none the answer if there is no such number
   */
  int lostBelow(int runs, int bytes, int none) {
    int above = 0;
    for (int i = 0; i < count; i++) {
      above += ends[i] - starts[i];
      if (i + 1 >= runs || above > bytes) {
        return starts[i];
      }
    }
    return none;
  }
}
