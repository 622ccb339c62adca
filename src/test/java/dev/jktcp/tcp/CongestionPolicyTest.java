package dev.jktcp.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The interface of policies is enough for those that are known: on a model. */
class CongestionPolicyTest {
  private static final double MBIT = 100;
  private static final double RTT_MS = 20;

  private static void assertAtLeast(double least, double is, String what) {
    assertTrue(is >= least, what + " is " + is + ", at least " + least + " is expected");
  }

  private static void assertAtMost(double most, double is, String what) {
    assertTrue(is <= most, what + " is " + is + ", at most " + most + " is expected");
  }

  private static PathModel measured(CongestionControl control, double products, double lossRate) {
    PathModel path = new PathModel(MBIT, RTT_MS, products);
    path.lossRate = lossRate;
    path.add(control);
    path.run(2);
    path.measure();
    path.run(18);
    return path;
  }

  private static PathModel measured(CongestionControl control, double products) {
    return measured(control, products, 0);
  }

  @Test
  void bbr_fillsThePath_andItsQueueIsHalfOfCubics() {
    PathModel bbr = measured(CongestionControl.BBR, 1);
    PathModel cubic = measured(CongestionControl.CUBIC, 1);
    assertAtLeast(0.95, bbr.utilisation(), "BBR's use of the link");
    assertAtLeast(0.95, cubic.utilisation(), "CUBIC's use of the link");
    assertAtMost(cubic.meanQueue() / 2, bbr.meanQueue(), "BBR's queue");
  }

  @Test
  void bbr_keepsItsQueueBounded_whereLossFillsAnyQueue() {
    assertAtMost(0.15, measured(CongestionControl.BBR, 8).meanQueue(), "BBR's queue");
    assertAtLeast(4, measured(CongestionControl.CUBIC, 8).meanQueue(), "CUBIC's queue");
  }

  @Test
  void bbr_livesWithLossBelowItsThreshold() {
    assertAtLeast(
        0.7, measured(CongestionControl.BBR, 1, 0.01).utilisation(), "BBR's use at 1 % loss");
    assertAtMost(
        0.5, measured(CongestionControl.BBR, 1, 0.05).utilisation(), "BBR's use at 5 % loss");
  }

  /** 1.22·MSS/(RTT·√p): at this rate of losses CUBIC is in its Reno-friendly region. */
  @Test
  void newRenoAndCubic_areWhatTheFormulaSays() {
    double formula = 1.22 * PathModel.MSS / (RTT_MS / 1e3 * Math.sqrt(0.01)) / (MBIT * 1e6 / 8);
    for (CongestionControl control : List.of(CongestionControl.NEW_RENO, CongestionControl.CUBIC)) {
      double use = measured(control, 1, 0.01).utilisation();
      assertAtLeast(0.85 * formula, use, "the use of the link");
      assertAtMost(1.15 * formula, use, "the use of the link");
    }
  }

  @Test
  void bbr_followsTheBandwidth() {
    PathModel path = new PathModel(MBIT, RTT_MS, 2);
    path.add(CongestionControl.BBR);
    path.run(5);
    path.changeBandwidth(MBIT / 2);
    path.run(8);
    path.measure();
    path.run(10);
    assertAtLeast(0.9, path.utilisation(), "the use of half the link");
    assertAtMost(0.5, path.meanQueue(), "the queue before half the link");
    path.changeBandwidth(MBIT);
    path.run(8);
    path.measure();
    path.run(10);
    assertAtLeast(0.9, path.utilisation(), "the use of the whole link");
  }

  /** What waited for a second leaves at the pace that was measured, and not as one burst. */
  @Test
  void bbr_startsAgainWithoutABurst() {
    PathModel path = new PathModel(MBIT, RTT_MS, 2);
    PathModel.Sender sender = path.add(CongestionControl.BBR);
    path.run(6);
    sender.pause();
    path.run(1);
    sender.resume();
    path.measure();
    path.run(RTT_MS / 1e3);
    assertAtMost(0.1 * path.product(), path.largestQueue, "the queue in the first round trip");
    path.run(1);
    assertAtLeast(0.9, path.utilisation(), "the use of the link");
  }

  @Test
  void bbrFlows_shareTheLink() {
    PathModel path = new PathModel(MBIT, RTT_MS, 1);
    for (int i = 0; i < 4; i++) {
      path.add(CongestionControl.BBR);
      path.run(0.7);
    }
    path.run(10);
    List<Long> before = path.senders.stream().map(s -> s.delivered).toList();
    path.run(40);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < before.size(); i++) {
      double share = path.senders.get(i).delivered - before.get(i);
      sum += share;
      squares += share * share;
    }
    assertAtLeast(0.9, sum * sum / (before.size() * squares), "Jain's index");
  }

  @Test
  void lossThatWasNone_isTakenBack() {
    for (CongestionControl control : List.of(CongestionControl.CUBIC, CongestionControl.BBR)) {
      PathModel path = new PathModel(MBIT, RTT_MS, 1);
      PathModel.Sender sender = path.add(control);
      path.run(3);
      int window = sender.policy.window();
      sender.policy.onRetransmitTimeout(sender, true);
      assertAtMost(window - 1, sender.policy.window(), "the window at a timeout");
      sender.undo();
      assertEquals(window, sender.policy.window());
    }
  }

  @Test
  void runsOfOneEntropy_repeat() {
    long first = measured(CongestionControl.BBR, 1, 0.001).senders.get(0).delivered;
    assertEquals(first, measured(CongestionControl.BBR, 1, 0.001).senders.get(0).delivered);
  }
}
