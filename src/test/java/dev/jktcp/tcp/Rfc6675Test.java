package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;

import dev.jktcp.proof.script.Setup;
import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Recovery by what the peer reports. */
class Rfc6675Test {
  /** Without RACK, which finds losses otherwise. */
  private static final Setup OPEN =
      established(RELIABLE_LINK.with(p -> p.rack(false))).withPeerSack().withRttMs(100);

  /** Ten segments, the initial window, and more to send. */
  private static final String TEN_OF_MANY =
      """
      0 write 40000
      0 > . 1:1001(1000) ack 1
      0 > . 1001:2001(1000) ack 1
      0 > . 2001:3001(1000) ack 1
      0 > . 3001:4001(1000) ack 1
      0 > . 4001:5001(1000) ack 1
      0 > . 5001:6001(1000) ack 1
      0 > . 6001:7001(1000) ack 1
      0 > . 7001:8001(1000) ack 1
      0 > . 8001:9001(1000) ack 1
      0 > . 9001:10001(1000) ack 1
      """;

  /** Ten segments, and no more. */
  private static final String TEN =
      TEN_OF_MANY.replace("40000", "10000").replace("> . 9001", "> P. 9001");

  @Nested
  class Proof {
    @Test
    @Rfc({"6675 §4(1)", "6675 §5(1)", "6675 §5(2)", "3042 §2"})
    void thirdDuplicate_sendsTheHoleAgain_twoBeforeItLetNewDataOut() {
      script(
          OPEN,
          TEN_OF_MANY
              + """
              100 < . 1:1(0) ack 1 <sack 1001:2001>
              100 > . 10001:11001(1000) ack 1
              101 < . 1:1(0) ack 1 <sack 1001:3001>
              101 > . 11001:12001(1000) ack 1
              101 info cwnd 10000
              102 < . 1:1(0) ack 1 <sack 1001:4001>
              102 > . 1:1001(1000) ack 1
              102 info ssthresh 5000
              102 info fastRetransmits 1
              """);
    }

    @Test
    @Rfc("6675 §4(1)")
    void moreThanTwoSegmentsAbove_proveIt_inOneReport() {
      script(
          OPEN,
          TEN
              + """
              100 < . 1:1(0) ack 1 <sack 7001:10001>
              100 > . 1:1001(1000) ack 1
              100 > . 1001:2001(1000) ack 1
              100 > . 2001:3001(1000) ack 1
              100 > . 3001:4001(1000) ack 1
              100 > . 4001:5001(1000) ack 1
              100 info fastRetransmits 1
              100 info lostBytes 7000
              100 info sackedBytes 3000
              """);
    }

    @Test
    @Rfc("6675 §4(1)")
    void twoSegmentsAbove_proveNothing() {
      script(
          OPEN,
          TEN
              + """
              100 < . 1:1(0) ack 1 <sack 7001:9001>
              100 info lostBytes 0
              """);
    }

    @Test
    @Rfc("6675 §4(1)")
    void threeRunsAbove_proveIt_howeverShort() {
      script(
          OPEN,
          """
            0 tune noDelay true
            0 write 1000
            0 > P. 1:1001(1000) ack 1
            0 write 10
            0 > P. 1001:1011(10) ack 1
            0 write 10
            0 > P. 1011:1021(10) ack 1
            0 write 10
            0 > P. 1021:1031(10) ack 1
            0 write 10
            0 > P. 1031:1041(10) ack 1
            0 write 10
            0 > P. 1041:1051(10) ack 1
          100 < . 1:1(0) ack 1 <sack 1001:1011 1021:1031>
          100 info lostBytes 0
          101 < . 1:1(0) ack 1 <sack 1041:1051 1021:1031 1001:1011>
          101 > . 1:1001(1000) ack 1
          101 info fastRetransmits 1
          """);
    }

