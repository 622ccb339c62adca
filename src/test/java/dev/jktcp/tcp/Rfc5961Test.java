package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.proof.script.Setup.idle;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;

import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/** RFC 5961 as RFC 9293 §3.10.7.4 has taken it in: blind attackers get a challenge ACK at most. */
class Rfc5961Test {
  @Test
  @Rfc({"5961 §3.2", "5961 MUST-§3.2(1)", "5961 MUST-§3.2(2)", "5961 MUST-§3.2(3)"})
  void rst_resetsOnlyAtTheExactNumber() {
    script(
        established(RELIABLE_LINK),
        """
         0 < R 0:0(0)
         0 < R 70000:70000(0)
        10 < R 2:2(0)
        10 > . 1:1(0) ack 1
        10 < R 65000:65000(0)
        10 > . 1:1(0) ack 1
        20 < R 1:1(0)
        20 closed RESET
        """);
  }

  @Test
  @Rfc({"5961 §3.2", "5961 MUST-§3.2(2)", "5961 MUST-§3.2(3)"})
  void rstAtTheRightEdge_isOutsideTheWindow() {
    script(
        established(RELIABLE_LINK).withOptions(o -> o.receiveBuffer(1000)),
        """
         0 < R 1001:1001(0)
        10 quiet
        10 < R 1000:1000(0)
        10 > . 1:1(0) ack 1
        10 state ESTABLISHED
        """);
  }

  @Test
  @Rfc("9293 MUST-66")
  void rstAtAZeroWindow_resets() {
    script(
        established(RELIABLE_LINK).withOptions(o -> o.receiveBuffer(1000)),
        """
         0 pause
         0 < P. 1:1001(1000) ack 1
         0 > . 1:1(0) ack 1001 win 0
        10 < R 1002:1002(0)
        20 < R 1001:1001(0)
        20 closed RESET
        """);
  }

  @Test
  @Rfc({"5961 MUST-§4.2(1)", "5961 MUST-§4.2(2)"})
  void syn_drawsAChallengeWhateverItsNumber() {
    script(
        established(RELIABLE_LINK),
        """
         0 < S 1:1(0)
         0 > . 1:1(0) ack 1
        10 < S 500:500(0)
        10 > . 1:1(0) ack 1
        20 < S 3000000000:3000000000(0)
        20 > . 1:1(0) ack 1
        30 < S. 0:0(0) ack 1
        30 > . 1:1(0) ack 1
        30 state ESTABLISHED
        """);
  }

  @Test
  @Rfc("5961 MUST-§4.2(2)")
  void synWithData_isDroppedWithIt() {
    script(
        established(RELIABLE_LINK),
        """
         0 < S. 1:11(10) ack 1
         0 > . 1:1(0) ack 1
        10 < S. 0:10(10) ack 1
        10 > . 1:1(0) ack 1
        10 delivered 0
        20 < P. 1:11(10) ack 1
        20 > . 1:1(0) ack 11
        20 delivered 10
        """);
  }

  @Test
  @Rfc({"9293 MAY-12", "5961 MUST-§5.2(1)", "5961 MUST-§5.2(2)"})
  void ackOfUnsentData_andAckFarInThePast_areChallengedAndTheirDataDropped() {
    script(
        established(RELIABLE_LINK),
        """
         0 < P. 1:11(10) ack 2
         0 > . 1:1(0) ack 1
         0 delivered 0
        10 < P. 1:11(10) ack 3000000000
        10 > . 1:1(0) ack 1
        10 delivered 0
        20 < P. 1:11(10) ack 1
        20 > . 1:1(0) ack 11
        """);
  }

  /** A segment that was overtaken has an old ACK; its data is as good as ever. */
  @Test
  @Rfc({"9293 MAY-12", "5961 MUST-§5.2(1)"})
  void ackWithinTheLargestWindowOfThePast_isNoReasonToDropData() {
    script(
        established(RELIABLE_LINK),
        """
         0 write 1000
         0 > P. 1:1001(1000) ack 1
        10 < P. 11:21(10) ack 1001
        10 > . 1001:1001(0) ack 1
        11 < P. 1:11(10) ack 1
        11 > . 1001:1001(0) ack 21
        // SND.UNA - MAX.SND.WND, and one before
        20 < P. 21:31(10) ack 4294902762
        20 > . 1001:1001(0) ack 31
        30 < P. 31:41(10) ack 4294902761
        30 > . 1001:1001(0) ack 31
        30 delivered 30
        30 idle
        """);
  }

  @Test
  void segmentWithoutAck_isDropped() {
    script(
        established(RELIABLE_LINK),
        """
         0 < P 1:11(10)
         0 < F 1:1(0)
         0 < 0 1:11(10)
        10 delivered 0
        10 state ESTABLISHED
        """);
  }

  @Test
  @Rfc("5961 SHLD-§7(1)")
  void challenges_areLimitedToTenASecond() {
    StringBuilder text = new StringBuilder();
    for (int second = 0; second < 3; second++) {
      for (int i = 0; i < 50; i++) {
        int ms = second * 1000 + i;
        text.append(ms).append(i % 2 == 0 ? " < R 50:50(0)\n" : " < S 50:50(0)\n");
        if (i < 10) {
          text.append(ms).append(" > . 1:1(0) ack 1\n");
        }
      }
      text.append(second * 1000 + 600).append(" < R 50:50(0)\n");
    }
    script(established(RELIABLE_LINK), text.toString());
  }

  @Test
  @Rfc("5961 SHLD-§7(2)")
  void limit_isAnOption() {
    script(
        established(RELIABLE_LINK).withOptions(o -> o.acksPerSecond(2)),
        """
           0 < R 50:50(0)
           0 > . 1:1(0) ack 1
          10 < S 50:50(0)
          10 > . 1:1(0) ack 1
          20 < R 50:50(0)
         999 < S 50:50(0)
        1100 < R 50:50(0)
        1100 > . 1:1(0) ack 1
        """);
  }

  @Test
  @Rfc("5961 SHLD-§7(1)")
  void synsAgain_drawTenSynAcksASecond() {
    StringBuilder text = new StringBuilder("0 listen\n0 < S 0:0(0)\n0 > S. 0:0(0) ack 1\n");
    for (int i = 0; i < 50; i++) {
      text.append("100 < S 0:0(0)\n");
      text.append(i < 10 ? "100 > S. 0:0(0) ack 1\n" : "");
    }
    script(idle(RELIABLE_LINK), text.toString());
  }

  @Test
  void emptySegmentsOutOfTheWindow_areAnsweredAtALimitedRate() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      text.append("0 < . 100000:100000(0) ack 1\n");
      text.append(i < 10 ? "0 > . 1:1(0) ack 1\n" : "");
    }
    script(established(RELIABLE_LINK), text.toString());
  }
}
