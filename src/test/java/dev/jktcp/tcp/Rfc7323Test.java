package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.accepted;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.proof.script.Setup.idle;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;
import static dev.jktcp.tcp.TcpProfile.STOP_AND_WAIT;

import dev.jktcp.proof.script.Setup;
import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * RFC 7323: timestamps. In these scripts each side's clock shows the script's milliseconds, and the
 * peer sends timestamps where a line names no options.
 */
class Rfc7323Test {
  private static final TcpProfile PROFILE = RELIABLE_LINK.with(p -> p.timestamps(true));

  private static final TcpProfile TIMEOUTS_ALONE = PROFILE;

  private static Setup connected() {
    return established(PROFILE).withPeerTimestamps();
  }

  private static Setup requiring(Setup setup) {
    return setup.withOptions(o -> o.tuning(TcpTuning.DEFAULT.withRequireTimestamps(true)));
  }

  /** §2 */
  @Nested
  class WindowScale {
    @Test
    @Rfc({"7323 MUST-§2.2(1)", "7323 MUST-§2.2(3)"})
    void windowsAreScaled_whereBothOfferedIt_butNotThoseOfSyns() {
      script(
          idle(PROFILE),
          """
               0 connect
               0 > S 0:0(0) win 65535 <mss ours,sackOK,TS 0 0,wscale 3>
              10 < S. 0:0(0) ack 1 win 1000 <mss 1000,wscale 7>
              10 connected
              10 > . 1:1(0) ack 1 win 8192
              10 info sendWindow 1000
              20 < P. 1:11(10) ack 1 win 10
              20 > . 1:1(0) ack 11
              20 info sendWindow 1280
          """);
      script(
          idle(PROFILE),
          """
               0 connect
               0 > S 0:0(0) win 65535 <mss ours,sackOK,TS 0 0,wscale 3>
              10 < S. 0:0(0) ack 1 win 1000 <mss 1000>
              10 connected
              10 > . 1:1(0) ack 1 win 65535
              20 < P. 1:11(10) ack 1 win 10
              20 > . 1:1(0) ack 11 win 65525
              20 info sendWindow 10
          """);
    }

    @Test
    @Rfc({"7323 MUST-§2.2(2)", "7323 MAY-§2.2(1)"})
    void option_countsOnASynAlone() {
      script(
          idle(PROFILE),
          """
               0 listen
               0 < S 0:0(0) <mss 1000>
               0 > S. 0:0(0) ack 1 <mss ours>
              10 < . 1:1(0) ack 1 win 10 <wscale 3>
              10 accepted
              10 info sendWindow 10
          """);
    }

    @Test
    @Rfc("7323 MUST-§2.3(1)")
    void shiftAbove14_is14() {
      script(
          idle(PROFILE),
          """
               0 listen
               0 < S 0:0(0) <mss 1000,wscale 20>
               0 > S. 0:0(0) ack 1 <mss ours,wscale 3>
              10 < . 1:1(0) ack 1 win 2
              10 accepted
              10 info sendWindow 32768
          """);
    }
  }

  /** §3.2 */
  @Nested
  class Option {
    @Test
    @Rfc("7323 MUST-§3.2(2)")
    void echoOfASegmentWithoutAck_isNotLookedAt() {
      script(
          idle(PROFILE),
          """
               0 listen
               0 < S 0:0(0) <mss 1000,TS 500 4000000000>
               0 > S. 0:0(0) ack 1 <mss ours,TS 0 500>
               0 < S 0:0(0) <mss 1000,TS 500 1>
               0 > S. 0:0(0) ack 1 <mss ours,TS 0 500>
              30 < . 1:1(0) ack 1 <TS 530 0>
              30 accepted
              30 info srttNs 30000000
          """);
    }

