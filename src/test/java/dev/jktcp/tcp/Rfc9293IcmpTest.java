package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.PacketScript.scriptV4;
import static dev.jktcp.proof.script.PacketScript.scriptV6;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.proof.script.Setup.idle;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;
import static dev.jktcp.tcp.TcpProfile.STOP_AND_WAIT;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.jktcp.testkit.Rfc;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 9293 §3.9.2: what the IP layer tells, and what it is told. */
class Rfc9293IcmpTest {
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "RETRANSMITTING")
  @Rfc({"9293 MUST-54", "9293 MUST-56", "9293 MUST-47", "9293 SHLD-25"})
  void established_hearsOfItAndLives(SoftError error) {
    String text =
        """
          0 write 10
          0 > P. 1:11(10) ack 1
         50 icmp NAME 1
         50 softError NAME
        100 < . 1:1(0) ack 11
        100 idle
        200 state ESTABLISHED
        """
            .replace("NAME", error.name());
    if (error == SoftError.PROTOCOL_UNREACHABLE) { // ICMPv6 has none
      scriptV4(established(RELIABLE_LINK).withRttMs(100), text);
    } else {
      script(established(RELIABLE_LINK).withRttMs(100), text);
    }
  }

  /** Codes 2 and 3 of the RFC's list, and those that no list names: the filters' refusals. */
  @ParameterizedTest
  @CsvSource({
    "4, 3/2", "4, 3/3", "4, 3/9", "4, 3/10", "4, 3/13", "4, 3/14", "4, 3/15", "6, 1/1", "6, 1/4",
    "6, 1/5", "6, 1/6"
  })
  @Rfc("9293 MUST-54")
  void hardError_endsAConnectionThatIsBeingOpened(int family, String message) {
    scriptOf(
        family,
        """
          0 connect
          0 > S 0:0(0)
         50 icmp NAME 0
         50 closed UNREACHABLE
         50 connections 0
         50 idle
        """
            .replace("NAME", message));
  }

  /** The lists of MUST-56, and what is a kind of them; code 4 tells of an MTU. */
  @ParameterizedTest
  @CsvSource({
    "4, 3/0, NET_UNREACHABLE",
    "4, 3/1, HOST_UNREACHABLE",
    "4, 3/4, PACKET_TOO_BIG",
    "4, 3/5, SOURCE_ROUTE_FAILED",
    "4, 3/6, NET_UNREACHABLE",
    "4, 3/7, HOST_UNREACHABLE",
    "4, 3/8, NET_UNREACHABLE",
    "4, 3/11, NET_UNREACHABLE",
    "4, 3/12, HOST_UNREACHABLE",
    "4, 11/0, TIME_EXCEEDED",
    "4, 11/1, TIME_EXCEEDED",
    "4, 12/0, PARAMETER_PROBLEM",
    "4, 12/1, PARAMETER_PROBLEM",
    "6, 1/0, NET_UNREACHABLE",
    "6, 1/2, NET_UNREACHABLE",
    "6, 1/3, HOST_UNREACHABLE",
    "6, 1/7, SOURCE_ROUTE_FAILED",
    "6, 2/0, PACKET_TOO_BIG",
    "6, 3/0, TIME_EXCEEDED",
    "6, 3/1, TIME_EXCEEDED",
    "6, 4/0, PARAMETER_PROBLEM",
    "6, 4/1, PARAMETER_PROBLEM",
    "6, 4/2, PARAMETER_PROBLEM"
  })
  @Rfc({"9293 MUST-56", "9293 SHLD-25"})
  void softError_isToldAndDoesNotEndAConnectionThatIsBeingOpened(
      int family, String message, SoftError meaning) {
    scriptOf(
        family,
        """
          0 connect
          0 > S 0:0(0)
         50 icmp MESSAGE 0
         50 softError NAME
         55 state SYN_SENT
        """
            .replace("MESSAGE", message)
            .replace("NAME", meaning.name()));
  }

  private static void scriptOf(int family, String text) {
    if (family == 4) {
      scriptV4(idle(RELIABLE_LINK), text);
    } else {
      scriptV6(idle(RELIABLE_LINK), text);
    }
  }

  @Test
  @Rfc("9293 MUST-56")
  void softError_doesNotEndAConnectionThatIsBeingOpened() {
    script(
        idle(RELIABLE_LINK),
        """
          0 connect
          0 > S 0:0(0)
         50 icmp HOST_UNREACHABLE 0
         50 softError HOST_UNREACHABLE
        200 > S 0:0(0)
        250 < S. 0:0(0) ack 1
        250 > . 1:1(0) ack 1
        250 connected
        """);
  }

  /** RFC 5927 §4.1. */
  @Test
  @Rfc("9293 MUST-54")
  void quoteOfWhatIsNotInFlight_isNotBelieved() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        """
          0 write 10
          0 > P. 1:11(10) ack 1
         10 icmp PORT_UNREACHABLE 0
         20 icmp PORT_UNREACHABLE 11
         30 icmp PORT_UNREACHABLE 10
         30 softError PORT_UNREACHABLE
        """);
  }

  @Test
  @Rfc("9293 MUST-54")
  void quoteOfAnotherSyn_endsNothing() {
    script(
        idle(RELIABLE_LINK),
        """
          0 connect
          0 > S 0:0(0)
         50 icmp PORT_UNREACHABLE 1
         60 icmp PORT_UNREACHABLE 77777
         60 state SYN_SENT
        200 > S 0:0(0)
        """);
  }

  @Test
  @Rfc({"9293 MUST-54", "9293 MUST-56"})
  void halfOpen_outlivesASoftError_isGoneWithAHardOne_andItsListenerHearsNothing() {
    script(
        idle(RELIABLE_LINK),
        """
          0 listen
          0 < S 0:0(0) <mss 1000>
          0 > S. 0:0(0) ack 1
         50 icmp HOST_UNREACHABLE 0
         55 connections 1
         60 icmp PORT_UNREACHABLE 0
         60 connections 0
         60 idle
        """);
  }

  /** One way into each synchronized state with something of ours in flight there. */
  private static Stream<Arguments> synchronizedStates() {
    return Stream.of(
        arguments("ESTABLISHED", "0 write 10", "0 > P. 1:11(10) ack 1"),
        arguments("FIN_WAIT_1", "0 end", "0 > F. 1:1(0) ack 1"),
        arguments(
            "CLOSE_WAIT",
            "0 < F. 1:1(0) ack 1",
            """
            0 > . 1:1(0) ack 2
            0 fin
            0 write 10
            0 > P. 1:11(10) ack 2\
            """),
        arguments(
            "CLOSING",
            "0 end",
            """
            0 > F. 1:1(0) ack 1
            0 < F. 1:1(0) ack 1
            0 > . 2:2(0) ack 2
            0 fin\
            """),
        arguments(
            "LAST_ACK",
            "0 < F. 1:1(0) ack 1",
            """
            0 > . 1:1(0) ack 2
            0 fin
            0 end
            0 > F. 1:1(0) ack 2\
            """));
  }

  /** MUST-56 for what is soft, RFC 5927 §5.2 for what is hard. */
  @ParameterizedTest
  @MethodSource("synchronizedStates")
  @Rfc({"9293 MUST-56", "9293 SHLD-25"})
  void errorInASynchronizedState_isToldAndEndsNothing(String state, String first, String then) {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        """
        FIRST
        THEN
         50 icmp HOST_UNREACHABLE 1
         50 softError HOST_UNREACHABLE
         60 icmp PORT_UNREACHABLE 1
         60 softError PORT_UNREACHABLE
         70 connections 1
         70 state STATE
        """
            .replace("FIRST", first)
            .replace("THEN", then)
            .replace("STATE", state));
  }

  @Test
  @Rfc("9293 MUST-55")
  void sourceQuench_changesNothing() {
    scriptV4(
        established(RELIABLE_LINK).withRttMs(100),
        """
          0 write 12000
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
         50 icmp 4/0 1
         50 info cwnd 10000
        100 < . 1:1(0) ack 10001
        100 > . 10001:11001(1000) ack 1
        100 > P. 11001:12001(1000) ack 1
        """);
  }

  @Test
  @Rfc({"9293 MUST-48", "9293 MUST-49", "9293 SHLD-21", "9293 SHLD-22"})
  void trafficClassAndTtl_areTheConnectionsOwnAndMayChange() {
    script(
        established(RELIABLE_LINK)
            .withOptions(o -> o.tuning(TcpTuning.DEFAULT.withTtl(9).withTrafficClass(0x28))),
        """
         0 write 10
         0 > P. 1:11(10) ack 1 ttl 9 tclass 40
        10 tune trafficClass 184
        10 tune ttl 255
        10 < P. 1:11(10) ack 11
        10 > . 11:11(0) ack 11 ttl 255 tclass 184
        20 reset
        20 > R. 11:11(0) ack 11 ttl 255 tclass 184
        20 closed ABORTED
        """);
  }

  /** RFC 5082: a peer that filters by TTL must not be left to send its FIN for ever. */
  @Test
  @Rfc({"9293 MUST-48", "9293 MUST-49", "9293 SHLD-22"})
  void timeWait_answersWithTheConnectionsTrafficClassAndTtl() {
    script(
        established(RELIABLE_LINK),
        """
           0 tune ttl 255
           0 tune trafficClass 184
           0 end
           0 > F. 1:1(0) ack 1 ttl 255 tclass 184
          10 < F. 1:1(0) ack 2
          10 > . 2:2(0) ack 2 ttl 255 tclass 184
          10 fin
          10 finAcked
          10 closed CLOSED
         600 < F. 1:1(0) ack 2
         600 > . 2:2(0) ack 2 ttl 255 tclass 184
        1200 < S 1:1(0)
        1200 > . 2:2(0) ack 2 ttl 255 tclass 184
        """);
  }

  @Test
  @Rfc({"9293 MUST-48", "9293 MUST-49"})
  void resetThatAnswersAWrongAck_hasTheConnectionsTrafficClassAndTtl() {
    script(
        idle(RELIABLE_LINK),
        """
         0 connect
         0 > S 0:0(0) ttl 64 tclass 0
        10 tune ttl 255
        10 tune trafficClass 184
        20 < . 1:1(0) ack 7
        20 > R 7:7(0) ttl 255 tclass 184
        """);
  }

  /** What nobody's connection draws has the stack's own. */
  @Test
  @Rfc({"9293 MUST-48", "9293 MUST-49"})
  void resetForAStray_hasTheStacksTrafficClassAndTtl() {
    script(
        idle(RELIABLE_LINK)
            .withOptions(o -> o.tuning(TcpTuning.DEFAULT.withTtl(9).withTrafficClass(0x28))),
        """
         0 < S 0:0(0)
         0 > R. 0:0(0) ack 1 ttl 9 tclass 40
         0 listen
        10 < . 1:1(0) ack 7
        10 > R 7:7(0) ttl 9 tclass 40
        """);
  }

  /** RFC 3168 §5 and §6.1.1: without negotiation neither the bits in IP nor those in TCP. */
  @Test
  @Rfc("9293 SHLD-22")
  void ecnBits_areNotTheUsersToSet() {
    script(
        idle(STOP_AND_WAIT).withOptions(o -> o.tuning(TcpTuning.DEFAULT.withTrafficClass(0xbb))),
        """
         0 listen
         0 < SEW 0:0(0) <mss 1000>
         0 > S. 0:0(0) ack 1 tclass 184
        10 < .E 1:1(0) ack 1
        10 accepted
        10 accept
        20 write 10
        20 > P. 1:11(10) ack 1 tclass 184
        """);
  }
}
