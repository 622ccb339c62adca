package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.accepted;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.proof.script.Setup.idle;
import static dev.jktcp.tcp.TcpProfile.INTERNET;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;
import static dev.jktcp.tcp.TcpProfile.STOP_AND_WAIT;

import dev.jktcp.proof.script.Setup;
import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 3168, explicit congestion notification. */
class Rfc3168Test {
  private static final TcpProfile ASKS = RELIABLE_LINK.with(p -> p.ecn(Ecn.ON));
  private static final TcpProfile REFUSES = RELIABLE_LINK.with(p -> p.ecn(Ecn.OFF));

  private static final Setup IN_USE = established(ASKS).withPeerEcn();

  private static final String TEN_IN_FLIGHT =
      """
      0 write 40000
      0 > . 1:1001(1000) ack 1 [ect0]
      0 > . 1001:2001(1000) ack 1 [ect0]
      0 > . 2001:3001(1000) ack 1 [ect0]
      0 > . 3001:4001(1000) ack 1 [ect0]
      0 > . 4001:5001(1000) ack 1 [ect0]
      0 > . 5001:6001(1000) ack 1 [ect0]
      0 > . 6001:7001(1000) ack 1 [ect0]
      0 > . 7001:8001(1000) ack 1 [ect0]
      0 > . 8001:9001(1000) ack 1 [ect0]
      0 > . 9001:10001(1000) ack 1 [ect0]
      """;

  // --- §6.1.1, the handshake

  @Test
  @Rfc({"3168 §6.1.1", "3168 SHLD-§6.1.2(1)", "3168 MUST-§6.1.1(6)"})
  void synThatAsks_andSynAckThatAgrees_makeDataEcnCapable() {
    script(
        idle(ASKS),
        """
         0 connect
         0 > SEW 0:0(0)
        10 < S.E 0:0(0) ack 1 <mss 1000>
        10 > . 1:1(0) ack 1
        10 connected
        10 info ecn 1
        20 write 10
        20 > P. 1:11(10) ack 1 [ect0]
        """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"S.", "S.W", "S.EW"})
  @Rfc({"3168 MUST-§6.1.1(2)", "3168 MUST-§6.1.1(5)", "3168 §6.1.1.2"})
  void anyOtherSynAck_agreesToNothing_aReflectionOfOurBitsToo(String answer) {
    script(
        idle(ASKS),
        """
         0 connect
         0 > SEW 0:0(0)
        10 < %s 0:0(0) ack 1 <mss 1000>
        10 > . 1:1(0) ack 1
        10 connected
        10 info ecn 0
        20 write 10
        20 > P. 1:11(10) ack 1
        30 < P. 1:11(10) ack 11 [ce]
        30 > . 11:11(0) ack 11
        """
            .formatted(answer));
  }

  @Test
  @Rfc({"3168 §6.1.1", "3168 MUST-§6.1.1(6)"})
  void peersSynThatAsks_isAnsweredByEceAlone() {
    script(
        idle(RELIABLE_LINK),
        """
         0 listen
         0 < SEW 0:0(0) <mss 1000>
         0 > S.E 0:0(0) ack 1
        10 < . 1:1(0) ack 1
        10 accepted
        10 accept
        20 write 10
        20 > P. 1:11(10) ack 1 [ect0]
        """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"S", "SE", "SW"})
  @Rfc({"3168 MUST-§6.1.1(1)", "3168 MUST-§6.1.1(2)", "3168 MUST-§6.1.1(5)"})
  void anyOtherSyn_getsAPlainAnswer(String syn) {
    script(
        idle(ASKS),
        """
         0 listen
         0 < %s 0:0(0) <mss 1000>
         0 > S. 0:0(0) ack 1
        10 < . 1:1(0) ack 1
        10 accepted
        10 accept
        20 write 10
        20 > P. 1:11(10) ack 1
        """
            .formatted(syn));
  }

