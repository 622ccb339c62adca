package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;

import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/**
 * What a policy's pace does to what leaves (draft-ietf-ccwg-bbr-06 §5.6.2): a segment of 1,000
 * bytes each 10 ms, and two at once behind which the third may follow.
 */
@Rfc("bbr-06 §5.6.2")
class PacingTest {
  /** A window that never keeps anything back. */
  private static class Paced extends WrappedPolicy {
    private final long rate;

    Paced(CongestionFacts facts) {
      this(facts, 100_000);
    }

    Paced(CongestionFacts facts, long rate) {
      super(CongestionControl.fixedWindow(20_000).open(facts));
      this.rate = rate;
    }

    @Override
    public long pacingRate() {
      return rate;
    }

    @Override
    public int burst() {
      return 2_000;
    }
  }

  private static final TcpProfile PACED = RELIABLE_LINK.withCongestionControl(Paced::new);

  @Test
  void aWindow_leavesAtThePace() {
    script(
        established(PACED).withRttMs(100),
        """
           0 write 6000
           0 > . 1:1001(1000) ack 1
           0 > . 1001:2001(1000) ack 1
           0 > . 2001:3001(1000) ack 1
           0 info pacingRate 100000
          10 > . 3001:4001(1000) ack 1
          20 > . 4001:5001(1000) ack 1
          30 > P. 5001:6001(1000) ack 1
          50 < . 1:1(0) ack 6001
        """);
  }

  /** An ACK neither waits nor makes others wait. */
  @Test
  void acks_areNotPaced() {
    script(
        established(PACED).withRttMs(100),
        """
           0 write 4000
           0 > . 1:1001(1000) ack 1
           0 > . 1001:2001(1000) ack 1
           0 > . 2001:3001(1000) ack 1
           5 < . 1:1001(1000) ack 1
           5 > . 3001:3001(0) ack 1001
          10 > P. 3001:4001(1000) ack 1001
          50 < . 1001:1001(0) ack 4001
        """);
  }

  @Test
  void whatIsSentAgain_isPaced() {
    script(
        established(PACED).withRttMs(100),
        """
           0 write 5000
           0 > . 1:1001(1000) ack 1
           0 > . 1001:2001(1000) ack 1
           0 > . 2001:3001(1000) ack 1
          10 > . 3001:4001(1000) ack 1
          20 > P. 4001:5001(1000) ack 1
         300 > . 1:1001(1000) ack 1
         300 > . 1001:2001(1000) ack 1
         300 > . 2001:3001(1000) ack 1
         310 > . 3001:4001(1000) ack 1
         320 > P. 4001:5001(1000) ack 1
         350 < . 1:1(0) ack 5001
        """);
  }

  /** A closed window is asked when that is due, and the pace begins where the window opens. */
  @Test
  void probesOfAClosedWindow_areNotPaced() {
    script(
        established(PACED).withRttMs(100),
        """
           0 write 5000
           0 > . 1:1001(1000) ack 1
           0 > . 1001:2001(1000) ack 1
           0 > . 2001:3001(1000) ack 1
           5 < . 1:1(0) ack 1 win 3000
         100 < . 1:1(0) ack 3001 win 0
         400 > . 3001:3002(1) ack 1
         410 < . 1:1(0) ack 3001 win 65535
         410 > . 3001:3002(1) ack 1
         410 > . 3002:4002(1000) ack 1
         410 > P. 4002:5001(999) ack 1
         450 < . 1:1(0) ack 5001
        """);
  }

  @Test
  void aProbe_doesNotWaitForASlowPace() {
    script(
        established(RELIABLE_LINK.withCongestionControl(facts -> new Paced(facts, 1_000)))
            .withRttMs(100),
        """
           0 write 4000
           0 > . 1:1001(1000) ack 1
           0 > . 1001:2001(1000) ack 1
         100 < . 1:1(0) ack 2001 win 0
         400 > . 2001:2002(1) ack 1
         410 < . 1:1(0) ack 2001 win 65535
        1001 > . 2001:2002(1) ack 1
        1002 > . 2002:3002(1000) ack 1
        1050 < . 1:1(0) ack 3002
        2002 > P. 3002:4001(999) ack 1
        2050 < . 1:1(0) ack 4001
        """);
  }

  /** The credit of a gap is a burst, and not the whole of it. */
  @Test
  void afterAGap_noMoreThanABurstLeaves() {
    script(
        established(PACED).withRttMs(100),
        """
           0 write 1000
           0 > P. 1:1001(1000) ack 1
          50 < . 1:1(0) ack 1001
        1000 write 5000
        1000 > . 1001:2001(1000) ack 1
        1000 > . 2001:3001(1000) ack 1
        1000 > . 3001:4001(1000) ack 1
        1010 > . 4001:5001(1000) ack 1
        1020 > P. 5001:6001(1000) ack 1
        1050 < . 1:1(0) ack 6001
        """);
  }

  @Test
  void theFin_waitsItsTurn() {
    script(
        established(PACED).withRttMs(100),
        """
           0 write 3000
           0 > . 1:1001(1000) ack 1
           0 > . 1001:2001(1000) ack 1
           0 > P. 2001:3001(1000) ack 1
           0 end
          10 > F. 3001:3001(0) ack 1
          20 < . 1:1(0) ack 3002
          20 finAcked
        """);
  }
}
