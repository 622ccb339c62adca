package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.accepted;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.tcp.TcpProfile.INTERNET;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;

import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** RFC 9293 §3.6, §3.10.4, §3.10.5 and the FIN of §3.10.7.4: how connections end. */
class Rfc9293CloseTest {
  @Nested
  class WeEndFirst {
    @Test
    @Rfc("9293 MUST-13")
    void normalSequence_endsInTimeWaitOfSixtySeconds() {
      script(
          established(RELIABLE_LINK),
          """
              0 end
              0 > F. 1:1(0) ack 1
              0 state FIN_WAIT_1
             10 < . 1:1(0) ack 2
             10 finAcked
             10 state FIN_WAIT_2
             10 idle
             20 < F. 1:1(0) ack 2
             20 > . 2:2(0) ack 2
             20 fin
             20 closed CLOSED
             20 connections 0
             20 timeWaits 1
          60019 timeWaits 1
          60020 timeWaits 0
          60020 idle
          """);
    }

    /** RFC 9293 §3.10.7.4 eighth: a FIN is acknowledged, though none can follow the first. */
    @Test
    void anotherFinInTimeWait_isAcknowledged_andMovesNothing() {
      script(
          established(RELIABLE_LINK),
          """
              0 end
              0 > F. 1:1(0) ack 1
             10 < F. 1:1(0) ack 2
             10 > . 2:2(0) ack 2
             10 fin
             10 finAcked
             10 closed CLOSED
             20 < F. 5:5(0) ack 2
             20 > . 2:2(0) ack 2
             30 < F. 5:5(0) ack 2
          60009 timeWaits 1
          60010 timeWaits 0
          """);
    }

    @Test
    @Rfc("9293 MAY-1")
    void peerGoesOnSending_isHeard() {
      script(
          established(RELIABLE_LINK),
          """
            0 end
            0 > F. 1:1(0) ack 1
           10 < P. 1:11(10) ack 1
           10 > . 2:2(0) ack 11
           20 < . 11:11(0) ack 2
           20 finAcked
          100 < P. 11:31(20) ack 2
          100 > . 2:2(0) ack 31
          100 delivered 30
          200 < F. 31:31(0) ack 2
          200 > . 2:2(0) ack 32
          200 fin
          200 closed CLOSED
          """);
    }

    @Test
    void writeAfterEnd_isNotTaken() {
      script(
          established(RELIABLE_LINK),
          """
           0 end
           0 > F. 1:1(0) ack 1
           0 write 10 takes 0
           0 end
          """);
    }

    @Test
    void lostFin_isSentAgain() {
      script(
          established(RELIABLE_LINK).withRttMs(100),
          """
             0 end
             0 > F. 1:1(0) ack 1
           300 > F. 1:1(0) ack 1
           900 > F. 1:1(0) ack 1
          1000 < . 1:1(0) ack 2
          1000 finAcked
          1000 idle
          """);
    }

    @Test
    void dataAndFin_leaveTogether() {
      script(
          established(RELIABLE_LINK),
          """
           0 write 10
           0 > P. 1:11(10) ack 1
           0 end
           0 > F. 11:11(0) ack 1
          10 < . 1:1(0) ack 11
          10 state FIN_WAIT_1
          20 < . 1:1(0) ack 12
          20 finAcked
          """);
    }

    @Test
    void ackAndFinInOne_goStraightToTimeWait() {
      script(
          established(RELIABLE_LINK),
          """
           0 end
           0 > F. 1:1(0) ack 1
          10 < F. 1:1(0) ack 2
          10 > . 2:2(0) ack 2
          10 fin
          10 finAcked
          10 closed CLOSED
          10 timeWaits 1
          """);
    }

    @Test
    @Rfc("9293 MUST-12")
    void rstBeforeOurFinIsAcknowledged_isAReset() {
      script(
          established(RELIABLE_LINK),
          """
           0 end
           0 > F. 1:1(0) ack 1
          10 < R 1:1(0)
          10 closed RESET
          10 connections 0
          """);
      script(
          established(RELIABLE_LINK),
          """
           0 write 10
           0 > P. 1:11(10) ack 1
           0 end
           0 > F. 11:11(0) ack 1
          10 < F. 1:1(0) ack 1
          10 > . 12:12(0) ack 2
          10 fin
          10 state CLOSING
          20 < R 2:2(0)
          20 closed RESET
          """);
    }