  @Test
  @Rfc({"3168 SHLD-§6.1.1(2)", "3168 MUST-§6.1.1(2)"})
  void profileThatIsNotWilling_saysSoInAllItsSyns() {
    for (TcpProfile profile : new TcpProfile[] {REFUSES, STOP_AND_WAIT}) {
      script(
          idle(profile),
          """
           0 connect
           0 > S 0:0(0)
          10 < S.E 0:0(0) ack 1 <mss 1000>
          10 > . 1:1(0) ack 1
          10 connected
          20 write 10
          20 > P. 1:11(10) ack 1
          30 < .E 1:1(0) ack 11
          30 info ecnReductions 0
          """);
      script(
          idle(profile),
          """
           0 listen
           0 < SEW 0:0(0) <mss 1000>
           0 > S. 0:0(0) ack 1
          10 < . 1:1(0) ack 1
          10 accepted
          """);
    }
  }

  /** RFC 8087 asks for ECN; a tunnel's one link has no router that marks. */
  @Test
  @Rfc("3168 §6.1.1")
  void internetAsks_reliableLinkAgrees() {
    script(idle(INTERNET), "0 connect\n0 > SEW 0:0(0)");
    script(idle(RELIABLE_LINK), "0 connect\n0 > S 0:0(0)");
    script(idle(STOP_AND_WAIT), "0 connect\n0 > S 0:0(0)");
  }

  @Test
  @Rfc("3168 §6.1.1")
  void simultaneousOpen_agreesWhereBothAsk() {
    script(
        idle(ASKS),
        """
         0 connect
         0 > SEW 0:0(0)
        10 < SEW 0:0(0) <mss 1000>
        10 > S.E 0:0(0) ack 1
        20 < S.E 0:0(0) ack 1 <mss 1000>
        20 > . 1:1(0) ack 1
        20 connected
        30 write 10
        30 > P. 1:11(10) ack 1 [ect0]
        """);
  }

  @Test
  @Rfc({"3168 MUST-§6.1.1(2)", "3168 SHLD-§6.1.1(1)"})
  void simultaneousOpen_inWhichOneSynOrSynAckDoesNotAsk_makesNothingEcnCapable() {
    for (String second : new String[] {"S.", "S.EW"}) {
      script(
          idle(ASKS),
          """
           0 connect
           0 > SEW 0:0(0)
          10 < SEW 0:0(0) <mss 1000>
          10 > S.E 0:0(0) ack 1
          20 < %s 0:0(0) ack 1 <mss 1000>
          20 > . 1:1(0) ack 1
          20 connected
          30 write 10
          30 > P. 1:11(10) ack 1
          """
              .formatted(second));
    }
  }

  // --- §6.1.1.1, middleboxes

  @Test
  @Rfc("3168 §6.1.1.1")
  void synThatStaysUnanswered_doesNotAskAgain() {
    script(
        idle(ASKS),
        """
          0 connect
          0 > SEW 0:0(0)
        200 > S 0:0(0)
        210 < S. 0:0(0) ack 1 <mss 1000>
        210 > . 1:1(0) ack 1
        210 connected
        220 write 10
        220 > P. 1:11(10) ack 1
        """);
  }

  /** The answer to the first SYN may come late: the peer may take marks, and will hear of them. */
  @Test
  @Rfc({"3168 MUST-§6.1.1(2)", "3168 MUST-§6.1.1(4)"})
  void peerThatAgreedToTheFirstSyn_hearsOfMarks_thoughOursAreNotEcnCapable() {
    script(
        idle(ASKS),
        """
          0 connect
          0 > SEW 0:0(0)
        200 > S 0:0(0)
        210 < S.E 0:0(0) ack 1 <mss 1000>
        210 > . 1:1(0) ack 1
        210 connected
        210 info ecn 0
        220 write 10
        220 > P. 1:11(10) ack 1
        230 < P. 1:11(10) ack 11 [ce]
        230 > .E 11:11(0) ack 11
        230 info marksReceived 1
        // A lie: nothing of ours can have been marked.
        240 < .E 11:11(0) ack 11
        240 info ecnReductions 0
        """);
  }

