package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;

import dev.jktcp.proof.script.Setup;
import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/** RFC 9293 §3.7.4. */
class Rfc9293NagleTest {
  private static Setup nagling() {
    return established(RELIABLE_LINK)
        .withRttMs(100)
        .withOptions(o -> o.tuning(TcpTuning.DEFAULT.withNoDelay(false)));
  }

  @Test
  @Rfc("9293 SHLD-7")
  void smallSegment_waitsForTheAckOfWhatIsInFlight() {
    script(
        nagling(),
        """
          0 write 10
          0 > P. 1:11(10) ack 1
         10 write 10
         20 write 10
        100 < . 1:1(0) ack 11
        100 > P. 11:31(20) ack 1
        200 < . 1:1(0) ack 31
        200 idle
        """);
  }

  @Test
  @Rfc({"9293 SHLD-7", "9293 SHLD-27"})
  void fullSegment_doesNotWait() {
    script(
        nagling(),
        """
          0 write 10
          0 > P. 1:11(10) ack 1
         10 write 1500
         10 > . 11:1011(1000) ack 1
        100 < . 1:1(0) ack 1011
        100 > P. 1011:1511(500) ack 1
        """);
  }

  @Test
  @Rfc("9293 SHLD-27")
  void writesThatLeaveTogether_havePushOnTheirLastSegmentOnly() {
    script(
        nagling(),
        """
          0 write 10
          0 > P. 1:11(10) ack 1
         10 write 700
         20 write 200
         30 write 99
        100 < . 1:1(0) ack 11
        100 > P. 11:1010(999) ack 1
        110 write 1500
        110 > . 1010:2010(1000) ack 1
        120 write 400
        200 < . 1:1(0) ack 2010
        200 > P. 2010:2910(900) ack 1
        """);
  }

  @Test
  void fin_takesTheTailAlong() {
    script(
        nagling(),
        """
          0 write 10
          0 > P. 1:11(10) ack 1
         10 write 10
         20 end
         20 > FP. 11:21(10) ack 1
        """);
  }

  @Test
  void urgentData_doesNotWait() {
    script(
        nagling(),
        """
          0 write 10
          0 > P. 1:11(10) ack 1
         10 writeUrgent 1
         10 > PU. 11:12(1) ack 1 urg 1
        """);
  }

  @Test
  @Rfc({"9293 SHLD-7", "9293 MUST-30"})
  void dataBehindAcknowledgedUrgentData_waitsAgain() {
    script(
        nagling(),
        """
          0 writeUrgent 5
          0 > PU. 1:6(5) ack 1 urg 5
        100 < . 1:1(0) ack 6
        100 write 10
        100 > P. 6:16(10) ack 1
        110 write 10
        200 < . 1:1(0) ack 16
        200 > P. 16:26(10) ack 1
        """);
  }

  @Test
  @Rfc("9293 MUST-17")
  void switchedOff_sendsWhatWaits() {
    script(
        nagling(),
        """
          0 write 10
          0 > P. 1:11(10) ack 1
         10 write 10
         20 tune noDelay true
         20 > P. 11:21(10) ack 1
         30 write 10
         30 > P. 21:31(10) ack 1
        """);
  }
}
