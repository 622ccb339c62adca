package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.proof.script.Setup.idle;
import static dev.jktcp.tcp.TcpProfile.INTERNET;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;
import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.proof.script.Setup;
import dev.jktcp.testkit.Rfc;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** RFC 9293 §3.8.3: R1, R2, and the user's own R2. */
class Rfc9293PatienceTest {
  /** The first segment is lost three times before it arrives. */
  private static final String THREE_LOST =
      """
         0 write 10
         0 > P. 1:11(10) ack 1
       200 > P. 1:11(10) ack 1
       600 > P. 1:11(10) ack 1
      1400 > P. 1:11(10) ack 1
      1400 softError RETRANSMITTING
      1400 < . 1:1(0) ack 11
      """;

  private static Setup connectingFor(long ms) {
    TcpTuning tuning = TcpTuning.DEFAULT.with(t -> t.connectTimeout(Duration.ofNanos(ms * MS)));
    return idle(INTERNET).withOptions(o -> o.tuning(tuning));
  }

  @Test
  @Rfc({"9293 MUST-20", "9293 SHLD-9", "9293 SHLD-10", "9293 MUST-47"})
  void r1_isToldAfterThreeRetransmissions_andR2Ends() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        """
            0 write 10
            0 > P. 1:11(10) ack 1
          300 > P. 1:11(10) ack 1
          900 > P. 1:11(10) ack 1
         2100 > P. 1:11(10) ack 1
         2100 softError RETRANSMITTING
         4500 > P. 1:11(10) ack 1
         9300 > P. 1:11(10) ack 1
        18900 closed TIMED_OUT
        """);
  }

  /** Where chance loses three of the first four segments, five retries in vain prove little. */
  @Test
  @Rfc("9293 MUST-20")
  void pathThatLosesMuch_hasMorePatience() {
    script(
        established(RELIABLE_LINK),
        THREE_LOST
            + """
              2000 write 10
              2000 > P. 11:21(10) ack 1
              2000 < . 1:1(0) ack 21
              3000 write 10
              3000 > P. 21:31(10) ack 1
              3200 > P. 21:31(10) ack 1
              3600 > P. 21:31(10) ack 1
              4400 > P. 21:31(10) ack 1
              4400 softError RETRANSMITTING
              6000 > P. 21:31(10) ack 1
              9200 > P. 21:31(10) ack 1
             15600 > P. 21:31(10) ack 1
             28400 > P. 21:31(10) ack 1
             54000 > P. 21:31(10) ack 1
            105200 > P. 21:31(10) ack 1
            165200 > P. 21:31(10) ack 1
            225200 closed TIMED_OUT
            """);
  }

  @Test
  void profileThatNeverGivesUp_doesNotWhereThePathLoses() {
    script(
        established(RELIABLE_LINK.with(p -> p.maxRetries(Integer.MAX_VALUE))),
        THREE_LOST
            + """
             2000 write 10
             2000 > P. 11:21(10) ack 1
             2000 < . 1:1(0) ack 21
             3000 write 10
             3000 > P. 21:31(10) ack 1
             3200 > P. 21:31(10) ack 1
             3600 > P. 21:31(10) ack 1
            """);
  }

  /** Thirty segments that arrived since say more of the path than three that were lost. */
  @Test
  @Rfc("9293 MUST-20")
  void lossesOfLongAgo_changeNoPatience() {
    StringBuilder carried = new StringBuilder();
    for (int n = 0; n < 30; n++) {
      int seq = 11 + 10 * n;
      int ms = 2_000 + n;
      carried.append(ms).append(" write 10\n");
      carried.append(ms).append(" > P. ").append(seq).append(':').append(seq + 10);
      carried.append("(10) ack 1\n");
      carried.append(ms).append(" < . 1:1(0) ack ").append(seq + 10).append('\n');
    }
    script(
        established(RELIABLE_LINK),
        THREE_LOST
            + carried
            + """
             3000 write 10
             3000 > P. 311:321(10) ack 1
             3200 > P. 311:321(10) ack 1
             3600 > P. 311:321(10) ack 1
             4400 > P. 311:321(10) ack 1
             4400 softError RETRANSMITTING
             6000 > P. 311:321(10) ack 1
             9200 > P. 311:321(10) ack 1
            15600 closed TIMED_OUT
            """);
  }

  /** A peer that answers each probe shows that the path is sound. */
  @Test
  @Rfc("9293 SHLD-9")
  void answeredProbes_areNoNews() {
    script(
        established(RELIABLE_LINK).withRttMs(100).withPeerWindow(0),
        """
            0 write 10
          300 > . 1:2(1) ack 1
          400 < . 1:1(0) ack 1 win 0
          900 > . 1:2(1) ack 1
         1000 < . 1:1(0) ack 1 win 0
         2100 > . 1:2(1) ack 1
         2200 < . 1:1(0) ack 1 win 0
         4500 > . 1:2(1) ack 1
         4600 < . 1:1(0) ack 1 win 0
         9300 > . 1:2(1) ack 1
         9400 icmp HOST_UNREACHABLE 1
         9400 softError HOST_UNREACHABLE
        """);
  }

  @Test
  @Rfc({"9293 MUST-22", "9293 MUST-20"})
  void r1_countsForSynsToo() {
    script(
        idle(RELIABLE_LINK),
        """
           0 connect
           0 > S 0:0(0)
         200 > S 0:0(0)
         600 > S 0:0(0)
        1400 > S 0:0(0)
        1400 softError RETRANSMITTING
        1500 < S. 0:0(0) ack 1
        1500 > . 1:1(0) ack 1
        1500 connected
        """);
  }

  @Test
  @Rfc("9293 MUST-21")
  void userTimeout_endsSoonerThanTheProfile() {
    script(
        established(INTERNET).withRttMs(100),
        """
           0 tune userTimeout 2500
           0 write 10
           0 > P. 1:11(10) ack 1
        1000 > P. 1:11(10) ack 1
        2500 closed TIMED_OUT
        """);
  }

  @Test
  @Rfc("9293 MUST-21")
  void userTimeout_endsLaterThanTheProfile() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        """
            0 tune userTimeout 30000
            0 write 10
            0 > P. 1:11(10) ack 1
          300 > P. 1:11(10) ack 1
          900 > P. 1:11(10) ack 1
         2100 > P. 1:11(10) ack 1
         4500 > P. 1:11(10) ack 1
         9300 > P. 1:11(10) ack 1
        18900 > P. 1:11(10) ack 1
        30000 closed TIMED_OUT
        """);
  }

  @Test
  @Rfc("9293 MUST-21")
  void userTimeout_countsFromTheLastProgress() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        """
            0 tune userTimeout 1000
            0 write 2000
            0 > . 1:1001(1000) ack 1
            0 > P. 1001:2001(1000) ack 1
          200 < . 1:1(0) ack 1001
          563 > P. 1001:2001(1000) ack 1
         1200 closed TIMED_OUT
        """);
  }

  @Test
  @Rfc("9293 MUST-37")
  void userTimeout_doesNotEndAClosedWindowThatAnswers() {
    script(
        established(RELIABLE_LINK).withRttMs(100).withPeerWindow(0),
        """
            0 tune userTimeout 1000
            0 write 10
          300 > . 1:2(1) ack 1
          400 < . 1:1(0) ack 1 win 0
          900 > . 1:2(1) ack 1
         1000 < . 1:1(0) ack 1 win 0
         2100 > . 1:2(1) ack 1
         2200 < . 1:1(0) ack 1 win 0
         4500 > . 1:2(1) ack 1
         // No answer this time: its patience began with that probe.
         9300 closed TIMED_OUT
        """);
  }

  @Test
  @Rfc("9293 MUST-21")
  void userTimeout_countsFromWhatIsSentAfterALongSilence() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        """
           0 tune userTimeout 1000
        5000 write 10
        5000 > P. 1:11(10) ack 1
        5300 > P. 1:11(10) ack 1
        5900 > P. 1:11(10) ack 1
        6000 closed TIMED_OUT
        """);
  }

  @Test
  @Rfc({"9293 MUST-21", "9293 MUST-37"})
  void userTimeout_beginsWhenAClosedWindowOpens() {
    script(
        established(RELIABLE_LINK).withRttMs(100).withPeerWindow(0),
        """
            0 tune userTimeout 1000
            0 write 10
          300 > . 1:2(1) ack 1
          400 < . 1:1(0) ack 1 win 0
          900 > . 1:2(1) ack 1
         1000 < . 1:1(0) ack 1 win 0
         2100 > . 1:2(1) ack 1
         2200 < . 1:1(0) ack 1 win 0
         4400 < . 1:1(0) ack 1 win 1000
         4400 > . 1:2(1) ack 1
         4400 > P. 2:11(9) ack 1
         4700 > P. 1:11(10) ack 1
         5300 > P. 1:11(10) ack 1
         5400 closed TIMED_OUT
        """);
  }

  @Test
  @Rfc({"9293 MUST-22", "9293 MUST-23"})
  void connectTimeout_isTheUsersToChoose() {
    script(
        connectingFor(2_500),
        """
           0 connect
           0 > SEW 0:0(0)
        1000 > S 0:0(0)
        2500 closed TIMED_OUT
        2500 connections 0
        2500 idle
        """);
  }

  @Test
  void connectTimeout_isOverOnceConnected() {
    script(
        connectingFor(2_500),
        """
           0 connect
           0 > SEW 0:0(0)
         100 < S. 0:0(0) ack 1
         100 > . 1:1(0) ack 1
         100 connected
         100 idle
        9000 state ESTABLISHED
        """);
  }

  @Test
  void connectTimeout_mayBeLongerThanTheProfiles() {
    script(
        idle(RELIABLE_LINK)
            .withOptions(
                o ->
                    o.tuning(
                        TcpTuning.DEFAULT.with(
                            t -> t.connectTimeout(Duration.ofNanos(30_000 * MS))))),
        """
            0 connect
            0 > S 0:0(0)
          200 > S 0:0(0)
          600 > S 0:0(0)
         1400 > S 0:0(0)
         3000 > S 0:0(0)
         6200 > S 0:0(0)
        12600 > S 0:0(0)
        25400 > S 0:0(0)
        30000 closed TIMED_OUT
        """);
  }
}