    @Test
    @Rfc({"7323 SHLD-§3.2(1)", "7323 MUST-§3.2(1)", "7323 MUST-§3.2(3)", "7323 SHLD-§3.2(3)"})
    void activeOpen_offersThem_andThenEverySegmentHasThem() {
      script(
          idle(PROFILE).withPeerTimestamps(),
          """
               0 connect
               0 > S 0:0(0) <mss ours,sackOK,TS 0 0,wscale 3>
              20 < S. 0:0(0) ack 1 <mss 1000,sackOK,TS 500 0,wscale 0>
              20 connected
              20 > . 1:1(0) ack 1 <TS 20 500>
              30 write 1000
              30 > . 1:989(988) ack 1 <TS 30 500>
              30 > P. 989:1001(12) ack 1 <TS 30 500>
              50 < . 1:1(0) ack 1001 <TS 520 30>
              60 < P. 1:11(10) ack 1001 <TS 530 30>
              60 > . 1001:1001(0) ack 11 <TS 60 530>
              70 end
              70 > F. 1001:1001(0) ack 11 <TS 70 530>
          """);
    }

    @Test
    @Rfc({"7323 MAY-§3.2(1)", "7323 MUST-§3.2(1)", "7323 MUST-§3.2(3)"})
    void passiveOpen_answersThem() {
      script(
          idle(PROFILE),
          """
               0 listen
               0 < S 0:0(0) <mss 1000,sackOK,TS 500 0,wscale 0>
               0 > S. 0:0(0) ack 1 <mss ours,sackOK,TS 0 500,wscale 3>
              10 < . 1:1(0) ack 1 <TS 510 0>
              10 accepted
              10 write 10
              10 > P. 1:11(10) ack 1 <TS 10 510>
          """);
    }

    @Test
    @Rfc("7323 MAY-§3.2(1)")
    void synWithoutThem_isAnsweredWithoutThem() {
      script(
          idle(PROFILE),
          """
               0 listen
               0 < S 0:0(0) <mss 1000,wscale 0>
               0 > S. 0:0(0) ack 1 <mss ours,wscale 3>
              10 < . 1:1(0) ack 1
              10 accepted
              10 write 1000
              10 > P. 1:1001(1000) ack 1 <none>
          """);
    }

    @Test
    @Rfc("7323 MUST-§3.2(5)")
    void timestampsNotAgreedOn_areIgnored() {
      script(
          established(PROFILE),
          """
              10 < P. 1:11(10) ack 1 <nop,nop,TS 500 0>
              10 > . 1:1(0) ack 11 <none>
              20 < P. 11:21(10) ack 1 <nop,nop,TS 400 0>
              20 > . 1:1(0) ack 21 <none>
              20 delivered 20
          """);
    }

    @Test
    @Rfc("7323 MUST-§3.2(5)")
    void stopAndWait_hasNone() {
      script(
          idle(STOP_AND_WAIT),
          """
               0 listen
               0 < S 0:0(0) <mss 1000,sackOK,TS 500 0,wscale 0>
               0 > S. 0:0(0) ack 1 <mss ours,wscale 3>
              10 < . 1:1(0) ack 1
              10 accepted
          """);
    }

    @Test
    @Rfc({"7323 SHLD-§3.2(1)", "7323 MUST-§3.2(3)"})
    void synAgain_tellsItsOwnTime() {
      script(
          idle(PROFILE),
          """
               0 connect
               0 > S 0:0(0) <mss ours,sackOK,TS 0 0,wscale 3>
             200 > S 0:0(0) <mss ours,sackOK,TS 200 0,wscale 3>
          """);
    }

    /** Linux updates what it echoes, too: the peer times the SYN that was heard. */
    @Test
    @Rfc("7323 MUST-§4.3(1)")
    void peersSynAgain_isEchoed() {
      script(
          idle(PROFILE),
          """
               0 listen
               0 < S 0:0(0) <mss 1000,TS 500 0>
               0 > S. 0:0(0) ack 1 <mss ours,TS 0 500>
             100 < S 0:0(0) <mss 1000,TS 600 0>
             100 > S. 0:0(0) ack 1 <mss ours,TS 100 600>
          """);
    }

