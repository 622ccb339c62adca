package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;
import static dev.jktcp.tcp.TcpProfile.STOP_AND_WAIT;

import dev.jktcp.proof.script.Setup;
import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/** RFC 3042, limited transmit, which RFC 5681 §3.2 has made its first step. */
class Rfc3042Test {
  /** RFC 6928 gives so large segments a window of two. */
  private static final Setup WINDOW_OF_TWO =
      established(RELIABLE_LINK).withRttMs(100).withPeerMss(8000).withOptions(o -> o.mtu(9000));

  private static final String TWO_IN_FLIGHT =
      """
      0 write 40000
      0 > . 1:8001(8000) ack 1
      0 > . 8001:16001(8000) ack 1
      """;

  @Test
  @Rfc({"3042 §2", "5681 §3.2", "5681 SHLD-§3.2(4)", "5681 MUST-§3.2(1)"})
  void firstAndSecondDuplicate_letASegmentOutEach_andTheWindowStays() {
    script(
        WINDOW_OF_TWO,
        TWO_IN_FLIGHT
            + """
            100 < . 1:1(0) ack 1
            100 > . 16001:24001(8000) ack 1
            101 < . 1:1(0) ack 1
            101 > . 24001:32001(8000) ack 1
            101 info cwnd 16000
            """);
  }

  /** Its two segments were answers to bytes that count once only. */
  @Test
  @Rfc({"3042 §2", "5681 §3.1"})
  void reorderingBehindIt_opensTheWindowByTheRest() {
    script(
        WINDOW_OF_TWO,
        TWO_IN_FLIGHT
            + """
            100 < . 1:1(0) ack 1
            100 > . 16001:24001(8000) ack 1
            101 < . 1:1(0) ack 1
            101 > . 24001:32001(8000) ack 1
            102 < . 1:1(0) ack 24001
            102 > P. 32001:40001(8000) ack 1
            102 info cwnd 24000
            """);
  }

  @Test
  @Rfc({"3042 §1", "5681 §3.2"})
  void lossInAWindowOfTwo_isRepairedWithoutATimeout() {
    script(
        WINDOW_OF_TWO.withRttMs(50),
        TWO_IN_FLIGHT
            + """
            // The first is lost: each that arrives behind it draws a duplicate.
             50 < . 1:1(0) ack 1
             50 > . 16001:24001(8000) ack 1
            100 < . 1:1(0) ack 1
            100 > . 24001:32001(8000) ack 1
            150 < . 1:1(0) ack 1
            150 > . 1:8001(8000) ack 1
            150 > P. 32001:40001(8000) ack 1
            200 < . 1:1(0) ack 40001
            200 info fastRetransmits 1
            200 info timeouts 0
            """);
  }

  @Test
  @Rfc({"5681 §3.2", "5681 MUST-§3.2(3)"})
  void lossBehindLimitedTransmit_halvesTheFlightWithoutIt() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        "0 write 20000\n"
            + segments(10)
            + """
            100 < . 1:1(0) ack 1
            100 > . 10001:11001(1000) ack 1
            101 < . 1:1(0) ack 1
            101 > . 11001:12001(1000) ack 1
            102 < . 1:1(0) ack 1
            102 > . 1:1001(1000) ack 1
            102 info inFlight 12000
            102 info ssthresh 5000
            """);
  }

  @Test
  @Rfc("5681 §3.1")
  void timeoutBehindLimitedTransmit_halvesTheFlightWithoutIt() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        "0 write 20000\n"
            + segments(10)
            + """
            100 < . 1:1(0) ack 1
            100 > . 10001:11001(1000) ack 1
            101 < . 1:1(0) ack 1
            101 > . 11001:12001(1000) ack 1
            300 > . 1:1001(1000) ack 1
            300 info ssthresh 5000
            """);
  }

  @Test
  @Rfc("3042 §2")
  void whatTheWindowHadRoomFor_countsAtTheLoss() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        "0 write 9000\n"
            + segments(8)
            + """
            0 > P. 8001:9001(1000) ack 1
            100 < . 1:1(0) ack 1
            100 < . 1:1(0) ack 1
            // One within the window, two beyond it.
            150 write 9000
            150 > . 9001:10001(1000) ack 1
            150 > . 10001:11001(1000) ack 1
            150 > . 11001:12001(1000) ack 1
            160 < . 1:1(0) ack 1
            160 > . 1:1001(1000) ack 1
            160 info ssthresh 5000
            """);
  }

  @Test
  @Rfc("3042 §2")
  void peersWindow_isNotPassed() {
    script(
        established(RELIABLE_LINK).withRttMs(100).withPeerWindow(11_000),
        "0 write 20000\n"
            + segments(10)
            + """
            100 < . 1:1(0) ack 1
            100 > . 10001:11001(1000) ack 1
            101 < . 1:1(0) ack 1
            102 < . 1:1(0) ack 1
            102 > . 1:1001(1000) ack 1
            """);
  }

  @Test
  @Rfc("3042 §2")
  void newAck_endsIt() {
    script(
        WINDOW_OF_TWO,
        TWO_IN_FLIGHT
            + """
            100 < . 1:1(0) ack 1
            100 > . 16001:24001(8000) ack 1
            // It was late, not lost: slow start goes on, and the next duplicate is a first one.
            110 < . 1:1(0) ack 16001
            110 > . 24001:32001(8000) ack 1
            110 > P. 32001:40001(8000) ack 1
            110 info cwnd 24000
            110 write 24000
            120 < . 1:1(0) ack 16001
            120 > . 40001:48001(8000) ack 1
            120 info fastRetransmits 0
            """);
  }

  @Test
  @Rfc({"3042 §2", "6582 §4"})
  void duplicatesAfterATimeout_letNothingOut() {
    script(
        WINDOW_OF_TWO,
        TWO_IN_FLIGHT
            + """
            300 > . 1:8001(8000) ack 1
            310 < . 1:1(0) ack 1
            311 < . 1:1(0) ack 1
            400 < . 1:1(0) ack 16001
            400 > . 16001:24001(8000) ack 1
            400 > . 24001:32001(8000) ack 1
            // Echoes of what was sent twice for nothing.
            401 < . 1:1(0) ack 16001
            402 < . 1:1(0) ack 16001
            500 < . 1:1(0) ack 32001
            500 > P. 32001:40001(8000) ack 1
            """);
  }

  @Test
  void stopAndWait_hasNone() {
    script(
        established(STOP_AND_WAIT),
        """
          0 write 2000
          0 > . 1:1001(1000) ack 1
         10 < . 1:1(0) ack 1
         10 < . 1:1(0) ack 1
        200 > . 1:1001(1000) ack 1
        """);
  }

  private static String segments(int count) {
    StringBuilder text = new StringBuilder();
    for (int start = 1; start < count * 1000; start += 1000) {
      text.append("0 > . ").append(start).append(':').append(start + 1000);
      text.append("(1000) ack 1\n");
    }
    return text.toString();
  }
}