    @Test
    @Rfc("6675 §2")
    void duplicateThatReportsNothingNew_isNone() {
      script(
          OPEN,
          TEN
              + """
              100 < . 1:1(0) ack 1 <sack 1001:2001>
              101 < . 1:1(0) ack 1 <sack 1001:2001>
              102 < . 1:1(0) ack 1 <sack 1001:2001>
              103 < . 1:1(0) ack 1
              104 info fastRetransmits 0
              """);
    }
  }

  @Nested
  class Counting {
    @Test
    @Rfc("6675 MUST-§5(2)")
    void newDataAcknowledged_beginsTheCountAnew() {
      script(
          OPEN,
          TEN
              + """
              100 < . 1:1(0) ack 1 <sack 1001:2001>
              101 < . 1:1(0) ack 1 <sack 1001:3001>
              102 < . 1:1(0) ack 3001
              103 < . 1:1(0) ack 3001 <sack 4001:5001>
              103 info fastRetransmits 0
              """);
    }
  }

  @Nested
  class Going {
    @Test
    @Rfc({
      "6675 MUST-§4(7)",
      "6675 MUST-§4(2)",
      "6675 MUST-§4(3)",
      "6675 MUST-§5(3)",
      "6675 MUST-§5(4)",
      "6675 SHLD-§5(2)",
      "6675 MUST-§5(5)",
      "2018 §5"
    })
    void holes_goOneByOneAsThePipeHasRoom_eachOnce() {
      script(
          OPEN,
          TEN
              + """
              // 1:1001, 2001:3001 and 4001:5001 are lost
              100 < . 1:1(0) ack 1 <sack 1001:2001>
              101 < . 1:1(0) ack 1 <sack 3001:4001 1001:2001>
              102 < . 1:1(0) ack 1 <sack 5001:6001 3001:4001 1001:2001>
              102 > . 1:1001(1000) ack 1
              102 info cwnd 5000
              103 < . 1:1(0) ack 1 <sack 5001:7001 3001:4001 1001:2001>
              104 < . 1:1(0) ack 1 <sack 5001:8001 3001:4001 1001:2001>
              104 > . 2001:3001(1000) ack 1
              104 > . 4001:5001(1000) ack 1
              105 < . 1:1(0) ack 1 <sack 5001:9001 3001:4001 1001:2001>
              106 < . 1:1(0) ack 1 <sack 5001:10001 3001:4001 1001:2001>
              202 < . 1:1(0) ack 2001 <sack 5001:10001 3001:4001>
              204 < . 1:1(0) ack 4001 <sack 5001:10001>
              204 < . 1:1(0) ack 10001
              204 info cwnd 5000
              204 info fastRetransmits 1
              204 info retransmits 3
              204 info timeouts 0
              204 info sackedBytes 0
              204 idle
              """);
    }

    @Test
    @Rfc({"6675 MUST-§4(4)", "6675 MUST-§4(2)", "6675 SHLD-§5(2)"})
    void newData_followsTheHoles_asThePipeHasRoom() {
      script(
          OPEN,
          TEN_OF_MANY
              + """
              100 < . 1:1(0) ack 1 <sack 1001:10001>
              100 > . 1:1001(1000) ack 1
              100 > . 10001:11001(1000) ack 1
              100 > . 11001:12001(1000) ack 1
              100 > . 12001:13001(1000) ack 1
              100 > . 13001:14001(1000) ack 1
              100 info cwnd 5000
              200 < . 1:1(0) ack 10001
              200 > . 14001:15001(1000) ack 1
              200 info cwnd 5000
              """);
    }

    @Test
    @Rfc({"6675 SHLD-§4(1)", "6675 MUST-§4(7)"})
    void roomWithoutNewData_sendsHolesAgainThatAreNotProved() {
      script(
          OPEN,
          TEN
              + """
              // 1:1001 and 5001:6001 are lost
              100 < . 1:1(0) ack 1 <sack 1001:5001>
              100 > . 1:1001(1000) ack 1
              101 < . 1:1(0) ack 1 <sack 6001:7001 1001:5001>
              102 < . 1:1(0) ack 1 <sack 6001:8001 1001:5001>
              102 > . 5001:6001(1000) ack 1
              102 info lostBytes 1000
              200 < . 1:1(0) ack 5001 <sack 6001:8001>
              200 > P. 9001:10001(1000) ack 1             // the rescue
              """);
    }

