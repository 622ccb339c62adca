package dev.jktcp.proof.script;

import static dev.jktcp.proof.script.PacketScript.script;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.proof.script.Setup.idle;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.TcpProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/** An instrument that cannot fail proves nothing: each way to be wrong must be seen. */
class PacketScriptTest {
  private static final String RIGHT =
      """
        0   write 10
        0   > P. 1:11(10) ack 1
      200   > P. 1:11(10) ack 1
      210   < . 1:1(0) ack 11
      300   end
      300   > F. 11:11(0) ack 1
      310   < . 1:1(0) ack 12
      310   finAcked
      400   quiet
      """;

  @Test
  void rightScript_passes() {
    script(established(TcpProfile.STOP_AND_WAIT), RIGHT);
  }

  @Test
  void wrongFlags_fail() {
    assertFails("0   > P. 1:11(10) ack 1", "0   > . 1:11(10) ack 1", "other flags");
  }

  @Test
  void wrongSequence_fails() {
    assertFails("0   > P. 1:11(10) ack 1", "0   > P. 2:12(10) ack 1", "other sequence");
  }

  @Test
  void wrongLength_fails() {
    assertFails("0   > P. 1:11(10) ack 1", "0   > P. 1:10(9) ack 1", "other sequence");
  }

  @Test
  void wrongAck_fails() {
    assertFails("300   > F. 11:11(0) ack 1", "300   > F. 11:11(0) ack 2", "other acknowledgment");
  }

  @Test
  void wrongWindow_fails() {
    assertFails("300   > F. 11:11(0) ack 1", "300   > F. 11:11(0) ack 1 win 7", "other window");
  }

  @Test
  void laterThanWritten_fails() {
    assertFails("200   > P.", "199   > P.", "missing packet");
  }

  @Test
  void earlierThanWritten_fails() {
    assertFails("200   > P.", "201   > P.", "surplus packet");
  }

  @Test
  void missingPacket_fails() {
    assertFails("310   finAcked", "310   > . 12:12(0) ack 1\n310 finAcked", "missing packet");
  }

  @Test
  void surplusPacket_failsAtTheNextLineAndAtTheEnd() {
    assertFails("300   > F. 11:11(0) ack 1\n", "", "surplus packet");
    AssertionFailedError atEnd =
        assertThrows(
            AssertionFailedError.class,
            () -> script(established(TcpProfile.STOP_AND_WAIT), "0 write 10"));
    assertTrue(atEnd.getMessage().contains("surplus packet"), atEnd.getMessage());
  }

  @Test
  void packetBetweenTwoLines_fails() {
    assertFails("200   > P. 1:11(10) ack 1\n", "", "surplus packet");
  }

  @Test
  void surplusEvent_fails() {
    assertFails("310   finAcked\n", "", "surplus event");
  }

  @Test
  void missingEvent_fails() {
    assertFails("400   quiet", "400   fin", "missing event");
  }

  @Test
  void anotherEvent_fails() {
    assertFails("310   finAcked", "310   fin", "another event");
  }

  @Test
  void wrongOptions_fail() {
    AssertionFailedError e =
        assertThrows(
            AssertionFailedError.class,
            () ->
                script(
                    idle(TcpProfile.STOP_AND_WAIT),
                    """
                    0 connect
                    0 > S 0:0(0) <mss 1,sackOK,wscale 3>
                    """));
    assertTrue(e.getMessage().contains("other options"), e.getMessage());
  }

  @Test
  void wrongPayload_fails() {
    assertEquals(-1, TestBytes.mismatch(1, 70_000, TestBytes.of(1, 70_000, 200_000), 0, 200_000));
    byte[] bytes = TestBytes.of(1, 70_000, 200_000);
    bytes[150_000]++;
    assertEquals(150_000, TestBytes.mismatch(1, 70_000, bytes, 0, 200_000));
    int shifted = TestBytes.mismatch(1, 70_001, TestBytes.of(1, 70_000, 100), 0, 100);
    assertTrue(shifted >= 0 && shifted < 3, "a stream shifted by one looks the same");
  }

  @Test
  void failure_showsBothSidesAndLeavesAPcap() throws Exception {
    AssertionFailedError e = fails("200   > P. 1:11(10) ack 1", "200   > P. 1:12(11) ack 1");
    assertTrue(e.getMessage().contains("=> 200   > P. 1:12(11) ack 1 | 200 > P. 1:11(10) ack 1"));
    assertTrue(e.getActual().getStringRepresentation().contains("200 > P. 1:11(10) ack 1"));
    Matcher pcap = Pattern.compile("pcap: (\\S+)").matcher(e.getMessage());
    assertTrue(pcap.find());
    assertTrue(Files.size(Path.of(pcap.group(1))) > 24 + 5 * (16 + 40));
  }

  @Test
  void badChecksum_fails() {
    TestPacket p = new TestPacket();
    p.src = new byte[] {10, 0, 0, 1};
    p.dst = new byte[] {10, 0, 0, 2};
    p.payload = new byte[] {1, 2, 3};
    p.options = TestPacket.parseOptions("mss 1460,nop,wscale 7,sackOK");
    byte[] good = p.encode();
    TestPacket.decode(good, 0, good.length);
    for (int bit = 0; bit < good.length * 8; bit++) {
      byte[] bad = good.clone();
      bad[bit >> 3] ^= (byte) (1 << (bit & 7));
      assertThrows(AssertionError.class, () -> TestPacket.decode(bad, 0, bad.length), "bit " + bit);
    }
  }

  private static void assertFails(String line, String instead, String reason) {
    AssertionFailedError e = fails(line, instead);
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  private static AssertionFailedError fails(String line, String instead) {
    assertTrue(RIGHT.contains(line), line);
    String wrong = RIGHT.replace(line, instead);
    return assertThrows(
        AssertionFailedError.class, () -> script(established(TcpProfile.STOP_AND_WAIT), wrong));
  }
}
