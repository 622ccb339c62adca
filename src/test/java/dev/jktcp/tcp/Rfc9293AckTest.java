package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.tcp.TcpProfile.INTERNET;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/** RFC 9293 §3.8.6.3: when an ACK waits, and when not. */
class Rfc9293AckTest {
  /** Its ACKs wait for 40 ms, whatever the round trip. */
  private static final TcpProfile FIXED = INTERNET.withDelayedAckNs(40_000_000);

  @Test
  @Rfc({"9293 SHLD-18", "9293 MUST-40", "5681 SHLD-§4.2(1)", "5681 MUST-§4.2(1)"})
  void smallSegment_isAcknowledgedWithinTheDelay() {
    script(
        established(FIXED),
        """
          0 < P. 1:11(10) ack 1
         40 > . 1:1(0) ack 11
         40 idle
         50 < P. 11:21(10) ack 1
         // The delay counts from the first of them.
         70 < P. 21:31(10) ack 1
         90 > . 1:1(0) ack 31
        """);
  }

  /** By then all segments of one window have come. */
  @Test
  @Rfc({"9293 SHLD-18", "9293 MUST-40"})
  void delay_isAnEighthOfTheRoundTrip() {
    script(
        established(INTERNET),
        """
          0 write 10
          0 > P. 1:11(10) ack 1
        640 < P. 1:11(10) ack 11
        // The handshake took no time: SRTT is an eighth of 640 ms.
        650 > . 11:11(0) ack 11
        """);
  }

  @Test
  @Rfc({"9293 SHLD-18", "9293 MUST-40"})
  void delay_staysWithinTheProfilesBounds() {
    script(
        established(INTERNET),
        """
          0 < P. 1:11(10) ack 1
          5 > . 1:1(0) ack 11
         10 write 10
         10 > P. 1:11(10) ack 11
        850 < . 11:11(0) ack 11
        860 write 10
        860 > P. 11:21(10) ack 11
        1660 < . 11:11(0) ack 21
        1670 write 10
        1670 > P. 21:31(10) ack 11
        2470 < . 11:11(0) ack 31
        2480 write 10
        2480 > P. 31:41(10) ack 11
        3280 < P. 11:21(10) ack 41
        3320 > . 41:41(0) ack 21
        """);
  }

  /** Behind a loss the peer's window is small, and each ACK lets it grow. */
  @Test
  @Rfc("5681 SHLD-§4.2(1)")
  void segmentsBehindDisorder_areAcknowledgedAtOnce_forAWhile() {
    StringBuilder lines = new StringBuilder();
    int ms = 2;
    for (int n = 0; n < 31; n++, ms++) {
      int seq = 21 + 10 * n;
      lines
          .append(ms)
          .append(" < P. ")
          .append(seq)
          .append(':')
          .append(seq + 10)
          .append("(10) ack 1\n");
      lines.append(ms).append(" > . 1:1(0) ack ").append(seq + 10).append('\n');
    }
    script(
        established(INTERNET.with(p -> p.sack(false))),
        """
        0 < P. 11:21(10) ack 1
        0 > . 1:1(0) ack 1
        1 < P. 1:11(10) ack 1
        1 > . 1:1(0) ack 21
        """
            + lines
            + """
            50 < P. 331:341(10) ack 1
            55 > . 1:1(0) ack 341
            """);
  }

  @Test
  @Rfc("9293 MUST-40")
  void everyProfile_delaysLessThanHalfASecond() {
    for (String name : TcpProfile.names()) {
      assertTrue(TcpProfile.named(name).delayedAckNs() < 500_000_000L, name);
    }
    assertThrows(
        IllegalArgumentException.class, () -> INTERNET.withDelayedAckNs(500_000_000L), "MUST-40");
  }

  @Test
  @Rfc({"9293 SHLD-19", "5681 SHLD-§4.2(2)"})
  void everySecondFullSegment_isAcknowledgedAtOnce() {
    script(
        established(FIXED),
        """
          0 < . 1:1001(1000) ack 1
          1 < . 1001:2001(1000) ack 1
          1 > . 1:1(0) ack 2001
          2 < . 2001:3001(1000) ack 1
          3 < . 3001:4001(1000) ack 1
          3 > . 1:1(0) ack 4001
          4 < P. 4001:4101(100) ack 1
         44 > . 1:1(0) ack 4101
        """);
  }