  @Test
  @Rfc("3168 §6.1.1.1")
  void synThatIsAnsweredByARst_isSentOnceMoreWithoutAsking() {
    script(
        idle(ASKS),
        """
         0 connect
         0 > SEW 0:0(0)
        10 < R. 0:0(0) ack 1
        10 > S 0:0(0)
        20 < S. 0:0(0) ack 1 <mss 1000>
        20 > . 1:1(0) ack 1
        20 connected
        """);
    script(
        idle(ASKS),
        """
         0 connect
         0 > SEW 0:0(0)
        10 < R. 0:0(0) ack 1
        10 > S 0:0(0)
        20 < R. 0:0(0) ack 1
        20 closed REFUSED
        """);
  }

  @Test
  @Rfc("3168 §6.1.1.1")
  void rstThatWasNotDrawnByOurSyn_changesNothing() {
    script(
        idle(ASKS),
        """
          0 connect
          0 > SEW 0:0(0)
         10 < R. 0:0(0) ack 7
         11 < R 0:0(0)
        100 < S.E 0:0(0) ack 1 <mss 1000>
        100 > . 1:1(0) ack 1
        100 connected
        100 info ecn 1
        """);
  }

  /** The four steps of the example there. */
  @Test
  @Rfc({"3168 §6.1.1.1", "3168 MUST-§6.1.1(2)", "3168 SHLD-§6.1.1(1)"})
  void peerThatGivesUpAsking_getsAPlainAnswer_andNothingIsEcnCapable() {
    script(
        idle(ASKS),
        """
          0 listen
          0 < SEW 0:0(0) <mss 1000>
          0 > S.E 0:0(0) ack 1
        100 < S 0:0(0) <mss 1000>
        100 > S. 0:0(0) ack 1
        110 < . 1:1(0) ack 1
        110 accepted
        110 accept
        120 write 10
        120 > P. 1:11(10) ack 1
        130 < P. 1:11(10) ack 11 [ce]
        130 > . 11:11(0) ack 11
        """);
  }

  // --- §6.1.2, the sender

  @Test
  @Rfc({
    "9293 SHLD-8",
    "3168 §6.1.2",
    "3168 SHLD-§6.1.2(2)",
    "3168 SHLD-§6.1.2(4)",
    "3168 MUST-§6.1.1(3)"
  })
  void echo_shrinksTheWindowOnce_andTheNextNewDataSaysSo() {
    script(
        IN_USE.withRttMs(100),
        TEN_IN_FLIGHT
            + """
            100 < .E 1:1(0) ack 1001
            100 info cwnd 5000
            100 info ecnReductions 1
            // Until the peer has seen CWR each of its ACKs echoes; none makes the window larger.
            101 < .E 1:1(0) ack 4001
            101 info cwnd 5000
            102 < .E 1:1(0) ack 6001
            102 > .W 10001:11001(1000) ack 1 [ect0]
            103 < .E 1:1(0) ack 7001
            103 > . 11001:12001(1000) ack 1 [ect0]
            104 < .E 1:1(0) ack 10001
            104 > . 12001:13001(1000) ack 1 [ect0]
            104 > . 13001:14001(1000) ack 1 [ect0]
            104 > . 14001:15001(1000) ack 1 [ect0]
            104 info cwnd 5000
            104 info ecnReductions 1
            // Without an echo it grows: the segment that carried CWR is acknowledged.
            202 < . 1:1(0) ack 15001
            202 > . 15001:16001(1000) ack 1 [ect0]
            202 > . 16001:17001(1000) ack 1 [ect0]
            202 > . 17001:18001(1000) ack 1 [ect0]
            202 > . 18001:19001(1000) ack 1 [ect0]
            202 > . 19001:20001(1000) ack 1 [ect0]
            202 > . 20001:21001(1000) ack 1 [ect0]
            202 info cwnd 6000
            """);
  }

