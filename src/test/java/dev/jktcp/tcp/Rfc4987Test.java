package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.idle;
import static dev.jktcp.tcp.TcpProfile.INTERNET;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;
import static dev.jktcp.tcp.TcpProfile.STOP_AND_WAIT;

import dev.jktcp.proof.script.Setup;
import dev.jktcp.testkit.Rfc;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 4987 §3.6: handshakes beyond the limit of half-open connections. */
class Rfc4987Test {
  static Stream<TcpProfile> profiles() {
    return Stream.of(STOP_AND_WAIT, RELIABLE_LINK, INTERNET);
  }

  private static Setup halfOpen(TcpProfile profile, int places) {
    return idle(profile).withOptions(o -> o.maxHalfOpen(places));
  }

  @ParameterizedTest
  @MethodSource("profiles")
  @Rfc("4987 §3.6")
  void synWithoutPlace_isAnsweredAndForgotten_itsAckOpens(TcpProfile profile) {
    script(
        halfOpen(profile, 0),
        """
             0 listen
             0 < S 0:0(0) <mss 1000>
             0 > S. 0:0(0) ack 1 win 65535
             0 connections 0
             0 idle
         60000 < . 1:1(0) ack 1 win 2000
         60000 accepted
         60000 info sendWindow 2000
         60000 idle
        """);
  }

  @ParameterizedTest
  @MethodSource("profiles")
  @Rfc("4987 §3.6")
  void cookie_offersWhatItCanCarry_andNoScale(TcpProfile profile) {
    script(
        halfOpen(profile, 0),
        """
             0 listen
             0 < S 0:0(0) <mss 1300,nop,wscale 7,sackOK>
             0 > S. 0:0(0) ack 1 win 65535
            10 < . 1:1(0) ack 1 win 3
            10 accepted
            10 info sendWindow 3
            10 write 5
            10 > . 1:4(3) ack 1 win 65535
            20 < . 1:1(0) ack 4 win 65535
            20 > P. 4:6(2) ack 1
            30 < . 1:1(0) ack 6
        """);
  }

  @Test
  @Rfc("4987 §3.6")
  void mss_isTheLargestOfTheTableThatThePeerTakes() {
    script(
        halfOpen(RELIABLE_LINK, 0),
        """
             0 listen
             0 < S 0:0(0) <mss 1000>
             0 > S. 0:0(0) ack 1
            10 < . 1:1(0) ack 1
            10 accepted
            10 info mss 536
            10 write 1000
            10 > . 1:537(536) ack 1
            10 > P. 537:1001(464) ack 1
            20 < . 1:1(0) ack 1001
        """);
  }

  @Test
  @Rfc("4987 §3.6")
  void dataAndFinOfThatAck_areTaken() {
    script(
        halfOpen(RELIABLE_LINK, 0),
        """
             0 listen
             0 < S 0:0(0) <mss 1000>
             0 > S. 0:0(0) ack 1
            10 < FP. 1:11(10) ack 1
            10 accepted
            10 fin
            10 > . 1:1(0) ack 12
            10 delivered 10
            10 state CLOSE_WAIT
            20 end
            20 > F. 1:1(0) ack 12
            30 < . 12:12(0) ack 2
            30 finAcked
            30 closed CLOSED
        """);
  }

  /** Were it answered with an RST, reordering in a first flight would end the connection. */
  @Test
  @Rfc("4987 §3.6")
  void dataAheadOfTheFirstSegment_isDroppedInSilence() {
    script(
        halfOpen(RELIABLE_LINK, 0),
        """
             0 listen
             0 < S 0:0(0) <mss 1000>
             0 > S. 0:0(0) ack 1
            10 < P. 11:21(10) ack 1
            10 < F. 21:21(0) ack 1
            10 < P. 1:11(10) ack 1
            10 accepted
            10 > . 1:1(0) ack 11
           210 < FP. 11:21(10) ack 1
           210 fin
           210 > . 1:1(0) ack 22
           210 delivered 20
        """);
  }

