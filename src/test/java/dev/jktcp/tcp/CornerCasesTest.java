package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.PacketScript.scriptV4;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.Rfc;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where two rules meet: faults that a review of the core found, a script each. */
class CornerCasesTest {
  @Test
  void ackAtTheEdgeOfAFullWindowWithAHole_isProcessed() {
    script(
        established(RELIABLE_LINK).withRttMs(100).withOptions(o -> o.receiveBuffer(2000)),
        """
           0 write 10
           0 > P. 1:11(10) ack 1
         // The peer has used all of our window, its first segment is lost; its ACKs stand at the edge.
          10 < . 1001:2001(1000) ack 1
          10 > . 11:11(0) ack 1
          20 < . 2001:2001(0) ack 11
          20 idle
         400 < . 1:1001(1000) ack 11
         400 > . 11:11(0) ack 2001
        """);
  }

  @Test
  @Rfc("5961 §3.2")
  void rstAtTheEdgeOfAFullWindowWithAHole_isChallenged() {
    script(
        established(RELIABLE_LINK).withOptions(o -> o.receiveBuffer(2000)),
        """
          10 < . 1001:2001(1000) ack 1
          10 > . 1:1(0) ack 1
         // Were it ignored, nobody would ever tell a reader that the peer is gone.
          20 < R. 2001:2001(0) ack 1
          20 > . 1:1(0) ack 1
          30 < R 1:1(0)
          30 closed RESET
        """);
  }

  @Test
  void segmentBeyondTheEdge_isStillNotAcceptable() {
    script(
        established(RELIABLE_LINK).withRttMs(100).withOptions(o -> o.receiveBuffer(2000)),
        """
           0 write 10
           0 > P. 1:11(10) ack 1
          10 < . 2002:2002(0) ack 11
          10 > . 11:11(0) ack 1
         300 > P. 1:11(10) ack 1
        """);
  }

  @Test
  void bareFinAtAClosedWindow_isTaken() {
    script(
        established(RELIABLE_LINK).withOptions(o -> o.receiveBuffer(1000)),
        """
           0 pause
           0 < P. 1:1001(1000) ack 1
           0 > . 1:1(0) ack 1001 win 0
          10 < F. 1001:1001(0) ack 1
          10 > . 1:1(0) ack 1002 win 0
          10 fin
          20 resume
          20 delivered 1000
          30 end
          30 > F. 1:1(0) ack 1002
          30 < . 1002:1002(0) ack 2
          30 finAcked
          30 closed CLOSED
        """);
  }

  @Test
  void unscaledWindowOfLargeSegments_followsSegmentsOfMoreThanHalfOfIt() {
    scriptV4(
        established(RELIABLE_LINK).withOptions(o -> o.receiveMtu(65_535)),
        """
           0 quiet
           0 < P. 1:40001(40000) ack 1
           0 > . 1:1(0) ack 40001 win 65535
        """);
  }

  @Test
  @Rfc("9293 MUST-16")
  void smallestMssThereCanBe_isHonoured() {
    script(
        established(RELIABLE_LINK).withPeerMss(28),
        """
           0 write 56
           0 > . 1:29(28) ack 1
           0 > P. 29:57(28) ack 1
        """);
  }

  @Test
  void windowOpensAfterLongProbing_timeoutIsNoLongerBackedOff() {
    script(
        established(RELIABLE_LINK).withRttMs(100).withPeerWindow(1000),
        """
            0 write 3000
            0 > . 1:1001(1000) ack 1
          100 < . 1:1(0) ack 1001 win 0
          400 > . 1001:1002(1) ack 1
          401 < . 1:1(0) ack 1001 win 0
         1000 > . 1001:1002(1) ack 1
         1001 < . 1:1(0) ack 1001 win 0
         2200 > . 1001:1002(1) ack 1
         2201 < . 1:1(0) ack 1001 win 0
         4600 > . 1001:1002(1) ack 1
         4601 < . 1:1(0) ack 1001 win 0
         4700 < . 1:1(0) ack 1001 win 1000
         4700 > . 1001:1002(1) ack 1
         4700 > . 1002:2001(999) ack 1
         // Lost.
         5000 > . 1001:2001(1000) ack 1
        """);
  }

