package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.proof.script.Setup.idle;
import static dev.jktcp.tcp.TcpProfile.STOP_AND_WAIT;

import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/** What jktcp's README promises, kept by the stop-and-wait profile to the letter. */
class OriginalsPromiseTest {
  @Test
  @Rfc("seed handshake")
  void connect_isAThreeWayHandshake() {
    script(
        idle(STOP_AND_WAIT),
        """
         0   connect
         0   > S 0:0(0)
        50   < S. 0:0(0) ack 1 <mss 1000>
        50   > . 1:1(0) ack 1
        50   connected
        50   state ESTABLISHED
        50   idle
        """);
  }

  @Test
  @Rfc("seed handshake")
  void unansweredSyn_isSentOnTheScheduleOfData_thenTimesOut() {
    script(
        idle(STOP_AND_WAIT),
        """
             0   connect
             0   > S 0:0(0)
           200   > S 0:0(0)
           600   > S 0:0(0)
          1400   > S 0:0(0)
          3000   > S 0:0(0)
          6200   > S 0:0(0)
         12600   closed TIMED_OUT
         12600   connections 0
         12600   idle
        """);
  }

  @Test
  @Rfc("seed handshake")
  void synAnsweredLate_connects() {
    script(
        idle(STOP_AND_WAIT),
        """
            0   connect
            0   > S 0:0(0)
          200   > S 0:0(0)
          600   > S 0:0(0)
         1000   < S. 0:0(0) ack 1 <mss 1000>
         1000   > . 1:1(0) ack 1
         1000   connected
         1000   write 10
         1000   > P. 1:11(10) ack 1
         1200   > P. 1:11(10) ack 1
        """);
  }

  @Test
  @Rfc({"seed stop-and-wait", "9293 MAY-18"})
  void largeWrite_hasOneSegmentInFlight() {
    script(
        established(STOP_AND_WAIT),
        """
          0   write 2500
          0   > . 1:1001(1000) ack 1
         50   < . 1:1(0) ack 1001
         50   > . 1001:2001(1000) ack 1
        100   < . 1:1(0) ack 2001
        100   > P. 2001:2501(500) ack 1
        150   < . 1:1(0) ack 2501
        150   idle
        """);
  }

  @Test
  @Rfc({"seed stop-and-wait", "9293 SHLD-27"})
  void smallWrites_haveOneSegmentInFlight() {
    script(
        established(STOP_AND_WAIT),
        """
          0   write 10
          0   > P. 1:11(10) ack 1
         10   write 20
         20   write 30
         50   < . 1:1(0) ack 11
         50   > P. 11:61(50) ack 1
        100   < . 1:1(0) ack 61
        100   idle
        """);
  }

  @Test
  @Rfc("seed stop-and-wait")
  void finWaitsForTheSegmentInFlight() {
    script(
        established(STOP_AND_WAIT),
        """
          0   write 1000
          0   > P. 1:1001(1000) ack 1
         10   end
         50   < . 1:1(0) ack 1001
         50   > F. 1001:1001(0) ack 1
        """);
  }

  @Test
  @Rfc({"seed retransmission", "seed timeout"})
  void unacknowledgedSegment_backsOffFiveTimes_thenTimesOut() {
    script(
        established(STOP_AND_WAIT),
        """
             0   write 10
             0   > P. 1:11(10) ack 1
           200   > P. 1:11(10) ack 1
           600   > P. 1:11(10) ack 1
          1400   > P. 1:11(10) ack 1
          3000   > P. 1:11(10) ack 1
          6200   > P. 1:11(10) ack 1
         12600   closed TIMED_OUT
         12600   connections 0
         12600   held 0
         12600   idle
        """);
  }

  @Test
  @Rfc("seed retransmission")
  void acknowledgment_startsTheScheduleAnew() {
    script(
        established(STOP_AND_WAIT),
        """
             0   write 20
             0   > P. 1:21(20) ack 1
           200   > P. 1:21(20) ack 1
           600   > P. 1:21(20) ack 1
           700   < . 1:1(0) ack 21
           700   write 10
           700   > P. 21:31(10) ack 1
           900   > P. 21:31(10) ack 1
          1300   > P. 21:31(10) ack 1
          2100   > P. 21:31(10) ack 1
          3700   > P. 21:31(10) ack 1
          6900   > P. 21:31(10) ack 1
         13300   closed TIMED_OUT
        """);
  }

  @Test
  @Rfc("seed retransmission")
  void partialAcknowledgment_leavesTheRestToBeSentAgain() {
    script(
        established(STOP_AND_WAIT),
        """
           0   write 1000
           0   > P. 1:1001(1000) ack 1
         100   < . 1:1(0) ack 401
         300   > P. 401:1001(600) ack 1
         350   < . 1:1(0) ack 1001
         350   idle
        """);
  }

  @Test
  @Rfc("seed in-order delivery")
  void outOfOrderSegment_isNotKeptButAnsweredWithADuplicateAck() {
    script(
        established(STOP_AND_WAIT),
        """
         0   < P. 11:21(10) ack 1
         0   > . 1:1(0) ack 1
         0   < P. 21:31(10) ack 1
         0   > . 1:1(0) ack 1
         0   delivered 0
        10   < P. 1:11(10) ack 1
        10   > . 1:1(0) ack 11
        10   delivered 10
        20   < P. 11:31(20) ack 1
        20   > . 1:1(0) ack 31
        20   delivered 30
        """);
  }

  @Test
  @Rfc("seed in-order delivery")
  void duplicate_isAcknowledgedAgainAndNotDeliveredTwice() {
    script(
        established(STOP_AND_WAIT),
        """
         0   < P. 1:11(10) ack 1
         0   > . 1:1(0) ack 11
        10   < P. 1:11(10) ack 1
        10   > . 1:1(0) ack 11
        20   < P. 1:11(10) ack 1
        20   > . 1:1(0) ack 11
        20   delivered 10
        """);
  }

  @Test
  @Rfc("seed in-order delivery")
  void overlappingSegment_deliversItsNewPart() {
    script(
        established(STOP_AND_WAIT),
        """
         0   < P. 1:11(10) ack 1
         0   > . 1:1(0) ack 11
        10   < P. 6:26(20) ack 1
        10   > . 1:1(0) ack 26
        10   delivered 25
        """);
  }

  @Test
  @Rfc("seed IPv4 and IPv6")
  void bothFamilies_liveInOneStackAtOnce() {
    script(
        established(STOP_AND_WAIT),
        """
          0   #7 connect
          0   >7 S 0:0(0)
         10   <7 S. 0:0(0) ack 1 <mss 1000>
         10   >7 . 1:1(0) ack 1
         10   #7 connected
         20   write 10
         20   > P. 1:11(10) ack 1
         20   #7 write 20
         20   >7 P. 1:21(20) ack 1
         30   <7 P. 1:31(30) ack 21
         30   >7 . 21:21(0) ack 31
         30   < P. 1:41(40) ack 11
         30   > . 11:11(0) ack 41
         30   #7 delivered 30
         30   delivered 40
        """);
  }
}
