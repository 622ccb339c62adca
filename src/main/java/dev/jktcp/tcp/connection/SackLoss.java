package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * IsLost of RFC 6675 §4: a segment is lost when DupThresh runs above it have arrived, or more than
 * DupThresh-1 segments' worth of bytes. This never finds the loss of a retransmission. Each entry
 * of the flight is judged once.
 */
final class SackLoss {
  private final SackRuns runs;
  private final int threshold;
  private int judged; // every entry before it is acknowledged, reported or lost

  /**
   * @param threshold DupThresh; 0 = nothing is ever lost
   */
  SackLoss(SackRuns runs, int threshold) {
    this.runs = runs;
    this.threshold = threshold;
  }

  /** Every entry before {@code seq} is judged: acknowledged, or taken for lost. */
  void open(int seq) {
    judged = seq;
  }

  /**
   * Marks newly lost entries.
   *
   * @param reader is told of each
   * @return whether there is any
   */
  boolean detect(Flight flight, int mss, Flight.Reader reader, long nowNs) {
    judged = Seq.max(judged, flight.una());
    int below = threshold == 0 ? judged : runs.lostBelow(threshold, (threshold - 1) * mss, judged);
    if (Seq.leq(below, judged)) {
      return false;
    }
    boolean any = false;
    int i = flight.missingFrom(flight.indexOf(judged));
    while (i < flight.size() && Seq.leq(flight.end(i), below)) {
      any |= lose(flight, i, reader, nowNs);
      i = flight.missingFrom(i + 1);
    }
    judged = below;
    return any;
  }

  private static boolean lose(Flight flight, int i, Flight.Reader reader, long nowNs) {
    boolean sentAgain = (flight.flags(i) & Flight.RETRANSMITTED) != 0;
    if (sentAgain || !flight.lose(i)) {
      return false;
    }
    reader.onLost(flight, i, nowNs);
    return true;
  }
}
