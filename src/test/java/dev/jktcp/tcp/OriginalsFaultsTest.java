package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.PacketScript.scriptV4;
import static dev.jktcp.proof.script.PacketScript.scriptV6;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.proof.script.Setup.idle;
import static dev.jktcp.tcp.TcpProfile.INTERNET;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;
import static dev.jktcp.tcp.TcpProfile.STOP_AND_WAIT;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.script.Setup;
import dev.jktcp.stack.ConnectRequest;
import dev.jktcp.stack.IpStack;
import dev.jktcp.stack.StackOptions;
import dev.jktcp.testkit.Rfc;
import dev.jktcp.wire.IpAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The faults of jktcp's code that must not come back, by their numbers in the list of them. Fault 8
 * (a packet cut in two by a cancelled write) has no place in a core that hands out whole packets;
 * the shell's part of 7, 9, 12 and 20 is tested there.
 */
class OriginalsFaultsTest {
  private static final List<TcpProfile> ALL =
      List.of(STOP_AND_WAIT, RELIABLE_LINK, INTERNET.withDelayedAckNs(0));
  private static final List<TcpProfile> WINDOWED = List.of(RELIABLE_LINK, INTERNET);

  @Test
  void fault01_outOfOrderFin_isNotAccepted() {
    script(
        established(STOP_AND_WAIT),
        """
         0   < FP. 11:21(10) ack 1
         0   > . 1:1(0) ack 1
        10   < P. 1:11(10) ack 1
        10   > . 1:1(0) ack 11
        10   state ESTABLISHED
        20   < FP. 11:21(10) ack 1
        20   > . 1:1(0) ack 22
        20   fin
        20   delivered 20
        """);
    script(
        established(STOP_AND_WAIT),
        """
         0   < F. 11:11(0) ack 1
         0   > . 1:1(0) ack 1
        10   < P. 1:11(10) ack 1
        10   > . 1:1(0) ack 11
        10   state ESTABLISHED
        """);
    for (TcpProfile profile : WINDOWED) {
      script(
          established(profile),
          """
           0   < FP. 11:21(10) ack 1
           0   > . 1:1(0) ack 1
           0   state ESTABLISHED
          10   < P. 1:11(10) ack 1
          10   > . 1:1(0) ack 22
          10   fin
          10   delivered 20
          """);
    }
  }

  @Test
  void fault02_overlappingSegment_deliversItsNewBytes() {
    for (TcpProfile profile : ALL) {
      script(
          established(profile),
          """
           0   < P. 1:11(10) ack 1
           0   > . 1:1(0) ack 11
          10   < P. 1:31(30) ack 1
          10   > . 1:1(0) ack 31
          10   delivered 30
          """);
    }
  }

  @Test
  void fault03_outOfOrderData_drawsADuplicateAckEach() {
    for (TcpProfile profile : ALL) {
      script(
          established(profile),
          """
          0   < P. 11:21(10) ack 1
          0   > . 1:1(0) ack 1
          0   < P. 21:31(10) ack 1
          0   > . 1:1(0) ack 1
          0   < P. 31:41(10) ack 1
          0   > . 1:1(0) ack 1
          0   delivered 0
          """);
    }
  }

  @Test
  void fault04_rstOrDataFromElsewhere_doesNotTouchTheConnection() {
    script(
        established(RELIABLE_LINK),
        """
         0   <2 R 1:1(0)
         0   <5 R 1:1(0)
         0   <6 R 1:1(0)
        10   <5 P. 1:11(10) ack 1
        10   >5 R 1:1(0)
        10   <2 P. 1:11(10) ack 1
        10   >2 R 1:1(0)
        20   < R 0:0(0)
        20   < R 100000:100000(0)
        30   < R 2:2(0)
        30   > . 1:1(0) ack 1
        30   state ESTABLISHED
        30   delivered 0
        40   < R 1:1(0)
        40   closed RESET
        """);
  }

