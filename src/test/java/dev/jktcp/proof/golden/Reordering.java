package dev.jktcp.proof.golden;

import static dev.jktcp.time.Nanos.MS;
import static dev.jktcp.time.Nanos.SECOND;

import dev.jktcp.proof.sim.SimRandom;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpProfile;
import java.util.HashMap;
import java.util.Map;

/** A path that keeps some packets back for a while, and loses none. */
final class Reordering {
  private static final int MTU = 1_400;
  static final long LEARN_NS = 6 * SECOND; // by then the window is learnt
  static final long END_NS = 36 * SECOND;
  // No packet is late from here on: late ones arrive, and their DSACKs, before the end.
  private static final long CALM_NS = END_NS - SECOND;
  static final int SEEDS = 3;

  /** A path of section 2 of the tables: the losses', and the queue's. */
  enum Path {
    SLOW(20, 100),
    FAST(100, 20);

    private final long bitsPerSecond;
    private final int rttMs;

    Path(int megabits, int rttMs) {
      bitsPerSecond = megabits * 1_000_000L;
      this.rttMs = rttMs;
    }

    @Override
    public String toString() {
      return bitsPerSecond / 1_000_000 + " Mbit/s, " + rttMs + " ms";
    }
  }

  /**
   * From {@link #LEARN_NS} to {@link #END_NS}, all seeds together.
   *
   * @param kbs thousands of bytes a second
   * @param again bytes sent again, which all are needless
   * @param begun recoveries, from the first byte on
   * @param proved recoveries that DSACKs prove to be for nothing
   * @param undone recoveries that the sender has undone
   */
  record Result(
      double kbs, long sent, long again, long timeouts, int begun, int proved, long undone) {
    double againPercent() {
      return 100.0 * again / sent;
    }
  }

  private static final Map<String, Result> DONE = new HashMap<>();

  /**
   * @param share of packets that are late
   * @param most how late at most, of a round trip
   */
  static synchronized Result of(TcpProfile profile, Path path, double share, double most) {
    return DONE.computeIfAbsent(
        profile + " " + path + " " + share + " " + most, key -> run(profile, path, share, most));
  }

  private static Result run(TcpProfile profile, Path path, double share, double most) {
    long received = 0;
    long sent = 0;
    long again = 0;
    long timeouts = 0;
    int begun = 0;
    int proved = 0;
    long undone = 0;
    int seeds = share == 0 ? 1 : SEEDS;
    for (int seed = 1; seed <= seeds; seed++) {
      Pair pair = pair(profile, path, new Late(path, share, most, new SimRandom(seed)));
      DsackJudge judge = new DsackJudge();
      pair.watch(judge);
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
      TcpInfo last = pair.info();
      received += pair.received() - before[0];
      sent += last.bytesSent() - learnt[0].bytesSent();
      again += last.bytesRetransmitted() - learnt[0].bytesRetransmitted();
      timeouts += last.timeouts();
      begun += judge.begun();
      proved += judge.proved();
      undone += last.undos();
    }
    double kbs = received / 1_000.0 / seeds / ((END_NS - LEARN_NS) / SECOND);
    return new Result(kbs, sent, again, timeouts, begun, proved, undone);
  }

  private static Pair pair(TcpProfile profile, Path path, Line.Fate fate) {
    long delayNs = path.rttMs * MS / 2;
    // Twice the product: what arrives behind a late segment finds room.
    int buffer = (int) (2 * path.bitsPerSecond / 8_000 * path.rttMs);
    return new Pair(
        Pair.options(profile, MTU, buffer),
        Pair.options(profile, MTU, buffer),
        new Line(path.bitsPerSecond, delayNs, Integer.MAX_VALUE, fate),
        new Line(path.bitsPerSecond, delayNs, Integer.MAX_VALUE, Line.Fate.KIND));
  }

  /** Keeps packets back until it is calm. */
  private static final class Late implements Line.Fate {
    private final double share;
    private final long latestNs;
    private final SimRandom random;
    private boolean calm;

    Late(Path path, double share, double most, SimRandom random) {
      this.share = share;
      this.random = random;
      latestNs = (long) (path.rttMs * MS * most);
    }

    @Override
    public boolean loses(Seen packet, long nowNs) {
      calm = nowNs - Pair.BEGIN_NS > CALM_NS;
      return false;
    }

    @Override
    public long lateNs(Seen packet) {
      return !calm && random.chance(share) ? random.between(1, latestNs) : 0;
    }
  }

  private Reordering() {}
}
