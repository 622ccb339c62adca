package dev.jktcp.proof.golden;

import static dev.jktcp.proof.golden.GoodputTable.LOSSES;
import static dev.jktcp.proof.golden.GoodputTable.OUTAGES_S;
import static dev.jktcp.proof.golden.GoodputTable.RTTS_MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.golden.Goodput.Cell;
import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the goodput tables may say at all: an accepted text must not keep a fault. */
class GoodputTest {
  private static final double ROUNDING = 1.001;
  private static final double LUCK = 1.05; // of the seeds
  private static final int FOR_EVER = OUTAGES_S.length - 1;

  private interface Claim {
    void about(Cell cell, int buffer, int rttMs, String where);
  }

  private static GoodputTable table(String profile) {
    return Tables.goodput(TcpProfile.named(profile));
  }

  private static void each(GoodputTable table, Cell[][] cells, String what, Claim claim) {
    for (int b = 0; b < table.buffers.length; b++) {
      for (int r = 0; r < RTTS_MS.length; r++) {
        int buffer = table.buffers[b];
        String where = what + ", " + (buffer >> 10) + " KiB, rtt " + RTTS_MS[r] + " ms";
        claim.about(cells[b][r], buffer, RTTS_MS[r], where + ": " + GoodputTable.rate(cells[b][r]));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stop-and-wait", "reliable-link", "internet"})
  void noCell_exceedsTheLinkOrABufferEachRoundTrip(String profile) {
    GoodputTable table = table(profile);
    Claim claim =
        (cell, buffer, rttMs, where) ->
            assertTrue(cell.kbs() <= table.ceiling(buffer, rttMs) * ROUNDING, where);
    for (int l = 0; l < LOSSES.length; l++) {
      each(table, table.byLoss[l], "loss " + LOSSES[l], claim);
    }
    each(table, table.byQueue, "queue", claim);
  }

  /** {@link CongestionWatch} looks at each packet. */
  @ParameterizedTest
  @ValueSource(strings = {"reliable-link", "internet"})
  void withoutRack_theRulesOfRfc6675AreKept(String name) {
    TcpProfile profile = TcpProfile.named(name).with(p -> p.rack(false));
    for (double loss : LOSSES) {
      Cell cell = Goodput.cell(profile, 64 << 10, loss, 50);
      assertTrue(cell.died() < cell.runs(), name + ", loss " + loss);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stop-and-wait", "reliable-link", "internet"})
  void withoutLoss_moreBufferAndLessRoundTripAreNoWorse(String profile) {
    GoodputTable table = table(profile);
    Cell[][] cells = table.byLoss[0];
    for (int b = 0; b < cells.length; b++) {
      for (int r = 0; r < RTTS_MS.length; r++) {
        String where = table.buffers[b] + ", " + RTTS_MS[r] + " ms";
        assertTrue(b == 0 || cells[b][r].kbs() * ROUNDING >= cells[b - 1][r].kbs(), where);
        assertTrue(r == 0 || cells[b][r].kbs() <= cells[b][r - 1].kbs() * ROUNDING, where);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reliable-link", "internet"})
  void withoutLoss_nothingIsSentAgainAndTheCeilingIsNear(String profile) {
    GoodputTable table = table(profile);
    each(
        table,
        table.byLoss[0],
        "no loss",
        (cell, buffer, rttMs, where) -> {
          assertEquals(0, cell.again(), where);
          double best = Goodput.SIZE / table.ceiling(buffer, rttMs) / 1_000;
          // Slow start from ten segments, or from one where the SYN's timer was too short.
          assertTrue(GoodputTable.seconds(cell) <= 2 * best + 12 * rttMs / 1_000.0, where);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"stop-and-wait", "reliable-link", "internet"})
  void moreLoss_isNeverMoreGoodput(String profile) {
    GoodputTable table = table(profile);
    for (int l = 1; l < LOSSES.length; l++) {
      for (int b = 0; b < table.buffers.length; b++) {
        for (int r = 0; r < RTTS_MS.length; r++) {
          assertTrue(
              table.byLoss[l][b][r].kbs() <= table.byLoss[l - 1][b][r].kbs() * LUCK,
              LOSSES[l] + ", " + table.buffers[b] + ", " + RTTS_MS[r] + " ms");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stop-and-wait", "reliable-link", "internet"})
  void lossUpToOnePercent_killsNoTransfer(String profile) {
    GoodputTable table = table(profile);
    for (int l = 0; LOSSES[l] <= 0.01; l++) {
      each(
          table,
          table.byLoss[l],
          "loss " + LOSSES[l],
          (cell, buffer, rttMs, where) -> assertEquals(0, cell.died(), where));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reliable-link", "internet"})
  @Rfc({"5681 §3.1", "9438 SHLD-§5.1(1)"})
  void randomLoss_leavesWhatTheFallAtEachLossLeaves(String profile) {
    GoodputTable table = table(profile);
    for (int l = 2; l < LOSSES.length; l++) {
      double loss = LOSSES[l];
      each(
          table,
          table.byLoss[l],
          "loss " + loss,
          (cell, buffer, rttMs, where) -> {
            double model = model(table, loss, rttMs);
            boolean pathRules = buffer >= 64 << 10 && rttMs >= 50;
            if (pathRules) {
              // 1 MiB has slow start in it, and of that CUBIC keeps more for longer.
              assertTrue(cell.kbs() <= (cubic(table) ? 1.7 : 1.3) * model, where);
              // The model knows no time-outs: they take most of what is left at 5 % and more.
              assertTrue(loss > 0.01 || cell.kbs() >= 0.6 * model, where);
              assertTrue(loss > 0.05 || cell.kbs() >= 0.25 * model, where);
            }
          });
    }
  }

  /**
   * KB/s of a path: Mathis and others, 1997, of a sender that halves at each loss; RFC 9438 §5.1
   * equation (6) of CUBIC, which has as much as Reno where that has more.
   */
  private static double model(GoodputTable table, double loss, int rttMs) {
    double segments = 1.22 / Math.sqrt(loss);
    if (cubic(table)) {
      segments = Math.max(segments, 1.054 * Math.pow(rttMs / 1_000.0 / loss, 0.75));
    }
    return segments * Goodput.MSS / rttMs;
  }

  private static boolean cubic(GoodputTable table) {
    return table.profile.congestionControl() == CongestionControl.CUBIC;
  }

  @Test
  @Rfc("seed stop-and-wait")
  void stopAndWait_isASegmentARoundTrip() {
    GoodputTable table = table("stop-and-wait");
    for (Cell[][] cells : table.byLoss) {
      each(
          table,
          cells,
          "stop-and-wait",
          (cell, buffer, rttMs, where) ->
              assertTrue(cell.kbs() <= Math.min(buffer, Goodput.MSS) / (double) rttMs, where));
    }
    each(
        table,
        table.byLoss[0],
        "stop-and-wait",
        (cell, buffer, rttMs, where) -> {
          double onTheWireMs = (Math.min(buffer, Goodput.MSS) + 80) * 8_000.0 / 20_000_000;
          double best = Math.min(buffer, Goodput.MSS) / (rttMs + onTheWireMs);
          assertTrue(cell.kbs() >= 0.95 * best, where);
        });
  }

  @Test
  @Rfc("seed timeout")
  void pathThatStaysDead_isGivenUpAsThePromiseSays() {
    double bufferS = GoodputTable.OUTAGE_BUFFER * 8.0 / Goodput.BITS_PER_SECOND;
    for (int r = 0; r < RTTS_MS.length; r++) {
      double rttS = RTTS_MS[r] / 1_000.0;
      assertDies("stop-and-wait", r, 12.6, 12.6); // 0.2 + 0.4 + 0.8 + 1.6 + 3.2 + 6.4
      // 1 + 2 + … + 32 time-outs; after the first sample RTTVAR is half a round trip
      assertDies("reliable-link", r, 12.6, 63 * (rttS + bufferS + Math.max(0.2, 2 * rttS)));
      assertDies("internet", r, 100, 160); // R2, looked at each time-out: 60 s at most
    }
  }

  private static void assertDies(String profile, int r, double fromS, double toS) {
    GoodputTable table = table(profile);
    double diedS = table.diedAfterS(FOR_EVER, r);
    double rttS = RTTS_MS[r] / 1_000.0;
    String where = profile + ", rtt " + RTTS_MS[r] + " ms: " + diedS + " s";
    assertEquals(1, table.byOutage[FOR_EVER][r].died(), where);
    // The last that was acknowledged was sent some time around the outage's beginning.
    assertTrue(diedS >= fromS - rttS, where);
    assertTrue(diedS <= toS + 2 * rttS + 0.01, where);
  }

  /** Backed off, the timer fires by twice the outage and a first time-out. */
  @ParameterizedTest
  @ValueSource(strings = {"stop-and-wait", "reliable-link", "internet"})
  void outage_costsTwiceItsLengthAtMost(String profile) {
    GoodputTable table = table(profile);
    for (int o = 0; o < FOR_EVER; o++) {
      for (int r = 0; r < RTTS_MS.length; r++) {
        String where = profile + ", " + OUTAGES_S[o] + " s, rtt " + RTTS_MS[r] + " ms";
        if (table.byOutage[o][r].died() == 0) {
          double later = table.laterS(o, r);
          double rtt = RTTS_MS[r] / 1_000.0;
          // Then congestion avoidance: 1 + 2 + … + 39 segments are the whole transfer.
          assertTrue(later <= 2 * OUTAGES_S[o] + 2 + 40 * rtt, where + ": " + later);
        } else {
          assertTrue(OUTAGES_S[o] > 6, where + " killed it");
        }
      }
    }
  }
}
