package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.tcp.TcpProfile.INTERNET;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.Rfc;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** RFC 6298: the retransmission timer; and how long each profile keeps trying. */
class Rfc6298Test {
  @Test
  @Rfc({"6298 MUST-§2.2(1)", "6298 SHLD-§2.4(1)"})
  void firstSample_setsTheTimeout() {
    // 100 + max(200, 4 * 50)
    script(
        established(RELIABLE_LINK).withRttMs(100),
        """
          0 write 10
          0 > P. 1:11(10) ack 1
        300 > P. 1:11(10) ack 1
        """);
    // 500 + 4 * 250; never below 1 s
    script(
        established(INTERNET).withRttMs(500),
        """
           0 write 10
           0 > P. 1:11(10) ack 1
        1500 > P. 1:11(10) ack 1
        """);
    script(
        established(INTERNET).withRttMs(100),
        """
           0 write 10
           0 > P. 1:11(10) ack 1
        1000 > P. 1:11(10) ack 1
        """);
  }

  @Test
  @Rfc({
    "9293 MUST-18",
    "6298 MUST-§2.3(1)",
    "6298 MUST-§2.3(2)",
    "6298 MUST-§2.3(3)",
    "6298 SHLD-§2.3(1)",
    "6298 MUST-§3(3)"
  })
  void furtherSamples_moveTheTimeout() {
    // RTTVAR = 3/4 * 50 + 1/4 * |100 - 180|, SRTT = 7/8 * 100 + 1/8 * 180: 110 + 4 * 57.5 ms
    script(
        established(RELIABLE_LINK).withRttMs(100),
        """
           0 write 10
           0 > P. 1:11(10) ack 1
         180 < . 1:1(0) ack 11
        1000 write 10
        1000 > P. 11:21(10) ack 1
        1340 > P. 11:21(10) ack 1
        """);
  }

