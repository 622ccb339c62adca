package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.proof.script.Setup.idle;
import static dev.jktcp.tcp.TcpProfile.INTERNET;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;
import static dev.jktcp.tcp.TcpProfile.STOP_AND_WAIT;

import dev.jktcp.stack.StackOptions;
import dev.jktcp.tcp.connection.WindowStyle;
import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** RFC 9293 §3.8.6: the window in both directions, and RFC 7323 §2: its scale. */
class Rfc9293WindowTest {
  @Nested
  class Sending {
    @Test
    void peersWindow_boundsWhatIsInFlight() {
      script(
          established(RELIABLE_LINK).withPeerWindow(2000),
          """
            0 write 5000
            0 > . 1:1001(1000) ack 1
            0 > . 1001:2001(1000) ack 1
           10 < . 1:1(0) ack 1001 win 2000
           10 > . 2001:3001(1000) ack 1
           20 < . 1:1(0) ack 3001 win 2000
           20 > . 3001:4001(1000) ack 1
           20 > P. 4001:5001(1000) ack 1
          """);
    }

    @Test
    @Rfc("9293 MUST-38")
    void pieceBelowTheMss_waitsUntilHalfTheWindowOrTheTail() {
      script(
          established(RELIABLE_LINK).withRttMs(100).withPeerWindow(4000),
          """
             0 write 4500
             0 > . 1:1001(1000) ack 1
             0 > . 1001:2001(1000) ack 1
             0 > . 2001:3001(1000) ack 1
             0 > . 3001:4001(1000) ack 1
           100 < . 1:1(0) ack 4001 win 300
           // 300 of the 500 bytes that are left fit: silly, so the persist timer decides.
           400 > . 4001:4301(300) ack 1
           500 < . 1:1(0) ack 4301 win 200
           500 > P. 4301:4501(200) ack 1
          """);
    }

    @Test
    @Rfc("9293 MUST-38")
    void halfOfTheLargestWindow_isWorthASegment_lessIsNot() {
      script(
          established(RELIABLE_LINK).withRttMs(100).withPeerWindow(600),
          """
             0 write 2000
             0 > . 1:601(600) ack 1
           100 < . 1:1(0) ack 601 win 299
           150 < . 1:1(0) ack 601 win 300
           150 > . 601:901(300) ack 1
           250 < . 1:1(0) ack 901 win 599
           250 > . 901:1500(599) ack 1
          """);
    }

    @Test
    @Rfc({"9293 MUST-17", "9293 MUST-60"})
    void smallTail_leavesAtOnce() {
      script(
          established(RELIABLE_LINK),
          """
           0 write 10
           0 > P. 1:11(10) ack 1
           0 write 10
           0 > P. 11:21(10) ack 1
          """);
    }

    @Test
    @Rfc("7323 §2.3")
    void scaledWindow_isScaledButNotInTheSyn() {
      script(
          established(RELIABLE_LINK).withPeerWindow(2000).withPeerScale(2),
          """
           0 write 9000
           0 > . 1:1001(1000) ack 1
           0 > . 1001:2001(1000) ack 1
          10 < . 1:1(0) ack 2001 win 1000
          10 > . 2001:3001(1000) ack 1
          10 > . 3001:4001(1000) ack 1
          10 > . 4001:5001(1000) ack 1
          10 > . 5001:6001(1000) ack 1
          """);
    }

    @Test
    @Rfc({"7323 §2.3", "9293 REC-1"})
    void scaleAbove14_countsAs14() {
      script(
          established(RELIABLE_LINK)
              .withOptions(o -> o.mtu(9000))
              .withPeerMss(5000)
              .withPeerWindow(20_000)
              .withPeerScale(15),
          """
           0 write 40000
           0 > . 1:5001(5000) ack 1
           0 > . 5001:10001(5000) ack 1
          // 1 << 14: three segments, and less than one to spare.
          10 < . 1:1(0) ack 10001 win 1
          10 > . 10001:15001(5000) ack 1
          10 > . 15001:20001(5000) ack 1
          10 > . 20001:25001(5000) ack 1
          """);
    }

