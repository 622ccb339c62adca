package dev.jktcp.stack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import java.io.ByteArrayOutputStream;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two stacks joined by a wire without delay: the shortest whole story of a connection. */
class TwoStacksTest {
  private long nowNs = 77;
  private final byte[] packet = new byte[2000];

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.2, reliable-link",
    "fd66::1, fd66::2, reliable-link",
    "10.0.0.1, 10.0.0.2, stop-and-wait",
    "fd66::1, fd66::2, internet"
  })
  void transferAndClose_leaveOnlyTimeWait(String a, String b, String profile) throws Exception {
    IpStack client = stack(a, profile, 1);
    IpStack server = stack(b, profile, 2);
    server.listen(null, 80, 0);
    byte[] sent = new byte[1_000_000];
    new Random(1).nextBytes(sent);
    ByteArrayOutputStream received = new ByteArrayOutputStream();

    TcpConnection up = client.connect(ConnectRequest.to(IpAddress.parse(b), 80), nowNs);
    int written = 0;
    boolean closed = false;
    for (int step = 0; step < 100_000 && !closed; step++) {
      if (written < sent.length) {
        written += up.write(sent, written, sent.length - written, nowNs);
        if (written == sent.length) {
          up.end();
        }
      }
      int moved = exchange(client, server) + exchange(server, client);
      for (TcpConnection c; (c = server.pollEvent()) != null; ) {
        if ((c.takeEvents() & TcpConnection.ACCEPTED) != 0) {
          c.accept();
        }
        for (Slice slice; (slice = c.read(Integer.MAX_VALUE, nowNs)) != null; ) {
          received.write(slice.bytes(), slice.offset(), slice.length());
        }
        if (c.finReceived()) {
          c.end();
        }
        closed |= c.closeReason() == CloseReason.CLOSED;
      }
      if (moved == 0 && !closed) {
        nowNs = Math.min(client.nextDeadlineNs(), server.nextDeadlineNs());
        client.onTick(nowNs);
        server.onTick(nowNs);
      }
    }
    assertArrayEquals(sent, received.toByteArray());
    assertEquals(CloseReason.CLOSED, up.closeReason());
    assertEquals(0, client.connections() + server.connections());
    assertEquals(1, client.timeWaits());
    assertEquals(0, server.timeWaits());
    assertEquals(0, client.bytesHeld() + server.bytesHeld());
    while (client.nextDeadlineNs() != IpStack.NONE) {
      nowNs = client.nextDeadlineNs();
      client.onTick(nowNs);
    }
    assertEquals(0, client.timeWaits());
    assertTrue(nowNs >= 60_000_000_000L);
  }

  private static IpStack stack(String address, String profile, long entropy) {
    StackOptions options =
        new StackOptions()
            .addAddress(IpAddress.parse(address))
            .mtu(1400)
            .profile(TcpProfile.named(profile));
    return new IpStack(options, entropy, 0);
  }

  private int exchange(IpStack from, IpStack to) {
    int packets = 0;
    for (int length; (length = from.pollPacket(packet, 0, nowNs)) > 0; packets++) {
      to.onPacket(packet, 0, length, nowNs);
    }
    return packets;
  }
}