  @Test
  void synThatComesAgain_drawsTheSameCookie() {
    script(
        halfOpen(RELIABLE_LINK, 0),
        """
             0 listen
             0 < S 0:0(0) <mss 1000>
             0 > S. 0:0(0) ack 1
             0 < S 0:0(0) <mss 1000>
             0 > S. 0:0(0) ack 1
            10 < . 1:1(0) ack 1
            10 accepted
        """);
  }

  @Test
  @Rfc("4987 §3.6")
  void ackOfNoCookie_drawsAnRst() {
    script(
        halfOpen(RELIABLE_LINK, 0),
        """
             0 listen
             0 < S 0:0(0) <mss 1000>
             0 > S. 0:0(0) ack 1
            10 < . 1:1(0) ack 2
            10 > R 2:2(0)
            10 < . 1:1(0) ack 0
            10 > R 0:0(0)
            10 < . 2:2(0) ack 1
            10 > R 1:1(0)
            10 <2 . 1:1(0) ack 1
            10 >2 R 1:1(0)
            10 <5 . 1:1(0) ack 1
            10 >5 R 1:1(0)
            10 connections 0
            20 < . 1:1(0) ack 1
            20 accepted
        """);
  }

  @Test
  @Rfc("4987 §3.6")
  void acks_areLookedAtForTwoMinutesAfterAnOverflow() {
    script(
        halfOpen(RELIABLE_LINK, 0),
        """
             0 listen
             0 < S 0:0(0) <mss 1000>
             0 > S. 0:0(0) ack 1
        120001 < . 1:1(0) ack 1
        120001 > R 1:1(0)
        120001 connections 0
        """);
  }

  @Test
  @Rfc("4987 §3.6")
  void handshakeThatHasAPlace_offersAll() {
    script(
        halfOpen(RELIABLE_LINK, 1),
        """
             0 listen
             0 < S 0:0(0) <mss 1000,nop,wscale 3>
             0 > S. 0:0(0) ack 1 <mss ours,wscale 3>
             0 <2 S 0:0(0) <mss 1000,nop,wscale 3>
             0 >2 S. 0:0(0) ack 1 <mss ours>
            10 < . 1:1(0) ack 1
            10 accepted
            10 <3 S 0:0(0) <mss 1000,nop,wscale 3>
            10 >3 S. 0:0(0) ack 1 <mss ours,wscale 3>
            20 <2 . 1:1(0) ack 1
            20 #2 accepted
            20 <3 . 1:1(0) ack 1
            20 #3 accepted
        """);
  }

  @Test
  @Rfc("4987 §3.6")
  void backlogFull_dropsTheSynInsteadOfMakingACookie_andTheAckOfOne() {
    script(
        halfOpen(STOP_AND_WAIT, 0),
        """
             0 listen backlog 1
             0 < S 0:0(0) <mss 1000>
             0 > S. 0:0(0) ack 1
             0 <2 S 0:0(0) <mss 1000>
             0 >2 S. 0:0(0) ack 1
            10 < . 1:1(0) ack 1
            10 accepted
            10 <2 P. 1:11(10) ack 1
            10 <3 S 0:0(0) <mss 1000>
            20 accept
            30 <2 P. 1:11(10) ack 1
            30 #2 accepted
            30 >2 . 1:1(0) ack 11
        """);
  }

  @Test
  @Rfc("4987 §3.6")
  void lateDuplicateOfItsFirstSegment_opensNoSecondConnection() {
    script(
        halfOpen(RELIABLE_LINK, 0),
        """
             0 listen
             0 < S 0:0(0) <mss 1000>
             0 > S. 0:0(0) ack 1
            10 < P. 1:11(10) ack 1
            10 accepted
            10 > . 1:1(0) ack 11
            20 < F. 11:11(0) ack 1
            20 fin
            20 > . 1:1(0) ack 12
            30 end
            30 > F. 1:1(0) ack 12
            40 < . 12:12(0) ack 2
            40 finAcked
            40 closed CLOSED
            50 < P. 1:11(10) ack 1
            50 > R 1:1(0)
            60 < P. 11:21(10) ack 1
            60 > R 1:1(0)
            60 connections 0
        """);
  }

  @Test
  void closedListener_makesNone() {
    script(
        halfOpen(RELIABLE_LINK, 0),
        """
             0 listen
             0 < S 0:0(0) <mss 1000>
             0 > S. 0:0(0) ack 1
             0 unlisten
            10 < . 1:1(0) ack 1
            10 > R 1:1(0)
            10 connections 0
        """);
  }

