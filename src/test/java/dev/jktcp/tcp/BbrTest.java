package dev.jktcp.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.Rfc;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * BBR on a path of 100 Mbit/s and 20 ms, by the cases of appendix A of draft-ietf-ccwg-bbr-06. The
 * sections are that draft's.
 */
class BbrTest {
  private static final double MBIT = 100;
  private static final double RTT_MS = 20;
  private static final double RATE = MBIT * 1e6 / 8;

  private PathModel path;
  private PathModel.Sender sender;
  private Bbr bbr;
  private final List<BbrPhase> phases = new ArrayList<>();
  private long longestProbeWait;
  private long lastUpNs;

  /** BBR, and what it goes through. */
  private final class Watched extends WrappedPolicy {
    Watched(CongestionPolicy own) {
      super(own);
    }

    @Override
    public void onAck(CongestionFacts facts) {
      super.onAck(facts);
      BbrPhase now = bbr.phase();
      if (phases.isEmpty() || phases.get(phases.size() - 1) != now) {
        if (now == BbrPhase.UP) {
          longestProbeWait =
              lastUpNs == 0 ? 0 : Math.max(longestProbeWait, facts.nowNs() - lastUpNs);
          lastUpNs = facts.nowNs();
        }
        phases.add(now);
      }
    }
  }

  private void start(double queue, boolean ignoresLoss) {
    path = new PathModel(MBIT, RTT_MS, queue);
    sender =
        path.add(
            facts -> {
              bbr = new Bbr(facts, ignoresLoss);
              return new Watched(bbr);
            });
  }

  private void start(double queue) {
    start(queue, false);
  }

  private void runUntil(BbrPhase phase, double mostSeconds) {
    for (double t = 0; t < mostSeconds && bbr.phase() != phase; t += 0.001) {
      path.run(0.001);
    }
    assertEquals(phase, bbr.phase());
  }

  // --- Startup

  /** "Exiting STARTUP on Bandwidth Plateau", "Exiting DRAIN Based on Inflight". */
  @Test
  @Rfc("bbr-06 §5.3.1.2")
  void startup_endsThreeRoundsBehindTheBandwidth_andItsQueueRunsDry() {
    start(10);
    path.run(1);
    assertEquals(List.of(BbrPhase.STARTUP, BbrPhase.DRAIN), phases.subList(0, 2));
    assertEquals(BbrPhase.CRUISE, bbr.phase());
    assertEquals(0, path.dropped);
    assertTrue(path.largestQueue <= 3.5 * path.product(), "queue " + path.largestQueue);
  }

  /** "Exiting STARTUP on Loss": the queue is full long before three rounds are over. */
  @Test
  @Rfc("bbr-06 §5.3.1.3")
  void startup_endsWhereManyAreLost() {
    start(0.5);
    runUntil(BbrPhase.DRAIN, 2);
    PathModel blind = path;
    long dropped = blind.dropped;
    start(0.5, true);
    runUntil(BbrPhase.DRAIN, 2);
    assertTrue(dropped < path.dropped, dropped + " lost, and " + path.dropped + " if unheeded");
  }

  /** "Never Exiting STARTUP When Application-Limited With No Loss". */
  @Test
  @Rfc("bbr-06 §4.1.1.3")
  void startup_goesOnWhileTheApplicationIsTheLimit() {
    start(2);
    for (int i = 0; i < 100; i++) {
      path.run(0.002);
      sender.pause();
      path.run(0.048);
      sender.resume();
    }
    assertEquals(List.of(BbrPhase.STARTUP), phases);
  }

  // --- ProbeBW

  @Test
  @Rfc("bbr-06 §5.3.3.9")
  void theCycle_isDownCruiseRefillUp() {
    start(2);
    path.run(4.5);
    List<BbrPhase> cycle =
        List.of(BbrPhase.DOWN, BbrPhase.CRUISE, BbrPhase.REFILL, BbrPhase.UP, BbrPhase.DOWN);
    int from = phases.indexOf(BbrPhase.DOWN);
    assertEquals(cycle, phases.subList(from, from + 5));
  }

