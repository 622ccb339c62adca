package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;
import dev.jktcp.wire.TcpSegment;

/**
 * Applies the SACK blocks of an ACK to the flight: marks data that the peer has (RFC 2018), and
 * reports data that it got twice (RFC 2883). A block that cannot be true is reported and changes
 * nothing.
 */
final class SackBlocks {
  /** RFC 7323 §2.3: no window is larger, so no older data comes twice. */
  private static final int LARGEST_WINDOW = 1 << 30;

  private final Flight flight;
  private final SackRuns runs;

  /**
   * @param runs gets each reported range; null = runs are not needed
   */
  SackBlocks(Flight flight, SackRuns runs) {
    this.flight = flight;
    this.runs = runs;
  }

  /**
   * Takes the blocks of a segment before the flight has processed its ACK field.
   *
   * @return bytes newly marked
   */
  int take(TcpSegment segment, Flight.Reader reader) {
    int newly = 0;
    for (int i = 0; i < segment.sackBlocks(); i++) {
      int start = segment.sackStart(i);
      int end = segment.sackEnd(i);
      if (i == 0 && isDuplicate(segment, start, end)) {
        tellDuplicate(start, end, reader);
      } else if (Seq.geq(start, end)
          || Seq.leq(start, segment.ack()) // the receiver would have acknowledged it
          || Seq.gt(end, flight.nxt())) {
        reader.onLie(start, end);
      } else if (Seq.gt(end, flight.una())) { // otherwise an older segment's
        newly += mark(Seq.max(start, flight.una()), end, reader);
      }
    }
    return newly;
  }

  private int mark(int start, int end, Flight.Reader reader) {
    if (runs != null) {
      runs.add(start, end);
    }
    return flight.sack(start, end, reader);
  }

  /**
   * RFC 2883 §4: the first block reports a duplicate if it lies below SEG.ACK, or in the second.
   */
  private static boolean isDuplicate(TcpSegment segment, int start, int end) {
    if (Seq.lt(start, segment.ack())) {
      return true;
    }
    return segment.sackBlocks() > 1
        && Seq.geq(start, segment.sackStart(1))
        && Seq.leq(end, segment.sackEnd(1));
  }

  private void tellDuplicate(int start, int end, Flight.Reader reader) {
    if (Seq.geq(start, end)
        || Seq.gt(end, flight.nxt())
        || Seq.diff(flight.una(), start) > LARGEST_WINDOW) {
      reader.onLie(start, end);
    } else {
      reader.onDuplicate(start, end);
    }
  }
}
