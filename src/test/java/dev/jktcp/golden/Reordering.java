package dev.jktcp.golden;

import static dev.jktcp.golden.Pair.MS;
import static dev.jktcp.golden.Pair.SECOND;

import dev.jktcp.sim.SimRandom;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpProfile;
import java.util.HashMap;
import java.util.Map;

/** A path that keeps some packets back for a while, and loses none. */
final class Reordering {
  private static final int MTU = 1_400;
  private static final long BITS_PER_SECOND = 10_000_000;
  static final long LEARN_NS = 10 * SECOND; // by then the window is learnt
  static final long END_NS = 40 * SECOND;
  static final int SEEDS = 2;

  /**
   * From {@link #LEARN_NS} to {@link #END_NS}, all seeds together.
   *
   * @param kbs thousands of bytes a second
   * @param again bytes sent again, which all are needless
   */
  record Result(double kbs, long sent, long again, TcpInfo info) {
    double againPercent() {
      return 100.0 * again / sent;
    }
  }

  private static final Map<String, Result> DONE = new HashMap<>();

  /**
   * @param share of packets that are late
   * @param most how late at most, of a round trip
   */
  static synchronized Result of(TcpProfile profile, int rttMs, double share, double most) {
    return DONE.computeIfAbsent(
        profile + " " + rttMs + " " + share + " " + most, key -> run(profile, rttMs, share, most));
  }

  private static Result run(TcpProfile profile, int rttMs, double share, double most) {
    long received = 0;
    long sent = 0;
    long again = 0;
    TcpInfo last = null;
    int seeds = share == 0 ? 1 : SEEDS;
    for (int seed = 1; seed <= seeds; seed++) {
      Pair pair = pair(profile, rttMs, share, most, new SimRandom(seed));
      TcpInfo[] learnt = new TcpInfo[1];
      long[] before = new long[1];
      pair.at(
          LEARN_NS,
          () -> {
            learnt[0] = pair.info();
            before[0] = pair.received();
          });
      pair.write(1L << 40);
      pair.runFor(END_NS);
      last = pair.info();
      received += pair.received() - before[0];
      sent += last.bytesSent() - learnt[0].bytesSent();
      again += last.bytesRetransmitted() - learnt[0].bytesRetransmitted();
    }
    double seconds = (double) seeds * (END_NS - LEARN_NS) / SECOND;
    return new Result(received / seconds / 1_000, sent, again, last);
  }

  private static Pair pair(
      TcpProfile profile, int rttMs, double share, double most, SimRandom random) {
    long delayNs = rttMs * MS / 2;
    // Twice the product: what arrives behind a late segment finds room.
    int buffer = (int) (2 * BITS_PER_SECOND / 8_000 * rttMs);
    long latestNs = (long) (rttMs * MS * most);
    Line.Fate fate =
        new Line.Fate() {
          @Override
          public boolean loses(Seen packet, long nowNs) {
            return false;
          }

          @Override
          public long lateNs(Seen packet) {
            return random.chance(share) ? random.between(1, latestNs) : 0;
          }
        };
    return new Pair(
        Pair.options(profile, MTU, buffer),
        Pair.options(profile, MTU, buffer),
        new Line(BITS_PER_SECOND, delayNs, Integer.MAX_VALUE, fate),
        new Line(BITS_PER_SECOND, delayNs, Integer.MAX_VALUE, Line.Fate.KIND));
  }

  private Reordering() {}
}