    @Test
    @Rfc({"9293 MUST-36", "9293 MUST-37", "9293 SHLD-29", "9293 SHLD-30"})
    void zeroWindow_isProbedForEverWhileThePeerAnswers() {
      script(
          established(RELIABLE_LINK).withRttMs(100).withPeerWindow(0),
          """
                0 write 1000
              300 > . 1:2(1) ack 1
              400 < . 1:1(0) ack 1 win 0
              900 > . 1:2(1) ack 1
             1000 < . 1:1(0) ack 1 win 0
             2100 > . 1:2(1) ack 1
             2200 < . 1:1(0) ack 1 win 0
             4500 > . 1:2(1) ack 1
             4600 < . 1:1(0) ack 1 win 0
             9300 > . 1:2(1) ack 1
             9400 < . 1:1(0) ack 1 win 0
            18900 > . 1:2(1) ack 1
            19000 < . 1:1(0) ack 1 win 0
            38100 > . 1:2(1) ack 1
            38200 < . 1:1(0) ack 1 win 0
            76500 > . 1:2(1) ack 1
            76600 < . 1:1(0) ack 1 win 0
           136500 > . 1:2(1) ack 1
           136600 < . 1:1(0) ack 1 win 5000
           136600 > . 1:2(1) ack 1
           136600 > P. 2:1001(999) ack 1
           136700 < . 1:1(0) ack 1001 win 5000
           136700 idle
          """);
    }

    @Test
    @Rfc({"9293 MUST-37", "9293 SHLD-30"})
    void zeroWindow_isProbedForADay() {
      StringBuilder text = new StringBuilder("0 write 1000\n");
      long rto = 1_000;
      for (long ms = rto; ms < 86_400_000; ms += rto) {
        text.append(ms).append(" > . 1:2(1) ack 1\n");
        text.append(ms + 50).append(" < . 1:1(0) ack 1 win 0\n");
        rto = Math.min(60_000, 2 * rto);
      }
      text.append("86400000 state ESTABLISHED\n");
      script(established(INTERNET).withRttMs(50).withPeerWindow(0), text.toString());
    }

    @Test
    @Rfc("9293 MUST-36")
    void zeroWindow_stopAndWaitProbesOnItsSchedule() {
      script(
          established(STOP_AND_WAIT).withPeerWindow(0),
          """
              0 write 1000
            200 > . 1:2(1) ack 1
            250 < . 1:1(0) ack 1 win 0
            600 > . 1:2(1) ack 1
            650 < . 1:1(0) ack 1 win 0
           1400 > . 1:2(1) ack 1
           1450 < . 1:1(0) ack 1 win 0
           3000 > . 1:2(1) ack 1
           3050 < . 1:1(0) ack 1 win 0
           6200 > . 1:2(1) ack 1
           6250 < . 1:1(0) ack 1 win 0
          12600 > . 1:2(1) ack 1
          12650 < . 1:1(0) ack 1 win 0
          19000 > . 1:2(1) ack 1
          19050 < . 1:1(0) ack 2 win 2000
          19050 > P. 2:1001(999) ack 1
          """);
    }

    @Test
    void zeroWindow_peerThatStopsAnswering_timesOut() {
      script(
          established(STOP_AND_WAIT).withPeerWindow(0),
          """
              0 write 1000
            200 > . 1:2(1) ack 1
            600 > . 1:2(1) ack 1
           1400 > . 1:2(1) ack 1
           3000 > . 1:2(1) ack 1
           6200 > . 1:2(1) ack 1
          12600 closed TIMED_OUT
          """);
    }

    @Test
    @Rfc("9293 MUST-35")
    void zeroWindow_probeThatIsTaken_movesOn() {
      script(
          established(RELIABLE_LINK).withRttMs(100).withPeerWindow(0),
          """
             0 write 1000
           300 > . 1:2(1) ack 1
           400 < . 1:1(0) ack 2 win 0
           // Progress: the next octet waits no longer than the first.
           700 > . 2:3(1) ack 1
           800 < . 1:1(0) ack 3 win 5000
           800 > P. 3:1001(998) ack 1
          """);
    }

    /** Linux drops what lies beyond its closed window, ACK and RST included. */
    @Test
    void zeroWindow_acksAndResetsStayWithinIt_whileAProbeIsUnderWay() {
      script(
          established(RELIABLE_LINK).withRttMs(100).withPeerWindow(0),
          """
             0 write 1000
           300 > . 1:2(1) ack 1
           350 < . 1:101(100) ack 1 win 0
           350 > . 1:1(0) ack 101
           400 reset
           400 > R. 1:1(0) ack 101
           400 closed ABORTED
          """);
    }

