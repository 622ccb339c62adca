package dev.jktcp.tcp;

import static dev.jktcp.tcp.PolicyDrive.MSS;
import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/** CUBIC, section by section. Windows are segments. */
class Rfc9438Test {
  private static final double C = 0.4;
  private static final double ROUNDING = 0.01; // windows are whole bytes

  private final PolicyDrive cubic = new PolicyDrive(CongestionControl.CUBIC);

  /** Slow start to so many segments, without the delay that would end it. */
  private void reach(int segments) {
    while (cubic.window() < segments) {
      cubic.ack(Math.min(2, segments - cubic.window()));
    }
  }

  private void loseAt(int segments) {
    reach(segments);
    cubic.loss().recovered();
  }

  private static double curve(double seconds, double from, double wMax) {
    double k = Math.cbrt((wMax - from) / C);
    return C * Math.pow(seconds - k, 3) + wMax;
  }

  @Test
  @Rfc({"9438 MUST-§4.6(1)", "9438 SHLD-§4.6(1)"})
  void loss_leavesSevenTenthsOfTheFlight() {
    loseAt(100);
    assertEquals(70, cubic.window());
    assertEquals(70, cubic.threshold());
    cubic.lossOf(40); // the application limited it
    assertEquals(28, cubic.window());
  }

  @Test
  @Rfc({"9438 §4.6", "9438 MUST-§4.6(3)"})
  void loss_leavesTwoSegmentsAtLeast_aMarkOne() {
    loseAt(10);
    for (int i = 0; i < 20; i++) {
      cubic.loss();
    }
    assertEquals(2, cubic.window());
    assertEquals(2, cubic.threshold());
    for (int i = 0; i < 20; i++) {
      cubic.mark();
    }
    assertEquals(1, cubic.window());
    assertEquals(2, cubic.threshold());
  }

  @Test
  @Rfc("8511 §3")
  void mark_costsLessThanALoss_inCongestionAvoidance() {
    reach(100);
    cubic.mark();
    assertEquals(70, cubic.window()); // slow start has overshot
    cubic.ack(1).mark();
    assertEquals(70 * 0.85, cubic.window(), ROUNDING);
  }

  /** A large window at a short round trip: W_est is far below. */
  @Test
  @Rfc({"9438 MUST-§4.4(1)", "9438 MUST-§4.5(1)"})
  void window_followsTheCurve_belowAndAboveTheOldMaximum() {
    loseAt(2_000);
    long beganNs = cubic.nowNs + cubic.smoothedNs / 1_400;
    double k = Math.cbrt(600 / C);
    assertEquals(11.4, k, 0.1);
    for (int round = 1; round < 180; round++) {
      cubic.round();
      double t = (cubic.nowNs - beganNs) / 1e9;
      double ahead = curve(t + 0.1, 1_400, 2_000);
      double now = curve(t, 1_400, 2_000);
      // An ACK closes a share of the gap to the window a round trip ahead; all of a round, most.
      assertTrue(
          cubic.window() <= ahead + 1 && cubic.window() >= now - 1, t + ": " + cubic.window());
    }
    assertTrue(cubic.window() > 2_080, "convex by now: " + cubic.window());
  }

  /** However far the curve is ahead, as behind a long silence of ACKs. */
  @Test
  @Rfc("9438 §4.2")
  void window_growsByHalfARoundTripAtMost_andNeverFalls() {
    loseAt(100);
    cubic.ack(1).pass(60_000 * MS);
    double before = cubic.window();
    for (int i = 0; i < (int) before; i++) {
      cubic.ack(1);
    }
    assertTrue(cubic.window() > 1.4 * before, cubic.window() + " of " + before);
    assertTrue(cubic.window() < 1.7 * before, cubic.window() + " of " + before);
    cubic.smoothedNs = 0; // the path became short: the curve's window is less than what there is
    double now = cubic.window();
    cubic.ack(1);
    assertTrue(cubic.window() >= now);
  }

  @Test
  @Rfc("9438 MUST-§4.2(1)")
  void timesInWhichTheWindowIsNotUsed_doNotCount() {
    loseAt(2_000);
    PolicyDrive other = new PolicyDrive(CongestionControl.CUBIC);
    while (other.window() < 2_000) {
      other.ack(2);
    }
    other.loss().recovered();
    cubic.round().round();
    other.round().round();
    // Idle for less than a timeout, ten times; and a second with a tenth of the window in use.
    for (int i = 0; i < 10; i++) {
      other.idle(200 * MS).idle(0);
    }
    for (int i = 0; i < 20; i++) {
      other.pass(50 * MS).ackOf(1, other.window() / 10);
    }
    assertEquals(cubic.window(), other.window());
    for (int i = 0; i < 20; i++) {
      cubic.round();
      other.round();
    }
    assertEquals(cubic.window(), other.window(), 0.5);
  }

