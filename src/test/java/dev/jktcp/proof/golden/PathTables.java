package dev.jktcp.proof.golden;

import static dev.jktcp.proof.golden.PathTable.atLeast;
import static dev.jktcp.time.Nanos.MS;
import static dev.jktcp.time.Nanos.SECOND;

import dev.jktcp.proof.golden.PathLab.Flow;
import dev.jktcp.proof.golden.PathTable.Bound;
import dev.jktcp.proof.golden.PathTable.Figure;
import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpProfile;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What congestion control makes of paths: the tables, and what each must reach. */
final class PathTables {
  private static final int BUFFER = 4 << 20; // more than two products of any path but the long one
  private static final long WARM_UP = 2 * SECOND;
  private static final long STEADY = 30 * SECOND;

  private static final long MBIT_20 = 20_000_000;
  private static final long MBIT_50 = 50_000_000;
  private static final long MBIT_100 = 100_000_000;

  private PathTables() {}

  private static TcpProfile profile(CongestionControl control) {
    return TcpProfile.INTERNET.withCongestionControl(control);
  }

  /** So that nine seeds are nine runs, where nothing else is random. */
  private static long about(PathLab lab, long rttNs, int percent) {
    return lab.random().between(rttNs * (100 - percent) / 100, rttNs * (100 + percent) / 100);
  }

  // --- random loss

  /** The table of one flow on a path with random loss, without its rows. */
  static PathTable lossTable(String title, String formula) {
    return new PathTable(
        title + ": one flow over 20 Mbit/s, no limit to the queue, profile internet.",
        "Packets are lost both ways, each with the same chance; 30 s behind the first two."
            + formula,
        new Figure("KB/s", 1),
        new Figure("÷ formula", 3),
        new Figure("÷ link", 3),
        new Figure("again %", 2),
        new Figure("timeouts", 1));
  }

  static PathTable randomLoss() {
    PathTable table =
        lossTable(
            "Random loss",
            "\nformula: 1.22·MSS/(RTT·√p), what a sender has that halves at each loss (Mathis"
                + " and others, 1997).\n"
                + "linux: two kernels (6.18, reno and cubic) over such a link of FaultyTransport,"
                + " KB/s and ÷ formula, by mvn -q test-compile exec:java"
                + " -Dexec.classpathScope=test"
                + " -Dexec.mainClass=dev.jktcp.proof.interop.KernelPathTable"
                + " -Dexec.args=\"golden 9 cubic\"");
    lossRows(table, "NewReno", CongestionControl.NEW_RENO, 0.85, 0.65);
    lossRows(table, "CUBIC", CongestionControl.CUBIC, 0.85, 0.55);
    return table;
  }

  private static void lossRows(
      PathTable table, String name, CongestionControl control, double at1, double at5) {
    table.section(name);
    for (double loss : new double[] {0.01, 0.05}) {
      for (int rttMs : new int[] {50, 100}) {
        table.row(
            GoodputTable.percent(loss) + ", " + rttMs + " ms",
            predictedAtLoss(name, loss, rttMs),
            seed -> loss(control, loss, rttMs * MS, seed),
            atLeast("÷ formula", loss == 0.01 ? at1 : at5));
      }
    }
  }

  private static String predictedAtLoss(String name, double loss, int rttMs) {
    double reno = 1.22 / Math.sqrt(loss);
    String segments = "a window of " + Math.round(reno * 10) / 10.0 + " segments on average";
    if (name.equals("NewReno")) {
      return "RFC 5681: "
          + segments
          + (loss > 0.01 ? "; the formula knows no timeouts, and so small a window has some" : "");
    }
    double cubic = 1.054 * Math.pow(rttMs / 1_000.0 / loss, 0.75);
    return "RFC 9438 §5.1: the curve alone has "
        + Math.round(cubic * 10) / 10.0
        + ", so its Reno-friendly region rules: "
        + segments;
  }

  static double[] loss(CongestionControl control, double loss, long rttNs, long seed) {
    PathLab lab = new PathLab(MBIT_20, seed).loss(loss, loss);
    Flow flow = lab.add(profile(control), rttNs, 0, BUFFER);
    lab.run(WARM_UP);
    lab.measure();
    lab.run(STEADY);
    TcpInfo info = flow.info();
    double formula = 1.22 * info.mss() / (rttNs / 1e9 * Math.sqrt(loss));
    return new double[] {
      flow.bytesPerSecond() / 1_000,
      flow.bytesPerSecond() / formula,
      lab.utilisation(),
      100.0 * info.bytesRetransmitted() / info.bytesSent(),
      info.timeouts()
    };
  }

