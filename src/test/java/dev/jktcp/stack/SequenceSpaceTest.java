package dev.jktcp.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import org.junit.jupiter.api.Test;

/** A connection that carries more bytes than sequence numbers can tell apart. */
class SequenceSpaceTest {
  private static final long MIB = 1 << 20;
  private static final long TOTAL = 2_600 * MIB;

  /**
   * Whatever remembers a sequence number and is not moved along looks ahead once it is 2^31 behind;
   * the first version stopped for good at that point. Losses, rare and by duplicate ACKs only, show
   * that recovery still works on both sides of it.
   */
  @Test
  void moreThanHalfTheSequenceSpace_flowsWithRareLosses() throws Exception {
    IpStack sender = stack("fd66::1", 1);
    IpStack receiver = stack("fd66::2", 2);
    receiver.listen(null, 80, 0);
    byte[] packet = new byte[65_535];
    byte[] data = new byte[65_536];
    long now = 1;
    long received = 0;
    int packets = 0;
    int lost = 0;
    TcpConnection up = sender.connect(null, 0, IpAddress.parse("fd66::2"), 80, null, now);
    for (long step = 0; received < TOTAL; step++) {
      assertTrue(step < 200_000, "stalled at " + received + " bytes: " + up.info(now));
      now += 100_000;
      while (up.write(data, 0, data.length, now) == data.length) {}
      for (int length; (length = sender.pollPacket(packet, 0, now)) > 0; packets++) {
        if (packets % 5_003 == 5_000) {
          lost++;
        } else {
          receiver.onPacket(packet, 0, length, now);
        }
      }
      for (TcpConnection c; (c = receiver.pollEvent()) != null; c.accept()) {
        c.takeEvents();
        for (Slice slice; (slice = c.read(65_536, now)) != null; ) {
          received += slice.length();
        }
      }
      for (int length; (length = receiver.pollPacket(packet, 0, now)) > 0; ) {
        sender.onPacket(packet, 0, length, now);
      }
    }
    TcpInfo info = up.info(now);
    assertTrue(lost >= 5);
    assertEquals(lost, info.fastRetransmits(), "each loss was found by duplicate ACKs: " + info);
    assertEquals(0, info.timeouts());
  }

  private static IpStack stack(String address, long entropy) {
    return new IpStack(
        new StackOptions()
            .addAddress(IpAddress.parse(address))
            .mtu(65_535)
            .sendBuffer(1 << 20)
            .receiveBuffer(1 << 20),
        entropy,
        0);
  }
}