    @Test
    @Rfc("9293 SHLD-2")
    void rstWithData_isAReset() {
      script(
          established(RELIABLE_LINK),
          """
           0 < R. 1:11(10) ack 1
           0 closed RESET
           0 delivered 0
          """);
    }

    @Test
    @Rfc("9293 MUST-12")
    void rstInFinWait_isAReset() {
      script(
          established(RELIABLE_LINK),
          """
           0 end
           0 > F. 1:1(0) ack 1
          10 < . 1:1(0) ack 2
          10 finAcked
          20 < R 1:1(0)
          20 closed RESET
          20 connections 0
          20 timeWaits 0
          """);
    }
  }

  @Nested
  class PeerEndsFirst {
    @Test
    void normalSequence_leavesNothing() {
      script(
          established(RELIABLE_LINK),
          """
           0 < F. 1:1(0) ack 1
           0 > . 1:1(0) ack 2
           0 fin
           0 state CLOSE_WAIT
          10 end
          10 > F. 1:1(0) ack 2
          10 state LAST_ACK
          20 < . 2:2(0) ack 2
          20 finAcked
          20 closed CLOSED
          20 connections 0
          20 timeWaits 0
          20 idle
          """);
    }

    @Test
    void repeatedFin_isAcknowledgedAgain() {
      script(
          established(RELIABLE_LINK),
          """
           0 < F. 1:1(0) ack 1
           0 > . 1:1(0) ack 2
           0 fin
          10 < F. 1:1(0) ack 1
          10 > . 1:1(0) ack 2
          10 state CLOSE_WAIT
          """);
    }

    @Test
    void dataBehindTheFin_isIgnored() {
      script(
          established(RELIABLE_LINK),
          """
           0 < F. 1:1(0) ack 1
           0 > . 1:1(0) ack 2
           0 fin
          10 < P. 2:12(10) ack 1
          10 delivered 0
          10 state CLOSE_WAIT
          """);
    }

    @Test
    void dataBehindAFinThatWaitsForAHole_isIgnored() {
      script(
          established(RELIABLE_LINK),
          """
           0 < FP. 11:21(10) ack 1
           0 > . 1:1(0) ack 1
           0 < P. 16:31(15) ack 1
           0 > . 1:1(0) ack 1
          10 < P. 1:11(10) ack 1
          10 > . 1:1(0) ack 22
          10 fin
          10 delivered 20
          """);
    }

    @Test
    void halfClosed_weGoOnSending() {
      script(
          accepted(RELIABLE_LINK).withRttMs(100),
          """
             0 < FP. 1:11(10) ack 1
             0 > . 1:1(0) ack 12
             0 fin
             0 delivered 10
            10 write 1500
            10 > . 1:1001(1000) ack 12
            10 > P. 1001:1501(500) ack 12
           310 > . 1:1001(1000) ack 12
           400 < . 12:12(0) ack 1501
           400 end
           400 > F. 1501:1501(0) ack 12
           410 < . 12:12(0) ack 1502
           410 finAcked
           410 closed CLOSED
          """);
    }

    @Test
    void rstInLastAckAfterAllData_isAnOrderlyEnd() {
      script(
          established(RELIABLE_LINK),
          """
           0 < F. 1:1(0) ack 1
           0 > . 1:1(0) ack 2
           0 fin
          10 end
          10 > F. 1:1(0) ack 2
          20 < R 2:2(0)
          20 closed CLOSED
          20 connections 0
          """);
    }

    @Test
    @Rfc("9293 MUST-12")
    void rstInCloseWait_isAReset() {
      script(
          established(RELIABLE_LINK),
          """
           0 < F. 1:1(0) ack 1
           0 > . 1:1(0) ack 2
           0 fin
          10 < R 2:2(0)
          10 closed RESET
          """);
    }
  }

