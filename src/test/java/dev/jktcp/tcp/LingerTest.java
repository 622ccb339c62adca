package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.proof.script.Setup.idle;
import static dev.jktcp.tcp.TcpProfile.INTERNET;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;
import static dev.jktcp.tcp.TcpProfile.STOP_AND_WAIT;

import dev.jktcp.proof.script.Setup;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What users of sockets mean by SO_LINGER. */
class LingerTest {
  static Stream<TcpProfile> profiles() {
    return Stream.of(STOP_AND_WAIT, RELIABLE_LINK, INTERNET);
  }

  private static Setup lingering(Setup setup, long ms) {
    return setup.withOptions(
        options ->
            options.tuning(
                TcpTuning.DEFAULT.with(t -> t.linger(Duration.ofNanos(ms * 1_000_000)))));
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void onWithZero_closeIsAnRst(TcpProfile profile) {
    script(
        lingering(established(profile), 0),
        """
           0 write 10
           0 > P. 1:11(10) ack 1
           5 close
           5 > R. 11:11(0) ack 1
           5 closed ABORTED
           5 timeWaits 0
           5 connections 0
        """);
  }

  /** A socket's write has handed its bytes to the window by the time it returns. */
  @ParameterizedTest
  @MethodSource("profiles")
  void onWithZero_closeBehindAWrite_letsTheBytesGoThatTheWindowTakes(TcpProfile profile) {
    script(
        lingering(established(profile), 0),
        """
           0 write 10 unpolled
           0 close
           0 > P. 1:11(10) ack 1
           0 > R. 11:11(0) ack 1
           0 closed ABORTED
           0 connections 0
        """);
    script(
        lingering(established(profile).withPeerWindow(4), 0),
        """
           0 write 10 unpolled
           0 close
           0 > . 1:5(4) ack 1
           0 > R. 5:5(0) ack 1
           0 closed ABORTED
           0 connections 0
        """);
  }

  /** Who is not here any more does not linger either. */
  @Test
  void onWithZero_leavingIsAnRst() {
    script(
        lingering(established(RELIABLE_LINK), 0),
        """
           5 leave
           5 > R. 1:1(0) ack 1
           5 closed ABORTED
        """);
  }

  @Test
  void onWithZero_closeWhileOpening_sendsNothing() {
    script(
        lingering(idle(RELIABLE_LINK), 0),
        """
           0 connect
           0 > S 0:0(0)
           5 close
           5 closed ABORTED
        """);
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void on_closeWaitsSoLong_whateverProgressThePeerMakes_thenResets(TcpProfile profile) {
    script(
        lingering(established(profile).withPeerWindow(2), 300),
        """
           0 write 10
           0 > . 1:3(2) ack 1
           0 close
         100 < . 1:1(0) ack 3
         100 > . 3:5(2) ack 1
         200 < . 1:1(0) ack 5
         200 > . 5:7(2) ack 1
         290 < . 1:1(0) ack 7
         290 > . 7:9(2) ack 1
         300 > R. 9:9(0) ack 1
         300 closed TIMED_OUT
        """);
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void on_closeIsDoneWithTheAckOfTheFin_andTheRestGoesOn(TcpProfile profile) {
    script(
        lingering(established(profile), 3_000),
        """
            0 close
            0 > F. 1:1(0) ack 1
           10 < . 1:1(0) ack 2
           10 finAcked
        10000 < F. 1:1(0) ack 2
        10000 fin
        10000 closed CLOSED
        10000 > . 2:2(0) ack 2
        10000 timeWaits 1
        """);
  }

  @Test
  void off_closeGoesOnWhileThePeerMakesProgress() {
    script(
        established(RELIABLE_LINK).withPeerWindow(2),
        """
          0 write 6
         0 > . 1:3(2) ack 1
         5 close
        50 < . 1:1(0) ack 3 win 2
            50 > . 3:5(2) ack 1
           100 < . 1:1(0) ack 5 win 2
           100 > P. 5:7(2) ack 1
           150 < . 1:1(0) ack 7 win 2
           150 > F. 7:7(0) ack 1
           160 < F. 1:1(0) ack 8
           160 fin
           160 finAcked
           160 closed CLOSED
           160 > . 8:8(0) ack 2
        """);
  }

  /** Changed while the connection lives, it counts from the call on that leaves. */
  @Test
  void tuned_countsForTheNextClose() {
    script(
        established(RELIABLE_LINK),
        """
           0 write 10
           0 > P. 1:11(10) ack 1
          10 tune linger 150
          20 close
          20 > F. 11:11(0) ack 1
         170 > R. 12:12(0) ack 1
         170 closed TIMED_OUT
        """);
  }
}