    @Test
    @Rfc({"6675 SHLD-§4(2)", "6675 MUST-§4(5)", "6675 MUST-§4(6)"})
    void lostTail_isRescuedOnce_whenTheFirstHoleIsClosed() {
      script(
          OPEN,
          TEN
              + """
              // 1:1001 and 8001:10001 are lost
              100 < . 1:1(0) ack 1 <sack 1001:7001>
              100 > . 1:1001(1000) ack 1
              101 < . 1:1(0) ack 1 <sack 1001:8001>
              200 < . 1:1(0) ack 8001
              200 > P. 9001:10001(1000) ack 1
              300 < . 1:1(0) ack 8001 <sack 9001:10001>
              300 > . 8001:9001(1000) ack 1
              300 info timeouts 0
              """);
    }

    @Test
    @Rfc({"6675 MUST-§5.1(2)", "6675 MUST-§5(2)"})
    void timeoutInARecovery_endsIt_andUntilAllIsAcknowledgedThereIsNoOther() {
      script(
          OPEN,
          TEN_OF_MANY
              + """
              100 < . 1:1(0) ack 1 <sack 1001:5001>
              100 > . 1:1001(1000) ack 1
              102 info fastRetransmits 1
              400 > . 1:1001(1000) ack 1
              400 info timeouts 1
              500 < . 1:1(0) ack 1001
              500 > . 1001:2001(1000) ack 1
              500 > . 2001:3001(1000) ack 1
              600 < . 1:1(0) ack 2001 <sack 5001:10001>
              600 > . 3001:4001(1000) ack 1
              600 info fastRetransmits 1
              // from there on there is
              700 < . 1:1(0) ack 10001
              700 > . 10001:11001(1000) ack 1
              700 > . 11001:12001(1000) ack 1
              700 > . 12001:13001(1000) ack 1
              800 < . 1:1(0) ack 10001 <sack 11001:12001>
              800 > . 13001:14001(1000) ack 1
              801 < . 1:1(0) ack 10001 <sack 11001:13001>
              801 > . 14001:15001(1000) ack 1
              900 < . 1:1(0) ack 10001 <sack 11001:14001>
              900 > . 10001:11001(1000) ack 1
              900 info fastRetransmits 2
              """);
    }

    @Test
    @Rfc({"6675 MUST-§5.1(1)", "6675 SHLD-§5.1(1)", "6675 SHLD-§5.1(2)", "2018 SHLD-§8(1)"})
    void timeout_forgetsWhatWasReported_andSendsAllFromTheLeftEdge() {
      script(
          OPEN,
          TEN
              + """
              100 < . 1:1(0) ack 1 <sack 1001:2001>
              300 > . 1:1001(1000) ack 1
              300 info timeouts 1
              300 info sackedBytes 0
              400 < . 1:1(0) ack 1001
              400 > . 1001:2001(1000) ack 1
              400 > . 2001:3001(1000) ack 1
              // what the peer has all the same, it reports again
              500 < . 1:1(0) ack 3001 <sack 4001:7001>
              500 > . 3001:4001(1000) ack 1
              500 > . 7001:8001(1000) ack 1
              500 > . 8001:9001(1000) ack 1
              500 info fastRetransmits 0
              """);
    }

    @Test
    @Rfc({"2018 MUST-§8(3)", "2018 MUST-§8(4)", "6675 MUST-§4(1)"})
    void peerThatReneges_getsItAgain() {
      script(
          OPEN,
          TEN
              + """
              100 < . 1:1(0) ack 1 <sack 1001:10001>
              100 > . 1:1001(1000) ack 1
              // it acknowledges the hole, and has dropped the rest
              200 < . 1:1(0) ack 1001
              500 > . 1001:2001(1000) ack 1
              500 info timeouts 1
              600 < . 1:1(0) ack 2001
              600 > . 2001:3001(1000) ack 1
              600 > . 3001:4001(1000) ack 1
              """);
    }
  }