  @Test
  void fault05_synAckOrRstThatDoesNotAcknowledgeOurSyn_isNotAccepted() {
    script(
        idle(RELIABLE_LINK),
        """
         0   connect
         0   > S 0:0(0)
        10   < S. 0:0(0) ack 5
        10   > R 5:5(0)
        20   < S. 0:0(0) ack 0
        20   > R 0:0(0)
        30   < R 0:0(0)
        30   < R. 0:0(0) ack 5
        30   < R. 0:0(0) ack 0
        30   state SYN_SENT
        40   < S. 0:0(0) ack 1
        40   > . 1:1(0) ack 1
        40   connected
        """);
  }

  @Test
  @Rfc("9293 MUST-3")
  void fault06_badChecksum_isDropped() {
    script(
        established(RELIABLE_LINK),
        """
         0   < P. 1:11(10) ack 1 badsum
         0   < P. 1:11(10) ack 1 badip
         0   < R 1:1(0) badsum
        10   delivered 0
        10   < P. 1:11(10) ack 1
        10   > . 1:1(0) ack 11
        10   delivered 10
        """);
  }

  @Test
  void fault07_malformedPacket_endsNothing() {
    script(
        established(RELIABLE_LINK),
        """
         0   inject 00
         0   inject 45
         0   inject 5500001400000000400600000a0000020a000001
         0   inject 4500001c000040004001667e0a0000020a00000103000000ffffffff
         0   < P. 1:11(10) ack 1 short
         0   < P. 1:11(10) ack 1 <raw 02ff0000>
         0   < P. 1:11(10) ack 1 <raw 03000000>
         0   delivered 0
        10   < P. 1:11(10) ack 1
        10   > . 1:1(0) ack 11
        10   delivered 10
        10   state ESTABLISHED
        """);
  }

  @Test
  void fault09_pendingConnect_holdsUpNobody() {
    script(
        established(RELIABLE_LINK),
        """
          0   #2 connect
          0   >2 S 0:0(0)
         10   < P. 1:11(10) ack 1
         10   > . 1:1(0) ack 11
         10   delivered 10
         10   write 10
         10   > P. 1:11(10) ack 11
         20   < . 11:11(0) ack 11
        200   >2 S 0:0(0)
        210   <2 S. 0:0(0) ack 1
        210   >2 . 1:1(0) ack 1
        210   #2 connected
        """);
  }

  @Test
  void fault10_close_deliversWhatIsQueuedAndRetransmitsTheFin() {
    script(
        established(STOP_AND_WAIT),
        """
            0   write 1500
            0   > . 1:1001(1000) ack 1
            0   close
          200   > . 1:1001(1000) ack 1
          250   < . 1:1(0) ack 1001
          250   > FP. 1001:1501(500) ack 1
          450   > FP. 1001:1501(500) ack 1
          500   < . 1:1(0) ack 1502
          500   finAcked
          600   < F. 1:1(0) ack 1502
          600   > . 1502:1502(0) ack 2
          600   fin
          600   closed CLOSED
          600   timeWaits 1
          700   < F. 1:1(0) ack 1502
          700   > . 1502:1502(0) ack 2
        70000   connections 0
        70000   timeWaits 0
        70000   < F. 1:1(0) ack 1502
        70000   > R 1502:1502(0)
        """);
  }

  @Test
  void fault11_peersFin_endsOneDirectionOnly() {
    for (TcpProfile profile : ALL) {
      script(
          established(profile),
          """
            0   < FP. 1:11(10) ack 1
            0   > . 1:1(0) ack 12
            0   fin
            0   delivered 10
            0   state CLOSE_WAIT
          100   write 10
          100   > P. 1:11(10) ack 12
          110   < . 12:12(0) ack 11
          120   end
          120   > F. 11:11(0) ack 12
          130   < . 12:12(0) ack 12
          130   finAcked
          130   closed CLOSED
          130   connections 0
          """);
    }
  }

