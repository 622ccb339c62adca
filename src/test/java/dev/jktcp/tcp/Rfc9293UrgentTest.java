package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;

import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** RFC 9293 §3.8.5. */
class Rfc9293UrgentTest {
  @Nested
  class Sending {
    @Test
    @Rfc({"9293 MUST-30", "9293 MUST-62"})
    void pointer_namesTheOctetBehindTheLast() {
      script(
          established(RELIABLE_LINK).withRttMs(100),
          """
            0 write 10
            0 > P. 1:11(10) ack 1
            0 writeUrgent 5
            0 > PU. 11:16(5) ack 1 urg 5
            0 write 10
            0 > P. 16:26(10) ack 1
          100 < . 1:1(0) ack 26
          100 idle
          """);
    }

    @Test
    @Rfc({"9293 MUST-30", "9293 MUST-31", "9293 MUST-62"})
    void runOfSeveralSegments_isPointedAtFromEach_sentAgainToo() {
      script(
          established(RELIABLE_LINK).withRttMs(100),
          """
            0 writeUrgent 2500
            0 > U. 1:1001(1000) ack 1 urg 2500
            0 > U. 1001:2001(1000) ack 1 urg 1500
            0 > PU. 2001:2501(500) ack 1 urg 500
            0 write 100
            0 > P. 2501:2601(100) ack 1
          100 < . 1:1(0) ack 1001
          400 > U. 1001:2001(1000) ack 1 urg 1500
          500 < . 1:1(0) ack 2601
          500 idle
          """);
    }

    @Test
    @Rfc("9293 MUST-31")
    void runBeyondTheField_movesThePointerOn() {
      script(
          established(RELIABLE_LINK)
              .withRttMs(100)
              .withOptions(o -> o.mtu(40_100))
              .withPeerMss(40_000)
              .withPeerScale(2),
          """
            0 writeUrgent 90000
            0 > U. 1:40001(40000) ack 1 urg 65535
           // The peer's window in its SYN was not scaled.
          100 < . 1:1(0) ack 40001 win 50000
          100 > U. 40001:80001(40000) ack 1 urg 50000
          100 > PU. 80001:90001(10000) ack 1 urg 10000
          200 < . 1:1(0) ack 90001 win 50000
          """);
    }

    @Test
    void closedWindow_letsTheNewsThrough() {
      script(
          established(RELIABLE_LINK).withRttMs(100).withPeerWindow(0),
          """
            0 writeUrgent 10
            0 > U. 1:1(0) ack 1 urg 10
          300 > U. 1:2(1) ack 1 urg 10
          400 < . 1:1(0) ack 2 win 1000
          400 > PU. 2:11(9) ack 1 urg 9
          """);
    }
  }

  @Nested
  class Receiving {
    @Test
    @Rfc({"9293 MUST-30", "9293 MUST-32", "9293 MUST-33"})
    void pointer_isToldOnceAndAgainWhenItMovesOn_andHowFarItIs() {
      script(
          established(RELIABLE_LINK),
          """
           0 pause
           0 < PU. 1:11(10) ack 1 urg 20
           0 urgent
           0 > . 1:1(0) ack 11
           0 urgentAhead 20
          10 < PU. 11:21(10) ack 1 urg 10
          10 > . 1:1(0) ack 21
          20 < PU. 21:31(10) ack 1 urg 10
          20 urgent
          20 > . 1:1(0) ack 31
          20 urgentAhead 30
          30 read 25
          30 urgentAhead 5
          40 resume
          40 urgentAhead 0
          40 delivered 30
          50 < P. 31:41(10) ack 1
          50 > . 1:1(0) ack 41
          50 urgentAhead 0
          """);
    }

    @Test
    @Rfc({"9293 MUST-31", "9293 MUST-32"})
    void pointerAheadOfAllData_isTold() {
      script(
          established(RELIABLE_LINK),
          """
           0 < U. 1:1(0) ack 1 urg 65535
           0 urgent
           0 urgentAhead 65535
          10 < PU. 1:101(100) ack 1 urg 65535
          10 > . 1:1(0) ack 101
          10 urgentAhead 65435
          20 < U. 101:101(0) ack 1 urg 65535
          20 urgent
          20 urgentAhead 65535
          """);
    }

    /** What came but was not read is still ahead of the user. */
    @Test
    @Rfc("9293 MUST-33")
    void finBehindUrgentData_isNoOctetOfIt() {
      script(
          established(RELIABLE_LINK),
          """
           0 pause
           0 < PU. 1:11(10) ack 1 urg 10
           0 urgent
           0 > . 1:1(0) ack 11
          10 < F. 11:11(0) ack 1
          10 > . 1:1(0) ack 12
          10 fin
          10 urgentAhead 10
          20 read 4
          20 urgentAhead 6
          20 resume
          20 urgentAhead 0
          """);
    }

    @Test
    @Rfc({"9293 MUST-32", "9293 MUST-33"})
    void pointerIntoWhatWaitsForTheReader_isTold() {
      script(
          established(RELIABLE_LINK),
          """
           0 pause
           0 < P. 1:101(100) ack 1
           0 > . 1:1(0) ack 101
          10 < PU. 51:111(60) ack 1 urg 30
          10 urgent
          10 > . 1:1(0) ack 111
          10 urgentAhead 80
          20 read 79
          20 urgentAhead 1
          20 read 1
          20 urgentAhead 0
          // With a new octet but the same pointer it is no news; with the next pointer it is.
          30 < PU. 51:112(61) ack 1 urg 30
          30 > . 1:1(0) ack 112
          40 < PU. 51:113(62) ack 1 urg 31
          40 urgent
          40 > . 1:1(0) ack 113
          40 urgentAhead 1
          """);
    }

    @Test
    void pointerBehindWhatWasRead_isNoNews() {
      script(
          established(RELIABLE_LINK),
          """
           0 < P. 1:101(100) ack 1
           0 > . 1:1(0) ack 101
          10 < PU. 51:111(60) ack 1 urg 50
          10 > . 1:1(0) ack 111
          10 urgentAhead 0
          """);
    }

    @Test
    @Rfc("9293 MUST-66")
    void closedWindow_letsTheNewsThrough() {
      script(
          established(RELIABLE_LINK).withOptions(o -> o.receiveBuffer(1000)),
          """
           0 pause
           0 < P. 1:1001(1000) ack 1
           0 > . 1:1(0) ack 1001 win 0
          10 < U. 1001:1002(1) ack 1 urg 10
          10 urgent
          10 > . 1:1(0) ack 1001 win 0
          10 urgentAhead 1010
          """);
    }
  }
}