  private static final TcpProfile WITH_TIMESTAMPS = RELIABLE_LINK.with(p -> p.timestamps(true));

  /** The lowest six bits of its timestamp say scale 3 and SACK: 0x13. */
  @Test
  @Rfc("4987 §3.6")
  void cookieWithTimestamps_carriesTheOtherOptions() {
    script(
        halfOpen(WITH_TIMESTAMPS, 0).withPeerTimestamps(),
        """
             0 listen
             0 < S 0:0(0) <mss 1000,sackOK,TS 500 0,wscale 3>
             0 > S. 0:0(0) ack 1 <mss ours,sackOK,TS 0 500,wscale 3>
             0 connections 0
             0 idle
         60000 < . 1:1(0) ack 1 win 2000 <TS 60000 0>
         60000 accepted
         60000 info sendWindow 16000
         60000 write 600
         60000 > . 1:525(524) ack 1
         60000 > P. 525:601(76) ack 1
         60100 < P. 1:11(10) ack 601
         60100 > . 601:601(0) ack 11
        """);
  }

  @Test
  @Rfc({"4987 §3.6", "3168 §6.1.1"})
  void cookieWithTimestamps_carriesEcn() {
    script(
        halfOpen(WITH_TIMESTAMPS, 0).withPeerTimestamps(),
        """
             0 listen
             0 < SEW 0:0(0) <mss 1000,TS 500 0>
             0 > S.E 0:0(0) ack 1 <mss ours,TS 0 500>
            10 < . 1:1(0) ack 1 <TS 510 0>
            10 accepted
            10 info ecn 1
            10 write 10
            10 > P. 1:11(10) ack 1 [ect0]
            20 <2 SEW 0:0(0) <mss 1000>
            20 >2 S. 0:0(0) ack 1 <mss ours>
            30 <2 . 1:1(0) ack 1 <none>
            30 #2 accepted
            30 #2 info ecn 0
        """);
  }

  @Test
  @Rfc("4987 §3.6")
  void cookieWithTimestamps_offersWhatTheSynDid() {
    script(
        halfOpen(WITH_TIMESTAMPS, 0).withPeerTimestamps(),
        """
             0 listen
             0 < S 0:0(0) <mss 1000,TS 500 0>
             0 > S. 0:0(0) ack 1 <mss ours,TS 0 500>
            10 < . 1:1(0) ack 1 win 2000 <TS 510 0>
            10 accepted
            10 info sendWindow 2000
        """);
  }

  /**
   * A router that takes the option out, or a peer that lies: what it did not echo does not hold.
   */
  @Test
  @Rfc("4987 §3.6")
  void ackOfACookie_withoutItsTimestamp_agreesOnNothing() {
    for (String options : new String[] {"none", "TS 510 70", "TS 510 4000000"}) {
      script(
          halfOpen(WITH_TIMESTAMPS, 0),
          """
             0 listen
             0 < S 0:0(0) <mss 1000,sackOK,TS 500 0,wscale 3>
             0 > S. 0:0(0) ack 1 <mss ours,sackOK,TS 0 500,wscale 3>
            10 < . 1:1(0) ack 1 win 2000 <OPTIONS>
            10 accepted
            10 info sendWindow 2000
            10 write 10
            10 > P. 1:11(10) ack 1 <none>
          """
              .replace("OPTIONS", options));
    }
  }

  @Test
  @Rfc("4987 §3.6")
  void cookieWithTimestamps_isSpentByItsFirstAck() {
    script(
        halfOpen(WITH_TIMESTAMPS, 0).withPeerTimestamps(),
        """
             0 listen
             0 < S 0:0(0) <mss 1000,sackOK,TS 500 0>
             0 > S. 0:0(0) ack 1
            10 < . 1:1(0) ack 1 <TS 510 0>
            10 accepted
            20 < R 1:1(0)
            20 closed RESET
            30 < . 1:1(0) ack 1 <TS 510 0>
            30 > R 1:1(0) <none>
            30 counter cookiesRefused 1
        """);
  }
}