  /** §5.3.3.8: 63 rounds of 20 ms are over before 2 s. */
  @Test
  @Rfc("bbr-06 §5.3.3.8")
  void probes_areNoFurtherApartThanRenosGrowthTakes() {
    start(2);
    path.run(4.5); // a probe of the round trip would begin a cycle anew
    long rounds = longestProbeWait / path.roundTripNs;
    assertTrue(rounds >= 60 && rounds <= 75, rounds + " rounds");
  }

  @Test
  @Rfc("bbr-06 §5.6.2")
  void cruise_isOnePercentBelowTheBandwidth() {
    start(2);
    path.run(1);
    runUntil(BbrPhase.CRUISE, 1);
    path.run(0.1);
    assertEquals(0.99 * RATE, bbr.pacingRate(), 0.005 * RATE);
    runUntil(BbrPhase.UP, 3);
    path.run(0.001);
    assertEquals(1.25 * 0.99 * RATE, bbr.pacingRate(), 0.03 * RATE);
    runUntil(BbrPhase.DOWN, 1);
    path.run(0.001);
    assertEquals(0.9 * 0.99 * RATE, bbr.pacingRate(), 0.03 * RATE);
  }

  /** "Increasing Bandwidth 10x and Ensuring Full Bandwidth is Reached". */
  @Test
  @Rfc("bbr-06 §5.3.3.4")
  void tenTimesTheBandwidth_isFoundInAFewProbes() {
    start(2);
    path.changeBandwidth(MBIT / 10);
    path.run(5);
    path.changeBandwidth(MBIT);
    path.run(10);
    path.measure();
    path.run(5);
    assertTrue(path.utilisation() >= 0.9, "use " + path.utilisation());
  }

  /** "Decreasing Bandwidth 10x and Ensuring Max Bandwidth Adapts Down". */
  @Test
  @Rfc("bbr-06 §5.5.6")
  void aTenthOfTheBandwidth_isLearntInTwoCycles() {
    start(2);
    path.run(5);
    path.changeBandwidth(MBIT / 10);
    path.run(15);
    assertTrue(bbr.pacingRate() <= 0.13 * RATE * 1.25, "pace " + bbr.pacingRate());
  }

  // --- losses

  /** Once a round, to what the round delivered, and no further than seven tenths. */
  @Test
  @Rfc("bbr-06 §5.5.10.3")
  void lossesInCruise_lowerTheShortTermModel_untilTheNextProbe() {
    start(2);
    path.run(1);
    runUntil(BbrPhase.CRUISE, 1);
    long before = bbr.pacingRate();
    path.lossRate = 0.3;
    path.run(0.1);
    assertTrue(bbr.pacingRate() < 0.9 * before, before + " to " + bbr.pacingRate());
    path.lossRate = 0;
    runUntil(BbrPhase.UP, 5);
    path.run(0.1);
    assertTrue(bbr.pacingRate() > 0.95 * before, before + " to " + bbr.pacingRate());
  }

  @Test
  void lossesAreIgnored_whereThatIsAskedFor() {
    start(2, true);
    path.lossRate = 0.05;
    path.run(3);
    path.measure();
    path.run(10);
    assertTrue(path.utilisation() >= 0.85, "use " + path.utilisation());
    assertEquals("bbr-ignoring-loss", bbr.name());
  }

  /** A probe that lost more than 2 % bounds what is in flight. */
  @Test
  @Rfc("bbr-06 §5.5.10.2")
  void aProbeThatLoses_endsAtOnce_andTheBoundHolds() {
    start(0.1);
    path.run(5);
    path.measure();
    path.run(10);
    runUntil(BbrPhase.REFILL, 5);
    path.run(0.015);
    assertEquals(BbrPhase.REFILL, bbr.phase());
    long product = path.product();
    assertTrue(bbr.window() <= 1.3 * product, bbr.window() + " of " + product);
    assertTrue(path.utilisation() >= 0.85, "use " + path.utilisation());
  }

