package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * What is sent again leaves in segments of the present size, not of that in which it left first:
 * small ones are joined, large ones cut.
 */
final class Repackaging {
  private Repackaging() {}

  /** Bytes of data in an entry, without the FIN. */
  static int dataIn(Flight flight, SendQueue queue, int i) {
    return Seq.diff(Seq.min(flight.end(i), queue.dataEnd()), flight.seq(i));
  }

  /** Makes an entry as long as a segment, at the expense of those behind it. */
  static void fill(Flight flight, SendQueue queue, int i, int most) {
    int missing;
    while ((missing = most - dataIn(flight, queue, i)) > 0 && flight.joins(i)) {
      if (dataIn(flight, queue, i + 1) > missing && !flight.split(i + 1, missing)) {
        return;
      }
      flight.join(i);
    }
  }

  /** The last entry, of which no more than a segment is left; what it was longer goes before it. */
  static int tail(Flight flight, SendQueue queue, int mss) {
    int last = flight.size() - 1;
    int data = dataIn(flight, queue, last);
    return data > mss && flight.split(last, data - mss) ? last + 1 : last;
  }
}
