package dev.jktcp.proof.golden;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.CongestionFacts;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.WrappedPolicy;
import org.junit.jupiter.api.Test;

/** Were the watch blind, it would say nothing about senders that take too much, either. */
class CongestionWatchTest {
  private static final TcpProfile WITHOUT_SACK = TcpProfile.RELIABLE_LINK.with(p -> p.sack(false));

  /** The profile's own, unless a test says otherwise. */
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

  private static void assertSeen(String story, CongestionControl bent, String what) {
    TcpProfile profile = WITHOUT_SACK.withCongestionControl(bent);
    AssertionError e = assertThrows(AssertionError.class, () -> story(story).run(profile));
    assertTrue(e.getMessage().contains("congestion control: " + what), e.getMessage());
  }

  @Test
  void ownPolicy_passes() {
    TcpProfile profile = WITHOUT_SACK.withCongestionControl(Bent::new);
    assertDoesNotThrow(() -> story("two losses in a window").run(profile));
  }

  @Test
  void elevenInitialSegments_areSeen() {
    assertSeen(
        "slow start",
        facts ->
            new Bent(facts) {
              @Override
              public int window() {
                return super.window() + mss;
              }
            },
        "initial window");
  }

  @Test
  void moreInFlightThanCwnd_isSeen() {
    assertSeen(
        "slow start",
        facts ->
            new Bent(facts) {
              @Override
              public int allowance(int inFlight) {
                return super.allowance(inFlight - mss);
              }
            },
        "flight");
  }

  @Test
  void growthByTwoSegmentsARound_isSeen() {
    assertSeen(
        "one loss",
        facts ->
            new Bent(facts) {
              @Override
              public void onAck(CongestionFacts facts) {
                boolean avoidance = window() >= slowStartThreshold();
                super.onAck(facts);
                if (avoidance) {
                  super.onAck(facts);
                }
              }
            },
        "cwnd");
  }

  @Test
  void lossThatCostsAThird_isSeen() {
    assertSeen(
        "one loss",
        facts ->
            new Bent(facts) {
              private boolean lost;

              @Override
              public void onLoss(CongestionFacts facts) {
                super.onLoss(facts);
                lost = true;
              }

              @Override
              public int slowStartThreshold() {
                return lost ? super.slowStartThreshold() / 3 * 4 : super.slowStartThreshold();
              }
            },
        "ssthresh");
  }

  @Test
  void lossThatIsNotBelieved_isSeen() {
    TcpProfile deaf = TcpProfile.STOP_AND_WAIT.withCongestionControl(Bent::new);
    AssertionError e = assertThrows(AssertionError.class, () -> story("one loss").run(deaf));
    assertTrue(e.getMessage().contains("three duplicate ACKs without"), e.getMessage());
  }

  @Test
  void timeoutThatKeepsTheWindow_isSeen() {
    assertSeen(
        "a whole window is lost",
        facts ->
            new Bent(facts) {
              private int kept;

              @Override
              public void onRetransmitTimeout(CongestionFacts facts, boolean first) {
                super.onRetransmitTimeout(facts, first);
                kept = mss;
              }

              @Override
              public int window() {
                return super.window() + kept;
              }
            },
        "cwnd");
  }

  @Test
  void pauseThatKeepsTheWindow_isSeen() {
    assertSeen(
        "a pause of 5 s",
        facts ->
            new Bent(facts) {
              @Override
              public void onIdle(CongestionFacts facts) {}
            },
        "cwnd");
  }
}