  @Test
  @Rfc("3168 §6.1.2")
  void echoOfTheNextWindow_shrinksItAgain() {
    script(
        IN_USE.withRttMs(100),
        TEN_IN_FLIGHT
            + """
            100 < .E 1:1(0) ack 6001
            100 > .W 10001:11001(1000) ack 1 [ect0]
            100 info ecnReductions 1
            101 < .E 1:1(0) ack 10001
            101 > . 11001:12001(1000) ack 1 [ect0]
            101 > . 12001:13001(1000) ack 1 [ect0]
            101 > . 13001:14001(1000) ack 1 [ect0]
            101 > . 14001:15001(1000) ack 1 [ect0]
            101 info ecnReductions 1
            200 < .E 1:1(0) ack 11001
            200 info ecnReductions 2
            200 info cwnd 4000
            """);
  }

  /** A peer that never stops to echo gets one segment a timeout at last, and no less. */
  @Test
  @Rfc({"3168 §6.1.2", "3168 MUST-§6.1.2(1)"})
  void echoForEver_leavesOneSegmentATimeout() {
    StringBuilder lie = new StringBuilder(TEN_IN_FLIGHT);
    int seq = 10_001;
    int at = 0;
    for (int segments : new int[] {5, 4, 3, 2, 1, 1}) {
      at += 100;
      lie.append("%d < .E 1:1(0) ack %d\n".formatted(at, seq));
      for (int i = 0; i < segments; i++, seq += 1000) {
        String flags = i == 0 ? ".W" : ".";
        lie.append("%d > %s %d:%d(1000) ack 1 [ect0]\n".formatted(at, flags, seq, seq + 1000));
      }
    }
    for (int i = 0; i < 5; i++, seq += 1000) {
      at += 100;
      lie.append("%d < .E 1:1(0) ack %d\n".formatted(at, seq));
      at += 300;
      lie.append("%d > .W %d:%d(1000) ack 1 [ect0]\n".formatted(at, seq, seq + 1000));
    }
    script(IN_USE.withRttMs(100), lie.toString());
  }

  /** The ACK of our SYN, and whatever repeats its number, tells of no data of ours. */
  @Test
  @Rfc("3168 §6.1.2")
  void echoBeforeAnythingWasEcnCapable_isALie() {
    script(
        IN_USE,
        """
        0 < P.E 1:11(10) ack 1
        0 > . 1:1(0) ack 11
        1 < .E 11:11(0) ack 1
        1 info ecnReductions 0
        1 write 10
        1 > P. 1:11(10) ack 11 [ect0]
        """);
  }

  @Test
  @Rfc({"3168 §6.1.2", "3168 SHLD-§6.1.2(3)", "3168 MUST-§6.1.5(1)"})
  void timeout_isToldByCwr_onTheFirstNewData_andNotOnWhatIsSentAgain() {
    script(
        IN_USE.withRttMs(100),
        """
          0 write 10
          0 > P. 1:11(10) ack 1 [ect0]
        300 > P. 1:11(10) ack 1
        310 < . 1:1(0) ack 11
        320 write 10
        320 > P.W 11:21(10) ack 1 [ect0]
        330 < . 1:1(0) ack 21
        340 write 10
        340 > P. 21:31(10) ack 1 [ect0]
        """);
  }

  @Test
  @Rfc({"3168 §6.1.2", "3168 SHLD-§6.1.2(3)", "3168 MUST-§6.1.5(1)"})
  void fastRetransmit_isToldByCwr_onTheFirstNewData() {
    script(
        IN_USE.withRttMs(100),
        """
          0 write 6000
          0 > . 1:1001(1000) ack 1 [ect0]
          0 > . 1001:2001(1000) ack 1 [ect0]
          0 > . 2001:3001(1000) ack 1 [ect0]
          0 > . 3001:4001(1000) ack 1 [ect0]
          0 > . 4001:5001(1000) ack 1 [ect0]
          0 > P. 5001:6001(1000) ack 1 [ect0]
        100 < . 1:1(0) ack 1
        101 < . 1:1(0) ack 1
        102 < . 1:1(0) ack 1
        102 > . 1:1001(1000) ack 1
        200 < . 1:1(0) ack 6001
        210 write 10
        210 > P.W 6001:6011(10) ack 1 [ect0]
        """);
  }