  @Test
  @Rfc({"9438 §5.8", "9438 MUST-§4.6(2)"})
  void windowThatIsNotUsed_doesNotGrow() {
    loseAt(100);
    double before = cubic.window();
    for (int i = 0; i < 1_000; i++) {
      cubic.pass(10 * MS).ackOf(1, before / 2 - 1);
    }
    assertEquals(before, cubic.window());
  }

  /** AIMD(α, β): at a short round trip the curve is far below it. */
  @Test
  @Rfc({"9438 SHLD-§4.3(1)", "9438 SHLD-§4.3(2)"})
  void renoFriendlyRegion_growsByAlphaARound_thenByOne() {
    cubic.smoothedNs = 5 * MS;
    loseAt(20); // 14 are left
    double alpha = 3 * 0.3 / 1.7;
    double expected = 14;
    for (int round = 0; round < 30; round++) {
      double before = cubic.window();
      cubic.round();
      // A round is a whole number of ACKs: a share of alpha may be missing.
      double least = alpha * Math.floor(before) / before - 2 * ROUNDING;
      double grown = cubic.window() - before;
      if (before + alpha < 20) {
        assertTrue(grown >= least - 0.05 && grown <= alpha + ROUNDING, before + ": " + grown);
      } else if (before > 20) {
        assertTrue(grown >= 0.9 && grown <= 1.01, before + ": " + grown);
      }
    }
    assertTrue(cubic.window() > 30);
  }

  @Test
  @Rfc("9438 SHLD-§4.7(1)")
  void fastConvergence_aimsLower_whereALossComesBelowTheOldMaximum() {
    loseAt(2_000); // W_max 2000
    cubic.ack(1).loss().recovered(); // at 1400: W_max is 1400 · 0.85 = 1190, and 980 are left
    assertEquals(980, cubic.window(), 1);
    double k = Math.cbrt((1_190 - 980) / C);
    assertPlateau(1_190, k);
  }

  @Test
  @Rfc("9438 SHLD-§4.7(1)")
  void withoutIt_theMaximumIsTheWindowThatWasLost() {
    loseAt(2_000);
    assertPlateau(2_000, Math.cbrt(600 / C));
  }

  /** The curve is flat at W_max, K seconds after the stage began. */
  private void assertPlateau(double wMax, double k) {
    long beganNs = cubic.nowNs;
    while ((cubic.nowNs - beganNs) / 1e9 < k) {
      cubic.round();
    }
    assertEquals(wMax, cubic.window(), 1.5);
  }

  @Test
  @Rfc({"9438 §4.8", "9438 SHLD-§4.8(1)", "5681 §3.1"})
  void timeout_leavesOneSegment_thenTheStageBeginsWithItsOwnMaximum() {
    loseAt(2_000);
    cubic.ack(1).timeout(true);
    assertEquals(1, cubic.window());
    assertEquals(980, cubic.threshold(), 1);
    cubic.timeout(false);
    assertEquals(980, cubic.threshold(), 1); // once
    reach(980);
    long beganNs = cubic.nowNs;
    for (int round = 0; round < 50; round++) {
      cubic.round();
      double t = (cubic.nowNs - beganNs) / 1e9;
      // K = 0: convex from its beginning, but no slower than Reno.
      double reno = 980 + 0.53 * (round + 1);
      double least = Math.max(reno, 980 + C * t * t * t);
      double most = Math.max(reno, 980 + C * Math.pow(t + 0.1, 3));
      assertTrue(
          cubic.window() >= least - 2 && cubic.window() <= most + 3, t + ": " + cubic.window());
    }
    assertTrue(cubic.window() > 1_025, "by " + cubic.window());
  }

