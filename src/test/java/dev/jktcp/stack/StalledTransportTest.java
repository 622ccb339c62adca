package dev.jktcp.stack;

import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.testkit.Rfc;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A packet is sent when it is polled, not before: time, ACKs and SYNs may come in between. */
class StalledTransportTest {
  private static final IpAddress OURS = IpAddress.parse("10.0.0.1");
  private static final IpAddress PEER = IpAddress.parse("10.0.0.2");
  private static final int PEER_ISN = 1000;

  private final byte[] buffer = new byte[1500];
  private long nowNs = 5_000 * MS;
  private IpStack stack = newStack(new StackOptions());
  private int ourIsn;

  private static IpStack newStack(StackOptions options) {
    return new IpStack(options.addAddress(OURS), 1, 2);
  }

  @Test
  void windowThatClosesBetweenTimeoutAndPoll_isProbed() throws Exception {
    TcpConnection c = connect();
    c.write(new byte[3000], 0, 3000, nowNs);
    assertEquals(3, poll().size());
    tickAtDeadlines(300); // a probe is due and the time-out, and the transport takes nothing
    deliver(TestPacket.ACK, 1, 1, 0); // the window is closed now, what we sent was thrown away
    assertEquals(0, poll().size());
    tickAtDeadlines(10_000);
    List<TestPacket> probe = poll();
    assertEquals(1, probe.size());
    assertEquals(1, probe.get(0).payload.length);
    deliver(TestPacket.ACK, 1, 1, 65_535);
    assertEquals(1360, poll().get(0).payload.length);
  }

  @Test
  void timeoutsThatNobodyPolls_areOne() throws Exception {
    TcpConnection c = connect();
    c.write(new byte[10], 0, 10, nowNs);
    assertEquals(1, poll().size());
    for (int i = 0; i < 600; i++) {
      tick(100);
    }
    assertNull(c.closeReason());
    assertEquals(1, c.info(nowNs).timeouts());
    assertEquals(1, poll().size());
  }

  @Test
  @Rfc("9293 MAY-2")
  void tupleOpenedAgainFromTimeWait_startsAboveItsPast() throws Exception {
    stack.listen(null, 80, 0);
    TestPacket synAck = handshake(PEER_ISN);
    TcpConnection c = accepted();
    byte[] bytes = new byte[100_000];
    assertEquals(bytes.length, c.write(bytes, 0, bytes.length, nowNs));
    int acked = 1;
    while (acked < 1 + bytes.length) {
      for (TestPacket p : poll()) {
        acked += p.payload.length;
      }
      deliver(TestPacket.ACK, 1, acked, 65_535);
    }
    c.end();
    poll();
    deliver(TestPacket.ACK | TestPacket.FIN, 1, acked + 1, 65_535);
    assertEquals(1, poll().size());
    assertEquals(TcpState.TIME_WAIT, c.state());
    int used = synAck.seq + acked + 1;
    nowNs += 10 * MS; // the ISN clock moves by 2,500 only
    deliver(TestPacket.SYN, 500, 0, 65_535);
    TestPacket again = poll().get(0);
    assertTrue(again.has(TestPacket.SYN));
    assertTrue(again.seq - used >= 0, "new ISN " + again.seq + ", used up to " + used);
  }

  @Test
  void synThatFindsTheBacklogFull_leavesTheTimeWait() throws Exception {
    stack.listen(null, 80, 1);
    TestPacket synAck = handshake(PEER_ISN);
    TcpConnection c = accepted();
    c.end();
    poll();
    deliver(TestPacket.ACK | TestPacket.FIN, 1, 2, 65_535);
    poll();
    assertEquals(1, stack.timeWaits());
    TestPacket other = packet(TestPacket.SYN, 0, 0, 65_535);
    other.srcPort = 41_000;
    deliver(other);
    TestPacket ack = packet(TestPacket.ACK, 1, 0, 65_535);
    ack.srcPort = other.srcPort;
    ack.ack = poll().get(0).seq + 1;
    deliver(ack); // fills the backlog
    deliver(TestPacket.SYN, 500, 0, 65_535);
    assertEquals(0, poll().size());
    assertEquals(1, stack.timeWaits());
    assertNotEquals(0, synAck.seq);
  }

