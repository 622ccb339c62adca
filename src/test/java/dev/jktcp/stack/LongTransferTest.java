package dev.jktcp.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.script.TestBytes;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.testkit.Rfc;
import dev.jktcp.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Half a sequence space after its last use, a number that was left behind compares the other way
 * round. So: more than 2^32 bytes over one connection, the first of them urgent, without a loss for
 * more than 2^31 of them, and then one.
 */
@Timeout(300)
class LongTransferTest {
  private static final long GIB = 1L << 30;
  private static final long TOTAL = 4 * GIB + GIB / 4;
  private static final long STEP_NS = 100_000;
  private static final int STREAM = 5;
  private static final int URGENT = 1 << 20; // no octet behind the first so many is

  private final byte[] pattern = TestBytes.of(STREAM, 0, 1 << 20);
  private final byte[] buffer = new byte[65_535];
  private long nowNs = 1;
  private long written;
  private long received;
  private int urgentNews;

  @Test
  @Rfc({"9293 MUST-30", "9293 MUST-32"})
  void moreThanTheSequenceSpace_isExactAndLossesAreStillSeen() throws Exception {
    IpStack a = stack("10.0.0.1", 1);
    IpStack b = stack("10.0.0.2", 2);
    b.listen(null, 80, 0);
    TcpConnection out = a.connect(ConnectRequest.to(IpAddress.parse("10.0.0.2"), 80), nowNs);
    TcpConnection in = null;
    long dropAt = 2 * GIB + GIB / 8; // no loss before it
    int drops = 0;
    while (received < TOTAL) {
      nowNs += STEP_NS;
      for (TcpConnection c; (c = a.pollEvent()) != null; ) {
        c.takeEvents();
      }
      write(out);
      for (int length; (length = a.pollPacket(buffer, 0, nowNs)) > 0; ) {
        if (received > dropAt && length > 1_000) {
          drops++;
          dropAt += 2 * GIB;
          continue;
        }
        b.onPacket(buffer, 0, length, nowNs);
      }
      for (TcpConnection c; (c = b.pollEvent()) != null; ) {
        int events = c.takeEvents();
        if ((events & TcpConnection.URGENT) != 0) {
          assertTrue(received < URGENT, "urgent once more behind " + received);
          urgentNews++;
        }
        if ((events & TcpConnection.ACCEPTED) != 0) {
          c.accept();
          in = c;
        }
      }
      read(in);
      nowNs += STEP_NS;
      for (int length; (length = b.pollPacket(buffer, 0, nowNs)) > 0; ) {
        a.onPacket(buffer, 0, length, nowNs);
      }
      if (a.nextDeadlineNs() - nowNs <= 0) {
        a.onTick(nowNs);
      }
    }
    assertNotNull(in);
    assertTrue(urgentNews > 0);
    TcpInfo info = out.info(nowNs);
    assertEquals(2, drops);
    assertEquals(2, info.fastRetransmits());
    assertEquals(0, info.timeouts());
    assertEquals(TOTAL, written);
    assertEquals(TOTAL, received);
  }

  private void write(TcpConnection out) {
    while (out.sendRoom() > 0 && written < TOTAL) {
      int at = (int) (written % TestBytes.PERIOD);
      int size = (int) Math.min(Math.min(pattern.length - at, 1 << 17), TOTAL - written);
      size = written < URGENT ? (int) Math.min(size, URGENT - written) : size;
      int taken = out.write(pattern, at, size, nowNs);
      if (written < URGENT) {
        out.markUrgent();
      }
      written += taken;
      if (taken == 0) {
        return;
      }
    }
  }

  private void read(TcpConnection in) {
    if (in == null) {
      return;
    }
    for (Slice s; (s = in.read(Integer.MAX_VALUE, nowNs)) != null; ) {
      int wrong = TestBytes.mismatch(STREAM, received, s.bytes(), s.offset(), s.length());
      assertEquals(-1, wrong, "wrong byte near " + received);
      received += s.length();
    }
    assertTrue(received <= URGENT || in.urgentAhead() == 0, "urgent ahead of " + received);
  }

  private static IpStack stack(String address, long entropy) {
    return new IpStack(
        new StackOptions()
            .mtu(65_535)
            .addAddress(IpAddress.parse(address))
            .sendBuffer(1 << 20)
            .receiveBuffer(1 << 20)
            .profile(TcpProfile.RELIABLE_LINK),
        entropy,
        0);
  }
}