  @Test
  @Rfc({"9293 SHLD-18", "9293 SHLD-19"})
  void peerOfSmallSegments_isNotTakenForOneOfFullOnes() {
    script(
        established(FIXED),
        """
          0 < P. 1:11(10) ack 1
          1 < P. 11:21(10) ack 1
          2 < P. 21:31(10) ack 1
         40 > . 1:1(0) ack 31
        """);
  }

  /** What is full-sized the peer's largest segment tells, for its MSS may be any. */
  @Test
  @Rfc("9293 SHLD-19")
  void smallSegmentBehindAFullOne_isNotTakenForASecond() {
    script(
        established(FIXED),
        """
          0 < . 1:1001(1000) ack 1
          1 < P. 1001:1301(300) ack 1
         40 > . 1:1(0) ack 1301
        """);
  }

  /** Its sender would wait for the window sooner than for the second segment. */
  @Test
  @Rfc("9293 SHLD-19")
  void halfTheWindowUsed_isAcknowledgedAtOnce() {
    script(
        established(INTERNET).withOptions(o -> o.receiveBuffer(1000)),
        """
          0 pause
          0 < P. 1:301(300) ack 1
          1 < P. 301:501(200) ack 1
          1 > . 1:1(0) ack 501
        """);
  }

  @Test
  void profileThatCountsSegments_acknowledgesEachSecond() {
    script(
        established(FIXED.withAcksEverySecondSegment(true)),
        """
          0 < P. 1:11(10) ack 1
          1 < P. 11:21(10) ack 1
          1 > . 1:1(0) ack 21
          2 < P. 21:31(10) ack 1
         42 > . 1:1(0) ack 31
        """);
  }

  /** Whoever repeats what we acknowledged did not hear of it. */
  @Test
  void newDataBehindOld_isAcknowledgedAtOnce() {
    script(
        established(FIXED),
        """
          0 < P. 1:11(10) ack 1
         40 > . 1:1(0) ack 11
         50 < P. 1:21(20) ack 1
         50 > . 1:1(0) ack 21
        """);
  }

  @Test
  void dataOfOurs_takesTheAckAlong() {
    script(
        established(FIXED),
        """
          0 < P. 1:11(10) ack 1
         10 write 5
         10 > P. 1:6(5) ack 11
         20 < . 11:11(0) ack 6
         20 idle
        """);
  }

  @Test
  @Rfc({"5681 §4.2", "9293 MAY-13", "5681 SHLD-§3.2(2)"})
  void holeAndItsFilling_areAnsweredAtOnce() {
    script(
        established(INTERNET),
        """
          0 < . 1:1001(1000) ack 1
          1 < P. 2001:2011(10) ack 1
          1 > . 1:1(0) ack 1001
          2 < P. 1001:1501(500) ack 1
          2 > . 1:1(0) ack 1501
          3 < P. 1501:2001(500) ack 1
          3 > . 1:1(0) ack 2011
          3 idle
        """);
  }

  @Test
  void fin_isAcknowledgedAtOnce() {
    script(
        established(FIXED),
        """
          0 < P. 1:11(10) ack 1
          5 < F. 11:11(0) ack 1
          5 > . 1:1(0) ack 12
          5 fin
          5 idle
        """);
  }

  @Test
  void bufferOfTwoSegments_isNotStalledByTheDelay() {
    script(
        established(INTERNET).withOptions(o -> o.receiveBuffer(2000)),
        """
          0 < . 1:1001(1000) ack 1
          0 > . 1:1(0) ack 1001 win 2000
        """);
  }

  @Test
  void reliableLink_acknowledgesAtOnce() {
    script(
        established(RELIABLE_LINK),
        """
          0 < P. 1:11(10) ack 1
          0 > . 1:1(0) ack 11
          0 idle
        """);
  }
}