  @Nested
  class After {
    @Test
    @Rfc("6675 §5(1)")
    void recoveryThatEndsFarBeyondItsPoint_leavesTheNextToBegin_alsoAfterAnIdleTime() {
      script(
          OPEN,
          TEN_OF_MANY.replace("40000", "14000")
              + """
              100 < . 1:1(0) ack 1 <sack 1001:10001>
              100 > . 1:1001(1000) ack 1
              100 > . 10001:11001(1000) ack 1
              100 > . 11001:12001(1000) ack 1
              100 > . 12001:13001(1000) ack 1
              100 > P. 13001:14001(1000) ack 1
              // all of it overtakes the segment sent again
              200 < . 1:1(0) ack 14001
              200 info fastRetransmits 1
              5000 write 4000
              5000 > . 14001:15001(1000) ack 1
              5000 > . 15001:16001(1000) ack 1
              5000 > . 16001:17001(1000) ack 1
              5000 > P. 17001:18001(1000) ack 1
              5100 < . 1:1(0) ack 14001 <sack 15001:18001>
              5100 > . 14001:15001(1000) ack 1
              5100 info fastRetransmits 2
              """);
    }

    @Test
    @Rfc({"6675 SHLD-§5(1)", "6675 MUST-§5(3)", "6675 MUST-§5(5)"})
    void endOfARecovery_keepsWhatIsReportedBehindIt() {
      script(
          OPEN,
          TEN_OF_MANY
              + """
              100 < . 1:1(0) ack 1 <sack 1001:10001>
              100 > . 1:1001(1000) ack 1
              100 > . 10001:11001(1000) ack 1
              100 > . 11001:12001(1000) ack 1
              100 > . 12001:13001(1000) ack 1
              100 > . 13001:14001(1000) ack 1
              // 10001:11001 is lost
              200 < . 1:1(0) ack 1 <sack 11001:13001 1001:10001>
              200 > . 14001:15001(1000) ack 1
              200 > . 15001:16001(1000) ack 1
              201 < . 1:1(0) ack 10001 <sack 11001:13001>
              201 > . 16001:17001(1000) ack 1
              201 info sackedBytes 2000
              202 < . 1:1(0) ack 10001 <sack 11001:14001>
              202 > . 10001:11001(1000) ack 1
              202 info fastRetransmits 2
              """);
    }
  }

  @Nested
  class Lies {
    @Test
    @Rfc("6675 MUST-§5(1)")
    void blocksThatCannotBe_countAndChangeNothing() {
      script(
          OPEN,
          TEN
              + """
              100 < . 1:1(0) ack 1 <sack 2001:12001>       // never sent
              100 < . 1:1(0) ack 1 <sack 1001:2001 4001:3001> // reversed
              100 info untrueSacks 2
              100 info sackedBytes 1000
              100 < . 1:1(0) ack 1 <sack 3001:3001>        // empty
              100 < . 1:1(0) ack 1 <sack 1:3001>           // would have been acknowledged
              100 info untrueSacks 4
              100 info sackedBytes 1000
              101 < . 1:1(0) ack 1 <sack 1501:2501>        // no whole segment
              101 info sackedBytes 1000
              101 info lostBytes 0
              """);
    }

    @Test
    @Rfc("2883 §5")
    void whatCameTwice_isHeard_andNoLoss() {
      script(
          OPEN,
          TEN
              + """
              100 < . 1:1(0) ack 3001 <sack 1:1001>
              100 info dsacks 1
              101 < . 1:1(0) ack 3001 <sack 1001:2001>
              102 < . 1:1(0) ack 3001 <sack 2001:3001>
              103 < . 1:1(0) ack 3001 <sack 1:1001>
              103 < . 1:1(0) ack 3001 <sack 5001:6001 5001:6001> // behind the hole
              103 info dsacks 5
              103 info fastRetransmits 0
              103 info sackedBytes 1000
              """);
    }
  }
}
