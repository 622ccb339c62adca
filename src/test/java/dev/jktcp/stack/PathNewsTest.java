package dev.jktcp.stack;

import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.script.IcmpErrors;
import dev.jktcp.proof.script.RawPeer;
import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Peers that forge ICMP messages about their own segments, beside many connections. */
class PathNewsTest {
  private static final byte[] OURS = {10, 0, 0, 1};
  private static final int OTHERS = 500;
  private static final int LOOKS_A_SECOND = 10;

  private final IpStack stack =
      new IpStack(new StackOptions().addAddress(IpAddress.of(OURS)).mtu(1_500), 1, 2);
  private final ArrayDeque<byte[]> toStack = new ArrayDeque<>();
  private final Map<Integer, RawPeer> peers = new HashMap<>(); // by host and port
  private final List<TestPacket> sent = new ArrayList<>();
  private final List<TcpConnection> accepted = new ArrayList<>();
  private final byte[] packet = new byte[1_500];
  private long nowNs;

  private RawPeer open(int host, int port) {
    byte[] address = {10, 0, 1, (byte) host};
    RawPeer peer = new RawPeer(address, port, OURS, 80, 1, toStack::add);
    peers.put(host << 16 | port, peer);
    peer.open(60_000);
    exchange();
    assertTrue(peer.isOpen());
    return peer;
  }

  private void exchange() {
    do {
      for (byte[] p; (p = toStack.poll()) != null; ) {
        stack.onPacket(p, 0, p.length, nowNs);
      }
      for (TcpConnection c; (c = stack.pollEvent()) != null; ) {
        if ((c.takeEvents() & TcpConnection.ACCEPTED) != 0) {
          c.accept();
          accepted.add(c);
        }
      }
      for (int length; (length = stack.pollPacket(packet, 0, nowNs)) > 0; ) {
        TestPacket p = TestPacket.decode(packet, 0, length);
        peers.get(p.dst[3] << 16 | p.dstPort).hear(p);
      }
    } while (!toStack.isEmpty());
  }

  private void write(TcpConnection connection) {
    connection.write(new byte[5_000], 0, 5_000, nowNs);
    sent.clear();
    for (int length; (length = stack.pollPacket(packet, 0, nowNs)) > 0; ) {
      sent.add(TestPacket.decode(Arrays.copyOf(packet, length), 0, length));
    }
  }

  /** The network says of the first segment that was sent that it was larger than this. */
  private void tooBig(int mtu) {
    byte[] message = IcmpErrors.about(sent.get(0), "PACKET_TOO_BIG", mtu);
    stack.onPacket(message, 0, message.length, nowNs);
    while (stack.pollPacket(packet, 0, nowNs) > 0) {}
  }

  /** Packets that were lost above come again. */
  private void takeAgain() {
    for (int i = 0; i < 10; i++) {
      pass(50);
      exchange();
    }
    peers.values().forEach(peer -> assertEquals(5_000, peer.heard()));
  }

  private void pass(long ms) {
    nowNs += ms * MS;
    stack.onTick(nowNs);
  }

  @Test
  void aMessageAboutEachSize_costsNoLookAtAllConnections() throws Exception {
    stack.listen(null, 80, 0);
    open(1, 5_000);
    TcpConnection attackers = accepted.get(0);
    RawPeer neighbour = open(1, 5_001);
    for (int i = 0; i < OTHERS; i++) {
      open(2, 6_000 + i);
    }
    write(attackers);
    long began = stack.pathSteps();
    for (int mtu = 1_030; mtu > 530; mtu--) {
      tooBig(mtu);
      pass(1);
    }
    assertEquals(500, stack.counters().pathMtusLowered());
    assertEquals(531 - 40, attackers.info(nowNs).mss());
    int looks = LOOKS_A_SECOND + LOOKS_A_SECOND / 2;
    assertTrue(
        stack.pathSteps() - began <= looks * stack.connections(),
        stack.pathSteps() - began + " looks at " + stack.connections() + " connections");

    pass(100);
    assertTrue(neighbour.isOpen());
    assertEquals(531 - 40, accepted.get(1).info(nowNs).mss());
    assertEquals(1_000, accepted.get(2).info(nowNs).mss());
  }

  /** After ten minutes, the stack forgets the paths of all of them. */
  @Test
  void manyPathsForgottenAtOnce_takeAFewLooks() throws Exception {
    stack.listen(null, 80, 0);
    for (int host = 1; host <= 100; host++) {
      open(host, 7_000);
      write(accepted.get(host - 1));
      tooBig(700);
    }
    takeAgain();
    pass(1_000);
    assertEquals(100, stack.narrowPaths());
    assertEquals(100, stack.connections());
    long before = stack.pathSteps();
    for (int second = 0; second < 650; second++) {
      pass(1_000);
    }
    assertEquals(0, stack.narrowPaths());
    long steps = stack.pathSteps() - before;
    assertTrue(steps <= 2L * LOOKS_A_SECOND * stack.connections(), steps + " connections seen");
    assertEquals(1_000, accepted.get(99).info(nowNs).mss());
  }
}
