package dev.jktcp.proof.golden;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.CongestionFacts;
import dev.jktcp.tcp.CongestionPolicy;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.WrappedPolicy;
import dev.jktcp.testkit.Rfc;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The stories of the window with a peer that reports blocks, and senders that take too much. */
class SackWatchTest {
  /** Of NewReno and of CUBIC, and what a test makes of them. */
  private static final List<CongestionControl> POLICIES =
      List.of(CongestionControl.NEW_RENO, CongestionControl.CUBIC);

  /** A policy, but for what a test overrides. */
  private static class Bent extends WrappedPolicy {
    final int mss;

    Bent(CongestionControl own, CongestionFacts facts) {
      super(own.open(facts));
      mss = facts.mss();
    }
  }

  private interface Bending {
    CongestionPolicy of(CongestionControl own, CongestionFacts facts);
  }

  private static CwndCase story(String name) {
    return CwndCases.ALL.stream().filter(c -> c.name.equals(name)).findFirst().orElseThrow();
  }

  private static void assertSeen(CwndCase story, Bending bent) {
    POLICIES.forEach(own -> assertSeen(story, own, bent));
  }

  private static void assertSeen(CwndCase story, CongestionControl own, Bending bent) {
    TcpProfile profile =
        TcpProfile.RELIABLE_LINK.withCongestionControl(facts -> bent.of(own, facts));
    AssertionError e = assertThrows(AssertionError.class, () -> story.runWithSack(profile));
    assertTrue(e.getMessage().contains("in the network for certain"), e.getMessage());
  }

  @Test
  @Rfc({"6675 §5(1)", "9937 §6.2"})
  void everyStory_staysWithinTheWindow() {
    for (TcpProfile profile : RepairStories.PROFILES) {
      CwndCases.ALL.forEach(story -> story.runWithSack(profile));
    }
  }

  @Test
  void moreInFlightThanCwnd_isSeen() {
    assertSeen(
        story("slow start"),
        (own, facts) ->
            new Bent(own, facts) {
              @Override
              public int allowance(int inFlight) {
                return super.allowance(inFlight - mss);
              }
            });
  }

  @Test
  void growthByTwoSegmentsARound_isSeen() {
    assertSeen(
        story("one loss"),
        (own, facts) ->
            new Bent(own, facts) {
              @Override
              public void onAck(CongestionFacts facts) {
                boolean avoidance = window() >= slowStartThreshold();
                super.onAck(facts);
                for (int i = 0; avoidance && i < 8; i++) {
                  super.onAck(facts);
                }
              }
            });
  }

  @Test
  void lossThatCostsNothing_isSeen() {
    assertSeen(
        story("one loss"),
        (own, facts) ->
            new Bent(own, facts) {
              @Override
              public void onLoss(CongestionFacts facts) {}
            });
  }

  /** RFC 9438 §4.6 leaves seven tenths. */
  @Test
  void lossThatLeavesNineTenthsOfCubicsWindow_isSeen() {
    assertSeen(
        story("one loss"),
        CongestionControl.CUBIC,
        (own, facts) ->
            new Bent(own, facts) {
              private boolean lost;

              @Override
              public void onLoss(CongestionFacts facts) {
                super.onLoss(facts);
                lost = true;
              }

              @Override
              public int slowStartThreshold() {
                return lost ? super.slowStartThreshold() / 7 * 9 : super.slowStartThreshold();
              }

              @Override
              public int window() {
                return lost ? super.window() / 7 * 9 : super.window();
              }
            });
  }

  @Test
  void timeoutThatKeepsTheWindow_isSeen() {
    assertSeen(
        new CwndCase("all is lost twice", "so is the probe")
            .fault(f -> f.lose(31, 70, 2))
            .write(0, 300),
        (own, facts) ->
            new Bent(own, facts) {
              @Override
              public void onRetransmitTimeout(CongestionFacts facts, boolean first) {}
            });
  }

  @Test
  void pauseThatKeepsTheWindow_isSeen() {
    assertSeen(
        story("a pause of 5 s"),
        (own, facts) ->
            new Bent(own, facts) {
              @Override
              public void onIdle(CongestionFacts facts) {}
            });
  }
}