  @Nested
  class BothEndAtOnce {
    @Test
    void finsCross_bothWaitInTimeWait() {
      script(
          established(RELIABLE_LINK),
          """
           0 end
           0 > F. 1:1(0) ack 1
          10 < F. 1:1(0) ack 1
          10 > . 2:2(0) ack 2
          10 fin
          10 state CLOSING
          20 < . 2:2(0) ack 2
          20 finAcked
          20 closed CLOSED
          20 timeWaits 1
          """);
    }

    @Test
    void finsCrossAndOursIsLost_isSentAgainInClosing() {
      script(
          established(RELIABLE_LINK).withRttMs(100),
          """
            0 end
            0 > F. 1:1(0) ack 1
           10 < F. 1:1(0) ack 1
           10 > . 2:2(0) ack 2
           10 fin
          300 > F. 1:1(0) ack 2
          310 < . 2:2(0) ack 2
          310 finAcked
          310 closed CLOSED
          310 timeWaits 1
          """);
    }
  }

  @Nested
  class TimeWait {
    private static final String REACHED =
        """
        0 end
        0 > F. 1:1(0) ack 1
        0 < F. 1:1(0) ack 2
        0 > . 2:2(0) ack 2
        0 fin
        0 finAcked
        0 closed CLOSED
        """;

    @Test
    @Rfc("9293 MUST-13")
    void lateFin_isAcknowledgedAndStartsTheWaitAgain() {
      script(
          established(RELIABLE_LINK),
          REACHED
              + """
              30000 < F. 1:1(0) ack 2
              30000 > . 2:2(0) ack 2
              89999 timeWaits 1
              90000 timeWaits 0
              90000 idle
              """);
    }

    @Test
    @Rfc("1337 §3")
    void rst_isIgnored() {
      script(
          established(RELIABLE_LINK),
          REACHED
              + """
               1000 < R 2:2(0)
               1000 timeWaits 1
              60000 timeWaits 0
              """);
    }

    @Test
    @Rfc("9293 MAY-2")
    void newerSyn_opensAgain() {
      script(
          accepted(RELIABLE_LINK),
          REACHED
              + """
              1000 < S 100000:100000(0) <mss 1000>
              1000 > S. 0:0(0) ack 100001 new
              1000 timeWaits 0
              1010 < . 100001:100001(0) ack 1
              1010 accepted
              """);
    }

    @Test
    @Rfc("9293 MAY-2")
    void newerSyn_thatWasAnOldDuplicate_returnsToTimeWait() {
      script(
          accepted(RELIABLE_LINK),
          REACHED
              + """
               1000 < S 100000:100000(0) <mss 1000>
               1000 > S. 0:0(0) ack 100001 new
               1000 timeWaits 0
               1010 < R 100001:100001(0)
               1010 timeWaits 1
               1010 connections 0
              // Again, and this one is never answered; 2 MSL go on as if nothing had been.
               2000 < S 200000:200000(0) <mss 1000>
               2000 > S. 0:0(0) ack 200001 new
               2200 > S. 0:0(0) ack 200001
               2600 > S. 0:0(0) ack 200001
               3400 > S. 0:0(0) ack 200001
               5000 > S. 0:0(0) ack 200001
               8200 > S. 0:0(0) ack 200001
              14600 timeWaits 1
              59999 timeWaits 1
              60000 timeWaits 0
              60000 idle
              """);
    }

    @Test
    void newConnectionThatEnds_bringsNoOldTimeWaitBack() {
      script(
          accepted(RELIABLE_LINK),
          REACHED
              + """
              1000 < S 100000:100000(0) <mss 1000>
              1000 > S. 0:0(0) ack 100001 new
              1010 < . 100001:100001(0) ack 1
              1010 accepted
              2000 < R 100001:100001(0)
              2000 closed RESET
              2000 timeWaits 0
              """);
    }

    @Test
    void olderSyn_isAnsweredByAnAck() {
      script(
          accepted(RELIABLE_LINK),
          REACHED
              + """
              1000 < S 0:0(0) <mss 1000>
              1000 > . 2:2(0) ack 2
              1000 timeWaits 1
              """);
    }

