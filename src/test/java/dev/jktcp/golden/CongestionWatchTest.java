package dev.jktcp.golden;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.TcpProfile;
import org.junit.jupiter.api.Test;

/** Were the watch blind, it would say nothing about senders that take too much, either. */
class CongestionWatchTest {
  /** The profile's own, unless a test says otherwise. */
  private static class Bent implements CongestionControl {
    private final CongestionControl own = TcpProfile.RELIABLE_LINK.congestionControl();

    @Override
    public void onEstablished(Window window) {
      own.onEstablished(window);
    }

    @Override
    public int allowance(Window window, int inFlight) {
      return own.allowance(window, inFlight);
    }

    @Override
    public void onAck(Window window, int ackedBytes, int inFlight, long rttNs, long nowNs) {
      own.onAck(window, ackedBytes, inFlight, rttNs, nowNs);
    }

    @Override
    public void onLoss(Window window, int inFlight, long nowNs) {
      own.onLoss(window, inFlight, nowNs);
    }

    @Override
    public void onRecovered(Window window, int inFlight, long nowNs) {
      own.onRecovered(window, inFlight, nowNs);
    }

    @Override
    public void onIdle(Window window, long nowNs) {
      own.onIdle(window, nowNs);
    }

    @Override
    public void onRetransmitTimeout(Window window, int inFlight, boolean first, long nowNs) {
      own.onRetransmitTimeout(window, inFlight, first, nowNs);
    }
  }

  private static CwndCase story(String name) {
    return CwndCases.ALL.stream().filter(c -> c.name.equals(name)).findFirst().orElseThrow();
  }

  private static void assertSeen(String story, CongestionControl bent, String what) {
    TcpProfile profile = TcpProfile.RELIABLE_LINK.withCongestionControl(bent);
    AssertionError e = assertThrows(AssertionError.class, () -> story(story).run(profile));
    assertTrue(e.getMessage().contains("congestion control: " + what), e.getMessage());
  }

  @Test
  void ownPolicy_passes() {
    TcpProfile profile = TcpProfile.RELIABLE_LINK.withCongestionControl(new Bent());
    assertDoesNotThrow(() -> story("two losses in a window").run(profile));
  }

  @Test
  void elevenInitialSegments_areSeen() {
    assertSeen(
        "slow start",
        new Bent() {
          @Override
          public void onEstablished(Window window) {
            window.cwnd = 11 * window.mss;
          }
        },
        "initial window");
  }

  @Test
  void moreInFlightThanCwnd_isSeen() {
    assertSeen(
        "slow start",
        new Bent() {
          @Override
          public int allowance(Window window, int inFlight) {
            return super.allowance(window, inFlight - window.mss);
          }
        },
        "flight");
  }

  @Test
  void growthByTwoSegmentsARound_isSeen() {
    assertSeen(
        "one loss",
        new Bent() {
          @Override
          public void onAck(Window window, int ackedBytes, int inFlight, long rttNs, long nowNs) {
            boolean avoidance = window.cwnd >= window.ssthresh;
            super.onAck(window, avoidance ? 2 * ackedBytes : ackedBytes, inFlight, rttNs, nowNs);
          }
        },
        "cwnd");
  }

  @Test
  void lossThatCostsAThird_isSeen() {
    assertSeen(
        "one loss",
        new Bent() {
          @Override
          public void onLoss(Window window, int inFlight, long nowNs) {
            super.onLoss(window, inFlight / 3 * 4, nowNs);
          }
        },
        "ssthresh");
  }

  @Test
  void lossThatIsNotBelieved_isSeen() {
    TcpProfile deaf = TcpProfile.STOP_AND_WAIT.withCongestionControl(new Bent());
    AssertionError e = assertThrows(AssertionError.class, () -> story("one loss").run(deaf));
    assertTrue(e.getMessage().contains("three duplicate ACKs without"), e.getMessage());
  }

  @Test
  void timeoutThatKeepsTheWindow_isSeen() {
    assertSeen(
        "a whole window is lost",
        new Bent() {
          @Override
          public void onRetransmitTimeout(Window window, int inFlight, boolean first, long nowNs) {
            super.onRetransmitTimeout(window, inFlight, first, nowNs);
            window.cwnd = 2 * window.mss;
          }
        },
        "cwnd");
  }

  @Test
  void pauseThatKeepsTheWindow_isSeen() {
    assertSeen(
        "a pause of 5 s",
        new Bent() {
          @Override
          public void onIdle(Window window, long nowNs) {}
        },
        "cwnd");
  }
}
