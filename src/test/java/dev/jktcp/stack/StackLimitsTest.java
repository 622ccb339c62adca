package dev.jktcp.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.OutSegment;
import dev.jktcp.wire.PacketWriter;
import dev.jktcp.wire.TcpSegment;
import org.junit.jupiter.api.Test;

/** What peers, users and a stuck transport can make a stack hold. */
class StackLimitsTest {
  private static final IpAddress OURS = IpAddress.parse("10.0.0.1");
  private static final IpAddress PEER = IpAddress.parse("10.0.0.2");

  private final byte[] packet = new byte[1500];

  @Test
  void connectAndResetOverAStuckTransport_holdsNothing() throws Exception {
    IpStack stack = new IpStack(options().maxConnections(100), 1, 2);
    for (int i = 0; i < 100_000; i++) {
      TcpConnection connection = stack.connect(ConnectRequest.to(PEER, 80), i);
      connection.attach(new byte[20_000]); // 2 GB, if the stack kept them
      connection.reset();
      while (stack.pollEvent() != null) {}
    }
    assertEquals(0, stack.connections());
  }

  @Test
  void connectionsBeyondTheLimit_areRefusedWithAReason() throws Exception {
    IpStack stack = new IpStack(options().maxConnections(3), 1, 2);
    for (int i = 0; i < 3; i++) {
      stack.connect(ConnectRequest.to(PEER, 80), 0);
    }
    StackException refused =
        assertThrows(StackException.class, () -> stack.connect(ConnectRequest.to(PEER, 80), 0));
    assertEquals("too many connections (limit 3): raise maxConnections", refused.getMessage());
  }

  @Test
  void synFlood_staysWithinTheLimitOfHalfOpenConnections_overAllListeners() throws Exception {
    IpStack stack = new IpStack(options().maxHalfOpen(5), 1, 2);
    stack.listen(null, 80, 1);
    stack.listen(null, 81, 1);
    for (int port = 1; port <= 1000; port++) {
      segment(stack, port, 80 + port % 2, 100, 0, TcpSegment.SYN);
    }
    assertEquals(5, stack.connections());
    assertEquals(5, stack.halfOpen());
    assertEquals(995, stack.counters().cookiesSent());
    assertEquals(0, stack.counters().backlogDrops());
  }

  @Test
  void synFlood_takesNoPlaceOfEstablishedConnections() throws Exception {
    IpStack stack = new IpStack(options().maxConnections(1), 1, 2);
    stack.listen(null, 80, 0);
    for (int port = 1; port <= 1000; port++) {
      segment(stack, port, 80, 100, 0, TcpSegment.SYN);
    }
    assertEquals(0, stack.counters().limitDrops());
    stack.connect(ConnectRequest.to(PEER, 80), 0);
    segment(stack, 2000, 80, 100, 0, TcpSegment.SYN);
    assertEquals(1, stack.counters().limitDrops());
  }

  @Test
  void cookiesWaitWithinAQueue() throws Exception {
    IpStack stack = new IpStack(options().maxHalfOpen(0).cookieQueue(20), 1, 2);
    stack.listen(null, 80, 0);
    for (int port = 1; port <= 1000; port++) {
      segment(stack, port, 80, 100, 0, TcpSegment.SYN);
    }
    int answers = 0;
    while (stack.pollPacket(packet, 0, 0) > 0) {
      answers++;
    }
    assertEquals(20, answers);
    assertEquals(20, stack.counters().cookiesSent());
    assertEquals(980, stack.counters().repliesDropped());
  }

  @Test
  void straysAreAnsweredWithinARateAndAQueue() {
    IpStack stack = new IpStack(options().resetsPerSecond(50).replyQueue(20), 1, 2);
    for (int port = 1; port <= 1000; port++) {
      segment(stack, port, 80, 100, 0, TcpSegment.SYN);
    }
    int answers = 0;
    while (stack.pollPacket(packet, 0, 0) > 0) {
      answers++;
    }
    assertEquals(20, answers);
    assertEquals(1000, stack.counters().strays());
    assertEquals(980, stack.counters().repliesDropped());
  }

  @Test
  void everyEphemeralPortTaken_isAClearError() throws Exception {
    IpStack stack = new IpStack(options(), 1, 2);
    boolean[] seen = new boolean[65_536];
    for (int i = 49_152; i <= 65_535; i++) {
      TcpConnection connection = stack.connect(ConnectRequest.to(PEER, 80), 0);
      int port = connection.localPort();
      assertTrue(port >= 49_152 && port <= 65_535 && !seen[port]);
      seen[port] = true;
    }
    StackException refused =
        assertThrows(StackException.class, () -> stack.connect(ConnectRequest.to(PEER, 80), 0));
    assertEquals(
        "no ephemeral port is free for 10.0.0.2:80: all of 49152 to 65535 (firstLocalPort to"
            + " lastLocalPort) are in use or in TIME-WAIT: widen the range, or shorten timeWaitMs",
        refused.getMessage());
    stack.connect(ConnectRequest.to(PEER, 81), 0); // another 4-tuple
  }

  private void segment(IpStack stack, int from, int to, int seq, int ack, int flags) {
    OutSegment segment =
        new OutSegment().begin(PEER, from, OURS, to).ip(64, 0).tcp(flags, seq, ack).window(1000);
    int length = PacketWriter.tcp(packet, 0, segment);
    stack.onPacket(packet, 0, length, 0);
  }

  private static StackOptions options() {
    return new StackOptions().addAddress(OURS);
  }
}