    @Test
    void finAtAZeroWindow_isProbedToo() {
      script(
          established(RELIABLE_LINK).withRttMs(100).withPeerWindow(0),
          """
             0 end
           300 > F. 1:1(0) ack 1
           400 < . 1:1(0) ack 2 win 0
           400 finAcked
          """);
    }

    @Test
    @Rfc({"9293 MUST-34", "9293 SHLD-15", "7323 MUST-§2.4(1)", "7323 MUST-§2.4(3)"})
    void windowThatShrinks_isHonouredWithoutHarm() {
      script(
          established(RELIABLE_LINK).withRttMs(100).withPeerWindow(5000),
          """
             0 write 6000
             0 > . 1:1001(1000) ack 1
             0 > . 1001:2001(1000) ack 1
             0 > . 2001:3001(1000) ack 1
             0 > . 3001:4001(1000) ack 1
             0 > . 4001:5001(1000) ack 1
           100 < . 1:1(0) ack 1001 win 1000
           200 < . 1:1(0) ack 5001 win 1000
           200 > P. 5001:6001(1000) ack 1
          """);
    }

    @Test
    @Rfc("9293 SHLD-16")
    void windowThatShrinks_boundsWhatIsSentAgain() {
      script(
          established(RELIABLE_LINK).withRttMs(100).withPeerWindow(3000),
          """
             0 write 3000
             0 > . 1:1001(1000) ack 1
             0 > . 1001:2001(1000) ack 1
             0 > P. 2001:3001(1000) ack 1
           100 < . 1:1(0) ack 1 win 500
           300 > . 1:501(500) ack 1
           400 < . 1:1(0) ack 501 win 2500
           400 > . 501:1501(1000) ack 1
           500 < . 1:1(0) ack 3001 win 3000
           500 idle
          """);
    }

    @Test
    @Rfc("9293 SHLD-16")
    void finBehindAWindowThatShrinks_waits() {
      script(
          established(RELIABLE_LINK).withRttMs(100).withPeerWindow(1001),
          """
             0 write 1000
             0 > P. 1:1001(1000) ack 1
             0 end
             0 > F. 1001:1001(0) ack 1
           100 < . 1:1(0) ack 1 win 1000
           300 > P. 1:1001(1000) ack 1
           400 < . 1:1(0) ack 1001 win 1000
           400 > F. 1001:1001(0) ack 1
           500 < . 1:1(0) ack 1002
           500 finAcked
           500 idle
          """);
    }

    @Test
    @Rfc({"9293 MUST-34", "9293 SHLD-15", "9293 SHLD-16"})
    void windowThatShrinksWhileMuchIsSentAgain_isNotOverrun() {
      script(
          established(RELIABLE_LINK).withRttMs(100).withPeerWindow(5000),
          """
             0 write 5000
             0 > . 1:1001(1000) ack 1
             0 > . 1001:2001(1000) ack 1
             0 > . 2001:3001(1000) ack 1
             0 > . 3001:4001(1000) ack 1
             0 > P. 4001:5001(1000) ack 1
           300 > . 1:1001(1000) ack 1
           400 < . 1:1(0) ack 1001 win 5000
           400 > . 1001:2001(1000) ack 1
           400 > . 2001:3001(1000) ack 1
           // 2501 is the edge now, and 3001 comes next: nothing may.
           500 < . 1:1(0) ack 2001 win 500
          1100 > . 2001:2501(500) ack 1
          1200 < . 1:1(0) ack 2501 win 600
          1200 > . 2501:3101(600) ack 1
          1300 < . 1:1(0) ack 5001 win 5000
          1300 idle
          """);
    }

    @Test
    @Rfc({"9293 MUST-34", "9293 MUST-30"})
    void urgentDataBehindAWindowThatShrank_isToldOfAtOnce() {
      script(
          established(RELIABLE_LINK).withRttMs(100).withPeerWindow(2000),
          """
             0 write 2000
             0 > . 1:1001(1000) ack 1
             0 > P. 1001:2001(1000) ack 1
           100 < . 1:1(0) ack 1 win 500
           110 writeUrgent 10
           // Within what the peer accepts now.
           110 > U. 501:501(0) ack 1 urg 1510
           200 < . 1:1(0) ack 2001 win 500
           200 > PU. 2001:2011(10) ack 1 urg 10
          """);
    }

