package dev.jktcp.proof.golden;

import static dev.jktcp.proof.golden.PathTable.atLeast;
import static dev.jktcp.proof.golden.PathTable.atMost;
import static dev.jktcp.tcp.CongestionControl.BBR;
import static dev.jktcp.tcp.CongestionControl.BBR_IGNORING_LOSS;
import static dev.jktcp.tcp.CongestionControl.CUBIC;
import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.proof.golden.PathTable.Bound;
import dev.jktcp.tcp.CongestionControl;

/** What BBR makes of the paths of {@link PathTables}; sections are of draft-ietf-ccwg-bbr-06. */
final class BbrTables {
  private static final Bound[] TABLED = {};

  private BbrTables() {}

  // --- random loss

  static PathTable randomLoss() {
    PathTable table =
        PathTables.lossTable("Random loss, BBR", " formula: of a sender that halves at each loss.");
    table.section("bbr");
    String below =
        "§5.5.10: below the threshold of 2 % a probe goes on, between probes each loss takes the"
            + " model to what the last round delivered";
    String at = "§5.5.10.2: half of all rounds are above the threshold: their probes end there";
    String above =
        "§5.5.10.2: each probe ends at once, at seven tenths of the path if not less; the gain of"
            + " a probe is lost again";
    lossRows(table, BBR, 0.01, below, atLeast("÷ link", 0.7));
    lossRows(table, BBR, 0.02, at, TABLED);
    lossRows(table, BBR, 0.05, above, TABLED);
    table.section("bbr-ignoring-loss");
    String blind =
        "§5.6: what the path delivers, less what is sent again and a probe of the round"
            + " trip each 5 s";
    lossRows(table, BBR_IGNORING_LOSS, 0.01, blind, atLeast("÷ link", 0.9));
    lossRows(table, BBR_IGNORING_LOSS, 0.05, blind, atLeast("÷ link", 0.7));
    return table;
  }

  private static void lossRows(
      PathTable table, CongestionControl control, double loss, String predicted, Bound... bounds) {
    for (int rttMs : new int[] {50, 100}) {
      table.row(
          GoodputTable.percent(loss) + ", " + rttMs + " ms",
          predicted,
          seed -> PathTables.loss(control, loss, rttMs * MS, seed),
          bounds);
    }
  }

  // --- queues

  static PathTable queue() {
    PathTable table = PathTables.queueTable("A queue, BBR");
    table.section("bbr");
    queueRow(
        table,
        0.25,
        "§5.3.3.4: a probe at 1.25 fills such a queue in a round and loses; its bound is that of"
            + " the path");
    // CUBIC's mean queue there is 0.77 of a product (path-queue.txt).
    queueRow(
        table,
        1,
        "§5.6.2: the pace is 1 % below the bandwidth: a queue stands during a probe alone",
        atLeast("use", 0.9),
        atMost("mean queue", 0.38));
    queueRow(table, 4, "the same: no queue is filled because it is there");
    return table;
  }

  private static void queueRow(
      PathTable table, double products, String predicted, Bound... bounds) {
    table.row(
        Trace.number(products * 100) + " % of a product",
        predicted,
        seed -> PathTables.queue(BBR, products, seed),
        bounds);
  }

  // --- flows of one policy

  static PathTable fairness() {
    PathTable table = PathTables.fairnessTable("Flows of BBR");
    table.section("bbr");
    String probes =
        "§5.3.3.4: the smaller flow finds more bandwidth when it probes, and headroom (§5.3.3.2)"
            + " lets it; each holds up to two of its own products";
    fairnessRow(table, 2, probes, atLeast("Jain", 0.9));
    fairnessRow(table, 8, probes, atLeast("Jain", 0.9));
    String coarse =
        "0.9 is not reached: five segments are a product of each, and the two products that each may"
            + " hold fill path and queue, so one segment in 17 is lost. Then a round trip has two products and"
            + " a window of two own products repeats any share. Measured apart, seed 1: shares of successive"
            + " 10 s correlate at 0.8 to 0.9, and shares with round trips at -0.1; 0.88 with the draft's probe"
            + " each 5 rounds, 0.87 each 20, 0.82 each 63; 0.98 with two products of queue, 0.99 with four;"
            + " 0.92 at 1 Gbit/s. A least window of two in place of four (§5.6.4.3) does not help: 0.84";
    fairnessRow(table, 32, coarse, TABLED);
    return table;
  }

  private static void fairnessRow(PathTable table, int flows, String predicted, Bound... bounds) {
    table.row(flows + " flows", predicted, seed -> PathTables.fairness(BBR, flows, seed), bounds);
  }

  // --- beside CUBIC

  static PathTable beside() {
    PathTable table = PathTables.besideTable("BBR beside CUBIC, a flow each", "BBR", "CUBIC");
    table.section("bbr beside cubic");
    for (double products : new double[] {0.5, 1, 2, 4, 8}) {
      boolean bound = products >= 1 && products <= 4;
      table.row(
          Trace.number(products * 100) + " % of a product",
          predictedBeside(products),
          seed -> PathTables.beside(BBR, CUBIC, products, seed),
          bound ? new Bound[] {atLeast("share of BBR", 0.2), atLeast("of CUBIC", 0.2)} : TABLED);
    }
    return table;
  }

  private static String predictedBeside(double products) {
    return products < 1
        ? "§5.3.3.8.1: probes lose little less than CUBIC's own growth does, and BBR pays less for"
            + " it"
        : "§5.3.3.8.2: a probe each 63 rounds or 3 s is CUBIC's time scale; §5.6.4.2: two products"
            + " in flight bound BBR, and CUBIC has the rest of the queue";
  }
}
