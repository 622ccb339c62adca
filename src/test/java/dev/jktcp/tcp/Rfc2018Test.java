package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.accepted;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.proof.script.Setup.idle;
import static dev.jktcp.tcp.TcpProfile.INTERNET;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;
import static dev.jktcp.tcp.TcpProfile.STOP_AND_WAIT;
import static dev.jktcp.testkit.Tuned.probing;

import dev.jktcp.proof.script.Setup;
import dev.jktcp.testkit.Rfc;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Selective acknowledgments: what a SYN permits, and what the receiver reports. */
class Rfc2018Test {
  // Timestamps are another RFC's matter; Rfc6691Test has both.
  private static final TcpProfile PLAIN = RELIABLE_LINK.with(p -> p.timestamps(false));
  private static final Setup OPEN = established(RELIABLE_LINK).withPeerSack();

  @Nested
  class Permitted {
    @Test
    @Rfc("2018 §2")
    void synOffersIt_eachTimeItIsSent() {
      TcpProfile internet = INTERNET.with(p -> p.timestamps(false).ecn(Ecn.OFF));
      for (TcpProfile profile : new TcpProfile[] {PLAIN, internet}) {
        TcpProfile early = profile.with(p -> p.initialRto(Duration.ofMillis(200)));
        script(
            idle(early),
            """
              0 connect
              0 > S 0:0(0) <mss ours,sackOK,wscale 3>
            200 > S 0:0(0) <mss ours,sackOK,wscale 3>
            """);
      }
    }

    @Test
    @Rfc("2018 §2")
    void answer_offersWhatTheSynOffered_andNoMore() {
      script(
          idle(PLAIN),
          """
          0 listen
          0 < S 0:0(0) <mss 1000,sackOK>
          0 > S. 0:0(0) ack 1 <mss ours,sackOK>
          0 <2 S 0:0(0) <mss 1000,wscale 2>
          0 >2 S. 0:0(0) ack 1 <mss ours,wscale 3>
          0 <3 S 0:0(0) <mss 1000,sackOK,wscale 2>
          0 >3 S. 0:0(0) ack 1 <mss ours,sackOK,wscale 3>
          0 <4 S 0:0(0)
          0 >4 S. 0:0(0) ack 1 <mss ours>
          """);
    }

    @Test
    void profileWithoutIt_neitherOffersNorAgrees() {
      TcpProfile without = PLAIN.with(p -> p.sack(false));
      for (TcpProfile profile : new TcpProfile[] {without, STOP_AND_WAIT}) {
        script(
            idle(profile),
            """
            0 connect
            0 > S 0:0(0) <mss ours,wscale 3>
            0 listen
            0 <2 S 0:0(0) <mss 1000,sackOK>
            0 >2 S. 0:0(0) ack 1 <mss ours>
            """);
      }
    }

    @Test
    void simultaneousOpen_agreesOnIt() {
      script(
          idle(PLAIN),
          """
          0 connect
          0 > S 0:0(0) <mss ours,sackOK,wscale 3>
          0 info sack 0
          0 < S 0:0(0) <mss 1000,sackOK>
          0 > S. 0:0(0) ack 1 <mss ours,sackOK>
          0 < . 1:1(0) ack 1
          0 connected
          0 < . 11:21(10) ack 1
          0 > . 1:1(0) ack 1 <sack 11:21>
          0 info sack 1
          0 info timestamps 0
          0 info sendScale -1
          0 info receiveScale -1
          """);
    }

    @Test
    @Rfc("2018 MUST-§4(1)")
    void peerThatDoesNotPermitIt_isSentNone() {
      for (Setup open : new Setup[] {established(RELIABLE_LINK), accepted(RELIABLE_LINK)}) {
        script(
            open,
            """
            0 < . 11:21(10) ack 1
            0 > . 1:1(0) ack 1 <none>
            0 < . 11:21(10) ack 1 <sackOK>
            0 > . 1:1(0) ack 1 <none>
            """);
      }
    }