  /** §6.1.2: one window of data with marks and losses is one instance of congestion. */
  @Test
  @Rfc("3168 §6.1.2")
  void lossInTheWindowThatAMarkShrank_doesNotShrinkItAgain() {
    script(
        IN_USE.withRttMs(100),
        TEN_IN_FLIGHT
            + """
            100 < .E 1:1(0) ack 1001
            100 info cwnd 5000
            100 info ecnReductions 1
            101 < .E 1:1(0) ack 1001
            102 < .E 1:1(0) ack 1001
            103 < .E 1:1(0) ack 1001
            103 > . 1001:2001(1000) ack 1
            103 info ssthresh 5000
            103 info fastRetransmits 1
            """);
  }

  /** §6.1.2: a retransmission that is dropped is a new instance of congestion. */
  @Test
  @Rfc({"3168 §6.1.2", "5681 MUST-§4.3(1)"})
  void lossOfARetransmission_shrinksTheWindowThatAMarkOrALossShrank() {
    script(
        IN_USE.withRttMs(100).withPeerSack(),
        TEN_IN_FLIGHT.replace("40000", "10000").replace(". 9001", "P. 9001")
            + """
            100 < .E 1:1(0) ack 1 <sack 1001:5001>
            100 > . 1:1001(1000) ack 1
            100 info ssthresh 5000
            101 write 1000
            101 < .E 1:1(0) ack 1 <sack 1001:7001>
            101 > P.W 10001:11001(1000) ack 1 [ect0]
            101 info ssthresh 5000
            201 < . 1:1(0) ack 1 <sack 1001:11001>
            201 > . 1:1001(1000) ack 1
            201 info ssthresh 2500
            202 write 1000
            202 > P.W 11001:12001(1000) ack 1 [ect0]
            301 < . 1:1(0) ack 12001
            301 info ssthresh 2500
            301 info undos 0
            """);
  }

  /** §6.1.2: below one segment a round trip only the timer makes the sender slower. */
  @Test
  @Rfc("3168 MUST-§6.1.2(1)")
  void echoAtAWindowOfOneSegment_holdsNewDataBackForATimeout() {
    script(
        IN_USE.withRttMs(100),
        """
           0 write 1000
           0 > P. 1:1001(1000) ack 1 [ect0]
         300 > P. 1:1001(1000) ack 1
        // An echo of the first one: the window is shrunk already, and does not grow.
         400 < .E 1:1(0) ack 1001
         400 info cwnd 1000
         400 write 3000
         400 > .W 1001:2001(1000) ack 1 [ect0]
         500 < .E 1:1(0) ack 2001
         500 info cwnd 1000
         800 > .W 2001:3001(1000) ack 1 [ect0]
         900 < . 1:1(0) ack 3001
         900 > P. 3001:4001(1000) ack 1 [ect0]
        """);
  }

  @Test
  @Rfc({"3168 MUST-§6.1.4(1)", "3168 MUST-§5.2(1)", "3168 MUST-§5.2(2)"})
  void whatCarriesNoNewData_isNotEcnCapable() {
    script(
        IN_USE,
        """
         0 < P. 1:11(10) ack 1
         0 > . 1:1(0) ack 11
        10 tune keepAlive 1000 1000 2
        1010 > . 0:0(0) ack 11
        1020 < . 11:11(0) ack 1
        1030 end
        1030 > F. 1:1(0) ack 11
        """);
  }

