package dev.jktcp.stack;

import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two stacks, each with more than half of its memory in send buffers, whose readers read all that
 * comes: the windows of both rest, and neither may wait for the other for ever.
 */
class TwoTightStacksTest {
  private static final int LIMIT = 400_000;
  private static final int SEND_BUFFER = 280_000; // more than half of it, a window less as well

  private IpStack left;
  private IpStack right;
  private byte[] packet;
  private TcpConnection up;
  private TcpConnection down;
  private long readUp;
  private long readDown;
  private long nowNs;

  private IpStack stack(String address, long entropy) {
    StackOptions options = new StackOptions().maxBytesHeld(LIMIT).sendBuffer(SEND_BUFFER);
    options.mtu(packet.length);
    return new IpStack(options.addAddress(IpAddress.parse(address)), entropy, 0);
  }

  /** A large segment may be more than a reader is given, or than there is memory for. */
  @ParameterizedTest
  @ValueSource(ints = {1_500, 9_000, 16_000})
  void bytesGoOnBothWays(int mtu) throws Exception {
    packet = new byte[mtu];
    left = stack("10.0.0.1", 1);
    right = stack("10.0.0.2", 2);
    right.listen(null, 80, 0);
    up = left.connect(ConnectRequest.to(IpAddress.parse("10.0.0.2"), 80), nowNs);
    carry();
    down = right.pollEvent();
    down.accept();
    // A second in which 100 MB go each way is as good as a minute.
    for (int ms = 0; ms < 60_000 && Math.min(readDown, readUp) < 100_000_000; ms++) {
      nowNs += MS;
      for (TcpConnection writer : new TcpConnection[] {up, down}) {
        while (writer.write(packet, 0, packet.length, nowNs) > 0) {}
      }
      left.onTick(nowNs);
      right.onTick(nowNs);
      carry();
    }
    assertTrue(readDown > 1_000_000, readDown + " bytes in a minute");
    assertTrue(readUp > 1_000_000, readUp + " bytes in a minute, the other way");
    assertTrue(left.budget().held() <= LIMIT && right.budget().held() <= LIMIT);
  }

  private void carry() {
    while (carry(left, right) + carry(right, left) > 0) {}
  }

  private int carry(IpStack from, IpStack to) {
    int count = 0;
    for (int n; (n = from.pollPacket(packet, 0, nowNs)) > 0; count++) {
      to.onPacket(packet, 0, n, nowNs);
      if (down != null) {
        readDown += readAll(down);
        readUp += readAll(up);
      }
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