  @Test
  @Rfc("5681 §3.1")
  void ackOfTheWholeWindowAfterATimeout_doesNotBringItBack() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        """
           0 write 6000
           0 > . 1:1001(1000) ack 1
           0 > . 1001:2001(1000) ack 1
           0 > . 2001:3001(1000) ack 1
           0 > . 3001:4001(1000) ack 1
           0 > . 4001:5001(1000) ack 1
           0 > P. 5001:6001(1000) ack 1
         300 > . 1:1001(1000) ack 1
         400 < . 1:1(0) ack 6001
         400 info ssthresh 3000
         400 info cwnd 2000
        """);
  }

  @Test
  @Rfc("6582 §4")
  void echoesOfANeedlessTimeout_proveNoLoss() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        """
           0 write 6000
           0 > . 1:1001(1000) ack 1
           0 > . 1001:2001(1000) ack 1
           0 > . 2001:3001(1000) ack 1
           0 > . 3001:4001(1000) ack 1
           0 > . 4001:5001(1000) ack 1
           0 > P. 5001:6001(1000) ack 1
         300 > . 1:1001(1000) ack 1
         // Nothing was lost: the first answers were late.
         310 < . 1:1(0) ack 1001
         310 > . 1001:2001(1000) ack 1
         310 > . 2001:3001(1000) ack 1
         311 < . 1:1(0) ack 6001
         312 write 3000
         312 > . 6001:7001(1000) ack 1
         312 > . 7001:8001(1000) ack 1
         312 > P. 8001:9001(1000) ack 1
         // The answers to what was sent twice.
         400 < . 1:1(0) ack 6001
         410 < . 1:1(0) ack 6001
         410 < . 1:1(0) ack 6001
         412 < . 1:1(0) ack 9001
         412 info fastRetransmits 0
        """);
  }

  @Test
  @Rfc({"5681 §4.1", "5681 SHLD-§4.1(1)"})
  void afterIdleTime_windowStartsAgain() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        """
           0 write 10000
           0 > . 1:1001(1000) ack 1
           0 > . 1001:2001(1000) ack 1
           0 > . 2001:3001(1000) ack 1
           0 > . 3001:4001(1000) ack 1
           0 > . 4001:5001(1000) ack 1
           0 > . 5001:6001(1000) ack 1
           0 > . 6001:7001(1000) ack 1
           0 > . 7001:8001(1000) ack 1
           0 > . 8001:9001(1000) ack 1
           0 > P. 9001:10001(1000) ack 1
         100 < . 1:1(0) ack 10001
         // Less than the time-out of 300 ms.
         250 write 10
         250 > P. 10001:10011(10) ack 1
         250 info cwnd 12000
         350 < . 1:1(0) ack 10011
         // More.
         700 write 10
         700 > P. 10011:10021(10) ack 1
         700 info cwnd 10000
        """);
  }

  @Test
  void policy_hearsOfTheConnectionBeforeItsAcks() {
    for (String opening : new String[] {"connect", "listen"}) {
      List<String> heard = new ArrayList<>();
      TcpProfile profile = RELIABLE_LINK.withCongestionControl(facts -> new Recording(heard));
      script(
          opening.equals("connect")
              ? established(profile)
              : dev.jktcp.proof.script.Setup.accepted(profile),
          """
            0 write 10
            0 > P. 1:11(10) ack 1
           10 < . 1:1(0) ack 11
          """);
      assertEquals("established", heard.get(0));
      assertTrue(heard.contains("ack 10"), heard.toString());
      assertEquals(0, heard.stream().filter(s -> s.equals("ack 1")).count());
    }
  }

  private static final class Recording implements CongestionPolicy {
    private final List<String> heard;

    Recording(List<String> heard) {
      this.heard = heard;
      heard.add("established");
    }

    @Override
    public int window() {
      return 10_000;
    }

    @Override
    public void onAck(CongestionFacts facts) {
      heard.add("ack " + facts.ackedBytes());
    }

    @Override
    public void onLoss(CongestionFacts facts) {}

    @Override
    public void onRetransmitTimeout(CongestionFacts facts, boolean first) {}
  }

  @Test
  void writeAfterCloseWithDataUnread_isNotTaken() {
    script(
        established(RELIABLE_LINK),
        """
           0 pause
           0 write 10
           0 > P. 1:11(10) ack 1
          10 < P. 1:101(100) ack 1
          10 > . 11:11(0) ack 101
         // An RST follows what was written until now, and not what is written still: its user could
         // put off the end for ever.
          20 close
          20 write 10 takes 0
          30 < . 101:101(0) ack 11
          30 > R. 11:11(0) ack 101
          30 closed ABORTED
        """);
  }

  @Test
  void roomMadeBehindTheFinAndNeverShown_isNoWindowInTimeWait() {
    script(
        established(RELIABLE_LINK).withOptions(o -> o.receiveBuffer(1000)),
        """
           0 pause
           0 < P. 1:1001(1000) ack 1
           0 > . 1:1(0) ack 1001 win 0
          10 end
          10 > F. 1:1(0) ack 1001 win 0
          20 < F. 1001:1001(0) ack 1
          20 fin
          20 > . 2:2(0) ack 1002 win 0
          30 read 600
          40 < . 1002:1002(0) ack 2
          40 finAcked
          40 closed CLOSED
         // As far as the peer knows the window is closed: what it sends is not acceptable.
          50 < . 1002:1003(1) ack 2
          50 > . 2:2(0) ack 1002 win 600
         700 < . 1002:1003(1) ack 2
         800 timeWaits 1
        """);
  }
}