    /** Patience with a silent peer begins with the first probe that it leaves unanswered. */
    @Test
    @Rfc({"9293 SHLD-17", "9293 MUST-37", "9293 MUST-21"})
    void usersPatience_doesNotCountTheTimeBetweenAnswerAndProbe() {
      script(
          established(RELIABLE_LINK).withRttMs(100).withPeerWindow(0),
          """
              0 tune userTimeout 12000
              0 write 1000
            300 > . 1:2(1) ack 1
            400 < . 1:1(0) ack 1 win 0
            900 > . 1:2(1) ack 1
           1000 < . 1:1(0) ack 1 win 0
           2100 > . 1:2(1) ack 1
           2200 < . 1:1(0) ack 1 win 0
           4500 > . 1:2(1) ack 1
           4600 < . 1:1(0) ack 1 win 0
           9300 > . 1:2(1) ack 1
           // 14.3 s after the last answer, 9.6 s after the probe.
          18900 > . 1:2(1) ack 1
          19000 < . 1:1(0) ack 1 win 2000
          19000 > . 1:2(1) ack 1
          19000 > P. 2:1001(999) ack 1
          """);
    }

    @Test
    @Rfc({"9293 SHLD-17", "9293 MUST-35"})
    void windowThatClosesOnDataInFlight_doesNotTimeOutWhileThePeerAnswers() {
      script(
          established(RELIABLE_LINK).withRttMs(100).withPeerWindow(2000),
          """
              0 write 2000
              0 > . 1:1001(1000) ack 1
              0 > P. 1001:2001(1000) ack 1
            100 < . 1:1(0) ack 1 win 0
            300 > . 1:2(1) ack 1
            400 < . 1:1(0) ack 1 win 0
            900 > . 1:2(1) ack 1
           1000 < . 1:1(0) ack 1 win 0
           2100 > . 1:2(1) ack 1
           2200 < . 1:1(0) ack 1 win 0
           4500 > . 1:2(1) ack 1
           4600 < . 1:1(0) ack 1 win 0
           9300 > . 1:2(1) ack 1
           9400 < . 1:1(0) ack 1 win 0
          18900 > . 1:2(1) ack 1
          19000 < . 1:1(0) ack 1 win 0
          38100 > . 1:2(1) ack 1
          38200 < . 1:1(0) ack 1 win 2000
          38200 > . 1:1001(1000) ack 1
          38200 > P. 1001:2001(1000) ack 1
          """);
    }

    /** The ACK that closes the window is an answer: what was sent before it counts no longer. */
    @Test
    @Rfc({"9293 MUST-35", "9293 MUST-37", "9293 SHLD-17"})
    void windowThatClosesAfterTheLastRetransmission_isProbedWithNewPatience() {
      script(
          established(RELIABLE_LINK.with(p -> p.blackHoleRetries(0)))
              .withRttMs(100)
              .withPeerWindow(2000),
          """
              0 write 1000
              0 > P. 1:1001(1000) ack 1
            300 > P. 1:1001(1000) ack 1
            900 > P. 1:1001(1000) ack 1
           2100 > P. 1:1001(1000) ack 1
           4500 > P. 1:1001(1000) ack 1
           9300 > P. 1:1001(1000) ack 1
          10000 < . 1:1(0) ack 1 win 0
          18900 > . 1:2(1) ack 1
          38100 > . 1:2(1) ack 1
          38200 < . 1:1(0) ack 1 win 2000
          38200 > P. 1:1001(1000) ack 1
          """);
    }

    @Test
    @Rfc({"9293 MUST-35", "9293 MUST-37", "9293 SHLD-17"})
    void windowThatCloses_startsTheUsersPatienceAgain() {
      script(
          established(RELIABLE_LINK).withRttMs(100).withPeerWindow(2000),
          """
              0 tune userTimeout 1000
              0 write 1000
              0 > P. 1:1001(1000) ack 1
            300 > P. 1:1001(1000) ack 1
            900 > P. 1:1001(1000) ack 1
            950 < . 1:1(0) ack 1 win 0
           1000 > . 1:2(1) ack 1
           1900 < . 1:1(0) ack 1 win 0
           3400 > . 1:2(1) ack 1
           3500 < . 1:1(0) ack 2 win 2000
           3500 > P. 2:1001(999) ack 1
          """);
    }

