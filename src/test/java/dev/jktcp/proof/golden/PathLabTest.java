package dev.jktcp.proof.golden;

import static dev.jktcp.time.Nanos.MS;
import static dev.jktcp.time.Nanos.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.golden.PathTable.Figure;
import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.TcpProfile;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The lab is a path of known rate, delay and queue, and its tables say when they are not met. */
class PathLabTest {
  private static final long MBIT_10 = 10_000_000;
  private static final long RTT = 40 * MS;
  private static final long PRODUCT = PathLab.product(MBIT_10, RTT); // 50,000 bytes
  private static final int BUFFER = 1 << 20;

  private static TcpProfile window(double products) {
    int bytes = (int) (PRODUCT * products);
    return TcpProfile.RELIABLE_LINK.withCongestionControl(CongestionControl.fixedWindow(bytes));
  }

  private static PathLab measured(PathLab lab, TcpProfile... flows) {
    for (TcpProfile flow : flows) {
      lab.add(flow, RTT, 0, BUFFER);
    }
    lab.run(2 * SECOND);
    lab.measure();
    lab.run(10 * SECOND);
    return lab;
  }

  @Test
  void halfAProduct_usesHalfTheLink_andWaitsForNothing() {
    PathLab lab = measured(new PathLab(MBIT_10, 1), window(0.5));
    assertEquals(0.5, lab.utilisation(), 0.03);
    assertTrue(lab.meanWaitNs() < 20 * MS, "a burst of half a product: " + lab.meanWaitNs());
    assertEquals(10, lab.seconds());
  }

  @Test
  void twoProducts_fillTheLink_andWaitForOne() {
    PathLab lab = measured(new PathLab(MBIT_10, 1), window(2));
    assertEquals(0.99, lab.utilisation(), 0.01); // timestamps are payload lost
    assertEquals(40.0, lab.meanWaitNs() / 1e6, 2);
    assertEquals(0, lab.dropped());
  }

  @Test
  void queue_dropsWhatItHasNoRoomFor() {
    PathLab lab = measured(new PathLab(MBIT_10, 1).queue(PRODUCT), window(3));
    assertTrue(lab.dropped() > 0);
    assertTrue(lab.meanWaitNs() <= RTT, "more than the queue: " + lab.meanWaitNs());
  }

  @Test
  void queueThatMarks_isAnswered_andDropsNothing() {
    PathLab lab =
        measured(
            new PathLab(MBIT_10, 1).queue(4 * PRODUCT).markAbove(PRODUCT / 2), TcpProfile.INTERNET);
    assertTrue(lab.marked() > 0);
    assertEquals(0, lab.dropped());
    assertTrue(lab.meanWaitNs() < RTT, "beyond the mark: " + lab.meanWaitNs());
    assertTrue(lab.utilisation() > 0.9, "used " + lab.utilisation());
  }

  @Test
  void loss_isWhatWasAskedFor() {
    PathLab lab = measured(new PathLab(0, 1).loss(0.02, 0), window(1));
    double sent = lab.flows().get(0).delivered() / (double) PathLab.MSS;
    assertEquals(0.02, lab.dropped() / sent, 0.005);
  }

  @Test
  void fairness_isOneForEqualShares_andLessForOthers() {
    assertEquals(1, measured(new PathLab(MBIT_10, 1), window(1), window(1)).fairness(), 0.001);
    double uneven = measured(new PathLab(MBIT_10, 1), window(1), window(3)).fairness();
    assertEquals(16 / 20.0, uneven, 0.02); // (1 + 3)² / (2 · (1² + 3²))
  }

  @Test
  void sameSeed_isTheSameRun_anotherIsAnother() {
    assertEquals(lossy(1), lossy(1));
    assertNotEquals(lossy(1), lossy(2));
  }

  private static long lossy(long seed) {
    return measured(new PathLab(0, seed).loss(0.01, 0.01), TcpProfile.INTERNET)
        .flows()
        .get(0)
        .delivered();
  }

  private static PathTable table(double first, double more) {
    return new PathTable("Title", "Intro.", new Figure("use", 2), new Figure("died", 0))
        .section("one")
        .row(
            "a",
            "more",
            seed -> new double[] {seed == 1 ? first : more, 0},
            PathTable.atLeast("use", 0.5),
            PathTable.atMost("died", 0));
  }

  @Test
  void table_keepsTheMeanOfAll_andFindsTheFirstAgain() {
    String text = table(0.4, 0.6).text("", true);
    assertTrue(text.contains("a     0.58 (0.40)  0 (0)  -      use ≥ 0.5, died ≤ 0  more"), text);
    assertEquals(text, table(0.4, 0.1).text(text, false), "the first alone is run");
    assertNotEquals(text, table(0.5, 0.6).text(text, false));
    String measured = text.replace("-      use", "0.70   use");
    assertTrue(table(0.4, 0.6).text(measured, true).contains("0.70"), "the kernel's is kept");
  }

  @Test
  void table_saysWhatItDoesNotReach() {
    assertEquals(List.of(), table(0.4, 0.6).misses(table(0.4, 0.6).text("", true)));
    assertEquals(
        List.of("one, a: 0.48, but use ≥ 0.5; more"),
        table(0.4, 0.6).misses(table(0.4, 0.49).text("", true)));
    assertEquals(2, table(0.4, 0.6).misses("").size(), "rows that are not there");
  }
}