  @Test
  @Rfc("bbr-06 §3.7")
  void aMark_endsStartup_alsoWhereLossIsIgnored() {
    for (boolean ignores : new boolean[] {false, true}) {
      start(10, ignores);
      path.run(0.05);
      assertEquals(BbrPhase.STARTUP, bbr.phase());
      sender.policy.onEcn(sender);
      path.run(0.05);
      assertFalse(bbr.phase() == BbrPhase.STARTUP);
      phases.clear();
    }
  }

  /** "Handling Spurious Fast Recovery": Startup goes on where a loss that was none ended it. */
  @Test
  @Rfc("bbr-06 §5.5.11.2")
  void aRecoveryForNothing_takesStartupBack() {
    start(10);
    path.run(0.05);
    sender.policy.onEcn(sender); // as a loss would
    path.run(0.03);
    assertFalse(bbr.phase() == BbrPhase.STARTUP);
    sender.policy.onUndo(sender);
    assertEquals(BbrPhase.STARTUP, bbr.phase());
    path.run(3);
    path.measure();
    path.run(5);
    assertTrue(path.utilisation() >= 0.95, "use " + path.utilisation());
  }

  /**
   * One segment; when what was in flight has arrived, the window of before, of which the model
   * takes its share.
   */
  @Test
  @Rfc("bbr-06 §5.6.4.4")
  void aTimeout_leavesOneSegment_andItsRepairTheModelsWindow() {
    start(2);
    path.run(1);
    runUntil(BbrPhase.CRUISE, 1);
    int before = bbr.window();
    sender.policy.onRetransmitTimeout(sender, true);
    assertEquals(sender.inFlight() + sender.mss(), bbr.window());
    path.run(0.2);
    assertTrue(bbr.window() >= 0.65 * before, before + " to " + bbr.window());
  }

  // --- ProbeRTT

  /** "Entering and Exiting PROBE_RTT": after 5 s, for 200 ms, with half a product in flight. */
  @Test
  @Rfc("bbr-06 §5.3.4.3")
  void theRoundTrip_isProbedAfterFiveSeconds() {
    start(2);
    path.run(4.9);
    assertFalse(phases.contains(BbrPhase.PROBE_RTT));
    runUntil(BbrPhase.PROBE_RTT, 2);
    path.run(0.1);
    assertEquals(BbrPhase.PROBE_RTT, bbr.phase());
    assertEquals(0.5 * path.product(), bbr.window(), 0.05 * path.product());
    path.run(0.2);
    assertEquals(BbrPhase.CRUISE, bbr.phase());
    assertTrue(bbr.pacingRate() >= 0.95 * RATE, "pace " + bbr.pacingRate());
  }

  /** "Skipping PROBE_RTT Due to Application-Limited Sending". */
  @Test
  @Rfc("bbr-06 §5.3.4.1")
  void pausesOfTheApplication_areAProbeOfTheRoundTrip() {
    start(2);
    for (int i = 0; i < 12; i++) {
      path.run(1);
      sender.pause();
      path.run(0.3);
      sender.resume();
    }
    assertFalse(phases.contains(BbrPhase.PROBE_RTT), phases.toString());
  }

  /** §5.4.1: at the bandwidth, neither faster nor slower. */
  @Test
  @Rfc("bbr-06 §5.4.1")
  void afterAnIdleTime_thePaceIsTheBandwidth() {
    start(2);
    path.run(1);
    runUntil(BbrPhase.UP, 3);
    sender.pause();
    path.run(1);
    sender.resume();
    sender.policy.onIdle(sender);
    assertEquals(0.99 * RATE, bbr.pacingRate(), 0.03 * RATE);
  }

  /** "Correctly Managing Sub-Packet BDPs": four segments, whatever the product is. */
  @Test
  @Rfc("bbr-06 §5.6.4.3")
  void aProductBelowASegment_leavesFourInFlight() {
    path = new PathModel(1, 1, 400);
    sender =
        path.add(
            facts -> {
              bbr = new Bbr(facts, false);
              return new Watched(bbr);
            });
    path.run(10);
    path.measure();
    path.run(10);
    assertTrue(bbr.window() >= 4 * PathModel.MSS, "window " + bbr.window());
    assertTrue(path.utilisation() >= 0.95, "use " + path.utilisation());
  }
}