    @Test
    @Rfc({"7323 MUST-§3.2(1)", "7323 MUST-§3.2(3)"})
    void simultaneousOpen_bothHaveThem() {
      script(
          idle(PROFILE),
          """
               0 connect
               0 > S 0:0(0) <mss ours,sackOK,TS 0 0,wscale 3>
              10 < S 0:0(0) <mss 1000,TS 500 0>
              10 > S. 0:0(0) ack 1 <mss ours,TS 10 500>
              20 < S. 0:0(0) ack 1 <mss 1000,TS 510 10>
              20 connected
              20 > . 1:1(0) ack 1 <TS 20 510>
          """);
    }

    /** As Linux and FreeBSD: the peer is there, and its sequence numbers are right. */
    @Test
    @Rfc("7323 MUST-§3.2(4)")
    void segmentWithoutThem_isTaken_theHandshakesAckToo() {
      script(
          idle(PROFILE),
          """
               0 listen
               0 < S 0:0(0) <mss 1000,TS 500 0>
               0 > S. 0:0(0) ack 1
              10 < . 1:1(0) ack 1 <none>
              10 accepted
              20 < P. 1:11(10) ack 1 <none>
              20 > . 1:1(0) ack 11 <TS 20 500>
              30 < P. 11:21(10) ack 1 <TS 530 20>
              30 > . 1:1(0) ack 21 <TS 30 530>
              40 < P. 21:31(10) ack 1 <none>
              40 > . 1:1(0) ack 31 <TS 40 530>
              40 delivered 30
          """);
    }

    @Test
    @Rfc("7323 MUST-§3.2(4)")
    void segmentWithoutThem_isDroppedInSilence_whereTheyAreRequired() {
      script(
          requiring(idle(PROFILE)),
          """
               0 listen
               0 < S 0:0(0) <mss 1000,TS 500 0>
               0 > S. 0:0(0) ack 1
              10 < . 1:1(0) ack 1 <none>
              10 dropped NO_TIMESTAMP 1
              20 < . 1:1(0) ack 1 <TS 520 0>
              20 accepted
              30 < P. 1:11(10) ack 1 <none>
              30 < F. 1:1(0) ack 1 <none>
              30 delivered 0
              30 state ESTABLISHED
              40 < R. 1:1(0) ack 1 <none>
              40 closed RESET
          """);
    }

    @Test
    @Rfc({"7323 SHLD-§3.2(2)"})
    void reset_hasThem() {
      script(
          connected(),
          """
              10 reset
              10 > R. 1:1(0) ack 1 <TS 10 0>
              10 closed ABORTED
          """);
    }

    /** Nothing is known of the connection that is not here. */
    @Test
    void resetToAStray_hasNone() {
      script(
          idle(PROFILE),
          """
              10 < . 1:1(0) ack 1 <TS 500 7>
              10 > R 1:1(0) <none>
              10 <2 S 1:1(0) <TS 500 7>
              10 >2 R. 0:0(0) ack 2 <none>
          """);
    }

    @Test
    @Rfc("7323 MUST-§3.2(3)")
    void keepAlives_haveThem() {
      script(
          connected(),
          """
              10 tune keepAlive 1000 1000 3
            1010 > . 0:0(0) ack 1 <TS 1010 0>
            1100 < . 1:1(0) ack 1
            2100 > . 0:0(0) ack 1 <TS 2100 1100>
          """);
    }

    @Test
    @Rfc("7323 MUST-§3.2(3)")
    void segmentsAgain_tellTheirOwnTime() {
      script(
          connected(),
          """
              10 write 10
              10 > P. 1:11(10) ack 1 <TS 10 0>
             210 > P. 1:11(10) ack 1 <TS 210 0>
          """);
    }
  }

  /** §4.1, §4.2 */
  @Nested
  class RoundTrips {
    private static final String SYN_TWICE =
        """
             0 connect
             0 > S 0:0(0) <mss ours,sackOK,TS 0 0,wscale 3>
           200 > S 0:0(0) <mss ours,sackOK,TS 200 0,wscale 3>
        """;

