package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.tcp.TcpProfile.INTERNET;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;

import dev.jktcp.proof.script.Setup;
import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** RACK-TLP: losses are found by time, and the tail of a flight by a probe. */
class Rfc8985Test {
  /** The first sample: SRTT 100 ms, RTO 300 ms, a reordering window of 25 ms once there is one. */
  private static final Setup OPEN = established(RELIABLE_LINK).withRttMs(100).withPeerSack();

  private static final String FIVE =
      """
      0 write 5000
      0 > . 1:1001(1000) ack 1
      0 > . 1001:2001(1000) ack 1
      0 > . 2001:3001(1000) ack 1
      0 > . 3001:4001(1000) ack 1
      0 > P. 4001:5001(1000) ack 1
      """;

  @Nested
  class Rack {
    @Test
    @Rfc({"8985 MUST-§4(1)", "8985 §6.2"})
    void threeReported_proveALossAtOnce() {
      script(
          OPEN,
          FIVE
              + """
              100 < . 1:1(0) ack 1 <sack 1001:4001>
              100 > . 1:1001(1000) ack 1
              200 < . 1:1(0) ack 5001
              200 info fastRetransmits 1
              200 info timeouts 0
              """);
    }

    @Test
    @Rfc({"8985 §6.2", "8985 SHLD-§6.2(2)"})
    void fewerReported_leaveTimeForReordering() {
      script(
          OPEN,
          FIVE
              + """
              100 < . 1:1(0) ack 1 <sack 1001:2001>
              124 < . 1:1(0) ack 2001
              124 info reorderingSeen 1
              130 < . 1:1(0) ack 5001
              900 info retransmits 0
              """);
    }

    @Test
    @Rfc({"8985 §6.2", "8985 SHLD-§6.2(2)", "8985 SHLD-§8(1)"})
    void timer_findsWhatNoAckTellsOf() {
      script(
          OPEN,
          """
            0 write 2000
            0 > . 1:1001(1000) ack 1
            0 > P. 1001:2001(1000) ack 1
          100 < . 1:1(0) ack 1 <sack 1001:2001>
          125 > . 1:1001(1000) ack 1
          225 < . 1:1(0) ack 2001
          900 info timeouts 0
          """);
    }

    @Test
    @Rfc("8985 §6.2")
    void afterReordering_threeReportedProveNothing_beforeTheWindowHasPassed() {
      script(
          OPEN,
          FIVE
              + """
              100 < . 1:1(0) ack 1 <sack 1001:2001>
              110 < . 1:1(0) ack 5001
              110 write 5000
              110 > . 5001:6001(1000) ack 1
              110 > . 6001:7001(1000) ack 1
              110 > . 7001:8001(1000) ack 1
              110 > . 8001:9001(1000) ack 1
              110 > P. 9001:10001(1000) ack 1
              210 < . 1:1(0) ack 5001 <sack 6001:9001>
              210 info fastRetransmits 0
              235 > . 5001:6001(1000) ack 1
              335 < . 1:1(0) ack 10001
              """);
    }

    @Test
    @Rfc("8985 §9.1")
    void lostRetransmission_isSentAgainOnceSomethingSentLaterArrives() {
      script(
          OPEN,
          FIVE
              + """
              100 < . 1:1(0) ack 1 <sack 1001:5001>
              100 > . 1:1001(1000) ack 1
              101 write 1000
              101 > P. 5001:6001(1000) ack 1
              201 < . 1:1(0) ack 1 <sack 1001:6001>
              201 > . 1:1001(1000) ack 1
              301 < . 1:1(0) ack 6001
              900 info timeouts 0
              """);
    }

