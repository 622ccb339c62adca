package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;
import static dev.jktcp.tcp.TcpProfile.STOP_AND_WAIT;

import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/** RFC 5681, RFC 6582 and RFC 6928: congestion control and recovery without a timeout. */
class Rfc5681Test {
  private static final String SIX_IN_FLIGHT =
      """
      0 write 6000
      0 > . 1:1001(1000) ack 1
      0 > . 1001:2001(1000) ack 1
      0 > . 2001:3001(1000) ack 1
      0 > . 3001:4001(1000) ack 1
      0 > . 4001:5001(1000) ack 1
      0 > P. 5001:6001(1000) ack 1
      """;

  @Test
  @Rfc("6928 §2")
  void initialWindow_ofLargeSegmentsIsTwo() {
    script(
        established(RELIABLE_LINK).withPeerMss(8000).withOptions(o -> o.mtu(9000)),
        """
        0 write 40000
        0 > . 1:8001(8000) ack 1
        0 > . 8001:16001(8000) ack 1
        """);
  }

  @Test
  @Rfc({"5681 §3.2", "9293 MUST-19", "5681 SHLD-§3.2(3)", "5681 MUST-§3.2(2)", "5681 MUST-§3.2(6)"})
  void thirdDuplicateAck_retransmits_theSecondDoesNot() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        SIX_IN_FLIGHT
            + """
            100 < . 1:1(0) ack 1
            101 < . 1:1(0) ack 1
            102 < . 1:1(0) ack 1
            102 > . 1:1001(1000) ack 1
            103 < . 1:1(0) ack 1
            104 < . 1:1(0) ack 1
            200 < . 1:1(0) ack 6001
            200 info cwnd 2000
            200 info ssthresh 3000
            200 info fastRetransmits 1
            200 info timeouts 0
            200 idle
            """);
  }

  @Test
  @Rfc("5681 §2")
  void ackWithDataOrAnotherWindow_isNoDuplicate() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        SIX_IN_FLIGHT
            + """
            100 < P. 1:11(10) ack 1
            100 > . 6001:6001(0) ack 11
            101 < P. 11:21(10) ack 1
            101 > . 6001:6001(0) ack 21
            102 < P. 21:31(10) ack 1
            102 > . 6001:6001(0) ack 31
            103 < . 31:31(0) ack 1 win 60000
            104 < . 31:31(0) ack 1 win 61000
            105 < . 31:31(0) ack 1 win 62000
            200 quiet
            """);
  }

  @Test
  @Rfc("5681 §2")
  void finOfThePeer_isNoDuplicate() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        SIX_IN_FLIGHT
            + """
            100 < . 1:1(0) ack 1
            101 < . 1:1(0) ack 1
            102 < F. 1:1(0) ack 1
            102 > . 6001:6001(0) ack 2
            102 fin
            103 < . 2:2(0) ack 1
            103 > . 1:1001(1000) ack 2
            """);
  }

  @Test
  @Rfc("5681 §2")
  void ackWhileNothingIsInFlight_isNoDuplicate() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        """
        0 < . 1:1(0) ack 1
        0 < . 1:1(0) ack 1
        0 < . 1:1(0) ack 1
        0 info fastRetransmits 0
        0 write 20000
        """
            + segments(0, 0, 10)
            // and the first real one is the first
            + """
            100 < . 1:1(0) ack 1
            100 > . 10001:11001(1000) ack 1
            101 < . 1:1(0) ack 1
            101 > . 11001:12001(1000) ack 1
            """);
  }

  @Test
  @Rfc({"6582 §3.2(1)", "6582 §3.2(4)"})
  void partialAck_retransmitsTheNextHole() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        SIX_IN_FLIGHT
            + """
            // Lost: the first, the third and the fifth.
            100 < . 1:1(0) ack 1
            100 < . 1:1(0) ack 1
            100 < . 1:1(0) ack 1
            100 > . 1:1001(1000) ack 1
            200 < . 1:1(0) ack 2001
            200 > . 2001:3001(1000) ack 1
            300 < . 1:1(0) ack 4001
            300 > . 4001:5001(1000) ack 1
            400 < . 1:1(0) ack 6001
            400 info fastRetransmits 1
            400 info timeouts 0
            400 idle
            """);
  }

  @Test
  @Rfc({"6582 §3.2(3)", "6582 §3.2(5)"})
  void partialAck_takesBackMoreThanDuplicateAcksGave() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        "0 write 20000\n"
            + segments(0, 0, 10)
            + """
            // The first and the tenth are lost, and all but three of the duplicate ACKs.
            100 < . 1:1(0) ack 1
            100 > . 10001:11001(1000) ack 1
            101 < . 1:1(0) ack 1
            101 > . 11001:12001(1000) ack 1
            102 < . 1:1(0) ack 1
            102 > . 1:1001(1000) ack 1
            // 5 + 3 - 9 + 1 = 0 segments may be in flight: only the hole goes.
            200 < . 1:1(0) ack 9001
            200 > . 9001:10001(1000) ack 1
            300 < . 1:1(0) ack 12001
            300 > . 12001:13001(1000) ack 1
            300 > . 13001:14001(1000) ack 1
            300 info cwnd 2000
            300 info ssthresh 5000
            """);
  }

  @Test
  @Rfc({"5681 §4.3", "5681 MUST-§4.3(1)", "6582 §3.2(7)"})
  void lossOfARetransmission_lowersSsthreshTwice() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        retransmissionLost()
            + """
            400 info cwnd 1000
            400 info ssthresh 2500
            """);
  }

  @Test
  @Rfc({"5681 §3.1", "5681 MUST-§3.1(5)", "6582 §3.2(7)"})
  void oneAckOfManyWindows_growsByOneSegmentARoundTrip() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        retransmissionLost()
            + """
            500 < . 1:1(0) ack 1001
            500 > . 1001:2001(1000) ack 1
            500 > . 2001:3001(1000) ack 1
            600 < . 1:1(0) ack 2001
            600 > . 3001:4001(1000) ack 1
            // All the rest had arrived: fourteen segments, of which a window counts.
            600 < . 1:1(0) ack 16001
            600 > . 16001:17001(1000) ack 1
            600 > . 17001:18001(1000) ack 1
            600 > . 18001:19001(1000) ack 1
            600 info cwnd 3500
            700 < . 1:1(0) ack 17001
            700 > . 19001:20001(1000) ack 1
            700 < . 1:1(0) ack 18001
            700 > . 20001:21001(1000) ack 1
            700 > . 21001:22001(1000) ack 1
            700 info cwnd 4500 // a segment that the last window did not need counts in this one
            700 < . 1:1(0) ack 19001
            700 > . 22001:23001(1000) ack 1
            700 info cwnd 4500
            """);
  }

  /** The first of ten is lost twice; what duplicate ACKs let out is in flight, too. */
  private static String retransmissionLost() {
    return "0 write 40000\n"
        + segments(0, 0, 10)
        + """
        100 < . 1:1(0) ack 1
        100 > . 10001:11001(1000) ack 1
        100 < . 1:1(0) ack 1
        100 > . 11001:12001(1000) ack 1
        100 < . 1:1(0) ack 1
        100 > . 1:1001(1000) ack 1
        100 info ssthresh 5000
        """
        + "100 < . 1:1(0) ack 1\n".repeat(5)
        + segments(100, 12, 13)
        + "100 < . 1:1(0) ack 1\n"
        + segments(100, 13, 14)
        + "200 < . 1:1(0) ack 1\n"
        + segments(200, 14, 15)
        + "200 < . 1:1(0) ack 1\n"
        + segments(200, 15, 16)
        + "400 > . 1:1001(1000) ack 1\n";
  }

  @Test
  @Rfc({"5681 §3.2", "9293 MUST-19", "5681 MUST-§3.2(4)", "5681 MUST-§3.2(5)", "5681 SHLD-§3.2(5)"})
  void duplicateAcksInRecovery_letNewDataOut() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        "0 write 20000\n"
            + segments(0, 0, 10)
            + """
            // The first is lost; eleven duplicates come. ssthresh = 5, so of those behind the third
            // each lets one out once five, and the two of limited transmit, have left.
            100 < . 1:1(0) ack 1
            100 > . 10001:11001(1000) ack 1
            101 < . 1:1(0) ack 1
            101 > . 11001:12001(1000) ack 1
            102 < . 1:1(0) ack 1
            102 > . 1:1001(1000) ack 1
            103 < . 1:1(0) ack 1
            104 < . 1:1(0) ack 1
            105 < . 1:1(0) ack 1
            106 < . 1:1(0) ack 1
            107 < . 1:1(0) ack 1
            107 > . 12001:13001(1000) ack 1
            108 < . 1:1(0) ack 1
            108 > . 13001:14001(1000) ack 1
            109 < . 1:1(0) ack 1
            109 > . 14001:15001(1000) ack 1
            """);
  }

  /** All six were only late: what was sent again for nothing draws ACKs that prove no loss. */
  @Test
  @Rfc("6582 §3.2(2)")
  void duplicateAcksOfRecoverItself_startNoRecovery() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        SIX_IN_FLIGHT
            + """
            100 < . 1:1(0) ack 1
            101 < . 1:1(0) ack 1
            102 < . 1:1(0) ack 1
            102 > . 1:1001(1000) ack 1
            110 write 8000
            200 < . 1:1(0) ack 6001
            200 > . 6001:7001(1000) ack 1
            200 > . 7001:8001(1000) ack 1
            201 < . 1:1(0) ack 6001
            202 < . 1:1(0) ack 6001
            203 < . 1:1(0) ack 6001
            204 < . 1:1(0) ack 6001
            204 info cwnd 2000
            204 info ssthresh 3000
            300 < . 1:1(0) ack 7001
            300 > . 8001:9001(1000) ack 1
            300 > . 9001:10001(1000) ack 1
            // Above recover a loss shows as ever.
            301 < . 1:1(0) ack 7001
            301 > . 10001:11001(1000) ack 1
            302 < . 1:1(0) ack 7001
            302 > . 11001:12001(1000) ack 1
            303 < . 1:1(0) ack 7001
            303 > . 7001:8001(1000) ack 1
            303 info fastRetransmits 2
            """);
  }

  @Test
  @Rfc({"5681 §3.1", "9293 MUST-19", "5681 MUST-§3.1(6)", "5681 MUST-§3.1(7)"})
  void timeout_startsAgainWithOneSegment() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        SIX_IN_FLIGHT
            + """
            300 > . 1:1001(1000) ack 1
            300 info cwnd 1000
            300 info ssthresh 3000
            400 < . 1:1(0) ack 1001
            400 > . 1001:2001(1000) ack 1
            400 > . 2001:3001(1000) ack 1
            500 < . 1:1(0) ack 6001
            500 idle
            """);
  }

  @Test
  @Rfc({"5681 §3.1", "3465 §2.3", "9293 MUST-19", "5681 MUST-§3(1)"})
  void slowStart_endsAtTheThreshold_thenAWindowGrowsByASegment() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        "0 write 60000\n"
            + segments(0, 0, 10)
            + """
            300 > . 1:1001(1000) ack 1
            300 info ssthresh 5000
            // Nine of the ten had arrived: one ACK of ten segments does not bring the window back.
            400 < . 1:1(0) ack 10001
            """
            + segments(400, 10, 12)
            + """
            400 info cwnd 2000
            500 < . 1:1(0) ack 12001
            """
            + segments(500, 12, 16)
            + """
            500 info cwnd 4000
            600 < . 1:1(0) ack 14001
            """
            + segments(600, 16, 19)
            + """
            600 info cwnd 5000
            610 < . 1:1(0) ack 16001
            """
            + segments(610, 19, 21)
            + """
            610 info cwnd 5000
            700 < . 1:1(0) ack 19001
            """
            + segments(700, 21, 25)
            + "700 info cwnd 6000\n");
  }

  private static String segments(int ms, int from, int to) {
    StringBuilder text = new StringBuilder();
    for (int i = from; i < to; i++) {
      int start = 1 + i * 1000;
      text.append(ms).append(" > . ").append(start).append(':').append(start + 1000);
      text.append("(1000) ack 1\n");
    }
    return text.toString();
  }

  @Test
  @Rfc("6582 §4")
  void duplicateAcksAfterATimeout_startNoRecovery() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        SIX_IN_FLIGHT
            + """
            300 > . 1:1001(1000) ack 1
            // Five late originals draw these.
            310 < . 1:1(0) ack 1
            311 < . 1:1(0) ack 1
            312 < . 1:1(0) ack 1
            313 < . 1:1(0) ack 1
            314 < . 1:1(0) ack 1
            400 < . 1:1(0) ack 6001
            400 info fastRetransmits 0
            400 idle
            """);
  }

  @Test
  void stopAndWait_hasNoFastRetransmit() {
    script(
        established(STOP_AND_WAIT),
        """
          0 write 10
          0 > P. 1:11(10) ack 1
         10 < . 1:1(0) ack 1
         10 < . 1:1(0) ack 1
         10 < . 1:1(0) ack 1
         10 < . 1:1(0) ack 1
        200 > P. 1:11(10) ack 1
        """);
  }

  @Test
  @Rfc({"5681 §4.2", "9293 MAY-13", "5681 SHLD-§3.2(1)", "5681 MUST-§4.2(2)", "6582 SHLD-§5(1)"})
  void outOfOrderSegments_areAnsweredAtOnceEach() {
    script(
        established(RELIABLE_LINK),
        """
        0 < . 1001:2001(1000) ack 1
        0 > . 1:1(0) ack 1
        0 < . 2001:3001(1000) ack 1
        0 > . 1:1(0) ack 1
        0 < . 3001:4001(1000) ack 1
        0 > . 1:1(0) ack 1
        0 < . 1:1001(1000) ack 1
        0 > . 1:1(0) ack 4001
        """);
  }
}