    @Test
    void unacceptableSegments_areAnsweredAtALimitedRate() {
      script(
          established(RELIABLE_LINK),
          REACHED
              + """
              1000 < P. 1:2(1) ack 2
              1000 > . 2:2(0) ack 2 win 65534
              1001 < . 1:1(0) ack 2
              1002 < P. 90000:90010(10) ack 2
              2000 < P 90000:90010(10)
              2000 > . 2:2(0) ack 2 win 65534
              """);
    }

    @Test
    void acceptableSegments_drawNothing() {
      script(
          established(RELIABLE_LINK),
          REACHED
              + """
               1000 < . 2:2(0) ack 2
               2000 < 0 2:2(0)
               3000 < P 2:12(10)
               4000 < F 2:2(0)
               5000 < P. 2:12(10) ack 2
               6000 < P. 1:11(10) ack 2
               7000 < . 2:2(0) ack 1
              60000 timeWaits 0
              """);
    }

    @Test
    @Rfc({"5961 MUST-§4.2(1)", "5961 MUST-§5.2(2)"})
    void synInTheWindow_andAckOfUnsentData_areChallenged() {
      script(
          established(RELIABLE_LINK),
          REACHED
              + """
              1000 < S 2:2(0)
              1000 > . 2:2(0) ack 2
              2000 < S. 50:50(0) ack 2
              2000 > . 2:2(0) ack 2
              3000 < . 2:2(0) ack 3
              3000 > . 2:2(0) ack 2
              """);
    }

    @Test
    void length_isAnOption() {
      script(
          established(RELIABLE_LINK).withOptions(o -> o.timeWaitNs(1_000_000_000L)),
          REACHED
              + """
               999 timeWaits 1
              1000 timeWaits 0
              1000 < F. 1:1(0) ack 2
              1000 > R 2:2(0)
              """);
    }
  }

  @Nested
  class CloseAndAbort {
    @Test
    @Rfc("9293 SHLD-3")
    void closeWithUnreadData_isARst() {
      script(
          established(RELIABLE_LINK),
          """
           0 pause
           0 < P. 1:11(10) ack 1
           0 > . 1:1(0) ack 11
          10 close
          10 > R. 1:1(0) ack 11
          10 closed ABORTED
          10 connections 0
          10 held 0
          """);
    }

    /** A handle on another node was handed the bytes, and its user never read them. */
    @Test
    @Rfc("9293 SHLD-3")
    void closeOfAUserElsewhere_whomDataNeverReached_isARst() {
      script(
          established(RELIABLE_LINK),
          """
           0 < P. 1:11(10) ack 1
           0 > . 1:1(0) ack 11
           0 delivered 10
          10 leave unread
          20 close
          20 > R. 1:1(0) ack 11
          20 closed ABORTED
          20 connections 0
          """);
    }

    @Test
    void closeOfAUserElsewhere_whoReadAll_isAnOrderlyEnd() {
      script(
          established(RELIABLE_LINK),
          """
           0 < P. 1:11(10) ack 1
           0 > . 1:1(0) ack 11
           0 delivered 10
          10 leave
          20 close
          20 > F. 1:1(0) ack 11
          30 < F. 11:11(0) ack 2
          30 > . 2:2(0) ack 12
          30 fin
          30 finAcked
          30 closed CLOSED
          """);
    }

    @Test
    @Rfc("9293 SHLD-3")
    void dataAfterClose_isARst() {
      script(
          established(RELIABLE_LINK),
          """
           0 close
           0 > F. 1:1(0) ack 1
          10 < . 1:1(0) ack 2
          10 finAcked
          20 < P. 1:11(10) ack 2
          20 > R. 2:2(0) ack 1
          20 closed ABORTED
          20 connections 0
          """);
    }