    /** RFC 5681 §3.1: behind a timeout the window grows with each ACK, as in any slow start. */
    @Test
    @Rfc({"8985 §6.3", "5681 §3.1"})
    void timeout_isRepairedInSlowStart() {
      script(
          OPEN,
          FIVE
              + """
              200 > P. 4001:5001(1000) ack 1
              500 > . 1:1001(1000) ack 1
              500 info cwnd 1000
              600 < . 1:1(0) ack 1001
              600 > . 1001:2001(1000) ack 1
              600 > . 2001:3001(1000) ack 1
              700 < . 1:1(0) ack 2001
              700 > . 3001:4001(1000) ack 1
              700 info cwnd 2500
              700 < . 1:1(0) ack 3001
              700 > P. 4001:5001(1000) ack 1
              800 < . 1:1(0) ack 5001
              900 info timeouts 1
              """);
    }

    @Test
    @Rfc("8985 §6.3")
    void timeout_leavesAloneWhatWasSentJustBefore() {
      script(
          OPEN,
          """
             0 write 1000
             0 > P. 1:1001(1000) ack 1
           300 > P. 1:1001(1000) ack 1
           400 < . 1:1(0) ack 1001
           // No round trip was measured since the probe: no other one.
           500 write 1000
           500 > P. 1001:2001(1000) ack 1
          1090 write 2000
          1090 > . 2001:3001(1000) ack 1
          1090 > P. 3001:4001(1000) ack 1
          1100 > . 1001:2001(1000) ack 1
          1100 info timeouts 1
          1190 < . 1:1(0) ack 4001
          1900 info retransmits 2
          """);
    }
  }

  @Nested
  class Probe {
    @Test
    @Rfc({"8985 SHLD-§7.2(1)", "8985 SHLD-§7.3(4)", "8985 MUST-§7.3(5)", "8985 §7.4.1"})
    void lostTail_isFoundByTheLastSegmentSentAgain() {
      script(
          OPEN,
          """
            0 write 3000
            0 > . 1:1001(1000) ack 1
            0 > . 1001:2001(1000) ack 1
            0 > P. 2001:3001(1000) ack 1
          200 > P. 2001:3001(1000) ack 1
          300 < . 1:1(0) ack 1 <sack 2001:3001>
          300 > . 1:1001(1000) ack 1
          400 < . 1:1(0) ack 1001 <sack 2001:3001>
          400 > . 1001:2001(1000) ack 1
          500 < . 1:1(0) ack 3001
          900 info probes 1
          900 info timeouts 0
          900 info fastRetransmits 1
          """);
    }

    @Test
    @Rfc("8985 SHLD-§7.3(3)")
    void newData_isTheProbe_whereThereIsSome() {
      script(
          OPEN.withPeerWindow(20_000),
          """
            0 write 12000
            0 > . 1:1001(1000) ack 1
            0 > . 1001:2001(1000) ack 1
            0 > . 2001:3001(1000) ack 1
            0 > . 3001:4001(1000) ack 1
            0 > . 4001:5001(1000) ack 1
            0 > . 5001:6001(1000) ack 1
            0 > . 6001:7001(1000) ack 1
            0 > . 7001:8001(1000) ack 1
            0 > . 8001:9001(1000) ack 1
            0 > . 9001:10001(1000) ack 1
          200 > . 10001:11001(1000) ack 1
          201 < . 1:1(0) ack 10001
          201 > P. 11001:12001(1000) ack 1
          300 < . 1:1(0) ack 12001
          900 info probes 1
          900 info retransmits 0
          """);
    }

    @Test
    @Rfc({"8985 MUST-§7.3(1)", "8985 MUST-§7.3(6)"})
    void probeThatIsLost_isFollowedByTheTimer() {
      script(
          OPEN,
          """
             0 write 2000
             0 > . 1:1001(1000) ack 1
             0 > P. 1001:2001(1000) ack 1
           200 > P. 1001:2001(1000) ack 1
           500 > . 1:1001(1000) ack 1
           600 < . 1:1(0) ack 1001
           600 > P. 1001:2001(1000) ack 1
           700 < . 1:1(0) ack 2001
          1900 info timeouts 1
          1900 info probes 1
          """);
    }

    @Test
    @Rfc("8985 SHLD-§7.2(3)")
    void singleSegment_isGivenTheDelayOfAnAckMore() {
      script(
          established(INTERNET).withRttMs(100).withPeerSack(),
          """
            0 write 1000
            0 > P. 1:1001(1000) ack 1
          400 > P. 1:1001(1000) ack 1
          500 < . 1:1(0) ack 1001
          900 info probes 1
          900 info timeouts 0
          """);
    }