  // --- a queue of one product

  /** The table of one flow and a queue, without its rows. */
  static PathTable queueTable(String title) {
    return new PathTable(
        title + ": one flow over 100 Mbit/s and 20 ms, profile internet.",
        "Nothing is lost but what the queue has no room for; 30 s behind the first two. Queues are"
            + " bandwidth-delay products.",
        new Figure("use", 3),
        new Figure("mean queue", 3),
        new Figure("lost of 1000", 2),
        new Figure("timeouts", 1));
  }

  static PathTable queue() {
    PathTable table = queueTable("A queue");
    table.section("one product of queue");
    table.row(
        "NewReno",
        "RFC 5681: half of path and queue is the path alone, so the link never runs dry",
        seed -> queue(CongestionControl.NEW_RENO, 1, seed));
    table.row(
        "CUBIC",
        "RFC 9438 §4.6: seven tenths of path and queue are more than the path",
        seed -> queue(CongestionControl.CUBIC, 1, seed),
        atLeast("use", 0.95));
    table.section("a quarter of a product");
    table.row(
        "NewReno",
        "half of 1.25 products is less than the path: three quarters of the link and up",
        seed -> queue(CongestionControl.NEW_RENO, 0.25, seed));
    table.row(
        "CUBIC",
        "seven tenths of 1.25 products: the link runs dry for a moment",
        seed -> queue(CongestionControl.CUBIC, 0.25, seed));
    return table;
  }

  static double[] queue(CongestionControl control, double products, long seed) {
    long product = PathLab.product(MBIT_100, 20 * MS);
    PathLab lab = new PathLab(MBIT_100, seed).queue((long) (products * product));
    Flow flow = lab.add(profile(control), about(lab, 20 * MS, 2), 0, BUFFER);
    lab.run(WARM_UP);
    lab.measure();
    lab.run(STEADY);
    return new double[] {
      lab.utilisation(),
      lab.meanWaitNs() / (20.0 * MS),
      1_000.0 * lab.dropped() / (flow.delivered() / PathLab.MSS),
      flow.info().timeouts()
    };
  }

  // --- flows of one policy

  /** The table of flows of one policy, without its rows. */
  static PathTable fairnessTable(String title) {
    return new PathTable(
        title
            + ": 100 Mbit/s, round trips of 20 ms ± 10 %, one product of queue, profile internet.",
        "They begin within the first two seconds; 50 s behind the first ten. Jain: 1 where all"
            + " have the same, 1/n where one has all.",
        new Figure("Jain", 3),
        new Figure("least share", 3),
        new Figure("use", 3),
        new Figure("mean queue", 3),
        new Figure("timeouts", 1));
  }

  static PathTable fairness() {
    PathTable table = fairnessTable("Flows of one policy");
    for (int flows : new int[] {2, 8, 32}) {
      table.section(flows + " flows");
      table.row(
          "NewReno",
          "AIMD comes to equal windows (Chiu and Jain, 1989)",
          seed -> fairness(CongestionControl.NEW_RENO, flows, seed),
          atLeast("Jain", 0.9));
      table.row(
          "CUBIC",
          "RFC 9438 §5.6: flows of one round trip come to the same throughput",
          seed -> fairness(CongestionControl.CUBIC, flows, seed),
          atLeast("Jain", 0.9));
    }
    return table;
  }

  static double[] fairness(CongestionControl control, int flows, long seed) {
    PathLab lab = new PathLab(MBIT_100, seed).queue(PathLab.product(MBIT_100, 20 * MS));
    for (int i = 0; i < flows; i++) {
      long startNs = lab.random().between(0, 2 * SECOND);
      lab.add(profile(control), about(lab, 20 * MS, 10), startNs, BUFFER);
    }
    lab.run(10 * SECOND);
    lab.measure();
    lab.run(50 * SECOND);
    double fair = lab.flows().stream().mapToLong(Flow::delivered).sum() / (double) flows;
    return new double[] {
      lab.fairness(),
      lab.flows().stream().mapToLong(Flow::delivered).min().orElseThrow() / fair,
      lab.utilisation(),
      lab.meanWaitNs() / (20.0 * MS),
      lab.flows().stream().mapToLong(f -> f.info().timeouts()).average().orElseThrow()
    };
  }

