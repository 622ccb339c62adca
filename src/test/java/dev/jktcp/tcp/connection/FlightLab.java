package dev.jktcp.tcp.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A flight of segments of 1,000 bytes, told of by hand: a part that reads it is tested with it. */
final class FlightLab {
  static final int MSS = 1_000;
  static final int FIRST = -5_000; // numbers wrap soon

  final ByteBudget budget = new ByteBudget(1 << 28, () -> {});
  final FlightPool pool = new FlightPool(1 << 24, budget);
  final ByteAccount account = budget.open(false);
  final Flight flight = new Flight(pool, account);
  final MinRtt minRtt = new MinRtt();
  int una; // segments that are acknowledged

  FlightLab() {
    flight.open(FIRST, 0);
  }

  static int seq(int segment) {
    return FIRST + segment * MSS;
  }

  /** The entry of a segment, which was cut as it was sent. */
  int entry(int segment) {
    return flight.indexOf(seq(segment));
  }

  void send(int segments, long nowNs) {
    for (int i = 0; i < segments; i++) {
      if (!flight.hasRoom()) {
        throw new AssertionError("no room");
      }
      flight.onSent(flight.nxt() + MSS, nowNs, 0);
    }
  }

  /** Segments [from, to) are reported. */
  void sack(int from, int to, Flight.Reader reader) {
    flight.sack(seq(from), seq(to), reader);
  }

  void acknowledge(int upTo, Flight.Reader reader) {
    flight.acknowledge(seq(upTo), reader);
    una = upTo;
  }

  /** Segments that are lost and not sent again. */
  List<Integer> lost() {
    return segments(Flight.LOST | Flight.RETRANSMITTED, Flight.LOST);
  }

  private List<Integer> segments(int of, int flags) {
    List<Integer> found = new ArrayList<>();
    IntStream.range(0, flight.size())
        .filter(i -> (flight.flags(i) & of) == flags)
        .forEach(i -> found.add((flight.seq(i) - FIRST) / MSS));
    return found;
  }
}