  @Test
  void fault12_buffers_areBoundedInBothDirections() {
    for (TcpProfile profile : ALL) {
      script(
          established(profile)
              .withPeerWindow(0)
              .withOptions(o -> o.sendBuffer(5_000).receiveBuffer(4_000)),
          """
            0   write 9000 takes 5000
            0   write 1 takes 0
            0   pause
           10   < P. 1:1001(1000) ack 1
           10   > . 1:1(0) ack 1001 win 3000
           10   < P. 1001:2001(1000) ack 1
           10   > . 1:1(0) ack 2001 win 2000
           10   < P. 2001:4001(2000) ack 1
           10   > . 1:1(0) ack 4001 win 0
           20   < P. 4001:5001(1000) ack 1
           20   > . 1:1(0) ack 4001 win 0
           30   read 4000
           30   > . 1:1(0) ack 4001 win 4000
          """);
    }
  }

  @Test
  void fault13_lostWindowUpdate_isRepairedByAProbe() {
    script(
        established(STOP_AND_WAIT).withPeerWindow(0),
        """
           0   write 10
         200   > . 1:2(1) ack 1
         250   < . 1:1(0) ack 1 win 0
         600   > . 1:2(1) ack 1
         650   < . 1:1(0) ack 2 win 1000
         650   > P. 2:11(9) ack 1
        """);
    script(
        established(RELIABLE_LINK).withRttMs(100).withPeerWindow(0),
        """
           0   write 10
         300   > . 1:2(1) ack 1
         400   < . 1:1(0) ack 1 win 0
         900   > . 1:2(1) ack 1
        1000   < . 1:1(0) ack 2 win 1000
        1000   > P. 2:11(9) ack 1
        """);
  }

  @Test
  void fault14_slowPath_isNotRetransmittedNeedlesslyNorDeclaredDead() {
    // RTO = SRTT + 4 RTTVAR = 400 + 4 * 200 ms.
    for (TcpProfile profile : WINDOWED) {
      script(
          established(profile).withRttMs(400),
          """
              0   write 10
              0   > P. 1:11(10) ack 1
            400   < . 1:1(0) ack 11
           1000   write 10
           1000   > P. 11:21(10) ack 1
           1400   < . 1:1(0) ack 21
          10000   idle
          """);
      script(
          established(profile).withRttMs(400),
          """
              0   write 10
              0   > P. 1:11(10) ack 1
           1200   > P. 1:11(10) ack 1
           3600   > P. 1:11(10) ack 1
           8400   > P. 1:11(10) ack 1
          18000   > P. 1:11(10) ack 1
          18400   < . 1:1(0) ack 11
          20000   idle
          """);
    }
    script(
        established(INTERNET),
        """
             0   write 10
             0   > P. 1:11(10) ack 1
          1000   > P. 1:11(10) ack 1
          3000   > P. 1:11(10) ack 1
          7000   > P. 1:11(10) ack 1
         15000   > P. 1:11(10) ack 1
         31000   > P. 1:11(10) ack 1
         63000   > P. 1:11(10) ack 1
        123000   closed TIMED_OUT
        """);
  }