  @Test
  @Rfc({"3168 MUST-§6.1.6(1)", "3168 §6.1.2"})
  void windowProbe_isNotEcnCapable_andCarriesNoCwr() {
    script(
        IN_USE.withRttMs(100),
        """
          0 write 1000
          0 > P. 1:1001(1000) ack 1 [ect0]
        100 < .E 1:1(0) ack 1001 win 0
        100 info ecnReductions 1
        110 write 1000
        410 > . 1001:1002(1) ack 1
        420 < . 1:1(0) ack 1001 win 5000
        420 > . 1001:1002(1) ack 1
        420 > P.W 1002:2001(999) ack 1 [ect0]
        """);
  }

  @Test
  @Rfc({"3168 §5", "9293 SHLD-22"})
  void usersDscp_staysBesideOurBits() {
    script(
        IN_USE.withOptions(o -> o.tuning(TcpTuning.DEFAULT.withTrafficClass(0xbb))),
        """
         0 write 10
         0 > P. 1:11(10) ack 1 tclass 186
        10 < P. 1:11(10) ack 11
        10 > . 11:11(0) ack 11 tclass 184
        20 tune trafficClass 44
        20 write 10
        20 > P. 11:21(10) ack 11 tclass 46
        """);
  }

  // --- §6.1.3, the receiver

  @Test
  @Rfc({"3168 §6.1.3", "3168 MUST-§6.1.1(4)"})
  void mark_isEchoedByEveryAck_untilThePeerHasReduced() {
    script(
        IN_USE,
        """
         0 < P. 1:11(10) ack 1 [ect0]
         0 > . 1:1(0) ack 11
         1 < P. 11:21(10) ack 1 [ce]
         1 > .E 1:1(0) ack 21
         1 info marksReceived 1
         2 < P. 21:31(10) ack 1 [ect0]
         2 > .E 1:1(0) ack 31
         3 write 10
         3 > P.E 1:11(10) ack 31 [ect0]
         4 < P.W 31:41(10) ack 11 [ect0]
         4 > . 11:11(0) ack 41
         5 < P. 41:51(10) ack 11 [ect1]
         5 > . 11:11(0) ack 51
        // Any ECN-capable codepoint may have been there before.
         6 < P. 51:61(10) ack 11 [ce]
         6 > .E 11:11(0) ack 61
         6 info marksReceived 2
        """);
  }

  @Test
  @Rfc("3168 §6.1.3")
  void markBeneathCwr_isNews() {
    script(
        IN_USE,
        """
         0 < P. 1:11(10) ack 1 [ce]
         0 > .E 1:1(0) ack 11
         1 < P.W 11:21(10) ack 1 [ce]
         1 > .E 1:1(0) ack 21
         2 < P. 21:31(10) ack 1 [ect0]
         2 > .E 1:1(0) ack 31
         3 < P.W 31:41(10) ack 1 [ect0]
         3 > . 1:1(0) ack 41
        """);
  }

  /** RFC 3168 lets it wait; but the peer's window shrinks by what it does not know. */
  @Test
  @Rfc("3168 §6.1.3")
  void delayedAck_waitsForNeitherTheFirstMarkNorCwr() {
    script(
        accepted(INTERNET.withDelayedAckNs(40_000_000)).withPeerEcn(),
        """
          0 < P. 1:11(10) ack 1 [ect0]
         40 > . 1:1(0) ack 11
         50 < P. 11:21(10) ack 1 [ce]
         50 > .E 1:1(0) ack 21
         60 < P. 21:31(10) ack 1 [ce]
        100 > .E 1:1(0) ack 31
        110 < P.W 31:41(10) ack 1 [ect0]
        110 > . 1:1(0) ack 41
        // A storm of CWR draws nothing more.
        120 < P.W 41:51(10) ack 1 [ect0]
        160 > . 1:1(0) ack 51
        """);
  }

  @Test
  @Rfc("3168 §6.1.3")
  void delayedAck_tellsOfAllThatItCovers() {
    script(
        accepted(INTERNET.withDelayedAckNs(40_000_000)).withPeerEcn(),
        """
         0 < P. 1:11(10) ack 1 [ect0]
        10 < P. 11:21(10) ack 1 [ce]
        10 > .E 1:1(0) ack 21
        """);
  }

