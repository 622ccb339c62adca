package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.PacketScript.scriptV4;
import static dev.jktcp.proof.script.PacketScript.scriptV6;
import static dev.jktcp.proof.script.Setup.accepted;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.proof.script.Setup.idle;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;

import dev.jktcp.proof.script.Setup;
import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9293 §3.1, §3.2 and §3.7: the header's options, the urgent pointer, and segment sizes. */
class Rfc9293OptionsTest {
  @Test
  void segmentsThatTheUserWantsSmaller_areAnnouncedAndSent() {
    script(
        idle(RELIABLE_LINK).withOptions(o -> o.tuning(o.tuning().withMaxSegment(500))),
        """
        0 connect
        0 > S 0:0(0) <mss 500,sackOK,TS 0 0,wscale 3>
        0 < S. 0:0(0) ack 1 <mss 1000>
        0 connected
        0 > . 1:1(0) ack 1
        0 write 600
        0 > . 1:501(500) ack 1
        0 > P. 501:601(100) ack 1
        """);
  }

  @Test
  void segmentsThatTheUserWantsSmallerLater_areCutFromThenOn() {
    script(
        established(RELIABLE_LINK),
        """
         0 write 1000
         0 > P. 1:1001(1000) ack 1
        10 < . 1:1(0) ack 1001
        10 tune maxSegment 500
        10 write 600
        10 > . 1001:1501(500) ack 1
        10 > P. 1501:1601(100) ack 1
        """);
  }

  @Test
  void segmentsThatTheUserWantsLarger_areAsTheMtuLetsThem() {
    script(
        idle(RELIABLE_LINK).withOptions(o -> o.tuning(o.tuning().withMaxSegment(5000))),
        """
        0 connect
        0 > S 0:0(0) <mss ours,sackOK,TS 0 0,wscale 3>
        """);
  }

  @Test
  @Rfc({"9293 MUST-15", "9293 MUST-16"})
  void peerWithoutMss_getsTheDefaultOfItsFamily() {
    Setup silent = established(RELIABLE_LINK).withPeerMss(0);
    scriptV4(
        silent,
        """
        0 write 1072
        0 > . 1:537(536) ack 1
        0 > P. 537:1073(536) ack 1
        """);
    scriptV6(
        silent,
        """
        0 write 2440
        0 > . 1:1221(1220) ack 1
        0 > P. 1221:2441(1220) ack 1
        """);
  }

  @Test
  @Rfc("9293 MUST-16")
  void peerWithALargeMss_getsNoMoreThanOurMtu() {
    Setup jumbo = established(RELIABLE_LINK).withPeerMss(9000);
    scriptV4(
        jumbo,
        """
        0 write 2720
        0 > . 1:1361(1360) ack 1
        0 > P. 1361:2721(1360) ack 1
        """);
    scriptV6(
        jumbo,
        """
        0 write 2680
        0 > . 1:1341(1340) ack 1
        0 > P. 1341:2681(1340) ack 1
        """);
  }

  @Test
  @Rfc({"9293 MUST-14", "9293 MUST-16"})
  void peersMss_boundsWhatWeSend_sentAgainToo() {
    for (Setup opened : new Setup[] {established(RELIABLE_LINK), accepted(RELIABLE_LINK)}) {
      script(
          opened.withRttMs(100).withPeerMss(300),
          """
            0 write 200
            0 > P. 1:201(200) ack 1
            0 write 200
            0 > P. 201:401(200) ack 1
          300 > . 1:301(300) ack 1
          400 < . 1:1(0) ack 301
          400 > P. 301:401(100) ack 1
          500 < . 1:1(0) ack 401
          500 write 400
          500 > . 401:701(300) ack 1
          500 > P. 701:801(100) ack 1
          """);
    }
  }

  @Test
  @Rfc("9293 MUST-67")
  void ownMss_followsTheMtu() {
    scriptV4(
        idle(RELIABLE_LINK).withOptions(o -> o.mtu(9000)),
        """
        0 connect
        0 > S 0:0(0) <mss 8960,sackOK,TS 0 0,wscale 3>
        """);
    scriptV6(
        idle(RELIABLE_LINK).withOptions(o -> o.mtu(1280)),
        """
        0 connect
        0 > S 0:0(0) <mss 1220,sackOK,TS 0 0,wscale 3>
        """);
  }

  /** Else a peer could have us send nothing but headers. */
  @ParameterizedTest
  @ValueSource(ints = {1, 27})
  @Rfc("9293 MUST-14")
  void peersMssBelowTheLeast_isTakenForTheLeast(int mss) {
    script(
        established(RELIABLE_LINK).withPeerMss(mss),
        """
        0 write 40
        0 > . 1:29(28) ack 1
        0 > P. 29:41(12) ack 1
        """);
  }

