package dev.jktcp.tcp;

import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.proof.script.Setup.idle;
import static dev.jktcp.tcp.TcpProfile.INTERNET;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;
import static dev.jktcp.testkit.Tuned.probing;
import static dev.jktcp.time.Nanos.SECOND;

import dev.jktcp.proof.script.PacketScript;
import dev.jktcp.proof.script.Setup;
import dev.jktcp.testkit.Rfc;
import java.time.Duration;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The process is stopped, by SIGSTOP or a laptop's lid: a stop counts as the one wait that it
 * interrupts, and what waited in queues is heard before any timer runs. In the scripts {@code W} is
 * the millisecond in which it goes on.
 */
class StopsTest {
  private static final Pattern STOP = Pattern.compile("(\\d+) stop");
  private static final Pattern AWAKE = Pattern.compile("W\\+(\\d+)");

  private static void script(Setup setup, int seconds, String text) {
    Matcher stop = STOP.matcher(text);
    if (!stop.find()) {
      throw new IllegalArgumentException("no stop");
    }
    long awake = Long.parseLong(stop.group(1)) + seconds * 1_000L;
    String timed =
        AWAKE
            .matcher(text)
            .replaceAll((MatchResult m) -> "" + (awake + Long.parseLong(m.group(1))));
    PacketScript.script(setup, timed.replace(" stop", " stop " + seconds * 1_000));
  }

  private static Setup tuned(TcpProfile profile, TcpTuning tuning) {
    return established(profile).withRttMs(100).withOptions(o -> o.tuning(tuning));
  }

  // In flight.