    /** Which SYN the peer heard, a peer without timestamps does not tell (Karn's rule). */
    @Test
    @Rfc("7323 MUST-§4.1(1)")
    void echo_tellsWhichTransmissionWasAnswered() {
      script(
          idle(PROFILE),
          SYN_TWICE
              + """
                 250 < S. 0:0(0) ack 1 <mss 1000,TS 7 200>
                 250 connected
                 250 > . 1:1(0) ack 1
                 250 info srttNs 50000000
              """);
      script(
          idle(PROFILE),
          SYN_TWICE
              + """
                 250 < S. 0:0(0) ack 1 <mss 1000,TS 7 0>
                 250 connected
                 250 > . 1:1(0) ack 1
                 250 info srttNs 250000000
              """);
      script(
          idle(PROFILE),
          SYN_TWICE
              + """
                 250 < S. 0:0(0) ack 1 <mss 1000>
                 250 connected
                 250 > . 1:1(0) ack 1
                 250 info srttNs 0
              """);
    }

    /** From the future, and from before any segment that may still be waited for. */
    @Test
    @Rfc("7323 MUST-§4.1(1)")
    void echoOfWhatWasNotSent_isNoRoundTrip() {
      for (String forged : new String[] {"251", "2000000000", "-60001", "-2000000000"}) {
        script(
            idle(PROFILE),
            SYN_TWICE
                + """
                 250 < S. 0:0(0) ack 1 <mss 1000,TS 7 FORGED>
                 250 connected
                 250 > . 1:1(0) ack 1
                 250 info srttNs 0
                """
                    .replace("FORGED", forged));
      }
    }

    /** Its back-off ends with that, too. */
    @Test
    @Rfc("7323 MUST-§4.1(1)")
    void echo_timesWhatWasSentAgain() {
      script(
          established(TIMEOUTS_ALONE).withPeerTimestamps().withRttMs(100),
          """
             0 write 10
             0 > P. 1:11(10) ack 1 <TS 0 0>
           300 > P. 1:11(10) ack 1 <TS 300 0>
           300 info rtoNs 600000000
           400 < . 1:1(0) ack 11 <TS 350 300>
           400 info srttNs 100000000
           400 info rtoNs 300000000
          """);
      script(
          established(TIMEOUTS_ALONE).withPeerTimestamps().withRttMs(100),
          """
             0 write 10
             0 > P. 1:11(10) ack 1 <TS 0 0>
           300 > P. 1:11(10) ack 1 <TS 300 0>
           400 < . 1:1(0) ack 11 <none>
           400 info srttNs 100000000
           400 info rtoNs 600000000
          """);
    }

    /** What the peer says of old data, or again of the same, says nothing of the path. */
    @Test
    @Rfc("7323 MUST-§4.1(1)")
    void echoOfAnAckWithoutProgress_isNoRoundTrip() {
      script(
          connected().withRttMs(100),
          """
            50 < . 1:1(0) ack 1 win 5000 <TS 50 -100>
            60 < P. 1:11(10) ack 1 <TS 60 -100>
            60 > . 1:1(0) ack 11
           900 < P. 11:21(10) ack 1 <TS 900 60>
           900 > . 1:1(0) ack 21
           900 info srttNs 100000000
          """);
    }

    @Test
    @Rfc({"7323 MUST-§4.1(1)", "6298 MUST-§3(2)"})
    void echoFromBeforeAStop_isNoRoundTrip() {
      script(
          established(TIMEOUTS_ALONE).withPeerTimestamps().withRttMs(100),
          """
              0 write 10
              0 > P. 1:11(10) ack 1 <TS 0 0>
            300 > P. 1:11(10) ack 1 <TS 300 0>
            400 stop 20000
          20400 < . 1:1(0) ack 11 <TS 20350 300>
          20400 info srttNs 100000000
          """);
    }

    /** Five ACKs of one flight weigh as one: an eighth of the way in all, and not of each. */
    @Test
    @Rfc("7323 SHLD-§4.2(1)")
    void severalSamplesOfARoundTrip_weighAsOne() {
      script(
          connected().withRttMs(100),
          """
             0 write 9880
             0 > . 1:989(988) ack 1
             0 > . 989:1977(988) ack 1
             0 > . 1977:2965(988) ack 1
             0 > . 2965:3953(988) ack 1
             0 > . 3953:4941(988) ack 1
             0 > . 4941:5929(988) ack 1
             0 > . 5929:6917(988) ack 1
             0 > . 6917:7905(988) ack 1
             0 > . 7905:8893(988) ack 1
             0 > P. 8893:9881(988) ack 1
           180 < . 1:1(0) ack 1977
           180 info srttNs 102000000
          """);
    }
  }