    @Test
    @Rfc("9293 MUST-37")
    void windowThatOpensAfterTheLastProbe_bringsNewPatience() {
      script(
          established(STOP_AND_WAIT).withPeerWindow(0),
          """
              0 write 1000
            200 > . 1:2(1) ack 1
            600 > . 1:2(1) ack 1
           1400 > . 1:2(1) ack 1
           3000 > . 1:2(1) ack 1
           6200 > . 1:2(1) ack 1
           7000 < . 1:1(0) ack 1 win 2000
           7000 > . 1:2(1) ack 1
           7200 > . 1:2(1) ack 1
           7600 > . 1:2(1) ack 1
          """);
    }

    @Test
    void windowOfAnOlderSegment_isNotTaken() {
      script(
          established(RELIABLE_LINK).withPeerWindow(5000),
          """
           0 < P. 11:21(10) ack 1 win 5000
           0 > . 1:1(0) ack 1
           0 < P. 1:11(10) ack 1 win 1000
           0 > . 1:1(0) ack 21
           0 write 3000
           0 > . 1:1001(1000) ack 21
           0 > . 1001:2001(1000) ack 21
           0 > P. 2001:3001(1000) ack 21
          """);
    }

    @Test
    void ackThatCameWithARetransmission_bringsItsWindow() {
      script(
          established(RELIABLE_LINK).withRttMs(100).withPeerWindow(3000),
          """
             0 write 5000
             0 > . 1:1001(1000) ack 1
             0 > . 1001:2001(1000) ack 1
             0 > . 2001:3001(1000) ack 1
            10 < P. 11:21(10) ack 1 win 3000
            10 > . 3001:3001(0) ack 1
           // Older in SEQ, newer in ACK; the right edge stays where it was.
           100 < P. 1:11(10) ack 1001 win 2000
           100 > . 3001:3001(0) ack 21
           110 < . 21:21(0) ack 1001 win 3000
           110 > . 3001:4001(1000) ack 21
          """);
    }
  }

  @Nested
  class Receiving {
    @Test
    @Rfc({"9293 SHLD-14", "9293 MUST-39", "9293 MAY-8", "7323 MUST-§2.4(2)", "7323 SHLD-§2.4(1)"})
    void windowCloses_andOpensInStepsWorthATrip() {
      script(
          established(RELIABLE_LINK).withOptions(o -> o.receiveBuffer(4000)),
          """
           0 pause
           0 < . 1:1001(1000) ack 1
           0 > . 1:1(0) ack 1001 win 3000
           0 < . 1001:2001(1000) ack 1
           0 > . 1:1(0) ack 2001 win 2000
           0 < P. 2001:4001(2000) ack 1
           0 > . 1:1(0) ack 4001 win 0
          10 read 1
          10 read 999
          // An ACK sent for another reason does not offer the silly window either.
          20 < P. 1:1001(1000) ack 1
          20 > . 1:1(0) ack 4001 win 0
          30 read 500
          30 > . 1:1(0) ack 4001 win 1500
          40 resume
          40 > . 1:1(0) ack 4001 win 4000
          40 delivered 4000
          """);
    }

    /**
     * With timestamps the peer's full segment is twelve bytes less than the MSS that we announce.
     */
    @Test
    @Rfc("9293 MUST-39")
    void windowOpens_byAFullSegmentOfThePeer() {
      script(
          idle(RELIABLE_LINK).withOptions(o -> o.receiveBuffer(4000)),
          """
           0 listen
           0 < S 0:0(0) win 4000 <mss 1000,TS 5 0>
           0 > S. 0:0(0) ack 1 win 4000 <mss ours,TS 0 5>
          10 < . 1:1(0) ack 1 <TS 6 0>
          10 accepted
          10 pause
          20 < . 1:1349(1348) ack 1 <TS 7 0>
          20 > . 1:1(0) ack 1349 win 2652 <TS 20 7>
          30 read 1348
          30 > . 1:1(0) ack 1349 win 4000 <TS 30 7>
          """);
    }

    /** What waits behind a hole lies within the window that was granted: it takes no room twice. */
    @Test
    @Rfc({"9293 SHLD-14", "9293 MUST-39"})
    void windowOpens_whateverWaitsBehindAHole() {
      script(
          established(RELIABLE_LINK).withOptions(o -> o.receiveBuffer(4000)),
          """
           0 pause
           0 < . 1:2001(2000) ack 1
           0 > . 1:1(0) ack 2001 win 2000
          10 < . 2501:3001(500) ack 1
          10 > . 1:1(0) ack 2001 win 2000
          20 read 2000
          20 > . 1:1(0) ack 2001 win 4000
          """);
    }