  @Test
  @Rfc({"9293 MUST-18", "6298 MUST-§3(1)", "6298 MUST-§3(2)", "6298 MUST-§4(1)"})
  void retransmittedSegment_givesNoSampleAndTheBackOffStays() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        """
           0 write 10
           0 > P. 1:11(10) ack 1
         300 > P. 1:11(10) ack 1
         310 < . 1:1(0) ack 11
         400 write 10
         400 > P. 11:21(10) ack 1
        1000 > P. 11:21(10) ack 1
        1010 < . 1:1(0) ack 21
        // A clean sample of 100 ms: RTTVAR 37.5, the floor of 200 ms counts.
        2000 write 10
        2000 > P. 21:31(10) ack 1
        2100 < . 1:1(0) ack 31
        3000 write 10
        3000 > P. 31:41(10) ack 1
        3300 > P. 31:41(10) ack 1
        """);
  }

  @Test
  @Rfc({"9293 MUST-18", "6298 MUST-§3(2)"})
  void fastRetransmittedSegment_givesNoSampleEither() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        """
           0 write 4000
           0 > . 1:1001(1000) ack 1
           0 > . 1001:2001(1000) ack 1
           0 > . 2001:3001(1000) ack 1
           0 > P. 3001:4001(1000) ack 1
         100 < . 1:1(0) ack 1
         100 < . 1:1(0) ack 1
         100 < . 1:1(0) ack 1
         100 > . 1:1001(1000) ack 1
         200 < . 1:1(0) ack 4001
        1000 write 10
        1000 > P. 4001:4011(10) ack 1
        1300 > P. 4001:4011(10) ack 1
        """);
  }

  @Test
  @Rfc({"6298 §5.3", "6298 SHLD-§5(1)"})
  void newAck_restartsTheTimer_duplicateDoesNot() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        """
          0 write 2000
          0 > . 1:1001(1000) ack 1
          0 > P. 1001:2001(1000) ack 1
        100 < . 1:1(0) ack 1001
        150 < . 1:1(0) ack 1001
        400 > P. 1001:2001(1000) ack 1
        """);
  }

  @Test
  @Rfc("6298 MUST-§5(1)")
  void fastRetransmittedSegment_isGivenAWholeTimeout() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        """
          0 write 4000
          0 > . 1:1001(1000) ack 1
          0 > . 1001:2001(1000) ack 1
          0 > . 2001:3001(1000) ack 1
          0 > P. 3001:4001(1000) ack 1
        250 < . 1:1(0) ack 1
        250 < . 1:1(0) ack 1
        250 < . 1:1(0) ack 1
        250 > . 1:1001(1000) ack 1
        // Not at 300: that would be less than one RTO after it was sent.
        550 > . 1:1001(1000) ack 1
        """);
  }

  @Test
  @Rfc({"6298 §5.2", "6298 SHLD-§5(1)"})
  void everythingAcknowledged_stopsTheTimer() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        """
          0 write 2000
          0 > . 1:1001(1000) ack 1
          0 > P. 1001:2001(1000) ack 1
        100 < . 1:1(0) ack 2001
        100 idle
        """);
  }

  @Test
  @Rfc("9293 MUST-20")
  void reliableLink_diesAfterFiveRetries() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        """
            0 write 10
            0 > P. 1:11(10) ack 1
          300 > P. 1:11(10) ack 1
          900 > P. 1:11(10) ack 1
         2100 > P. 1:11(10) ack 1
         4500 > P. 1:11(10) ack 1
         9300 > P. 1:11(10) ack 1
        18900 closed TIMED_OUT
        18900 connections 0
        """);
  }

  @Test
  @Rfc("9293 MUST-21")
  void r2_isTheUsersToChoose() {
    TcpProfile impatient = patience(1, RELIABLE_LINK.r2Ns());
    script(
        established(impatient).withRttMs(100),
        """
          0 write 10
          0 > P. 1:11(10) ack 1
        300 > P. 1:11(10) ack 1
        900 closed TIMED_OUT
        """);
  }

  /** Both count: so many retransmissions, and so long. */
  @Test
  @Rfc({"9293 MUST-20", "9293 MUST-21"})
  void r2_isATimeToo() {
    script(
        established(patience(1, 5_000_000_000L)).withRttMs(100),
        """
           0 write 2000
           0 > . 1:1001(1000) ack 1
           0 > P. 1001:2001(1000) ack 1
         300 > . 1:1001(1000) ack 1
         900 > . 1:1001(1000) ack 1
        2100 > . 1:1001(1000) ack 1
        4500 > . 1:1001(1000) ack 1
        9300 closed TIMED_OUT
        """);
  }

  /** Segments keep their size however often they go unanswered. */
  private static TcpProfile keepingSize(TcpProfile profile) {
    return profile.with(p -> p.blackHoleRetries(0));
  }

  private static TcpProfile patience(int maxRetries, long r2Ns) {
    return RELIABLE_LINK.with(
        p ->
            p.name("impatient")
                .maxRetries(maxRetries)
                .r2(Duration.ofNanos(r2Ns))
                .blackHoleRetries(0));
  }

  @Test
  @Rfc("9293 SHLD-11")
  void internetsR2_isAtLeastAHundredSeconds_whateverTheNumberOfRetransmissions() {
    assertTrue(INTERNET.r2Ns() >= 100_000_000_000L);
  }

  @Test
  @Rfc({
    "9293 SHLD-10",
    "9293 SHLD-11",
    "9293 MUST-19",
    "9293 MUST-20",
    "6298 MUST-§1(1)",
    "6298 MAY-§2.5(1)",
    "6298 §5.1",
    "6298 MUST-§5.5(1)"
  })
  void internet_triesForAtLeastAHundredSeconds() {
    script(
        established(INTERNET).withRttMs(100),
        """
             0 write 10
             0 > P. 1:11(10) ack 1
          1000 > P. 1:11(10) ack 1
          3000 > P. 1:11(10) ack 1
          7000 > P. 1:11(10) ack 1
         15000 > P. 1:11(10) ack 1
         31000 > P. 1:11(10) ack 1
         63000 > P. 1:11(10) ack 1
        123000 closed TIMED_OUT
        """);
  }

  /** §5.7 keeps the back-off until there is a sample: few retries then last far beyond R2. */
  @Test
  @Rfc({"9293 SHLD-11", "6298 §5.4", "6298 MUST-§5.5(1)"})
  void internet_triesAsOftenWhenTheTimeoutIsBackedOff() {
    script(
        established(keepingSize(INTERNET.with(p -> p.lossyRetries(0)))).withRttMs(100),
        """
             0 write 2000
             0 > . 1:1001(1000) ack 1
             0 > P. 1001:2001(1000) ack 1
          1000 > . 1:1001(1000) ack 1
          3000 > . 1:1001(1000) ack 1
          7000 > . 1:1001(1000) ack 1
         15000 > . 1:1001(1000) ack 1
         31000 > . 1:1001(1000) ack 1
         31100 < . 1:1(0) ack 1001
         31100 > P. 1001:2001(1000) ack 1
         63100 > P. 1001:2001(1000) ack 1
        123100 > P. 1001:2001(1000) ack 1
        183100 > P. 1001:2001(1000) ack 1
        243100 > P. 1001:2001(1000) ack 1
        303100 > P. 1001:2001(1000) ack 1
        363100 > P. 1001:2001(1000) ack 1
        423100 closed TIMED_OUT
        """);
  }

  @Test
  void answerAfterSomeRetries_startsTheCountAnew() {
    script(
        established(keepingSize(RELIABLE_LINK)).withRttMs(100),
        """
            0 write 2000
            0 > . 1:1001(1000) ack 1
            0 > P. 1001:2001(1000) ack 1
          300 > . 1:1001(1000) ack 1
          900 > . 1:1001(1000) ack 1
         2100 > . 1:1001(1000) ack 1
         4500 > . 1:1001(1000) ack 1
         9300 > . 1:1001(1000) ack 1
         9400 < . 1:1(0) ack 1001
         9400 > P. 1001:2001(1000) ack 1
        19000 > P. 1001:2001(1000) ack 1
        19100 < . 1:1(0) ack 2001
        19100 idle
        """);
  }
}
