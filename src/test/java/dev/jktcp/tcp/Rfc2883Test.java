package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.tcp.TcpProfile.INTERNET;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;

import dev.jktcp.proof.script.Setup;
import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** D-SACK: the first block of an ACK is what came twice. */
class Rfc2883Test {
  private static final Setup OPEN = established(RELIABLE_LINK).withPeerSack();

  @Nested
  class Reported {
    @Test
    @Rfc({"2883 §4(1)", "2883 §4(2)", "2883 §4(3)"})
    void segmentThatIsAcknowledged_isReportedOnce() {
      script(
          OPEN,
          """
           0 < . 1:501(500) ack 1
           0 > . 1:1(0) ack 501 <none>
           0 < . 501:1001(500) ack 1
           0 > . 1:1(0) ack 1001 <none>
          10 < . 1:501(500) ack 1
          10 > . 1:1(0) ack 1001 <sack 1:501>
          20 write 10
          20 > P. 1:11(10) ack 1001 <none>
          20 < . 1001:1001(0) ack 11
          30 < . 501:1001(500) ack 11     // a second time: then a second block
          30 > . 11:11(0) ack 1001 <sack 501:1001>
          """);
    }

    @Test
    @Rfc({"2883 §4(4)", "2883 §4(5)"})
    void segmentThatIsHeld_isReported_itsRunBehindIt_thenTheOthers() {
      script(
          OPEN,
          """
          0 < . 1001:2001(1000) ack 1
          0 > . 1:1(0) ack 1 <sack 1001:2001>
          0 < . 3001:5001(2000) ack 1
          0 > . 1:1(0) ack 1 <sack 3001:5001 1001:2001>
          0 < . 3501:4001(500) ack 1
          0 > . 1:1(0) ack 1 <sack 3501:4001 3001:5001 1001:2001>
          0 < . 1001:2001(1000) ack 1
          0 > . 1:1(0) ack 1 <sack 1001:2001 1001:2001 3001:5001>
          0 < . 1:1(0) ack 1
          0 < . 6001:7001(1000) ack 1
          0 > . 1:1(0) ack 1 <sack 6001:7001 1001:2001 3001:5001>
          """);
    }

    @Test
    @Rfc("2883 §4.2")
    void ofASegmentThatIsPartlyNew_theOldPartIsReported() {
      script(
          OPEN,
          """
          0 < . 1:501(500) ack 1
          0 > . 1:1(0) ack 501
          0 < . 1:1001(1000) ack 1           // below what is acknowledged
          0 > . 1:1(0) ack 1001 <sack 1:501>
          0 < . 1501:2001(500) ack 1
          0 > . 1:1(0) ack 1001 <sack 1501:2001>
          0 < . 1301:1801(500) ack 1         // across the edge of a run
          0 > . 1:1(0) ack 1001 <sack 1501:1801 1301:2001>
          0 < . 1001:1401(400) ack 1         // fills the hole and more
          0 > . 1:1(0) ack 2001 <sack 1301:1401>
          """);
    }

    @Test
    @Rfc("2883 §4.2")
    void ofTwoPartsThatCameBefore_theFirstIsReported() {
      script(
          OPEN,
          """
          0 < . 1001:1101(100) ack 1
          0 > . 1:1(0) ack 1 <sack 1001:1101>
          0 < . 1201:1301(100) ack 1
          0 > . 1:1(0) ack 1 <sack 1201:1301 1001:1101>
          0 < . 901:1401(500) ack 1
          0 > . 1:1(0) ack 1 <sack 1001:1101 901:1401>
          """);
    }

    @Test
    void finThatCameBefore_isReported_alsoWithoutData() {
      script(
          OPEN,
          """
          0 < F. 101:201(100) ack 1
          0 > . 1:1(0) ack 1 <sack 101:202>
          0 < F. 101:201(100) ack 1
          0 > . 1:1(0) ack 1 <sack 101:202 101:202>
          0 < F. 201:201(0) ack 1
          0 > . 1:1(0) ack 1 <sack 201:202 101:202>
          0 < . 1:101(100) ack 1
          0 > . 1:1(0) ack 202 <none>
          0 fin
          0 < F. 101:201(100) ack 1
          0 > . 1:1(0) ack 202 <sack 101:202>
          0 < F. 201:201(0) ack 1
          0 > . 1:1(0) ack 202 <sack 201:202>
          """);
    }

    /** A full segment has no room for it; the block does not wait for the next reason to speak. */
    @Test
    void whatADataSegmentHasNoRoomFor_leavesRightBehindIt() {
      script(
          established(INTERNET).withPeerSack(),
          """
           0 < . 1:11(10) ack 1
           5 > . 1:1(0) ack 11
          50 write 1000
          50 > P. 1:1001(1000) ack 11 <none>
          50 < . 1:21(20) ack 1
          50 > . 1001:1001(0) ack 21 <sack 1:11>
          60 < . 21:21(0) ack 1001
          """);
    }

    @Test
    @Rfc("2018 MUST-§4(1)")
    void peerWithoutSack_isToldNothing() {
      script(
          established(RELIABLE_LINK),
          """
          0 < . 1:501(500) ack 1
          0 > . 1:1(0) ack 501 <none>
          0 < . 1:501(500) ack 1
          0 > . 1:1(0) ack 501 <none>
          """);
    }
  }
}