  @Test
  void finThatIsNotTheOne_doesNotProlongTimeWait() throws Exception {
    stack.listen(null, 80, 0);
    handshake(PEER_ISN);
    TcpConnection c = accepted();
    c.end();
    poll();
    deliver(TestPacket.ACK | TestPacket.FIN, 1, 2, 65_535);
    poll();
    tick(30_000);
    deliver(TestPacket.ACK | TestPacket.FIN, 700, 2, 65_535);
    tick(30_001);
    assertEquals(0, stack.timeWaits());
  }

  @Test
  void clockThatJumpsADay_costsNoMoreThanARetransmission() throws Exception {
    for (TcpProfile profile : List.of(TcpProfile.RELIABLE_LINK, TcpProfile.INTERNET)) {
      stack = newStack(new StackOptions().profile(profile));
      TcpConnection c = connect();
      TcpInfo before = c.info(nowNs);
      c.write(new byte[10], 0, 10, nowNs);
      assertEquals(1, poll().size());
      nowNs += 100L * 86_400_000 * MS;
      deliver(TestPacket.ACK, 1, 11, 65_535); // before the tick
      c.write(new byte[10], 0, 10, nowNs);
      assertEquals(1, poll().size());
      assertEquals(before.srttNs(), c.info(nowNs).srttNs());
      assertEquals(before.rtoNs(), c.info(nowNs).rtoNs());
      tick(60_000); // another stop
      tick(201);
      assertEquals(1, poll().size());
      assertNull(c.closeReason());
    }
  }

  @Test
  void abortAll_keepsNoRecordOfTimeWaits() throws Exception {
    stack.listen(null, 80, 0);
    handshake(PEER_ISN);
    TcpConnection c = accepted();
    c.end();
    poll();
    deliver(TestPacket.ACK | TestPacket.FIN, 1, 2, 65_535);
    stack.abortAll(CloseReason.ADAPTER_CLOSED, true, nowNs);
    assertEquals(0, stack.timeWaits());
    assertEquals(IpStack.NONE, stack.nextDeadlineNs());
  }

  // --- helpers

  private TcpConnection connect() throws StackException {
    TcpConnection c = stack.connect(ConnectRequest.to(PEER, 40_000).fromPort(80), nowNs);
    ourIsn = poll().get(0).seq;
    deliver(TestPacket.SYN | TestPacket.ACK, 0, 1, 65_535);
    poll();
    return c;
  }

  private TestPacket handshake(int peerIsn) {
    deliver(TestPacket.SYN, peerIsn - PEER_ISN, 0, 65_535);
    TestPacket synAck = poll().get(0);
    ourIsn = synAck.seq;
    deliver(TestPacket.ACK, 1, 1, 65_535);
    return synAck;
  }

  private TcpConnection accepted() {
    TcpConnection c = stack.pollEvent();
    c.takeEvents();
    c.accept();
    return c;
  }

  private void tick(long ms) {
    nowNs += ms * MS;
    stack.onTick(nowNs);
  }

  /** As a shell does; the transport takes nothing meanwhile. */
  private void tickAtDeadlines(long ms) {
    long endNs = nowNs + ms * MS;
    for (long due; (due = stack.nextDeadlineNs()) - endNs < 0 && due != IpStack.NONE; ) {
      nowNs = Math.max(nowNs, due);
      stack.onTick(nowNs);
    }
    nowNs = endNs;
    stack.onTick(nowNs);
  }

  private TestPacket packet(int flags, int seq, int ack, int window) {
    TestPacket p = new TestPacket();
    p.src = PEER.toBytes();
    p.dst = OURS.toBytes();
    p.srcPort = 40_000;
    p.dstPort = 80;
    p.seq = PEER_ISN + seq;
    p.ack = (flags & TestPacket.ACK) == 0 ? 0 : ourIsn + ack;
    p.flags = flags;
    p.window = window;
    if ((flags & TestPacket.SYN) != 0) {
      p.options = TestPacket.parseOptions("mss 1360");
    }
    return p;
  }

  private void deliver(int flags, int seq, int ack, int window) {
    deliver(packet(flags, seq, ack, window));
  }

  private void deliver(TestPacket packet) {
    byte[] bytes = packet.encode();
    stack.onPacket(bytes, 0, bytes.length, nowNs);
  }

  private List<TestPacket> poll() {
    List<TestPacket> packets = new ArrayList<>();
    for (int length; (length = stack.pollPacket(buffer, 0, nowNs)) > 0; ) {
      packets.add(TestPacket.decode(buffer, 0, length));
    }
    return packets;
  }
}
