package dev.jktcp.stack;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import org.junit.jupiter.api.Test;

/**
 * Two stacks, each with more than half of its memory in send buffers, whose readers read all that
 * comes: the windows of both rest, and neither may wait for the other for ever.
 */
class TwoTightStacksTest {
  private static final int LIMIT = 400_000;
  private static final int SEND_BUFFER = 280_000; // more than half of it, a window less as well
  private static final long MS = 1_000_000;

  private final IpStack left = stack("10.0.0.1", 1);
  private final IpStack right = stack("10.0.0.2", 2);
  private final byte[] packet = new byte[1_500];
  private long nowNs;

  private static IpStack stack(String address, long entropy) {
    StackOptions options = new StackOptions().maxBytesHeld(LIMIT).sendBuffer(SEND_BUFFER);
    return new IpStack(options.addAddress(IpAddress.parse(address)), entropy, 0);
  }

  @Test
  void bytesGoOnBothWays() throws Exception {
    right.listen(null, 80, 0);
    TcpConnection up = left.connect(null, 0, IpAddress.parse("10.0.0.2"), 80, null, nowNs);
    carry();
    TcpConnection down = right.pollEvent();
    down.accept();
    long[] read = {0, 0};
    for (int ms = 0; ms < 60_000; ms++) {
      nowNs += MS;
      for (TcpConnection writer : new TcpConnection[] {up, down}) {
        while (writer.write(packet, 0, packet.length, nowNs) > 0) {}
      }
      left.onTick(nowNs);
      right.onTick(nowNs);
      carry();
      read[0] += readAll(down);
      read[1] += readAll(up);
    }
    assertTrue(read[0] > 5_000_000, read[0] + " bytes in a minute");
    assertTrue(read[1] > 5_000_000, read[1] + " bytes in a minute, the other way");
    assertTrue(left.budget().held() <= LIMIT && right.budget().held() <= LIMIT);
  }

  private void carry() {
    while (carry(left, right) + carry(right, left) > 0) {}
  }

  private int carry(IpStack from, IpStack to) {
    int count = 0;
    for (int n; (n = from.pollPacket(packet, 0, nowNs)) > 0; count++) {
      to.onPacket(packet, 0, n, nowNs);
    }
    return count;
  }

  private long readAll(TcpConnection from) {
    long read = 0;
    for (Slice slice; (slice = from.read(Integer.MAX_VALUE, nowNs)) != null; ) {
      read += slice.length();
    }
    return read;
  }
}
