package dev.jktcp.tcp;

import static dev.jktcp.script.PacketScript.script;
import static dev.jktcp.script.PacketScript.scriptV4;
import static dev.jktcp.script.Setup.established;
import static dev.jktcp.script.Setup.idle;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;

import dev.jktcp.Rfc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** RFC 9293 §3.9.2: what the IP layer tells, and what it is told. */
class Rfc9293IcmpTest {
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "RETRANSMITTING")
  @Rfc({"9293 MUST-54", "9293 MUST-56", "9293 MUST-47", "9293 SHLD-25"})
  void established_hearsOfItAndLives(SoftError error) {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        """
          0 write 10
          0 > P. 1:11(10) ack 1
         50 icmp NAME 1
         50 softError NAME
        100 < . 1:1(0) ack 11
        100 idle
        200 state ESTABLISHED
        """
            .replace("NAME", error.name()));
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.INCLUDE,
      names = {"PROTOCOL_UNREACHABLE", "PORT_UNREACHABLE", "PROHIBITED"})
  @Rfc("9293 MUST-54")
  void hardError_endsAConnectionThatIsBeingOpened(SoftError error) {
    script(
        idle(RELIABLE_LINK),
        """
          0 connect
          0 > S 0:0(0)
         50 icmp NAME 0
         50 closed UNREACHABLE
         50 connections 0
         50 idle
        """
            .replace("NAME", error.name()));
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
  void halfOpen_isGoneWithAHardError_andItsListenerHearsNothing() {
    script(
        idle(RELIABLE_LINK),
        """
          0 listen
          0 < S 0:0(0) <mss 1000>
          0 > S. 0:0(0) ack 1
         50 icmp HOST_UNREACHABLE 0
         60 icmp PORT_UNREACHABLE 0
         60 connections 0
         60 idle
        """);
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

  /** RFC 3168 §5 and §6.1.1: without negotiation neither the bits in IP nor those in TCP. */
  @Test
  @Rfc("9293 SHLD-22")
  void ecnBits_areNotTheUsersToSet_andAreNotNegotiated() {
    script(
        idle(RELIABLE_LINK).withOptions(o -> o.tuning(TcpTuning.DEFAULT.withTrafficClass(0xbb))),
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
