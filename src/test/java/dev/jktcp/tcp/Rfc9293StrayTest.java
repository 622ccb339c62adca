package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.idle;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;

import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/** RFC 9293 §3.5.2 and §3.10.7.1: segments for no connection. */
class Rfc9293StrayTest {
  @Test
  void segmentWithAck_drawsRstAtItsAck() {
    script(
        idle(RELIABLE_LINK),
        """
        0 < . 100:100(0) ack 7
        0 > R 7:7(0)
        0 < FP. 100:110(10) ack 9
        0 > R 9:9(0)
        0 < S. 100:100(0) ack 11
        0 > R 11:11(0)
        """);
  }

  @Test
  void segmentWithoutAck_drawsRstThatAcknowledgesIt() {
    script(
        idle(RELIABLE_LINK),
        """
        0 < S 100:100(0)
        0 > R. 0:0(0) ack 101
        0 < F 100:100(0)
        0 > R. 0:0(0) ack 101
        0 < SP 100:110(10)
        0 > R. 0:0(0) ack 111
        0 < 0 100:100(0)
        0 > R. 0:0(0) ack 100
        """);
  }

  @Test
  void synWithFin_isAnsweredAsEachOther() {
    script(
        idle(RELIABLE_LINK),
        """
        0 < SF 100:100(0)
        0 > R. 0:0(0) ack 102
        0 < SF 100:110(10)
        0 > R. 0:0(0) ack 112
        0 < SF. 100:110(10) ack 7
        0 > R 7:7(0)
        0 < SFR 100:100(0)
        9 quiet
        """);
  }

  @Test
  void rst_isNeverAnswered() {
    script(
        idle(RELIABLE_LINK),
        """
          0 < R 100:100(0)
          0 < R. 100:100(0) ack 7
          0 < SR 100:100(0)
          0 < FR. 100:100(0) ack 7
         10 quiet
        """);
  }

  @Test
  @Rfc({"9293 MUST-2", "9293 MUST-3"})
  void badChecksum_isNeverAnswered() {
    script(
        idle(RELIABLE_LINK),
        """
          0 < S 100:100(0) badsum
          0 < . 100:100(0) ack 7 badsum
         10 quiet
        """);
  }
}
