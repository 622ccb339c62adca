package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.accepted;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.proof.script.Setup.idle;

import dev.jktcp.testkit.Rfc;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The transport is away and comes back: no retry counts meanwhile, the user's own limits do, and
 * the oldest segment goes at once when it is back.
 */
@Rfc("1122 §4.2.3.5")
class TransportAwayTest {
  private static final TcpProfile LINK = TcpProfile.RELIABLE_LINK;
  private static final TcpProfile STOP_AND_WAIT = TcpProfile.STOP_AND_WAIT;

  @Test
  @Rfc("9293 MUST-20")
  void unacknowledgedData_outlivesTheTimeThatR2Takes_andGoesAtOnceWithAFreshTimeout() {
    script(
        established(STOP_AND_WAIT),
        """
            0   write 10
            0   > P. 1:11(10) ack 1
          200   > P. 1:11(10) ack 1
          600   > P. 1:11(10) ack 1
          700   away 30000
        25000   quiet
        25000   back
        25000   > P. 1:11(10) ack 1
        25200   > P. 1:11(10) ack 1
        25300   < . 1:1(0) ack 11
        25300   quiet\
        """);
  }

  @Test
  void whatWasInFlight_isSentAgainInOrder_behindARestartWindow() {
    script(
        established(LINK).withPeerSack(),
        """
            0   write 3000
            0   > . 1:1001(1000) ack 1
            0   > . 1001:2001(1000) ack 1
            0   > P. 2001:3001(1000) ack 1
            1   away 30000
        20000   write 500
        20000   quiet
        20000   back
        20000   > . 1:1001(1000) ack 1
        20000   > . 1001:2001(1000) ack 1
        20000   > . 2001:3001(1000) ack 1
        20000   > P. 3001:3501(500) ack 1
        20001   < . 1:1(0) ack 3501
        20001   info inFlight 0\
        """);
  }

  @Test
  void theGapEnds_andSoDoConnectionsWhoseUserGaveThemNoLongerTime() {
    script(
        established(LINK),
        """
            0   away 30000
        29999   quiet
        30000   closed TRANSPORT_AWAY
        40000   back
        40000   quiet
        40000   connections 0\
        """);
  }

  /** Nothing else is due in the stack that would tell of the stop. */
  @Test
  void aStopOfTheProcess_isNoPartOfTheGap() {
    script(
        established(LINK),
        """
            0   away 6000
         2000   stop 11000
        13000   back
        13000   write 10
        13000   > P. 1:11(10) ack 1
        13001   < . 1:1(0) ack 11\
        """);
  }

  /** The process was stopped half a second before it looked at its connections. */
  @Test
  void aGapGoesOnBehindAStop() {
    script(
        established(LINK),
        """
            0   away 6000
         2500   stop 11000
        16400   quiet
        16501   closed TRANSPORT_AWAY\
        """);
  }

  @Test
  void aReturn_endsTheGap() {
    script(
        established(LINK),
        """
            0   away 10000
         5000   back
        20000   write 10
        20000   > P. 1:11(10) ack 1
        20001   < . 1:1(0) ack 11\
        """);
  }

  @Test
  void aGapOfNothing_endsThemAtOnce() {
    script(
        established(LINK),
        """
        0   write 10
        0   > P. 1:11(10) ack 1
        5   away 0
        5   closed TRANSPORT_AWAY\
        """);
  }

  @Test
  @Rfc("9293 MUST-21")
  void userTimeout_goesOnWhileTheTransportIsAway() {
    script(
        established(LINK),
        """
           0   tune userTimeout 4000
         100   write 10
         100   > P. 1:11(10) ack 1
         110   away 30000
        4099   quiet
        4100   closed TRANSPORT_AWAY\
        """);
  }

  @Test
  void userTimeout_ofWhatIsWrittenMeanwhile_beginsWithTheWrite() {
    script(
        established(LINK),
        """
            0   tune userTimeout 4000
          100   away 30000
        10000   write 10
        13999   quiet
        14000   closed TRANSPORT_AWAY\
        """);
  }

  /** A user timeout is for data (RFC 9293 §3.10.2), and a FIN has none: the gap bounds it. */
  @Test
  void userTimeout_isNotBegunByAnEndAlone_whichWaitsForTheGap() {
    script(
        established(LINK),
        """
            0   tune userTimeout 4000
          100   away 30000
          200   end
        30099   quiet
        30100   closed TRANSPORT_AWAY\
        """);
  }

  @Test
  void userTimeout_longerThanTheGap_letsTheConnectionLive() {
    script(
        established(LINK),
        """
             0   tune userTimeout 90000
             0   write 10
             0   > P. 1:11(10) ack 1
            10   away 30000
         80000   back
         80000   > P. 1:11(10) ack 1
         80010   < . 1:1(0) ack 11
         80010   away 30000
        170009   quiet
        170010   closed TRANSPORT_AWAY\
        """);
  }