  // --- policies beside each other

  /** The table of two flows of different policies, without its rows. */
  static PathTable besideTable(String title, String first, String second) {
    return new PathTable(
        title + ": 50 Mbit/s, round trips of 20 ms ± 10 %, profile internet.",
        "They begin within the first two seconds; 50 s behind the first ten. A share of 1 is half"
            + " the bytes.",
        new Figure("share of " + first, 3),
        new Figure("of " + second, 3),
        new Figure("use", 3));
  }

  static PathTable beside() {
    PathTable table = besideTable("Two policies, a flow each", "the first", "the second");
    table.section("CUBIC beside NewReno");
    for (double products : new double[] {0.25, 0.5, 1, 2, 4, 8}) {
      boolean bound = products >= 1 && products <= 4;
      table.row(
          Trace.number(products * 100) + " % of a product",
          "RFC 9438 §4.3: on so short a path W_est is Reno's mean window; the deeper the queue,"
              + " the longer the round trip and the more the curve is above it",
          seed -> beside(CongestionControl.CUBIC, CongestionControl.NEW_RENO, products, seed),
          bound
              ? new Bound[] {atLeast("share of the first", 0.2), atLeast("of the second", 0.2)}
              : new Bound[0]);
    }
    return table;
  }

  static double[] beside(
      CongestionControl one, CongestionControl other, double products, long seed) {
    long queue = (long) (products * PathLab.product(MBIT_50, 20 * MS));
    PathLab lab = new PathLab(MBIT_50, seed).queue(queue);
    Flow first =
        lab.add(
            profile(one), about(lab, 20 * MS, 10), lab.random().between(0, 2 * SECOND), 2 * BUFFER);
    Flow second =
        lab.add(
            profile(other),
            about(lab, 20 * MS, 10),
            lab.random().between(0, 2 * SECOND),
            2 * BUFFER);
    lab.run(10 * SECOND);
    lab.measure();
    lab.run(50 * SECOND);
    double fair = (first.delivered() + second.delivered()) / 2.0;
    return new double[] {first.delivered() / fair, second.delivered() / fair, lab.utilisation()};
  }

  // --- a long path

  static PathTable longPath() {
    PathTable table =
        new PathTable(
            "A long path: one flow over 100 Mbit/s and 300 ms, one product of queue, buffers that"
                + " tune themselves up to 16 MiB, profile internet.",
            "The second half of 120 s.",
            new Figure("use", 3),
            new Figure("mean queue", 3),
            new Figure("timeouts", 1));
    table.section("300 ms");
    table.row(
        "NewReno",
        "RFC 5681: a segment a round trip: once below the path, it is not back in minutes",
        seed -> longPath(CongestionControl.NEW_RENO, seed));
    table.row(
        "CUBIC",
        "RFC 9438 §4.2: back at W_max in K = ∛(0.3·W_max/0.4), some 15 s",
        seed -> longPath(CongestionControl.CUBIC, seed),
        atLeast("use", 0.9));
    return table;
  }

  private static double[] longPath(CongestionControl control, long seed) {
    long product = PathLab.product(MBIT_100, 300 * MS);
    PathLab lab = new PathLab(MBIT_100, seed).queue(product);
    Flow flow =
        lab.add(
            profile(control),
            about(lab, 300 * MS, 2),
            0,
            o -> o.maxSendBuffer(16 << 20).maxReceiveBuffer(16 << 20));
    lab.run(60 * SECOND);
    lab.measure();
    lab.run(60 * SECOND);
    return new double[] {
      lab.utilisation(), lab.meanWaitNs() / (300.0 * MS), flow.info().timeouts()
    };
  }

  // --- smoltcp's table

  private static final double[] SMOLTCP_LOSSES = {0, 0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3};

  /** Bytes a second by buffer, as smoltcp's repository has them (2026-08). */
  private static final Map<Integer, int[]> SMOLTCP =
      Map.of(
          128, new int[] {1280, 1256, 1054, 886, 539, 228, 34, 7},
          1024, new int[] {10239, 10023, 8341, 7084, 4003, 1870, 291, 61},
          4096, new int[] {35062, 33860, 26937, 21887, 14074, 7871, 1604, 402},
          8192, new int[] {77374, 72992, 58491, 46528, 29421, 15515, 3737, 711},
          16384, new int[] {161842, 159311, 127091, 104233, 55319, 27269, 7655, 1277},
          32768, new int[] {322945, 314780, 219671, 166588, 76626, 37775, 6079, 1156});