  /** §4.3 */
  @Nested
  class Echo {
    @Test
    @Rfc("7323 MUST-§4.3(1)")
    void delayedAck_echoesTheFirstSegmentThatItAnswers() {
      script(
          established(PROFILE.withDelayedAckNs(40_000_000)).withPeerTimestamps(),
          """
              10 < P. 1:11(10) ack 1 <TS 100 0>
              20 < P. 11:21(10) ack 1 <TS 110 0>
              50 > . 1:1(0) ack 21 <TS 50 100>
          """);
    }

    @Test
    @Rfc("7323 MUST-§4.3(1)")
    void ackOfDataBehindAHole_echoesWhatCameBeforeIt_andThenWhatFillsIt() {
      script(
          connected(),
          """
              10 < P. 1:11(10) ack 1 <TS 100 0>
              10 > . 1:1(0) ack 11 <TS 10 100>
              20 < P. 21:31(10) ack 1 <TS 120 0>
              20 > . 1:1(0) ack 11 <TS 20 100>
              30 < P. 11:21(10) ack 1 <TS 110 0>
              30 > . 1:1(0) ack 31 <TS 30 110>
          """);
    }
  }

  /** §5 */
  @Nested
  class Paws {
    @Test
    @Rfc({"7323 MUST-§5.3(1)", "7323 MUST-§5.2(1)"})
    void segmentFromThePast_isAnsweredAndDropped_andCounted() {
      script(
          connected(),
          """
              10 < P. 1:11(10) ack 1 <nop,nop,TS 100 0>
              10 > . 1:1(0) ack 11 <TS 10 100>
              20 < P. 11:21(10) ack 1 <nop,nop,TS 99 0>
              20 > . 1:1(0) ack 11 <TS 20 100>
              20 delivered 10
              20 dropped OLD_TIMESTAMP 1
              30 < P. 11:21(10) ack 1 <nop,nop,TS 100 0>
              30 > . 1:1(0) ack 21 <TS 30 100>
              30 delivered 20
              30 predicted 2 0
          """);
    }

    @Test
    @Rfc("7323 MUST-§5.3(1)")
    void ackFromThePast_acknowledgesNothing() {
      script(
          connected(),
          """
              10 < . 1:1(0) ack 1 win 5000 <TS 100 0>
              20 write 10
              20 > P. 1:11(10) ack 1
              30 < . 1:1(0) ack 11 <TS 50 20>
              30 > . 11:11(0) ack 1 <TS 30 100>
              30 info bytesAcked 0
              40 < . 1:1(0) ack 11 <TS 110 20>
              40 info bytesAcked 10
          """);
    }

    @Test
    @Rfc("7323 MUST-§5.3(1)")
    void finFromThePast_endsNothing() {
      script(
          connected(),
          """
              10 < P. 1:11(10) ack 1 <TS 100 0>
              10 > . 1:1(0) ack 11
              20 < F. 11:11(0) ack 1 <TS 99 0>
              20 > . 1:1(0) ack 11
              20 state ESTABLISHED
          """);
    }

    /** An ACK to each, but no more than may answer segments without new data. */
    @Test
    @Rfc("7323 MUST-§5.3(1)")
    void emptySegmentsFromThePast_drawFewAnswers() {
      script(
          connected().withOptions(o -> o.acksPerSecond(2)),
          """
              10 < P. 1:11(10) ack 1 <TS 100 0>
              10 > . 1:1(0) ack 11
              20 < . 11:11(0) ack 1 <TS 99 0>
              20 > . 1:1(0) ack 11
              21 < . 11:11(0) ack 1 <TS 98 0>
              21 > . 1:1(0) ack 11
              22 < . 11:11(0) ack 1 <TS 97 0>
              22 dropped OLD_TIMESTAMP 3
          """);
    }

