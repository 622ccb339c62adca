package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;

import dev.jktcp.proof.script.Setup;
import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/** A peer whose ACKs lie, storm, renege or come too early: what is dropped is counted. */
class BadAcksTest {
  private static final Setup OPEN = established(RELIABLE_LINK).withPeerSack().withRttMs(100);

  /** Ten segments, the initial window, and no more. */
  private static final String TEN =
      """
      0 write 10000
      0 > . 1:1001(1000) ack 1
      0 > . 1001:2001(1000) ack 1
      0 > . 2001:3001(1000) ack 1
      0 > . 3001:4001(1000) ack 1
      0 > . 4001:5001(1000) ack 1
      0 > . 5001:6001(1000) ack 1
      0 > . 6001:7001(1000) ack 1
      0 > . 7001:8001(1000) ack 1
      0 > . 8001:9001(1000) ack 1
      0 > P. 9001:10001(1000) ack 1
      """;

  private static String times(int count, String line) {
    return (line + "\n").repeat(count);
  }

  @Test
  @Rfc({"2018 §3", "8985 §6.2"})
  void blocksThatCannotBe_areCounted_andProveNoLoss() {
    script(
        OPEN,
        TEN
            + """
            100 < . 1:1(0) ack 1 <sack 3001:20001>                  // beyond SND.NXT
            100 < . 1:1(0) ack 1 <sack 10001:11001>                 // a probe that was never sent
            100 < . 1:1(0) ack 1 <sack 4001:3001>                   // upside down
            100 < . 1:1(0) ack 1 <sack 1:3001>                      // an ACK would say that
            100 info untrueSacks 4
            100 info sackedBytes 0
            100 < . 1:1(0) ack 1 <sack 4001:6001 3001:5001 5001:6001> // one over the other
            100 > . 1:1001(1000) ack 1                              // three are above it
            100 info sackedBytes 3000
            100 info untrueSacks 4
            """);
  }

  @Test
  @Rfc("3708 §3")
  void stormOfDsacks_isCounted_andWidensNoWindow() {
    script(
        OPEN,
        TEN
            + "100 < . 1:1(0) ack 5001\n"
            + times(200, "100 < . 1:1(0) ack 5001 <sack 1:1001>")
            + """
            100 info dsacks 200
            100 info untrueSacks 0
            100 info undos 0
            100 info reorderingWindowNs 25000000
            100 info retransmits 0
            101 < . 1:1(0) ack 10001
            """);
  }

  @Test
  @Rfc("5961 MUST-§5.2(1)")
  void ackOfWhatIsNotSent_isChallenged_andGrowsNothing() {
    script(
        OPEN,
        TEN
            + """
            50 < . 1:1(0) ack 10002
            50 > . 10001:10001(0) ack 1
            60 < . 1:1(0) ack 20001 <sack 20001:21001>
            60 > . 10001:10001(0) ack 1
            60 info bytesAcked 0
            60 info cwnd 10000
            60 info inFlight 10000
            60 info sackedBytes 0
            """);
  }

  /** RFC 3465 counts bytes: a thousand ACKs of one segment let out what one would. */
  @Test
  @Rfc("3465 §2.2")
  void peerThatAcknowledgesOneByteAtATime_gainsNothing() {
    StringBuilder acks = new StringBuilder();
    for (int ack = 2; ack <= 1001; ack++) {
      acks.append("50 < . 1:1(0) ack ").append(ack).append('\n');
    }
    script(OPEN, TEN + acks + "50 info cwnd 11000\n50 info inFlight 9000\n50 info retransmits 0\n");
  }

  @Test
  @Rfc({"2018 MUST-§8(3)", "2018 MUST-§8(4)"})
  void peerThatReneges_getsItAgain_atTheTimeout() {
    script(
        OPEN,
        TEN
            + """
            100 < . 1:1(0) ack 1 <sack 1001:10001>
            100 > . 1:1001(1000) ack 1
            200 < . 1:1(0) ack 1001                       // and has dropped the rest
            500 > . 1001:2001(1000) ack 1
            500 info timeouts 1
            500 info sackedBytes 0
            """);
  }

  /** A reset that a lost probe has overtaken is exact once the peer has told where it is. */
  @Test
  @Rfc("5961 §3.2")
  void resetBehindALostProbe_isExactInAnswerToTheChallenge() {
    script(
        OPEN,
        TEN.replace("10000", "12000").replace("> P. 9001", "> . 9001")
            + """
            200 > . 10001:11001(1000) ack 1
            210 reset
            210 > R. 11001:11001(0) ack 1
            210 closed ABORTED
            260 < . 1:1(0) ack 10001
            260 > R 10001:10001(0)
            """);
  }
}