  private static final int SEGMENT = PathLab.MSS - 12; // with timestamps

  private static final String DEATHS =
      "an exchange fails with a chance of .36, and until a path is known to lose, six in a row end"
          + " the run: one or two runs of a hundred";

  static PathTable smoltcp(TcpProfile profile) {
    boolean reliable = profile.name().equals(TcpProfile.RELIABLE_LINK.name());
    boolean tolerant = profile.congestionControl() == CongestionControl.TOLERANT_RENO;
    PathTable table =
        new PathTable(
            "The work of smoltcp's own table, done by "
                + profile
                + (tolerant ? " with tolerant-reno" : "")
                + ", both ends.",
            "100 ms, no limit of rate, packets of at most 1,500 bytes lost both ways with the same"
                + " chance; buffers of both ends as given.\n"
                + "Bytes a second from the connect to the last byte read, of 640 buffers, 160 where"
                + " a packet of a hundred is lost and 32 where one of five is, but no more than 10"
                + " MiB; a run that died counts as 0.\n"
                + "smoltcp's runs have no congestion control (its default features lack both), so"
                + " no loss shrinks a window there.",
            new Figure("B/s", 0),
            new Figure("÷ smoltcp", 3),
            new Figure("died", 2));
    for (int buffer : new int[] {128, 1024, 4096, 8192, 16384, 32768}) {
      table.section("buffers of " + buffer + " bytes");
      for (int l = 0; l < SMOLTCP_LOSSES.length; l++) {
        double loss = SMOLTCP_LOSSES[l];
        double theirs = SMOLTCP.get(buffer)[l];
        boolean bound = reliable || loss <= 0.05;
        UnaryOperator<double[]> figures = run -> new double[] {run[0], run[0] / theirs, run[1]};
        table.row(
            GoodputTable.percent(loss),
            predictedOfWork(buffer, loss, theirs, reliable),
            seed -> figures.apply(work(profile, buffer, loss, seed)),
            bound ? boundsOfWork(loss) : loss <= 0.2 ? new Bound[] {alive()} : new Bound[0]);
      }
    }
    return table;
  }

  private static Bound alive() {
    return PathTable.atMost("died", 0);
  }

  private static Bound[] boundsOfWork(double loss) {
    Bound goodput = atLeast("÷ smoltcp", 0.995);
    return loss <= 0.2 ? new Bound[] {goodput, alive()} : new Bound[] {goodput};
  }

  private static String predictedOfWork(int buffer, double loss, double theirs, boolean reliable) {
    if (loss == 0) {
      return "a buffer each round trip: " + buffer * 10 + " B/s";
    }
    if (buffer < 4 * SEGMENT) {
      return "too few segments for duplicate ACKs: a timeout or a probe for each loss"
          + (reliable && loss == 0.2 ? "; " + DEATHS : "");
    }
    double best = 10 * SEGMENT * IdealReno.segments((double) buffer / SEGMENT, loss);
    return String.format(
        Locale.ROOT,
        "RFC 5681 and 8985 at their best, without timeouts (IdealReno): %.0f B/s, %.3f ÷ smoltcp",
        best,
        best / theirs);
  }

  /** Bytes a second, and whether it died. */
  private static double[] work(TcpProfile profile, int buffer, double loss, long seed) {
    long buffers = loss < 0.01 ? 640 : loss < 0.2 ? 160 : 32;
    long bytes = Math.min(10 << 20, buffers * buffer);
    PathLab lab = new PathLab(0, seed).loss(loss, loss);
    Flow flow = lab.add(profile, 100 * MS, 0, buffer).bytes(bytes);
    long fromNs = lab.nowNs();
    boolean done =
        lab.runUntil(200_000 * SECOND, () -> flow.received() == bytes || flow.ended() != null);
    boolean arrived = done && flow.received() == bytes;
    return new double[] {arrived ? bytes * 1e9 / (lab.nowNs() - fromNs) : 0, arrived ? 0 : 1};
  }
}