  @Test
  void fault15_severalLostSegments_areRepairedWithoutATimeoutEach() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        """
          0   write 6000
          0   > . 1:1001(1000) ack 1
          0   > . 1001:2001(1000) ack 1
          0   > . 2001:3001(1000) ack 1
          0   > . 3001:4001(1000) ack 1
          0   > . 4001:5001(1000) ack 1
          0   > P. 5001:6001(1000) ack 1
          // The first and the third are lost.
        100   < . 1:1(0) ack 1
        100   < . 1:1(0) ack 1
        100   < . 1:1(0) ack 1
        100   > . 1:1001(1000) ack 1
        100   < . 1:1(0) ack 1
        200   < . 1:1(0) ack 2001
        200   > . 2001:3001(1000) ack 1
        300   < . 1:1(0) ack 6001
        300   idle
        """);
    // All are lost: after the timeout the window opens again with each acknowledgment.
    script(
        established(RELIABLE_LINK).withRttMs(100),
        """
          0   write 3000
          0   > . 1:1001(1000) ack 1
          0   > . 1001:2001(1000) ack 1
          0   > P. 2001:3001(1000) ack 1
        300   > . 1:1001(1000) ack 1
        400   < . 1:1(0) ack 1001
        400   > . 1001:2001(1000) ack 1
        400   > P. 2001:3001(1000) ack 1
        500   < . 1:1(0) ack 3001
        500   idle
        """);
    // A segment acknowledged in part is sent again from where the peer is.
    script(
        established(RELIABLE_LINK).withRttMs(100),
        """
          0   write 1000
          0   > P. 1:1001(1000) ack 1
        100   < . 1:1(0) ack 501
        400   > P. 501:1001(500) ack 1
        """);
  }

  @Test
  @Rfc({"9293 MUST-1", "9293 SHLD-28"})
  void fault16_start_isTenSegmentsAndGrowsWithAcknowledgments() {
    for (TcpProfile profile : WINDOWED) {
      StringBuilder text = new StringBuilder("0 write 60000\n");
      for (int i = 0; i < 10; i++) {
        text.append(segment(0, i));
      }
      text.append("100 < . 1:1(0) ack 2001\n");
      for (int i = 10; i < 14; i++) { // two acknowledged, two more by slow start
        text.append(segment(100, i));
      }
      script(established(profile).withRttMs(100), text.toString());
    }
  }

  private static String segment(int ms, int index) {
    int from = 1 + index * 1000;
    return ms + " > . " + from + ":" + (from + 1000) + "(1000) ack 1\n";
  }

  @Test
  void fault17_mss_isSentAndHonoured() {
    script(
        idle(RELIABLE_LINK),
        """
        0   connect
        0   > S 0:0(0) <mss ours,sackOK,TS 0 0,wscale 3>
        5   < S. 0:0(0) ack 1 <mss 700>
        5   > . 1:1(0) ack 1
        5   connected
        5   write 1400
        5   > . 1:701(700) ack 1
        5   > P. 701:1401(700) ack 1
        """);
    Setup silent = established(RELIABLE_LINK).withPeerMss(0);
    scriptV4(
        silent,
        """
        0   write 600
        0   > . 1:537(536) ack 1
        0   > P. 537:601(64) ack 1
        """);
    scriptV6(
        silent,
        """
        0   write 1300
        0   > . 1:1221(1220) ack 1
        0   > P. 1221:1301(80) ack 1
        """);
  }

  @Test
  void fault18_ackOfUnsentData_andWindowOfAnOldSegment_areIgnored() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        """
          0   write 1000
          0   > P. 1:1001(1000) ack 1
         10   < . 1:1(0) ack 5001
         10   > . 1001:1001(0) ack 1
        100   < P. 1:11(10) ack 1001 win 1000
        100   > . 1001:1001(0) ack 11
          // Older than the segment before: neither its ACK nor its window counts.
        110   < . 1:1(0) ack 1 win 60000
        110   > . 1001:1001(0) ack 11
        120   write 2000
        120   > . 1001:2001(1000) ack 11
        """);
  }

  @Test
  void fault19_synIsPunctual_andEphemeralPortsAreNeitherZeroNorPrivileged() throws Exception {
    script(
        idle(STOP_AND_WAIT),
        """
           3   connect
           3   > S 0:0(0)
         203   > S 0:0(0)
         603   > S 0:0(0)
        """);
    IpAddress local = IpAddress.parse("10.0.0.1");
    IpAddress remote = IpAddress.parse("10.0.0.2");
    for (long entropy = 0; entropy < 50; entropy++) {
      IpStack stack = new IpStack(new StackOptions().addAddress(local), entropy, 0);
      Set<Integer> ports = new HashSet<>();
      for (int i = 0; i < 100; i++) {
        int port = stack.connect(ConnectRequest.to(remote, 80), 0).localPort();
        assertTrue(port >= 49_152 && port <= 65_535, "ephemeral port " + port);
        assertTrue(ports.add(port), "port " + port + " twice to one destination");
      }
    }
  }

  @Test
  void fault20_idleStack_hasNoTimer() {
    for (TcpProfile profile : ALL) {
      script(
          established(profile),
          """
           0   idle
           0   write 10
           0   > P. 1:11(10) ack 1
          10   < P. 1:11(10) ack 11
          10   > . 11:11(0) ack 11
          10   idle
          """);
    }
  }
}
