package dev.jktcp.golden;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.Rfc;
import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.CongestionFacts;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.WrappedPolicy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The stories of the window with a peer that reports blocks, and senders that take too much. */
class SackWatchTest {
  private static final List<TcpProfile> PROFILES =
      List.of(
          TcpProfile.RELIABLE_LINK,
          TcpProfile.RELIABLE_LINK.with(p -> p.rack(false)),
          TcpProfile.RELIABLE_LINK.with(p -> p.timestamps(false)));

  /** The profile's own policy, but for what a test overrides. */
  private static class Bent extends WrappedPolicy {
    final int mss;

    Bent(CongestionFacts facts) {
      super(TcpProfile.RELIABLE_LINK.congestionControl().open(facts));
      mss = facts.mss();
    }
  }

  private static CwndCase story(String name) {
    return CwndCases.ALL.stream().filter(c -> c.name.equals(name)).findFirst().orElseThrow();
  }

  private static void assertSeen(CwndCase story, CongestionControl bent) {
    TcpProfile profile = TcpProfile.RELIABLE_LINK.withCongestionControl(bent);
    AssertionError e = assertThrows(AssertionError.class, () -> story.runWithSack(profile));
    assertTrue(e.getMessage().contains("in the network for certain"), e.getMessage());
  }

  @Test
  @Rfc({"6675 §5(1)", "9937 §6.2"})
  void everyStory_staysWithinTheWindow() {
    for (TcpProfile profile : PROFILES) {
      CwndCases.ALL.forEach(story -> story.runWithSack(profile));
    }
  }

  @Test
  void moreInFlightThanCwnd_isSeen() {
    assertSeen(
        story("slow start"),
        facts ->
            new Bent(facts) {
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
        facts ->
            new Bent(facts) {
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
        facts ->
            new Bent(facts) {
              @Override
              public void onLoss(CongestionFacts facts) {}
            });
  }

  @Test
  void timeoutThatKeepsTheWindow_isSeen() {
    assertSeen(
        new CwndCase("all is lost twice", "so is the probe")
            .fault(f -> f.lose(31, 70, 2))
            .write(0, 300),
        facts ->
            new Bent(facts) {
              @Override
              public void onRetransmitTimeout(CongestionFacts facts, boolean first) {}
            });
  }

  @Test
  void pauseThatKeepsTheWindow_isSeen() {
    assertSeen(
        story("a pause of 5 s"),
        facts ->
            new Bent(facts) {
              @Override
              public void onIdle(CongestionFacts facts) {}
            });
  }
}