    @Test
    @Rfc("2018 §2")
    void permissionOnAnotherSegmentThanASyn_isNone() {
      script(
          established(RELIABLE_LINK),
          """
          0 < . 1:11(10) ack 1 <sackOK>
          0 > . 1:1(0) ack 11
          0 < . 21:31(10) ack 1
          0 > . 1:1(0) ack 11 <none>
          """);
    }

    @Test
    @Rfc("2018 MUST-§2(1)")
    void noOtherSegmentThanASyn_permitsIt() {
      script(
          idle(PLAIN),
          """
          0 connect
          0 > S 0:0(0) <mss ours,sackOK,wscale 3>
          0 < S. 0:0(0) ack 1 <mss 1000,sackOK>
          0 connected
          0 > . 1:1(0) ack 1 <none>
          0 write 10
          0 > P. 1:11(10) ack 1 <none>
          0 < . 1:1(0) ack 11
          0 end
          0 > F. 11:11(0) ack 1 <none>
          0 reset
          0 > R. 12:12(0) ack 1 <none>
          0 closed ABORTED
          """);
    }

    @Test
    void optionOfNonsenseLength_isAsIfItWereNotThere() {
      script(
          idle(PLAIN),
          """
          0 listen
          0 < S 0:0(0) <mss 1000,raw 04030000>
          0 > S. 0:0(0) ack 1 <mss ours>
          0 <2 S 0:0(0) <raw 020304,sackOK>
          0 >2 S. 0:0(0) ack 1 <mss ours,sackOK>
          """);
      script(
          OPEN,
          """
          0 write 10
          0 > P. 1:11(10) ack 1
          0 < . 1:1(0) ack 11 <raw 05050102030505>
          0 < . 1:11(10) ack 11 <raw 0502>
          0 > . 11:11(0) ack 11
          """);
    }
  }

  @Nested
  class Reported {
    @Test
    @Rfc({"2018 §3", "2018 MUST-§4(2)", "2018 SHLD-§4(3)", "2018 SHLD-§4(4)"})
    void firstBlock_isTheRunOfTheSegmentThatCame() {
      script(
          OPEN,
          """
          0 < . 1001:2001(1000) ack 1
          0 > . 1:1(0) ack 1 <sack 1001:2001>
          0 < . 2001:3001(1000) ack 1
          0 > . 1:1(0) ack 1 <sack 1001:3001>
          0 < . 5001:6001(1000) ack 1
          0 > . 1:1(0) ack 1 <sack 5001:6001 1001:3001>
          0 < . 4001:5001(1000) ack 1
          0 > . 1:1(0) ack 1 <sack 4001:6001 1001:3001>
          0 < . 3001:3501(500) ack 1
          0 > . 1:1(0) ack 1 <sack 1001:3501 4001:6001>
          0 < . 3501:4001(500) ack 1
          0 > . 1:1(0) ack 1 <sack 1001:6001>
          0 < . 1:1001(1000) ack 1
          0 > . 1:1(0) ack 6001 <none>
          0 delivered 6000
          """);
    }

    @Test
    @Rfc({"2018 SHLD-§4(5)", "2018 SHLD-§4(6)"})
    void otherBlocks_areThoseReportedLast_asManyAsFit() {
      script(
          OPEN,
          """
          0 < . 1001:1101(100) ack 1
          0 > . 1:1(0) ack 1 <sack 1001:1101>
          0 < . 2001:2101(100) ack 1
          0 > . 1:1(0) ack 1 <sack 2001:2101 1001:1101>
          0 < . 3001:3101(100) ack 1
          0 > . 1:1(0) ack 1 <sack 3001:3101 2001:2101 1001:1101>
          0 < . 4001:4101(100) ack 1
          0 > . 1:1(0) ack 1 <sack 4001:4101 3001:3101 2001:2101 1001:1101>
          0 < . 5001:5101(100) ack 1
          0 > . 1:1(0) ack 1 <sack 5001:5101 4001:4101 3001:3101 2001:2101>
          0 < . 1101:1201(100) ack 1
          0 > . 1:1(0) ack 1 <sack 1001:1201 5001:5101 4001:4101 3001:3101>
          0 < . 1:1001(1000) ack 1      // what fills the first hole advances the ACK past a run
          0 > . 1:1(0) ack 1201 <sack 5001:5101 4001:4101 3001:3101 2001:2101>
          """);
    }