    @Test
    @Rfc("7323 MUST-§5.2(3)")
    void timestampOfAReset_changesNothing() {
      script(
          connected(),
          """
              10 < P. 1:11(10) ack 1 <TS 100 0>
              10 > . 1:1(0) ack 11
              20 < R 1:1(0) <TS 2000 0>
              30 < P. 11:21(10) ack 1 <TS 110 0>
              30 > . 1:1(0) ack 21 <TS 30 110>
          """);
    }

    @Test
    @Rfc("7323 MUST-§5.2(2)")
    void reset_isNotLookedAtForItsTimestamp() {
      script(
          connected(),
          """
              10 < P. 1:11(10) ack 1 <TS 100 0>
              10 > . 1:1(0) ack 11
              20 < R 12:12(0) <TS 200 0>
              20 > . 1:1(0) ack 11 <TS 20 100>
              30 < R 11:11(0) <TS 7 0>
              30 closed RESET
          """);
    }

    @Test
    @Rfc({"7323 MUST-§5.2(1)", "7323 MUST-§5.3(1)"})
    void segmentOutOfTheWindow_doesNotMoveWhatOthersAreComparedWith() {
      script(
          connected(),
          """
              10 < P. 1:11(10) ack 1 <TS 100 0>
              10 > . 1:1(0) ack 11
              20 < P. 1:11(10) ack 1 <TS 500 0>
              20 > . 1:1(0) ack 11 <TS 20 100>
              30 < . 500000:500000(0) ack 1 <TS 600 0>
              30 > . 1:1(0) ack 11 <TS 30 100>
              40 < P. 11:21(10) ack 1 <TS 101 0>
              40 > . 1:1(0) ack 21 <TS 40 101>
          """);
    }

    /** RFC 5961 §5 comes first: who guesses a sequence number must not freeze the connection. */
    @Test
    @Rfc("7323 MUST-§5.2(1)")
    void segmentWithABlindAck_doesNotMoveItEither() {
      script(
          connected(),
          """
              10 < P. 1:11(10) ack 1 <TS 100 0>
              10 > . 1:1(0) ack 11
              20 < P. 11:21(10) ack 70000 <TS 2000000000 0>
              20 > . 1:1(0) ack 11 <TS 20 100>
              30 < P. 11:21(10) ack 1 <TS 110 0>
              30 > . 1:1(0) ack 21 <TS 30 110>
          """);
    }

    @Test
    @Rfc("7323 MUST-§5.2(1)")
    void clockThatJumps_isFollowed_andComesRound() {
      script(
          connected(),
          """
              10 < P. 1:11(10) ack 1 <TS 2000000000 0>
              10 > . 1:1(0) ack 11 <TS 10 2000000000>
              20 < P. 11:21(10) ack 1 <TS 4000000000 0>
              20 > . 1:1(0) ack 21 <TS 20 4000000000>
              30 < P. 21:31(10) ack 1 <TS 4294967396 0>
              30 > . 1:1(0) ack 31 <TS 30 100>
              40 < P. 31:41(10) ack 1 <TS 4000000000 0>
              40 > . 1:1(0) ack 31 <TS 40 100>
          """);
    }

    @Test
    @Rfc("7323 §5.5")
    void after24IdleDays_anyTimestampIsTaken() {
      script(
          connected(),
          """
                  10 < P. 1:11(10) ack 1 <TS 100 0>
                  10 > . 1:1(0) ack 11
          2073600100 < P. 11:21(10) ack 1 <TS 99 0>
          2073600100 > . 1:1(0) ack 21 <TS 2073600100 99>
          2073600100 delivered 20
          """);
      script(
          connected(),
          """
                  10 < P. 1:11(10) ack 1 <TS 100 0>
                  10 > . 1:1(0) ack 11
          2073500000 < P. 11:21(10) ack 1 <TS 99 0>
          2073500000 > . 1:1(0) ack 11
          2073500000 delivered 10
          """);
    }
  }

  /** RFC 6191, RFC 1337 */
  @Nested
  class TimeWait {
    private static final String ENDED =
        """
             0 end
             0 > F. 1:1(0) ack 1
            10 < F. 1:1(0) ack 2 <TS 1000 0>
            10 fin
            10 finAcked
            10 closed CLOSED
            10 > . 2:2(0) ack 2 <TS 10 1000>
            10 timeWaits 1
        """;