  @Test
  @Rfc({"9293 MUST-5", "9293 MUST-6", "9293 MUST-14", "9293 MUST-68"})
  void unknownOptions_areIgnoredInAnySegment() {
    script(
        idle(RELIABLE_LINK),
        """
         0 connect
         0 > S 0:0(0)
        10 < S. 0:0(0) ack 1 <raw fd0aabcdef0123456789,nop,mss 700,raw fe021903ff>
        10 > . 1:1(0) ack 1
        10 connected
        10 write 1400
        10 > . 1:701(700) ack 1
        10 > P. 701:1401(700) ack 1
        20 < P. 1:11(10) ack 1401 <nop,nop,raw fd04abcd,eol>
        20 > . 1401:1401(0) ack 11
        20 delivered 10
        """);
  }

  @Test
  @Rfc("9293 MUST-5")
  void optionsOnAnRst_doNotHideIt() {
    script(
        established(RELIABLE_LINK),
        """
         0 < P. 1:11(10) ack 1 <TS 1 0,nop,nop,TS 2 0,nop,nop>
         0 > . 1:1(0) ack 11
        10 < R 11:11(0) <TS 1 0,nop,nop,TS 2 0,nop,nop>
        10 closed RESET
        """);
  }

  @Test
  @Rfc("9293 MUST-2")
  void checksum_isRightForEveryLength() {
    StringBuilder text = new StringBuilder();
    int next = 1;
    for (int length = 1; length <= 1_300; length += length < 40 ? 1 : 63) {
      text.append("0 write ").append(length).append("\n0 > P. ").append(next).append(':');
      next += length;
      text.append(next).append('(').append(length).append(") ack 1\n0 < . 1:1(0) ack ");
      text.append(next).append('\n');
    }
    script(established(RELIABLE_LINK).withPeerMss(1_340), text.toString());
  }

  @Test
  @Rfc("9293 MUST-7")
  void optionWithAnIllegalLength_costsTheSegmentOnly() {
    script(
        established(RELIABLE_LINK),
        """
         0 < P. 1:11(10) ack 1 <raw fd00>
         0 < P. 1:11(10) ack 1 <raw fd01>
         0 < P. 1:11(10) ack 1 <raw fdff>
        10 delivered 0
        10 < P. 1:11(10) ack 1 <eol,raw fd00>
        10 > . 1:1(0) ack 11
        10 delivered 10
        """);
  }

  /** What we can take, not what the path to the peer carries. */
  @Test
  @Rfc({"9293 MUST-67", "9293 SHLD-6"})
  void ownMss_isTheReceivingMtus_whateverWeSend() {
    scriptV4(
        idle(RELIABLE_LINK).withOptions(o -> o.mtu(9000).receiveMtu(1280)),
        """
        0 connect
        0 > S 0:0(0) <mss 1240,sackOK,TS 0 0,wscale 3>
        10 < S. 0:0(0) ack 1 <mss 4000>
        10 > . 1:1(0) ack 1
        10 connected
        10 write 4000
        10 > P. 1:4001(4000) ack 1
        """);
  }

  @Test
  @Rfc("9293 MUST-65")
  void mssBehindTheSyn_isIgnored() {
    script(
        established(RELIABLE_LINK),
        """
        0 < P. 1:11(10) ack 1 <mss 500>
        0 > . 1:1(0) ack 11
        0 write 1000
        0 > P. 1:1001(1000) ack 11
        """);
  }

  @Test
  @Rfc({"9293 MUST-30", "9293 MUST-31"})
  void urgentData_isDeliveredInLine() {
    script(
        established(RELIABLE_LINK),
        """
         0 < PU. 1:11(10) ack 1 urg 5
         0 urgent
         0 > . 1:1(0) ack 11
         0 < U. 11:21(10) ack 1 urg 60000
         0 urgent
         0 > . 1:1(0) ack 21
        10 delivered 20
        """);
  }

  @Test
  @Rfc("9293 MUST-61")
  void push_isOnAFullSegmentToo_withTheFin_andWhenSentAgain() {
    script(
        established(RELIABLE_LINK).withRttMs(100),
        """
           0 write 2000
           0 > . 1:1001(1000) ack 1
           0 > P. 1001:2001(1000) ack 1
         100 < . 1:1(0) ack 1001
         400 > P. 1001:2001(1000) ack 1
         500 < . 1:1(0) ack 2001
         500 write 10
         500 > P. 2001:2011(10) ack 1
         500 end
         500 > F. 2011:2011(0) ack 1
        1100 > FP. 2001:2011(10) ack 1
        """);
  }

  @Test
  @Rfc("9293 MUST-61")
  void pushMarksTheLastOfWhatIsBuffered() {
    script(
        established(RELIABLE_LINK),
        """
        0 write 2500
        0 > . 1:1001(1000) ack 1
        0 > . 1001:2001(1000) ack 1
        0 > P. 2001:2501(500) ack 1
        """);
  }
}