    @Test
    @Rfc({"8985 SHLD-§7.2(3)"})
    void probeOfASingleSegment_isTheFirstOfFiveRetries_onALinkWithoutDelay() {
      script(
          established(RELIABLE_LINK).withPeerSack(),
          """
              0 write 10
              0 > P. 1:11(10) ack 1
            200 > P. 1:11(10) ack 1
            200 info probes 1
            600 > P. 1:11(10) ack 1
           1400 > P. 1:11(10) ack 1
           3000 > P. 1:11(10) ack 1
           6200 > P. 1:11(10) ack 1
           6200 info timeouts 4
          12600 closed TIMED_OUT
          """);
    }

    @Test
    @Rfc({"8985 MUST-§7.4.2(1)", "8985 SHLD-§7.4.2(1)"})
    void lossThatTheProbeRepaired_lowersTheWindow() {
      script(
          OPEN,
          FIVE
              + """
              100 < . 1:1(0) ack 4001
              400 > P. 4001:5001(1000) ack 1
              500 < . 1:1(0) ack 5001
              500 info ssthresh 2147483647
              600 write 1000
              600 > P. 5001:6001(1000) ack 1
              700 < . 1:1(0) ack 6001
              700 info ssthresh 2000
              700 info timeouts 0
              """);
    }

    @Test
    @Rfc("8985 §7.4.2")
    void probeThatArrivedTwice_lowersNothing() {
      script(
          OPEN,
          FIVE
              + """
              100 < . 1:1(0) ack 4001
              400 > P. 4001:5001(1000) ack 1
              410 < . 1:1(0) ack 5001
              500 < . 1:1(0) ack 5001 <sack 4001:5001>
              600 write 1000
              600 > P. 5001:6001(1000) ack 1
              700 < . 1:1(0) ack 6001
              700 info ssthresh 2147483647
              """);
    }

    @Test
    @Rfc("8985 MUST-§7.3(2)")
    void secondProbe_needsARoundTripMeasured_elseTheTimerRuns() {
      script(
          OPEN,
          """
             0 write 1000
             0 > P. 1:1001(1000) ack 1
           300 > P. 1:1001(1000) ack 1
           400 < . 1:1(0) ack 1001
           500 write 2000
           500 > . 1001:2001(1000) ack 1
           500 > P. 2001:3001(1000) ack 1
          1100 > . 1001:2001(1000) ack 1
          1200 < . 1:1(0) ack 3001
          1200 info probes 1
          1200 info timeouts 1
          """);
    }

    @Test
    @Rfc("8985 SHLD-§7.2(1)")
    void reportedSegment_leavesTheTailToTheReorderingTimer() {
      script(
          OPEN,
          """
            0 write 3000
            0 > . 1:1001(1000) ack 1
            0 > . 1001:2001(1000) ack 1
            0 > P. 2001:3001(1000) ack 1
          190 < . 1:1(0) ack 1 <sack 1001:2001>
          215 > . 1:1001(1000) ack 1
          315 < . 1:1(0) ack 2001
          315 > P. 2001:3001(1000) ack 1
          415 < . 1:1(0) ack 3001
          900 info probes 0
          """);
    }

    @Test
    void finAlone_isProbedLikeData() {
      script(
          OPEN,
          """
            0 end
            0 > F. 1:1(0) ack 1
          300 > F. 1:1(0) ack 1
          400 < . 1:1(0) ack 2
          400 finAcked
          900 info timeouts 0
          """);
    }

    @Test
    void peerWithoutSack_isNotProbed() {
      script(
          established(RELIABLE_LINK).withRttMs(100),
          """
            0 write 2000
            0 > . 1:1001(1000) ack 1
            0 > P. 1001:2001(1000) ack 1
          300 > . 1:1001(1000) ack 1
          400 < . 1:1(0) ack 2001
          900 info probes 0
          """);
    }
  }
}
