package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * Retransmissions leave in segments of the present size, not of the first one: small segments are
 * joined, large ones cut.
 */
final class Repackaging {
  private Repackaging() {}

  /** Bytes of data in an entry, without the FIN. */
  static int dataIn(Flight flight, SendQueue queue, int i) {
    return Seq.diff(Seq.min(flight.end(i), queue.dataEnd()), flight.seq(i));
  }

  /** Makes an entry as long as a segment, with bytes of the entries behind it. */
  static void fill(Flight flight, SendQueue queue, int i, int most) {
    int missing;
    while ((missing = most - dataIn(flight, queue, i)) > 0 && flight.joins(i)) {
      if (dataIn(flight, queue, i + 1) > missing && !flight.split(i + 1, missing)) {
        return;
      }
      flight.join(i);
    }
  }

  /** The last entry, cut to at most a segment; the excess becomes an entry before it. */
  static int tail(Flight flight, SendQueue queue, int mss) {
    int last = flight.size() - 1;
    int data = dataIn(flight, queue, last);
    return data > mss && flight.split(last, data - mss) ? last + 1 : last;
  }
}
