package dev.jktcp.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jktcp.proof.script.IcmpErrors;
import dev.jktcp.wire.DropReason;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.OutSegment;
import dev.jktcp.wire.PacketWriter;
import dev.jktcp.wire.TcpSegment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What no honest host sends draws no answer and takes no place, on an open port as on a closed. */
class AbsurdSegmentsTest {
  private static final int LISTENED = 80;
  private static final int CLOSED = 81;
  private static final IpAddress OURS_V4 = IpAddress.parse("10.0.0.1");
  private static final IpAddress OURS_V6 = IpAddress.parse("fd00::1");
  private static final IpAddress OURS_TOO = IpAddress.parse("10.0.0.9");
  private static final IpAddress PEER_V4 = IpAddress.parse("10.0.0.2");
  private static final IpAddress PEER_V6 = IpAddress.parse("fd00::2");

  private final byte[] packet = new byte[1500];
  private IpStack stack;

  @BeforeEach
  void listen() throws Exception {
    StackOptions options =
        new StackOptions().addAddress(OURS_V4).addAddress(OURS_V6).addAddress(OURS_TOO);
    stack = new IpStack(options, 1, 2);
    stack.listen(null, LISTENED, 0);
  }

  @Test
  void synWithFin_isDroppedByAListener_whateverElseIsSet() {
    int expected = 0;
    for (int flags = 0; flags < 256; flags++) {
      if ((flags & TcpSegment.SYN) != 0 && (flags & TcpSegment.FIN) != 0) {
        segment(PEER_V4, OURS_V4, 5000, LISTENED, flags);
        segment(PEER_V6, OURS_V6, 5000, LISTENED, flags);
        expected += 2;
      }
    }
    assertDropped(DropReason.SYN_WITH_FIN, expected);
  }

  @Test
  void synsWithFin_toClosedPorts_drawNoMoreResetsThanOthers() {
    int allowed = new StackOptions().resetsPerSecond();
    int flood = 3 * allowed;
    int resets = 0;
    for (int i = 0; i < flood; i++) {
      segment(PEER_V4, OURS_V4, 5000 + i, CLOSED, TcpSegment.SYN | TcpSegment.FIN);
      resets += stack.pollPacket(packet, 0, 0) > 0 ? 1 : 0;
    }
    assertEquals(allowed, resets);
    assertEquals(flood, stack.counters().strays());
    assertEquals(flood - resets, stack.counters().repliesDropped());
    assertEquals(0, stack.counters().dropped(DropReason.SYN_WITH_FIN));
    assertEquals(0, stack.connections());
  }

  @Test
  void land_isDropped_fromEachOfOurAddresses() {
    segment(OURS_V4, OURS_V4, LISTENED, LISTENED, TcpSegment.SYN);
    segment(OURS_TOO, OURS_V4, 5000, LISTENED, TcpSegment.SYN);
    segment(OURS_V6, OURS_V6, LISTENED, LISTENED, TcpSegment.SYN);
    segment(OURS_V4, OURS_V4, 5000, CLOSED, TcpSegment.SYN); // an RST to it would come here
    segment(OURS_V6, OURS_V6, 5000, CLOSED, TcpSegment.ACK);
    assertDropped(DropReason.OWN_SOURCE, 5);
  }

  @Test
  void pingFromOurselves_isDropped() {
    byte[] ours = OURS_V4.toBytes();
    byte[] ping = IcmpErrors.encode(ours, ours, 8, 0, 0, new byte[8]);
    stack.onPacket(ping, 0, ping.length, 0);
    assertDropped(DropReason.OWN_SOURCE, 1);
  }

  @Test
  void portZero_isDropped_onEitherSide() {
    segment(PEER_V4, OURS_V4, 0, LISTENED, TcpSegment.SYN);
    segment(PEER_V6, OURS_V6, 0, LISTENED, TcpSegment.SYN);
    segment(PEER_V4, OURS_V4, 5000, 0, TcpSegment.SYN);
    segment(PEER_V4, OURS_V4, 0, CLOSED, TcpSegment.ACK);
    assertDropped(DropReason.PORT_ZERO, 4);
  }

  @Test
  void nothingButData_isDroppedByAListener() { // a null scan, a FIN scan
    segment(PEER_V4, OURS_V4, 5000, LISTENED, 0);
    segment(PEER_V4, OURS_V4, 5000, LISTENED, TcpSegment.FIN);
    segment(PEER_V4, OURS_V4, 5000, LISTENED, TcpSegment.FIN | TcpSegment.PSH | TcpSegment.URG);
    assertNothingComesOfIt();
  }

  @Test
  void plainSyn_isStillAnswered() {
    segment(PEER_V4, OURS_V4, 5000, LISTENED, TcpSegment.SYN);
    assertEquals(1, stack.connections());
  }

  private void assertDropped(DropReason reason, int times) {
    assertEquals(times, stack.counters().dropped(reason));
    assertNothingComesOfIt();
  }

  private void assertNothingComesOfIt() {
    assertEquals(0, stack.connections());
    assertEquals(0, stack.pollPacket(packet, 0, 0));
    assertEquals(0, stack.counters().strays());
  }

  private void segment(IpAddress from, IpAddress to, int fromPort, int toPort, int flags) {
    OutSegment segment =
        new OutSegment()
            .begin(from, fromPort, to, toPort)
            .ip(64, 0)
            .tcp(flags, 100, 7)
            .window(1000);
    int length = PacketWriter.tcp(packet, 0, segment);
    stack.onPacket(packet, 0, length, 0);
  }
}