    private static void ended(String rest) {
      script(accepted(PROFILE).withPeerTimestamps(), ENDED + rest);
    }

    @Test
    @Rfc({"6191 §2", "9293 SHLD-4"})
    void synThatIsLaterByItsTimestamp_hasTheTuple_whateverItsNumber() {
      ended(
          """
            20 < S 4000000000:4000000000(0) <mss 1000,TS 1001 0>
            20 > S. 0:0(0) ack 4000000001 <mss ours,TS 20 1001> new
            20 timeWaits 0
          """);
    }

    @Test
    @Rfc({"6191 §2", "9293 SHLD-4"})
    void synOfTheSameTime_hasIt_ifItsNumberIsAbove() {
      ended(
          """
            20 < S 1:1(0) <mss 1000,TS 1000 0>
            20 > . 2:2(0) ack 2 <TS 20 1000>
            20 timeWaits 1
           600 < S 3:3(0) <mss 1000,TS 1000 0>
           600 > S. 0:0(0) ack 4 <mss ours,TS 600 1000> new
           600 timeWaits 0
          """);
    }

    /** It is answered as RFC 9293 §3.10.7.4 answers any segment here, not dropped in silence. */
    @Test
    @Rfc({"6191 §2", "9293 SHLD-4"})
    void synFromThePast_hasItNot_whateverItsNumber() {
      ended(
          """
            20 < S 300:300(0) <mss 1000,TS 999 0>
            20 > . 2:2(0) ack 2 <TS 20 1000>
            20 timeWaits 1
          """);
    }

    @Test
    @Rfc("6191 §2")
    void synWithoutTimestamps_isJudgedByItsNumber() {
      ended(
          """
            20 < S 2:2(0) <mss 1000>
            20 > . 2:2(0) ack 2
           600 < S 3:3(0) <mss 1000>
           600 > S. 0:0(0) ack 4 <mss ours> new
           600 timeWaits 0
          """);
    }

    /** Nothing keeps segments of the old connection, which have no timestamps, out of the new. */
    @Test
    @Rfc("6191 §2")
    void synWithTimestamps_afterAConnectionWithout_isJudgedByItsNumber_unlessTheyAreRequired() {
      String ended =
          """
             0 end
             0 > F. 1:1(0) ack 1
            10 < F. 1:1(0) ack 2
            10 fin
            10 finAcked
            10 closed CLOSED
            10 > . 2:2(0) ack 2
          """;
      script(
          accepted(PROFILE),
          ended
              + """
                20 < S 1:1(0) <mss 1000,TS 1 0>
                20 > . 2:2(0) ack 2
                20 timeWaits 1
              """);
      script(
          requiring(accepted(PROFILE)),
          ended
              + """
                20 < S 1:1(0) <mss 1000,TS 1 0>
                20 > S. 0:0(0) ack 2 <mss ours,TS 20 1> new
                20 timeWaits 0
              """);
    }

    @Test
    @Rfc({"1337 §4", "7323 MUST-§3.2(3)"})
    void oldSegments_areAnswered_andEndNothing() {
      ended(
          """
             20 < P. 1:11(10) ack 2 <TS 500 0>
             20 > . 2:2(0) ack 2 <TS 20 1000>
             20 dropped OLD_TIMESTAMP 1
             30 < R 2:2(0) <TS 2000 0>
             30 < R 2:2(0) <none>
             30 timeWaits 1
          60000 timeWaits 1
          60010 timeWaits 0
          """);
    }

    @Test
    @Rfc("7323 MUST-§5.3(1)")
    void finAgain_beginsThe2MslAnew_unlessItIsFromThePast() {
      ended(
          """
          30000 < F. 1:1(0) ack 2 <TS 31000 0>
          30000 > . 2:2(0) ack 2 <TS 30000 31000>
          50000 < F. 1:1(0) ack 2 <TS 30999 0>
          50000 > . 2:2(0) ack 2 <TS 50000 31000>
          89999 timeWaits 1
          90000 timeWaits 0
          """);
    }
  }
}