    @Test
    @Rfc("9293 SHLD-3")
    void dataAfterClose_isAcknowledged_untilThePeerHasAllOfOurs() {
      script(
          established(RELIABLE_LINK),
          """
           0 write 10
           0 > P. 1:11(10) ack 1
           0 close
           0 > F. 11:11(0) ack 1
          10 < P. 1:11(10) ack 1
          10 > . 12:12(0) ack 11
          20 < P. 21:31(10) ack 1
          30 < P. 11:21(10) ack 1
          30 > . 12:12(0) ack 21
          40 < . 21:21(0) ack 12
          40 finAcked
          40 > R. 12:12(0) ack 21
          40 closed ABORTED
          40 connections 0
          """);
    }

    @Test
    void closeThenPeersFin_isAnOrderlyEnd() {
      script(
          established(RELIABLE_LINK),
          """
           0 write 10
           0 > P. 1:11(10) ack 1
           0 close
           0 > F. 11:11(0) ack 1
          10 < . 1:1(0) ack 12
          10 finAcked
          20 < F. 1:1(0) ack 12
          20 > . 12:12(0) ack 2
          20 fin
          20 closed CLOSED
          20 timeWaits 1
          """);
    }

    @Test
    void closeInCloseWait_isTheUsualEnd() {
      script(
          established(RELIABLE_LINK),
          """
           0 < F. 1:1(0) ack 1
           0 > . 1:1(0) ack 2
           0 fin
          10 close
          10 > F. 1:1(0) ack 2
          20 < . 2:2(0) ack 2
          20 finAcked
          20 closed CLOSED
          20 connections 0
          """);
    }

    @Test
    void peerThatNeverEnds_isGivenUpSixtySecondsAfterClose() {
      script(
          established(RELIABLE_LINK),
          """
              0 close
              0 > F. 1:1(0) ack 1
             10 < . 1:1(0) ack 2
             10 finAcked
          60010 > R. 2:2(0) ack 1
          60010 closed TIMED_OUT
          60010 connections 0
          60010 idle
          """);
    }

    @Test
    void peerThatNeverEnds_patienceIsAnOption() {
      script(
          established(RELIABLE_LINK).withOptions(o -> o.finWait2Ns(5_000_000_000L)),
          """
             0 close
             0 > F. 1:1(0) ack 1
            10 < . 1:1(0) ack 2
            10 finAcked
          5010 > R. 2:2(0) ack 1
          5010 closed TIMED_OUT
          """);
    }

    @Test
    void peerThatNeverEnds_mayAfterEnd() {
      script(
          established(RELIABLE_LINK),
          """
              0 end
              0 > F. 1:1(0) ack 1
             10 < . 1:1(0) ack 2
             10 finAcked
             10 idle
          99000 < P. 1:11(10) ack 2
          99000 > . 2:2(0) ack 11
          99000 delivered 10
          """);
    }

    @Test
    @Rfc("9293 MUST-12")
    void reset_sendsRstAndForgets() {
      script(
          established(RELIABLE_LINK),
          """
           0 write 10
           0 > P. 1:11(10) ack 1
          10 reset
          10 > R. 11:11(0) ack 1
          10 closed ABORTED
          10 connections 0
          10 held 0
          10 idle
          20 < . 1:1(0) ack 11
          20 > R 11:11(0)
          """);
    }

    /** §3.10.5: what waits to be received is flushed, too. */
    @Test
    void reset_forgetsWhatNobodyHasRead() {
      script(
          established(RELIABLE_LINK),
          """
           0 pause
           0 < P. 1:11(10) ack 1
           0 > . 1:1(0) ack 11
          10 reset
          10 > R. 1:1(0) ack 11
          10 closed ABORTED
          20 resume
          20 delivered 0
          """);
    }