    @Test
    @Rfc("2018 SHLD-§4(1)")
    void whileThereIsAHole_eachAckHasBlocks_alsoOneWithData() {
      script(
          OPEN,
          """
           0 < . 1001:2001(1000) ack 1
           0 > . 1:1(0) ack 1 <sack 1001:2001>
          10 write 500
          10 > P. 1:501(500) ack 1 <sack 1001:2001>
          10 < . 2001:2001(0) ack 501
          10 < . 1:501(500) ack 501        // half of the hole
          10 > . 501:501(0) ack 501 <sack 1001:2001>
          20 write 1000
          20 > P. 501:1501(1000) ack 501 <none>   // a full segment has no room
          """);
    }

    @Test
    @Rfc("2018 §3")
    void fin_isPartOfTheBlockThatItEnds() {
      script(
          OPEN,
          """
          0 < F. 1001:1001(0) ack 1
          0 > . 1:1(0) ack 1 <sack 1001:1002>
          0 < . 501:1001(500) ack 1
          0 > . 1:1(0) ack 1 <sack 501:1002>
          0 < . 1:501(500) ack 1
          0 > . 1:1(0) ack 1002 <none>
          0 fin
          0 delivered 1000
          """);
    }

    @Test
    void narrowPath_hasRoomForThreeBlocks() {
      script(
          OPEN.withPeerMss(28),
          """
          0 < . 101:111(10) ack 1
          0 > . 1:1(0) ack 1 <sack 101:111>
          0 < . 201:211(10) ack 1
          0 > . 1:1(0) ack 1 <sack 201:211 101:111>
          0 < . 301:311(10) ack 1
          0 > . 1:1(0) ack 1 <sack 301:311 201:211 101:111>
          0 < . 401:411(10) ack 1
          0 > . 1:1(0) ack 1 <sack 401:411 301:311 201:211>
          0 write 44
          0 > . 1:29(28) ack 1 <none>
          0 > P. 29:45(16) ack 1 <sack 401:411>
          """);
    }

    /** RFC 9293 §3.8.4: to the peer a keep-alive is not acceptable, so its options go unread. */
    @Test
    void keepAlive_reportsNothing() {
      script(
          OPEN.withOptions(
              o -> o.tuning(o.tuning().with(probing(1_000_000_000L, 1_000_000_000L, 3)))),
          """
             0 < . 1001:2001(1000) ack 1
             0 > . 1:1(0) ack 1 <sack 1001:2001>
          1000 > . 0:0(0) ack 1 <none>
          """);
    }
  }

  @Nested
  class Reneging {
    /** RFC 2018 §8 allows it: nothing that is gone is reported again. */
    @Test
    @Rfc("2018 MUST-§8(2)")
    void whatAFinBeforeItMakesVoid_isNotReported() {
      script(
          OPEN,
          """
          0 < . 101:201(100) ack 1
          0 > . 1:1(0) ack 1 <sack 101:201>
          0 < . 1001:1501(500) ack 1
          0 > . 1:1(0) ack 1 <sack 1001:1501 101:201>
          0 < . 2001:3001(1000) ack 1
          0 > . 1:1(0) ack 1 <sack 2001:3001 1001:1501 101:201>
          0 < F. 501:1251(750) ack 1
          0 > . 1:1(0) ack 1 <sack 1001:1251 501:1252 101:201>   // the first came twice
          0 < F. 801:801(0) ack 1
          0 > . 1:1(0) ack 1 <sack 501:802 101:201>
          """);
    }
  }
}