  @Test
  @Rfc("3168 §6.1.3")
  void markOutOfOrder_isEchoed() {
    script(
        IN_USE,
        """
         0 < . 1001:2001(1000) ack 1 [ce]
         0 > .E 1:1(0) ack 1
         1 < . 1:1001(1000) ack 1 [ect0]
         1 > .E 1:1(0) ack 2001
        """);
  }

  @Test
  @Rfc("3168 SHLD-§6.1.5(1)")
  void markOutOfTheWindow_orOnWhatFailsAnotherCheck_isIgnored() {
    script(
        IN_USE,
        """
          0 < P. 1:11(10) ack 1 [ect0]
          0 > . 1:1(0) ack 11
          1 < P. 1:11(10) ack 1 [ce]
          1 > . 1:1(0) ack 11
          2 < . 100000000:100000010(10) ack 1 [ce]
          2 > . 1:1(0) ack 11
          3 < P. 11:21(10) ack 1 [ce] badsum
          4 < P. 11:21(10) ack 777 [ce]
          4 > . 1:1(0) ack 11
          5 < S. 11:11(0) ack 1 [ce]
          5 > . 1:1(0) ack 11
        // §6.1.3 speaks of data: an ACK alone should not be ECN-capable.
          6 < . 11:11(0) ack 1 [ce]
        250 < P. 11:21(10) ack 1 [ect0]
        250 > . 1:1(0) ack 21
        250 info marksReceived 0
        """);
  }

  @Test
  @Rfc("3168 SHLD-§6.1.6(1)")
  void markOnAWindowProbe_isEchoed() {
    script(
        IN_USE.withOptions(o -> o.receiveBuffer(2000)),
        """
          0 pause
          0 < . 1:1001(1000) ack 1
          0 > . 1:1(0) ack 1001 win 1000
          1 < . 1001:2001(1000) ack 1
          1 > . 1:1(0) ack 2001 win 0
        300 < . 2001:2002(1) ack 1 [ce]
        300 > .E 1:1(0) ack 2001 win 0
        """);
  }

  /** Header prediction knows nothing of marks. */
  @Test
  @Rfc("3168 §6.1.3")
  void marksEchoesAndCwr_leaveTheFastPath_ecnCapableSegmentsDoNot() {
    script(
        IN_USE,
        """
         0 < P. 1:11(10) ack 1 [ect0]
         0 > . 1:1(0) ack 11
         0 predicted 1 0
         1 < P. 11:21(10) ack 1 [ce]
         1 > .E 1:1(0) ack 21
         2 < P.W 21:31(10) ack 1 [ect0]
         2 > . 1:1(0) ack 31
         2 write 10
         2 > P. 1:11(10) ack 31 [ect0]
         3 < .E 31:31(0) ack 11
         3 predicted 1 0
         3 info ecnReductions 1
        """);
  }

  // --- beside RFC 8985 and RFC 3708

  /** The retransmission seems lost, and is not; the segment itself was. */
  @Test
  @Rfc({"3168 §6.1.2", "3708 §3", "4015 §3"})
  void needlessRetransmission_isUndone_andGivesNothingBackOfALossBefore() {
    script(
        IN_USE.withRttMs(100).withPeerSack(),
        TEN_IN_FLIGHT.replace("40000", "10000").replace(". 9001", "P. 9001")
            + """
            100 < . 1:1(0) ack 1 <sack 1001:5001>
            100 > . 1:1001(1000) ack 1
            100 info ssthresh 5000
            101 write 1000
            101 < . 1:1(0) ack 1 <sack 1001:7001>
            101 > P.W 10001:11001(1000) ack 1 [ect0]
            201 < . 1:1(0) ack 1 <sack 1001:11001>
            201 > . 1:1001(1000) ack 1
            201 info ssthresh 2500
            202 < . 1:1(0) ack 11001
            302 < . 1:1(0) ack 11001 <sack 1:1001>
            302 info undos 1
            302 info ssthresh 5000
            """);
  }
}
