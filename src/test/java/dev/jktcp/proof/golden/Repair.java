package dev.jktcp.proof.golden;

import static dev.jktcp.time.Nanos.MS;
import static dev.jktcp.time.Nanos.SECOND;

import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpProfile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** One loss, or several, of an established connection with a round-trip sample, and its repair. */
final class Repair {
  private static final int MTU = 1_400;
  static final int MSS = MTU - 40 - 12; // timestamps
  private static final int BUFFER = 8 << 20; // the congestion window limits, and not the peer's
  private static final long BITS_PER_SECOND = 10_000_000_000L; // no queue stands
  private static final long BEGIN_NS = 10 * SECOND;

  /** What the requirement says of a case. */
  enum Bound {
    /** Within a flight: two round trips and the reordering window. */
    WITHIN,
    /** The last of a flight: two SRTT, a round trip, the delay of an ACK for a single segment. */
    TAIL,
    /** A retransmission that is lost in its turn. */
    AGAIN,
    /** Several segments: no timeout, and that is all. */
    BURST,
    /** Nothing is behind what is lost: one timeout, and that is all. */
    ONE_TIMEOUT
  }

  /**
   * @param segments that the user writes at once, the FIN aside
   * @param ends whether a FIN follows
   * @param watched whose repair is timed; one behind the data is the FIN
   */
  record Case(
      String name, int segments, boolean ends, long watched, Bound bound, Consumer<Faults> faults) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final int BULK = 6_000;

  static final List<Case> CASES =
      List.of(
          within("first of 10", 10, 1, f -> f.lose(1, 1, 1)),
          within("fifth of 10", 10, 5, f -> f.lose(5, 5, 1)),
          within("last but one of 10", 10, 9, f -> f.lose(9, 9, 1)),
          within("first of 2", 2, 1, f -> f.lose(1, 1, 1)),
          within("one of 6,000", BULK, 1_000, f -> f.lose(1_000, 1_000, 1)),
          tail("last of 10", 10, 10, f -> f.lose(10, 10, 1)),
          tail("last of 6,000", BULK, BULK, f -> f.lose(BULK, BULK, 1)),
          tail("only one", 1, 1, f -> f.lose(1, 1, 1)),
          new Case("FIN alone", 0, true, 1, Bound.TAIL, f -> f.loseFins(1)),
          new Case("FIN with the last of 10", 10, true, 10, Bound.TAIL, f -> f.lose(10, 10, 1)),
          again("retransmission", f -> f.lose(1_000, 1_000, 2)),
          burst("retransmission twice", 1_000, f -> f.lose(1_000, 1_000, 3)),
          burst("10 of 6,000", 1_000, f -> f.lose(1_000, 1_009, 1)),
          burst("100 of 6,000", 1_000, f -> f.lose(1_000, 1_099, 1)),
          burst("last 5 of 6,000", BULK - 4, f -> f.lose(BULK - 4, BULK, 1)),
          once("probe", 10, f -> f.lose(10, 10, 2)),
          once("retransmission with nothing behind", 9, f -> f.lose(9, 9, 2)));

  private static Case within(String name, int segments, long watched, Consumer<Faults> faults) {
    return new Case(name, segments, false, watched, Bound.WITHIN, faults);
  }

  private static Case tail(String name, int segments, long watched, Consumer<Faults> faults) {
    return new Case(name, segments, false, watched, Bound.TAIL, faults);
  }

  private static Case again(String name, Consumer<Faults> faults) {
    return new Case(name, BULK, false, 1_000, Bound.AGAIN, faults);
  }

  private static Case burst(String name, long watched, Consumer<Faults> faults) {
    return new Case(name, BULK, false, watched, Bound.BURST, faults);
  }

  private static Case once(String name, long watched, Consumer<Faults> faults) {
    return new Case(name, 10, false, watched, Bound.ONE_TIMEOUT, faults);
  }

  /**
   * @param tookNs from the first sending of what is watched to its ACK
   * @param srttNs before its ACK
   * @param alone whether it was all that was in flight when anything was sent again
   */
  record Result(Case of, long rttNs, long tookNs, long srttNs, boolean alone, TcpInfo info) {
    double roundTrips() {
      return (double) tookNs / rttNs;
    }
  }

  /** When each segment left first, and when all up to it were acknowledged. */
  private static final class Stopwatch implements Watcher {
    private final Case of;
    private final boolean fin;
    private long offset;
    private long sentNs = -1;
    private long ackedNs = -1;
    private long srttNs;
    private long end;
    private boolean alone;
    private TcpInfo last;

    Stopwatch(Case of) {
      this.of = of;
      fin = of.watched > of.segments;
    }

    @Override
    public void onSent(Seen packet, long nowNs) {
      boolean data = packet.length() > 0 && packet.offset() / MSS + 1 == of.watched;
      if (sentNs < 0 && (fin ? packet.fin() : data)) {
        sentNs = nowNs;
        offset = packet.offset();
      } else if (sentNs >= 0 && ackedNs < 0 && packet.offset() < end) {
        alone = last.inFlight() <= MSS;
      }
      end = Math.max(end, packet.end() + (packet.fin() ? 1 : 0));
    }

    @Override
    public void onArriving(Seen packet, long nowNs) {
      if (sentNs >= 0 && ackedNs < 0 && packet.ack() > offset) {
        ackedNs = nowNs;
      }
    }

    @Override
    public void onStep(TcpInfo info, long nowNs) {
      last = info;
      if (ackedNs < 0) {
        srttNs = info.srttNs();
      }
    }
  }

  private static final Map<String, Result> DONE = new HashMap<>();

  static synchronized Result of(TcpProfile profile, Case what, int rttMs) {
    return DONE.computeIfAbsent(
        profile + " " + what + " " + rttMs, key -> run(profile, what, rttMs));
  }

  private static Result run(TcpProfile profile, Case what, int rttMs) {
    Faults faults = new Faults(MSS);
    long delayNs = rttMs * MS / 2;
    Pair pair =
        new Pair(
            Pair.options(profile, MTU, BUFFER),
            Pair.options(profile, MTU, BUFFER),
            new Line(BITS_PER_SECOND, delayNs, Integer.MAX_VALUE, faults),
            new Line(BITS_PER_SECOND, delayNs, Integer.MAX_VALUE, Line.Fate.KIND));
    what.faults.accept(faults);
    Stopwatch stopwatch = new Stopwatch(what);
    pair.watch(stopwatch);
    pair.writeAt(SECOND, (long) what.segments * MSS);
    if (what.ends) {
      pair.endAt(SECOND + 1);
    }
    pair.runFor(BEGIN_NS + 20 * SECOND);
    if (stopwatch.ackedNs < 0) {
      throw new AssertionError(what + " was not repaired");
    }
    return new Result(
        what,
        rttMs * MS,
        stopwatch.ackedNs - stopwatch.sentNs,
        stopwatch.srttNs,
        stopwatch.alone,
        pair.info());
  }

  private Repair() {}
}