    @Test
    void dataAtAZeroWindow_isAnsweredAndNotTaken() {
      script(
          established(RELIABLE_LINK).withOptions(o -> o.receiveBuffer(1000)),
          """
           0 pause
           0 < P. 1:1001(1000) ack 1
           0 > . 1:1(0) ack 1001 win 0
          10 < . 1001:1002(1) ack 1
          10 > . 1:1(0) ack 1001 win 0
          20 resume
          20 > . 1:1(0) ack 1001 win 1000
          20 < . 1001:1002(1) ack 1
          20 > . 1:1(0) ack 1002
          20 delivered 1001
          """);
    }

    @Test
    void dataBeyondTheWindow_isCutOff() {
      script(
          established(RELIABLE_LINK).withOptions(o -> o.receiveBuffer(1000)),
          """
           0 pause
           0 < P. 1:1201(1200) ack 1
           0 > . 1:1(0) ack 1001 win 0
           0 read 1000
           0 > . 1:1(0) ack 1001 win 1000
          """);
    }

    @Test
    @Rfc("9293 MUST-66")
    void ackAtAZeroWindow_isProcessed() {
      script(
          established(RELIABLE_LINK).withOptions(o -> o.receiveBuffer(1000)),
          """
           0 pause
           0 < P. 1:1001(1000) ack 1
           0 > . 1:1(0) ack 1001 win 0
          10 write 10
          10 > P. 1:11(10) ack 1001 win 0
          20 < . 1001:1001(0) ack 11
          20 end
          20 > F. 11:11(0) ack 1001 win 0
          // With data that does not fit: the ACK counts, the data does not.
          30 < P. 1001:1011(10) ack 12
          30 > . 12:12(0) ack 1001 win 0
          30 finAcked
          """);
    }

    @Test
    @Rfc("7323 §2.3")
    void ownScale_isUsedOnceBothOfferedIt() {
      script(
          established(RELIABLE_LINK).withPeerScale(0),
          """
          0 < P. 1:11(10) ack 1
          0 > . 1:1(0) ack 11 win 8191 // 65526 bytes, rounded up
          """);
      script(
          established(RELIABLE_LINK),
          """
          0 < P. 1:11(10) ack 1
          0 > . 1:1(0) ack 11 win 65525
          """);
    }

    @Test
    @Rfc("7323 §2.4")
    void scaledWindow_closesUnderSegmentsOfOneByte() {
      StringBuilder text = new StringBuilder("0 pause\n");
      int next = 1;
      while (next < 100_001) {
        int length = next < 98_001 ? 1000 : 1;
        text.append("0 < . ").append(next).append(':').append(next + length);
        text.append('(').append(length).append(") ack 1\n");
        next += length;
        text.append("0 > . 1:1(0) ack ").append(next);
        text.append(next == 100_001 ? " win 0\n" : "\n");
      }
      script(
          established(RELIABLE_LINK).withPeerScale(0).withOptions(Receiving::whole100Kb),
          text.toString());
    }

    private static StackOptions whole100Kb(StackOptions options) {
      return options
          .receiveBuffer(100_000)
          .windowStyle(WindowStyle.DEFAULT.withWholeBufferAtOnce());
    }

    @Test
    @Rfc("9293 SHLD-31")
    void outOfOrderData_isKeptWithinTheWindow() {
      for (TcpProfile profile : new TcpProfile[] {RELIABLE_LINK, INTERNET}) {
        script(
            established(profile),
            """
             0 < . 1001:2001(1000) ack 1
             0 > . 1:1(0) ack 1
             0 < . 3001:4001(1000) ack 1
             0 > . 1:1(0) ack 1
             // Overlaps both what is held and what is not.
             0 < . 1501:2501(1000) ack 1
             0 > . 1:1(0) ack 1
            10 < . 1:1001(1000) ack 1
            10 > . 1:1(0) ack 2501
            20 < FP. 2501:4501(2000) ack 1
            20 > . 1:1(0) ack 4502
            20 fin
            20 delivered 4500
            """);
      }
    }
  }
}
