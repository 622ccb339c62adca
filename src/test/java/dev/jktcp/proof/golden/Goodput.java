package dev.jktcp.proof.golden;

import static dev.jktcp.time.Nanos.MS;
import static dev.jktcp.time.Nanos.SECOND;

import dev.jktcp.proof.sim.SimRandom;
import dev.jktcp.stack.StackOptions;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpProfile;

/** Transfers of one size over one path, some seeds each, and what they took. */
final class Goodput {
  static final int SIZE = 1 << 20;
  static final long BITS_PER_SECOND = 20_000_000;
  static final int MTU = 1_400;
  static final int MSS = MTU - 40;
  static final int SEEDS = 5;
  static final int SEEDS_OF_TIMEOUTS = 25;
  static final double TIMEOUTS_FROM_LOSS = 0.05;
  static final int TIMEOUTS_UP_TO_RTT_MS = 10;
  static final long OUTAGE_FROM_NS =
      350 * MS; // between two round trips of each, before any is done
  private static final int NO_LIMIT = Integer.MAX_VALUE;

  /**
   * @param kbs thousands of bytes a second, of those that arrived
   * @param again bytes sent again for each 100 sent once
   * @param runs how many there were
   * @param died how many of them did not arrive
   * @param diedAfterS seconds from the connect to the error, on average
   */
  record Cell(double kbs, double again, int runs, int died, double diedAfterS) {}

  /** A path of which packets are lost at random, both ways, with the same chance each. */
  static Cell cell(TcpProfile profile, int buffer, double loss, int rttMs) {
    return average(
        seeds(loss, rttMs),
        seed -> {
          SimRandom random = new SimRandom(seed);
          return transfer(
              profile, buffer, rttMs, NO_LIMIT, chance(random.fork(), loss), chance(random, loss));
        });
  }

  /**
   * A timeout lasts for a second at least, on a short path longer than half a transfer. Where much
   * is lost there are a handful of them: a mean of five transfers would be chance.
   */
  private static int seeds(double loss, int rttMs) {
    boolean timeouts = loss >= TIMEOUTS_FROM_LOSS && rttMs <= TIMEOUTS_UP_TO_RTT_MS;
    return loss == 0 ? 1 : timeouts ? SEEDS_OF_TIMEOUTS : SEEDS;
  }

  /** A path that loses only what a short queue has no room for. */
  static Cell queueCell(TcpProfile profile, int buffer, int queuePackets, int rttMs) {
    return average(
        1, seed -> transfer(profile, buffer, rttMs, queuePackets, Line.Fate.KIND, Line.Fate.KIND));
  }

  /** A path that carries nothing from {@link #OUTAGE_FROM_NS} on, for so long. */
  static Cell outageCell(TcpProfile profile, int buffer, long outageNs, int rttMs) {
    long fromNs = Pair.BEGIN_NS + OUTAGE_FROM_NS;
    Line.Fate fate = (packet, nowNs) -> nowNs >= fromNs && nowNs - fromNs < outageNs;
    return average(1, seed -> transfer(profile, buffer, rttMs, NO_LIMIT, fate, fate));
  }

  private static Line.Fate chance(SimRandom random, double loss) {
    return (packet, nowNs) -> random.chance(loss);
  }

  private interface Run {
    Pair of(long seed);
  }

  private static Cell average(int seeds, Run run) {
    int arrived = 0;
    long arrivedNs = 0;
    long diedNs = 0;
    long sent = 0;
    long again = 0;
    for (int seed = 1; seed <= seeds; seed++) {
      Pair pair = run.of(seed);
      TcpInfo info = pair.info();
      sent += info.bytesSent();
      again += info.bytesRetransmitted();
      if (pair.closeReason() == null) {
        arrived++;
        arrivedNs += pair.sinceNs();
      } else {
        diedNs += pair.sinceNs();
      }
    }
    int died = seeds - arrived;
    return new Cell(
        arrived == 0 ? 0 : (double) SIZE * arrived / arrivedNs * SECOND / 1_000,
        sent == 0 ? 0 : 100.0 * again / sent,
        seeds,
        died,
        died == 0 ? 0 : (double) diedNs / died / SECOND);
  }

  private static Pair transfer(
      TcpProfile profile, int buffer, int rttMs, int queue, Line.Fate upFate, Line.Fate downFate) {
    StackOptions client = Pair.options(profile, MTU, buffer);
    StackOptions server = Pair.options(profile, MTU, buffer);
    long delayNs = rttMs * MS / 2;
    Pair pair =
        new Pair(
            client,
            server,
            new Line(BITS_PER_SECOND, delayNs, queue, upFate),
            new Line(BITS_PER_SECOND, delayNs, queue, downFate));
    // RFC 9937 and RFC 8985 §7.3 let more be in flight than cwnd.
    if (profile != TcpProfile.STOP_AND_WAIT && !(profile.sack() && profile.rack())) {
      pair.watch(new CongestionWatch(profile));
    }
    pair.write(SIZE);
    pair.run(SIZE);
    return pair;
  }

  private Goodput() {}
}
