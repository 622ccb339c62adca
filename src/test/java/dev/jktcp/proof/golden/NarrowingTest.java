package dev.jktcp.proof.golden;

import static dev.jktcp.time.Nanos.MS;
import static dev.jktcp.time.Nanos.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.golden.PathLab.Flow;
import dev.jktcp.proof.sim.SimRandom;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bulk at 50 Mbit/s and 20 ms, with a product of queue. In its first three seconds the path begins
 * to take 1300 bytes, without a word: in slow start, while the queue's overflow is repaired, or
 * while all goes well.
 */
class NarrowingTest {
  private static final long MBIT_50 = 50_000_000;
  private static final long RTT = 20 * MS;
  private static final long NARROWED = 1_280; // what is tried in place of what vanishes
  private static final int TO_DELIVER = 1_000_000; // on the narrow path
  private static final int SEEDS = 25;

  /** The first timeout sends a segment of the old size, the second a smaller one. */
  @ParameterizedTest
  @CsvSource({"internet, 0", "reliable-link, 0", "internet, .001", "reliable-link, .001"})
  @Rfc("4821 §7.7")
  void blackHole_costsTwoTimeouts_whereverItBegins(String profile, double loss) {
    for (int seed = 1; seed <= SEEDS; seed++) {
      assertTwoTimeouts(TcpProfile.named(profile), loss, seed);
    }
  }

  private static void assertTwoTimeouts(TcpProfile profile, double loss, int seed) {
    String which = profile.name() + ", seed " + seed;
    long narrowNs = new SimRandom(seed).between(100 * MS, 3 * SECOND);
    PathLab lab = new PathLab(MBIT_50, seed).queue(PathLab.product(MBIT_50, RTT));
    lab.loss(loss, 0).narrow(1_300, narrowNs);
    Flow flow = lab.add(profile, RTT, 0, o -> o);
    lab.run(narrowNs + RTT);
    lab.measure();
    assertEquals(0, flow.info().timeouts(), which);
    long latestNs = lab.nowNs() + 20 * SECOND;
    assertTrue(lab.runUntil(latestNs, () -> flow.delivered() >= TO_DELIVER), which);
    assertEquals(NARROWED, flow.info().pathMtu(), which);
    assertEquals(2, flow.info().timeouts(), which);
  }
}