  @ParameterizedTest
  @ValueSource(ints = {11, 66, 600})
  void dataInFlight_isSentAgainOnce_andHasAllItsPatience(int seconds) {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        seconds,
        """
              0 write 10
              0 > P. 1:11(10) ack 1
            100 stop
          W+201 > P. 1:11(10) ack 1
          W+801 > P. 1:11(10) ack 1
         W+2001 > P. 1:11(10) ack 1
         W+4401 > P. 1:11(10) ack 1
         W+9201 > P. 1:11(10) ack 1
        W+18801 closed TIMED_OUT
        """);
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 66, 600})
  @Rfc("6298 §3")
  void ackThatWaitedInTheQueue_isHeardFirst_andIsNoSample(int seconds) {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        seconds,
        """
              0 write 10
              0 > P. 1:11(10) ack 1
             50 stop
            W+0 < . 1:1(0) ack 11
            W+0 info srttNs 100000000
            W+0 info rttVarNs 50000000
          W+100 write 10
          W+100 > P. 11:21(10) ack 1
          W+200 < . 1:1(0) ack 21
          W+200 info srttNs 100000000
          W+200 info rttVarNs 37500000
          W+200 idle
        """);
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 66, 600})
  void lastRetry_stillHearsItsAnswer(int seconds) {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        seconds,
        """
              0 write 10
              0 > P. 1:11(10) ack 1
            300 > P. 1:11(10) ack 1
            900 > P. 1:11(10) ack 1
           2100 > P. 1:11(10) ack 1
           4500 > P. 1:11(10) ack 1
           9300 > P. 1:11(10) ack 1
           9400 stop
          W+150 < . 1:1(0) ack 11
          W+150 idle
          W+150 state ESTABLISHED
        """);
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 66, 600})
  void lastRetry_withoutAnAnswer_isTheEnd(int seconds) {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        seconds,
        """
              0 write 10
              0 > P. 1:11(10) ack 1
            300 > P. 1:11(10) ack 1
            900 > P. 1:11(10) ack 1
           2100 > P. 1:11(10) ack 1
           4500 > P. 1:11(10) ack 1
           9300 > P. 1:11(10) ack 1
           9400 stop
          W+201 closed TIMED_OUT
        """);
  }

  /** 100 s of patience, of which 18 are over when it stops. */
  @ParameterizedTest
  @ValueSource(ints = {66, 600})
  @Rfc("9293 MUST-20")
  void r2_isNoShorterForAStop(int seconds) {
    script(
        established(INTERNET).withRttMs(100),
        seconds,
        """
              0 write 10
              0 > P. 1:11(10) ack 1
           1000 > P. 1:11(10) ack 1
           3000 > P. 1:11(10) ack 1
           7000 > P. 1:11(10) ack 1
          15000 > P. 1:11(10) ack 1
          18000 stop
          W+201 > P. 1:11(10) ack 1
        W+32201 > P. 1:11(10) ack 1
        W+92201 closed TIMED_OUT
        """);
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 66, 600})
  @Rfc("9293 MUST-21")
  void userTimeout_isNoShorterForAStop(int seconds) {
    script(
        tuned(
            RELIABLE_LINK,
            TcpTuning.DEFAULT.with(t -> t.userTimeout(Duration.ofNanos(30 * SECOND)))),
        seconds,
        """
              0 write 10
              0 > P. 1:11(10) ack 1
            300 > P. 1:11(10) ack 1
            900 > P. 1:11(10) ack 1
           2100 > P. 1:11(10) ack 1
           4500 > P. 1:11(10) ack 1
           5000 stop
          W+201 > P. 1:11(10) ack 1
         W+9801 > P. 1:11(10) ack 1
        W+20701 closed TIMED_OUT
        """);
  }

  // Opening.

  @ParameterizedTest
  @ValueSource(ints = {11, 66, 600})
  void syn_isSentAgainOnce_andHasAllItsPatience(int seconds) {
    script(
        idle(RELIABLE_LINK),
        seconds,
        """
              0 connect
              0 > S 0:0(0)
            200 > S 0:0(0)
            600 > S 0:0(0)
           1400 > S 0:0(0)
           1500 stop
          W+201 > S 0:0(0)
         W+3401 > S 0:0(0)
         W+9801 closed TIMED_OUT
        """);
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 66, 600})
  void answerToASyn_isHeardFirst_andIsNoSample(int seconds) {
    script(
        idle(RELIABLE_LINK),
        seconds,
        """
              0 connect
              0 > S 0:0(0)
              1 stop
          W+200 < S. 0:0(0) ack 1
          W+200 > . 1:1(0) ack 1
          W+200 connected
          W+200 info srttNs 0
        """);
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 66, 600})
  void connectTimeout_isNoShorterForAStop(int seconds) {
    TcpTuning tuning = TcpTuning.DEFAULT.with(t -> t.connectTimeout(Duration.ofNanos(10 * SECOND)));
    script(
        idle(INTERNET).withOptions(o -> o.tuning(tuning)),
        seconds,
        """
              0 connect
              0 > SEW 0:0(0)
           1000 > S 0:0(0)
           3000 > S 0:0(0)
           3500 stop
          W+201 > S 0:0(0)
         W+3001 closed TIMED_OUT
        """);
  }

  // A closed window, an idle peer, a peer that has not ended.

  @ParameterizedTest
  @ValueSource(ints = {11, 66, 600})
  void closedWindow_isAskedOnce(int seconds) {
    script(
        established(RELIABLE_LINK).withRttMs(100).withPeerWindow(0),
        seconds,
        """
              0 write 10
            300 > . 1:2(1) ack 1
            400 < . 1:1(0) ack 1 win 0
            900 > . 1:2(1) ack 1
           1000 < . 1:1(0) ack 1 win 0
           1100 stop
          W+201 > . 1:2(1) ack 1
          W+300 < . 1:1(0) ack 1 win 500
          W+300 > . 1:2(1) ack 1
          W+300 > P. 2:11(9) ack 1
          W+400 < . 1:1(0) ack 11 win 500
          W+400 idle
        """);
  }

  private static final TcpTuning ASKS = TcpTuning.DEFAULT.with(probing(10 * SECOND, SECOND, 3));

  @ParameterizedTest
  @ValueSource(ints = {11, 66, 600})
  void keepAlive_asksASilentPeer_beforeItGivesUp(int seconds) {
    script(
        tuned(RELIABLE_LINK, ASKS),
        seconds,
        """
           5000 stop
          W+201 > . 0:0(0) ack 1
          W+301 < . 1:1(0) ack 1
        W+10301 > . 0:0(0) ack 1
        W+11301 > . 0:0(0) ack 1
        W+12301 > . 0:0(0) ack 1
        W+13301 > R. 1:1(0) ack 1
        W+13301 closed TIMED_OUT
        """);
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 66, 600})
  @Rfc("9293 MUST-29")
  void keepAlive_hearsTheAnswerToItsLastProbe(int seconds) {
    script(
        tuned(RELIABLE_LINK, ASKS),
        seconds,
        """
          10000 > . 0:0(0) ack 1
          11000 > . 0:0(0) ack 1
          12000 > . 0:0(0) ack 1
          12100 stop
            W+1 < . 1:1(0) ack 1
        W+10001 > . 0:0(0) ack 1
        W+10100 < . 1:1(0) ack 1
        """);
  }

  @ParameterizedTest
  @ValueSource(ints = {66, 600})
  void finWait2_hearsTheFinFirst(int seconds) {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        seconds,
        """
              0 close
              0 > F. 1:1(0) ack 1
            100 < . 1:1(0) ack 2
            100 finAcked
          30000 state FIN_WAIT_2
          30000 stop
            W+1 < F. 1:1(0) ack 2
            W+1 > . 2:2(0) ack 2
            W+1 fin
            W+1 closed CLOSED
        """);
  }

  @ParameterizedTest
  @ValueSource(ints = {66, 600})
  @Rfc("9293 SHLD-11")
  void finWait2_waitsAsLongAgain(int seconds) {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        seconds,
        """
              0 close
              0 > F. 1:1(0) ack 1
            100 < . 1:1(0) ack 2
            100 finAcked
          30000 stop
        W+60000 > R. 2:2(0) ack 1
        W+60000 closed TIMED_OUT
        """);
  }

  // What is no stop, and stops that follow each other.

  /** A stop after which no timer is late: nobody can tell it from waiting. */
  @Test
  void stopThatEndsBeforeAnyTimerIsDue_isTime() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        11,
        """
              0 close
              0 > F. 1:1(0) ack 1
            100 < . 1:1(0) ack 2
            100 finAcked
          30000 stop
          60100 > R. 2:2(0) ack 1
          60100 closed TIMED_OUT
        """);
  }

  @Test
  void busyMachine_isLateByLess_andItsTimersRunAtOnce() {
    PacketScript.script(
        established(RELIABLE_LINK).withRttMs(100),
        """
            0 write 10
            0 > P. 1:11(10) ack 1
          100 stop 449
          549 > P. 1:11(10) ack 1
        """);
  }

  /** A stack that always comes late must come to its timers, too. */
  @Test
  void secondStopBeforeTimersRan_letsThemRun() {
    PacketScript.script(
        established(RELIABLE_LINK).withRttMs(100),
        """
              0 write 10
              0 > P. 1:11(10) ack 1
            100 stop 66000
          66150 quiet
          66150 stop 66000
         132150 > P. 1:11(10) ack 1
         132750 > P. 1:11(10) ack 1
        """);
  }
}