    @Test
    void resetInEachState_sendsRst() {
      script(
          established(RELIABLE_LINK),
          """
           0 end
           0 > F. 1:1(0) ack 1
          10 < . 1:1(0) ack 2
          10 finAcked
          20 reset
          20 > R. 2:2(0) ack 1
          20 closed ABORTED
          """);
      script(
          established(RELIABLE_LINK),
          """
           0 < F. 1:1(0) ack 1
           0 > . 1:1(0) ack 2
           0 fin
          20 reset
          20 > R. 1:1(0) ack 2
          20 closed ABORTED
          """);
      script( // LAST-ACK
          established(RELIABLE_LINK),
          """
           0 < F. 1:1(0) ack 1
           0 > . 1:1(0) ack 2
           0 fin
          10 end
          10 > F. 1:1(0) ack 2
          20 reset
          20 > R. 2:2(0) ack 2
          20 closed ABORTED
          """);
      script( // CLOSING
          established(RELIABLE_LINK),
          """
           0 end
           0 > F. 1:1(0) ack 1
          10 < F. 1:1(0) ack 1
          10 > . 2:2(0) ack 2
          10 fin
          20 reset
          20 > R. 2:2(0) ack 2
          20 closed ABORTED
          """);
    }

    /** R2 of the profile says how long a silent path is waited for, also when the user has left. */
    @Test
    @Rfc("9293 SHLD-11")
    void outageOfSeventySeconds_afterClose_isSurvivedOnTheInternet() {
      script(
          established(INTERNET).withRttMs(100),
          """
              0 write 10
              0 > P. 1:11(10) ack 1
              0 close
              0 > F. 11:11(0) ack 1
           1000 > FP. 1:11(10) ack 1
           3000 > FP. 1:11(10) ack 1
           7000 > FP. 1:11(10) ack 1
          15000 > FP. 1:11(10) ack 1
          31000 > FP. 1:11(10) ack 1
          63000 > FP. 1:11(10) ack 1
          70000 < . 1:1(0) ack 12
          70000 finAcked
          70010 < F. 1:1(0) ack 12
          70010 > . 12:12(0) ack 2
          70010 fin
          70010 closed CLOSED
          """);
    }

    /** 60 s and R2 are for what stands still: 20 octets may take longer. */
    @Test
    @Rfc("9293 SHLD-11")
    void peerThatTakesLittle_afterClose_isGivenTimeAnew() {
      script(
          established(INTERNET).withRttMs(100).withPeerWindow(10),
          """
               0 write 20
               0 > . 1:11(10) ack 1
               0 close
            1000 > . 1:11(10) ack 1
            3000 > . 1:11(10) ack 1
            7000 > . 1:11(10) ack 1
           15000 > . 1:11(10) ack 1
           31000 > . 1:11(10) ack 1
           63000 > . 1:11(10) ack 1
          100000 < . 1:1(0) ack 11 win 11
          100000 > FP. 11:21(10) ack 1
          160000 > FP. 11:21(10) ack 1
          200000 < F. 1:1(0) ack 22
          200000 > . 22:22(0) ack 2
          200000 fin
          200000 finAcked
          200000 closed CLOSED
          """);
    }

    @Test
    void peerThatTakesNothing_isResetSixtySecondsAfterClose() {
      script(
          established(RELIABLE_LINK).withRttMs(100).withPeerWindow(0),
          """
              0 write 10
              0 close
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
          60000 > R. 1:1(0) ack 1
          60000 closed TIMED_OUT
          60000 connections 0
          60000 held 0
          """);
    }

    @Test
    @Rfc("9293 SHLD-3")
    void closeWithUnreadData_stillSendsWhatWasWrittenFirst() {
      script(
          established(RELIABLE_LINK).withRttMs(100),
          """
            0 pause
            0 < P. 1:11(10) ack 1
            0 > . 1:1(0) ack 11
           10 write 1500
           10 > . 1:1001(1000) ack 11
           10 > P. 1001:1501(500) ack 11
           20 close
          110 < . 11:11(0) ack 1001
          120 < . 11:11(0) ack 1501
          120 > R. 1501:1501(0) ack 11
          120 closed ABORTED
          120 connections 0
          """);
    }

    @Test
    @Rfc("9293 MUST-12")
    void peersReset_leavesWhatArrivedToBeRead() {
      script(
          established(RELIABLE_LINK),
          """
           0 pause
           0 < P. 1:11(10) ack 1
           0 > . 1:1(0) ack 11
          10 < R 11:11(0)
          10 closed RESET
          10 read 10
          10 connections 0
          """);
    }
  }
}