  @Test
  void userTimeout_goesOnBehindTheReturn() {
    script(
        established(STOP_AND_WAIT),
        """
            0   tune userTimeout 21000
            0   write 10
            0   > P. 1:11(10) ack 1
          100   away 30000
        20000   back
        20000   > P. 1:11(10) ack 1
        20200   > P. 1:11(10) ack 1
        20600   > P. 1:11(10) ack 1
        21000   closed TIMED_OUT\
        """);
  }

  @Test
  @Rfc("9293 MUST-22")
  void aSyn_waitsAndGoesAtOnce() {
    script(
        idle(LINK),
        """
            0   connect
            0   > S 0:0(0)
          200   > S 0:0(0)
          300   away 30000
        20000   back
        20000   > S 0:0(0)
        20010   < S. 0:0(0) ack 1 <mss 1000>
        20010   connected
        20010   > . 1:1(0) ack 1\
        """);
  }

  @Test
  void anOpeningMeanwhile_sendsItsFirstSynAtTheReturn() {
    script(
        idle(LINK),
        """
            0   away 30000
        40000   connect
        60000   quiet
        69000   back
        69000   > S 0:0(0)
        69200   > S 0:0(0)\
        """);
  }

  @Test
  void anOpeningWithoutATimeOfItsOwn_waitsForAGap() {
    script(
        idle(LINK),
        """
            0   away 30000
        40000   connect
        69999   quiet
        70000   closed TRANSPORT_AWAY\
        """);
  }

  @Test
  void connectTimeout_goesOnWhileTheTransportIsAway() {
    TcpTuning patient =
        TcpTuning.DEFAULT.with(t -> t.connectTimeout(Duration.ofNanos(5_000_000_000L)));
    script(
        idle(LINK).withOptions(options -> options.tuning(patient)),
        """
           0   away 30000
        1000   connect
        5999   quiet
        6000   closed TRANSPORT_AWAY\
        """);
  }

  @Test
  void aHalfOpenConnection_endsUnseenWithTheGap() {
    script(
        idle(LINK),
        """
            0   listen
            0   < S 0:0(0) <mss 1000>
            0   > S. 0:0(0) ack 1
          100   away 30000
        20000   connections 1
        30100   connections 0
        31000   back
        31000   quiet\
        """);
  }

  @Test
  @Rfc("9293 MUST-58")
  void aDelayedAck_goesAtTheReturn() {
    script(
        accepted(TcpProfile.INTERNET),
        """
           0   < P. 1:11(10) ack 1
           0   away 30000
        5000   back
        5000   > . 1:1(0) ack 11\
        """);
  }

  @Test
  @Rfc("9293 MUST-26")
  void keepAlive_beginsAnew() {
    script(
        established(LINK),
        """
            0   tune keepAlive 10000 1000 3
        10000   > . 0:0(0) ack 1
        10500   away 60000
        40000   back
        49999   quiet
        50000   > . 0:0(0) ack 1
        50001   < . 1:1(0) ack 1\
        """);
  }

  @Test
  @Rfc("9293 MUST-35")
  void aClosedWindow_isAskedAtTheReturn() {
    script(
        established(STOP_AND_WAIT),
        """
            0   write 10
            0   > P. 1:11(10) ack 1
            5   < . 1:1(0) ack 11 win 0
           10   write 20
           20   away 30000
        20000   back
        20000   > . 11:12(1) ack 1
        20001   < . 1:1(0) ack 12 win 1000
        20001   > P. 12:31(19) ack 1\
        """);
  }

  @Test
  void aProbeInFlight_isSentAgainAtTheReturn() {
    script(
        established(STOP_AND_WAIT),
        """
            0   write 10
            0   > P. 1:11(10) ack 1
            5   < . 1:1(0) ack 11 win 0
           10   write 20
          210   > . 11:12(1) ack 1
          220   away 30000
        20000   back
        20000   > . 11:12(1) ack 1
        20001   < . 1:1(0) ack 12 win 1000
        20001   > P. 12:31(19) ack 1\
        """);
  }

  @Test
  void aFinWrittenMeanwhile_goesAtTheReturn_andTheOrphanHasItsTimeAgain() {
    script(
        established(STOP_AND_WAIT),
        """
            0   away 90000
        10000   write 10
        10000   close
        80000   back
        80000   > FP. 1:11(10) ack 1
        80001   < F. 1:1(0) ack 12
        80001   fin
        80001   finAcked
        80001   closed CLOSED
        80001   > . 12:12(0) ack 2\
        """);
  }

  @Test
  void resetMeanwhile_tellsThePeerAtTheReturn() {
    script(
        established(LINK),
        """
           0   away 30000
        1000   reset
        1000   closed ABORTED
        2000   back
        2000   > R. 1:1(0) ack 1\
        """);
  }

  @Test
  void aSecondLoss_isOneAbsence_andASecondReturnIsNone() {
    script(
        established(LINK),
        """
            0   away 30000
        10000   away 30000
        30000   closed TRANSPORT_AWAY
        31000   back
        32000   back\
        """);
  }
}
