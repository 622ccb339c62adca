package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;
import static dev.jktcp.testkit.Tuned.probing;
import static dev.jktcp.time.Nanos.SECOND;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jktcp.proof.script.Setup;
import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/** RFC 9293 §3.8.4. */
class Rfc9293KeepAliveTest {
  /** After 10 s, then each second, three times. */
  private static Setup alive() {
    TcpTuning tuning = TcpTuning.DEFAULT.with(probing(10 * SECOND, SECOND, 3));
    return established(RELIABLE_LINK).withRttMs(100).withOptions(o -> o.tuning(tuning));
  }

  @Test
  @Rfc("9293 MUST-25")
  void byDefault_anIdleConnectionIsSilent() {
    script(
        established(RELIABLE_LINK),
        """
               0 idle
        90000000 state ESTABLISHED
        90000000 idle
        """);
  }

  @Test
  @Rfc({"9293 MUST-24", "9293 MUST-28", "9293 MAY-5"})
  void switchedOn_itAsksAfterTwoHours_andSwitchedOffNoMore() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        """
              0 tune keepAlive true
        7200000 > . 0:0(0) ack 1
        7200100 < . 1:1(0) ack 1
        14400100 > . 0:0(0) ack 1
        14400200 < . 1:1(0) ack 1
        14400200 tune keepAlive false
        14400200 idle
        90000000 state ESTABLISHED
        """);
  }

  @Test
  @Rfc({"9293 MUST-27", "9293 SHLD-12"})
  void interval_isTheUsersToChoose_andAProbeIsEmpty() {
    script(
        alive(),
        """
        10000 > . 0:0(0) ack 1
        10100 < . 1:1(0) ack 1
        20100 > . 0:0(0) ack 1
        20200 < . 1:1(0) ack 1
        20200 state ESTABLISHED
        """);
  }

  @Test
  @Rfc({"9293 MUST-27", "9293 MUST-24"})
  void intervalChangedWhileItIsOn_countsFromThere() {
    script(
        alive(),
        """
         5000 tune keepAlive 20000 1000 3
        25000 > . 0:0(0) ack 1
        25100 < . 1:1(0) ack 1
        30000 tune keepAlive 3000 1000 3
        33000 > . 0:0(0) ack 1
        33100 < . 1:1(0) ack 1
        36100 > . 0:0(0) ack 1
        """);
  }

  @Test
  @Rfc("9293 MUST-26")
  void whatIsHeard_dataOrAck_putsTheProbeOff() {
    script(
        alive(),
        """
         9000 < P. 1:11(10) ack 1
         9000 > . 1:1(0) ack 11
        18000 < . 11:11(0) ack 1
        28000 > . 0:0(0) ack 11
        28100 < . 11:11(0) ack 1
        """);
  }

  @Test
  @Rfc("9293 MUST-26")
  void whileDataIsOutstanding_thereIsNoProbe() {
    script(
        alive(),
        """
         9900 write 10
         9900 > P. 1:11(10) ack 1
        10200 > P. 1:11(10) ack 1
        10300 < . 1:1(0) ack 11
        20300 > . 10:10(0) ack 1
        20400 < . 1:1(0) ack 11
        """);
  }

  @Test
  void probe_isNotTheAckThatIsOwed() { // to the peer it is not acceptable: its ACK goes unread
    TcpTuning tuning = TcpTuning.DEFAULT.with(probing(SECOND / 5, SECOND, 3));
    script(
        established(RELIABLE_LINK.withDelayedAckNs(400_000_000))
            .withRttMs(100)
            .withOptions(o -> o.tuning(tuning)),
        """
          100 < P. 1:11(10) ack 1
          300 > . 0:0(0) ack 11
          500 > . 1:1(0) ack 11
          600 < . 11:11(0) ack 1
        """);
  }

  @Test
  @Rfc("9293 MUST-29")
  void lostAnswers_butForTheLast_killNothing() {
    script(
        alive(),
        """
        10000 > . 0:0(0) ack 1
        11000 > . 0:0(0) ack 1
        12000 > . 0:0(0) ack 1
        12500 < . 1:1(0) ack 1
        22500 > . 0:0(0) ack 1
        22600 < . 1:1(0) ack 1
        22600 state ESTABLISHED
        """);
  }

  @Test
  void peerThatAnswersNone_isGivenUpWithAReset() {
    script(
        alive(),
        """
        10000 > . 0:0(0) ack 1
        11000 > . 0:0(0) ack 1
        12000 > . 0:0(0) ack 1
        13000 > R. 1:1(0) ack 1
        13000 closed TIMED_OUT
        """);
  }

  @Test
  @Rfc("9293 MUST-29")
  void oneProbe_isTooFewToChoose() {
    assertThrows(
        IllegalArgumentException.class,
        () -> TcpTuning.DEFAULT.with(probing(10 * SECOND, SECOND, 1)));
  }

  /** Ours answers a probe of either kind: without data, or with an octet that it has. */
  @Test
  void probeOfThePeer_isAnswered() {
    script(
        established(RELIABLE_LINK),
        """
        10 < . 0:0(0) ack 1
        10 > . 1:1(0) ack 1
        20 < P. 1:2(1) ack 1
        20 > . 1:1(0) ack 2
        30 < . 1:2(1) ack 1
        30 > . 1:1(0) ack 2
        30 delivered 1
        """);
  }
}