  @Test
  @Rfc({"9438 §4.9", "4015 §3"})
  void undo_bringsTheWindowTheThresholdAndTheCurveBack() {
    loseAt(2_000);
    cubic.round().round();
    PolicyDrive other = new PolicyDrive(CongestionControl.CUBIC);
    while (other.window() < 2_000) {
      other.ack(2);
    }
    other.loss().recovered();
    other.round().round();
    cubic.loss().undo();
    other.timeout(true).undo();
    assertEquals(1_400, cubic.threshold());
    assertEquals(1_400, other.threshold());
    for (int i = 0; i < 50; i++) {
      cubic.round();
      other.round();
    }
    assertEquals(cubic.window(), other.window());
    assertTrue(cubic.window() > 1_800, "the curve of the first loss: " + cubic.window());
  }

  @Test
  @Rfc("9438 SHLD-§4.9(1)")
  void undoThatComesTooLate_changesNothing() {
    loseAt(10);
    cubic.smoothedNs = 5 * MS;
    while (cubic.window() < 11) {
      cubic.round();
    }
    double before = cubic.window();
    cubic.undo();
    assertEquals(before, cubic.window());
    assertEquals(7, cubic.threshold());
    cubic.undo(); // and there is none for a second time, or for a mark
    cubic.mark().undo();
    assertEquals(before * 0.85, cubic.window(), ROUNDING);
  }

  @Test
  @Rfc("9438 MUST-§4.10(1)")
  void slowStart_isUsedBelowTheThreshold() {
    loseAt(100);
    cubic.timeout(true).ack(1);
    assertEquals(2, cubic.window());
  }

  @Test
  @Rfc({"9438 §4.10", "9438 SHLD-§4.10(1)"})
  void endOfHyStart_beginsAStageWithItsOwnMaximum() {
    cubic.roundTripNs = 50 * MS;
    while (cubic.threshold() > 1e6) {
      cubic.round();
      cubic.roundTripNs += 7 * MS;
      assertTrue(cubic.window() < 10_000);
    }
    double from = cubic.window();
    assertEquals(from, cubic.threshold(), 1);
    long beganNs = cubic.nowNs;
    for (int round = 0; round < 60; round++) {
      cubic.round();
    }
    double t = (cubic.nowNs - beganNs) / 1e9;
    double reno = from + 60; // cwnd_prior is the window: alpha is 1
    assertEquals(Math.max(reno, from + C * t * t * t), cubic.window(), 0.06 * t * t + 4);
  }

  @Test
  @Rfc({"5681 §4.1", "5681 SHLD-§4.1(1)"})
  void pauseLongerThanTheTimeout_bringsTheInitialWindowBack() {
    loseAt(100);
    cubic.idle(301 * MS);
    assertEquals(10, cubic.window());
    assertEquals(70, cubic.threshold());
    cubic.ack(2);
    assertEquals(12, cubic.window());
  }

  /** No answer changes by it, now or after the pause. */
  @Test
  void rest_forgetsWhatOnlyATransferNeeds() {
    loseAt(100);
    cubic.ack(1).policy.onRest();
    assertEquals(70, cubic.window(), ROUNDING + 0.6);
    assertEquals(70, cubic.threshold());
    cubic.undo();
    assertEquals(70, cubic.threshold());
    cubic.idle(301 * MS);
    assertEquals(10, cubic.window());
    assertEquals(70, cubic.threshold());
  }

  /** The RFC's first table: RTT 0.1 s, one loss each 1/p segments. */
  @Test
  @Rfc("9438 SHLD-§5.1(1)")
  void meanWindow_isThatOfTheTable() {
    assertEquals(12, meanWindow(100), 1.5);
    assertEquals(38, meanWindow(1_000), 4);
    assertEquals(187, meanWindow(10_000), 10);
    assertEquals(1_054, meanWindow(100_000), 50);
  }

  private static double meanWindow(int segmentsALoss) {
    PolicyDrive drive = new PolicyDrive(CongestionControl.CUBIC);
    drive.loss();
    double sum = 0;
    long counted = 0;
    for (int loss = 0; loss < 60; loss++) {
      for (int i = 0; i < segmentsALoss; i++) {
        double window = drive.window();
        long stepNs = (long) (drive.smoothedNs / window);
        drive.pass(stepNs).ack(1);
        if (loss >= 30) { // settled
          sum += window * stepNs;
          counted += stepNs;
        }
      }
      drive.loss().recovered();
    }
    return sum / counted;
  }

  @Test
  void segmentsOfAnotherSize_keepTheWindowOfOne() {
    loseAt(10);
    cubic.timeout(true);
    cubic.policy.onMss(5 * MSS);
    assertEquals(5 * MSS, cubic.policy.window());
  }
}
