package dev.jktcp.stack;

import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.script.RawPeer;
import dev.jktcp.proof.script.TestBytes;
import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.testkit.Rfc;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rungs by which a stack gives things up as its memory runs short, one by one. */
class MemoryTest {
  private static final byte[] OURS = {10, 0, 0, 1};
  private static final byte[] PEERS = {10, 0, 0, 2};
  private static final int PORT = 80;
  private static final int KB = 1024;
  private static final int LIMIT = 1024 * KB;

  private final IpStack stack =
      new IpStack(
          new StackOptions()
              .addAddress(IpAddress.of(OURS))
              .receiveBuffer(256 * KB)
              .backlog(10_000)
              .maxBytesHeld(LIMIT),
          1,
          2);
  private final Map<Integer, RawPeer> peers = new HashMap<>();
  private final Map<Integer, TcpConnection> connections = new HashMap<>(); // by the peer's port
  private final Map<Integer, Integer> read = new HashMap<>();
  private final Set<Integer> readers = new HashSet<>(); // ports whose bytes are read as they come
  private final byte[] buffer = new byte[2_000];
  private int nextPort = 1_000;
  private boolean permitsSack; // the next peer
  private long nowNs;

  @BeforeEach
  void listen() throws StackException {
    stack.onTick(nowNs);
    stack.listen(null, PORT, 0);
  }

  @AfterEach
  void nothingHeldIsForgotten() {
    for (TcpConnection connection : connections.values()) {
      connection.reset();
    }
    settle();
    assertEquals(0, stack.budget().held());
    assertEquals(0, stack.budget().holders());
  }

  @Test
  void newConnection_isOffered64KiB_andEarnsTheRestByBeingRead() {
    RawPeer peer = open(0);
    assertTrue(peer.edge() <= 64 * KB, "an edge of " + peer.edge());
    peer.send(0, 200_000);
    settle();
    assertTrue(peer.acked() <= 64 * KB + 1_000 && peer.acked() > 60_000, "acked " + peer.acked());
    readers.add(peer.port());
    for (int round = 0; round < 5; round++) {
      settle();
      peer.send(peer.acked(), peer.edge());
    }
    settle();
    assertEquals(256 * KB, peer.edge() - peer.acked(), 1_000);
  }

  @Test
  void fromHalfTheLimit_noEdgeAdvances_butOfWhoIsRead() {
    RawPeer good = open(0);
    readers.add(good.port());
    good.send(0, 50_000);
    settle();
    List<RawPeer> idle = idleOnes(9, 60_000);
    assertTrue(stack.budget().isScarce());
    for (RawPeer peer : idle) {
      int before = peer.highestEdge();
      read(peer, 5_000); // less than a tenth
      settle();
      peer.ack();
      settle();
      assertEquals(before, peer.highestEdge(), "an edge advanced");
    }
    while (good.acked() < 1_000_000) {
      int at = good.acked();
      assertTrue(good.edge() - at >= 20_000, "the good one is kept below half of its share");
      good.send(at, at + 20_000);
      settle();
      assertEquals(at + 20_000, good.acked());
    }
  }

  @Test
  void edgesThatRested_advanceWhenThereIsMemoryAgain_unasked() {
    List<RawPeer> idle = idleOnes(9, 60_000);
    read(idle.get(0), 5_000);
    settle();
    int before = idle.get(0).highestEdge();
    read(idle.get(0), 40_000); // the edge would advance, if there were memory
    settle();
    assertEquals(before, idle.get(0).highestEdge());
    for (RawPeer peer : idle.subList(1, 9)) {
      connections.get(peer.port()).reset();
    }
    settle();
    wait(300);
    assertTrue(idle.get(0).highestEdge() > before, "nobody told the peer");
  }

  @Test
  void fromFiveEighths_whatIsOutOfOrderGoes_andComesAgain() {
    RawPeer holed = open(0);
    holed.send(10_000, 50_000); // behind a hole
    settle();
    assertEquals(40_000, stack.bytesHeld(), 4_000);
    idleOnes(10, 60_000);
    assertTrue(stack.budget().dropsDisorder());
    wait(300);
    assertEquals(0, info(holed).outOfOrder());
    assertTrue(stack.budget().disorderDropped() > 0);
    holed.send(20_000, 30_000); // is not kept
    settle();
    assertEquals(0, info(holed).outOfOrder());
    readers.add(holed.port());
    holed.send(0, 50_000); // in order it is
    settle();
    assertEquals(50_000, holed.acked());
  }

  /** RFC 2018 §8: it may go though it was reported, and then no report has it. */
  @Test
  @Rfc("2018 MUST-§8(2)")
  void whatIsOutOfOrder_andReported_mayGo_andIsNotReportedAgain() {
    permitsSack = true;
    RawPeer holed = open(0);
    permitsSack = false;
    holed.send(10_000, 50_000);
    settle();
    assertEquals(40_000, holed.reported());
    idleOnes(10, 60_000);
    wait(300);
    assertEquals(1, stack.budget().reneged());
    holed.send(20_000, 30_000); // is not kept
    settle();
    assertEquals(0, holed.reported());
    readers.add(holed.port());
    holed.send(0, 50_000);
    settle();
    assertEquals(50_000, holed.acked());
  }

  @Test
  void fromSixEighths_segmentsInsideThePromisedWindow_areDroppedAsIfLost() {
    List<RawPeer> idle = idleOnes(20, 60_000);
    ByteBudget budget = stack.budget();
    assertTrue(budget.resetsIdleHolders());
    assertTrue(budget.dropped() > 0);
    assertTrue(budget.held() <= LIMIT, budget.held() + " bytes");
    RawPeer last = idle.get(19);
    int acked = last.acked();
    assertTrue(last.edge() >= 60_000, "the window is promised");
    long sent = stack.counters().packetsSent();
    last.send(acked, acked + 1_000);
    settle();
    assertEquals(acked, last.acked());
    assertEquals(sent, stack.counters().packetsSent(), "an answer to what is as if lost");
  }

  @Test
  void newConnectionsFirstSegment_isTaken_whenOthersHoldAllTheyMay() {
    idleOnes(20, 60_000);
    assertTrue(stack.budget().resetsIdleHolders());
    RawPeer late = open(0);
    readers.add(late.port());
    int sent = 0;
    while (sent < 50_000) { // a sender in slow start, whose reader reads
      int some = Math.min(50_000, sent + 1_000 + sent);
      late.send(sent, some);
      settle();
      assertEquals(some, late.acked(), "after " + sent);
      sent = some;
    }
  }

  @Test
  void largestHoldersThatDoNotMove_areResetAfter10s_untilEdgesMayMove() {
    RawPeer good = open(0);
    readers.add(good.port());
    List<RawPeer> small = idleOnes(5, 20_000);
    List<RawPeer> large = idleOnes(20, 60_000);
    int at = 0;
    for (int second = 0; second < 9; second++) {
      good.send(at, at + 5_000);
      at += 5_000;
      wait(1_000);
    }
    assertTrue(large.stream().noneMatch(RawPeer::wasReset), "before their time");
    wait(1_500);
    long gone = large.stream().filter(RawPeer::wasReset).count();
    assertEquals(gone, stack.budget().resets());
    assertTrue(gone > 0 && gone < 20, gone + " were reset");
    assertFalse(stack.budget().isScarce());
    assertTrue(small.stream().noneMatch(RawPeer::wasReset), "those that hold little");
    assertFalse(good.wasReset());
    assertEquals(at, good.acked());
    RawPeer victim = large.stream().filter(RawPeer::wasReset).findFirst().orElseThrow();
    TcpConnection connection = connections.get(victim.port());
    assertEquals(CloseReason.OUT_OF_MEMORY, connection.closeReason());
    assertEquals(0, connection.account().held());
  }

  @Test
  void holderOfWhichATenthIsRead_isNotReset() {
    List<RawPeer> slow = idleOnes(20, 60_000);
    for (int second = 0; second < 30; second++) {
      for (RawPeer peer : slow) {
        read(peer, 700);
      }
      wait(1_000);
    }
    assertTrue(slow.stream().noneMatch(RawPeer::wasReset));
  }

  @Test
  void fromSevenEighths_newConnectionsAreRefused_andServedAgainAfterwards() throws Exception {
    stack.changeMaxBytesHeld(64 * KB);
    List<RawPeer> idle = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      idle.add(peer());
    }
    assertTrue(stack.counters().memoryRefusals() > 0);
    assertTrue(stack.budget().held() <= 64 * KB);
    StackException refused =
        assertThrows(
            StackException.class,
            () -> stack.connect(ConnectRequest.to(IpAddress.of(PEERS), 9), nowNs));
    assertTrue(refused.getMessage().contains("raise maxBytesHeld"), refused.getMessage());
    for (RawPeer peer : idle) {
      if (peer.isOpen()) {
        peer.reset();
      }
    }
    settle();
    assertTrue(open(0).isOpen());
  }

  @Test
  void sendersAreHeldBackToo_andGoOnWhenAPeerTakes() {
    List<RawPeer> closed = new ArrayList<>();
    int taken = 0;
    for (int i = 0; i < 12; i++) {
      RawPeer peer = open(0);
      closed.add(peer);
      taken += write(peer, 256 * KB);
    }
    assertTrue(taken < LIMIT && taken > LIMIT / 2, taken + " bytes taken");
    assertTrue(stack.budget().held() <= LIMIT);
    for (int second = 0; second < 11; second++) {
      wait(1_000);
    }
    assertTrue(closed.stream().anyMatch(RawPeer::wasReset));
    RawPeer good = open(64_000);
    int offered = 0;
    for (int round = 0; round < 50; round++) {
      offered += write(good, 200_000 - offered);
      settle();
    }
    assertEquals(200_000, offered, "not all was taken, though the peer takes it");
    assertEquals(200_000, good.heard());
  }

  @Test
  void writeThatWasCut_isToldOfMemoryThatOthersGiveBack() {
    List<RawPeer> closed = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      closed.add(open(0));
      write(closed.get(i), 256 * KB);
    }
    RawPeer late = open(0);
    assertTrue(write(late, 256 * KB) < 256 * KB);
    settle();
    wasWritable.clear();
    closed.forEach(RawPeer::reset);
    settle();
    wait(300);
    assertTrue(wasWritable.contains(late.port()), "nobody told the writer");
  }

  @Test
  void smallAnswer_holdsASmallChunk() {
    RawPeer peer = open(0);
    write(peer, 100);
    assertTrue(stack.bytesHeld() <= 1_024, stack.bytesHeld() + " bytes for 100");
  }

  @Test
  void limitBelowWhatIsHeld_takesNothingBack() throws Exception {
    List<RawPeer> idle = idleOnes(5, 60_000);
    stack.changeMaxBytesHeld(64 * KB);
    settle();
    for (RawPeer peer : idle) {
      assertTrue(peer.isOpen());
      assertEquals(60_000, peer.acked());
    }
    assertThrows(IllegalArgumentException.class, () -> stack.changeMaxBytesHeld(1));
  }

  // --- the world

  private final Set<Integer> wasWritable = new HashSet<>();

  private List<RawPeer> idleOnes(int count, int bytes) {
    List<RawPeer> idle = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      RawPeer peer = open(0);
      peer.send(0, bytes);
      settle();
      idle.add(peer);
    }
    return idle;
  }

  private RawPeer open(int window) {
    RawPeer peer = peer(window);
    assertTrue(peer.isOpen(), "no connection");
    return peer;
  }

  private RawPeer peer() {
    return peer(0);
  }

  private RawPeer peer(int window) {
    int port = nextPort++;
    RawPeer peer =
        new RawPeer(
            PEERS, port, OURS, PORT, port, bytes -> stack.onPacket(bytes, 0, bytes.length, nowNs));
    peers.put(port, peer);
    peer.sack = permitsSack;
    peer.open(window);
    settle();
    return peer;
  }

  private int write(RawPeer peer, int length) {
    int taken = connections.get(peer.port()).write(new byte[length], 0, length, nowNs);
    settle();
    return taken;
  }

  private void wait(int ms) {
    for (int i = 0; i < ms; i += 50) {
      nowNs += 50 * MS;
      stack.onTick(nowNs);
      settle();
    }
  }

  private void settle() {
    boolean more;
    do {
      more = false;
      for (TcpConnection c; (c = stack.pollEvent()) != null; ) {
        onEvents(c, c.takeEvents());
        more = true;
      }
      for (int length; (length = stack.pollPacket(buffer, 0, nowNs)) > 0; ) {
        TestPacket p = TestPacket.decode(buffer, 0, length);
        peers.get(p.dstPort).hear(p);
        more = true;
      }
      for (int port : readers) {
        more |= read(peers.get(port), Integer.MAX_VALUE) > 0;
      }
    } while (more);
    assertTrue(stack.budget().held() <= stack.budget().limit() || stack.budget().limit() < LIMIT);
  }

  private void onEvents(TcpConnection connection, int events) {
    if ((events & TcpConnection.ACCEPTED) != 0) {
      connection.accept();
      connections.put(connection.remotePort(), connection);
    }
    if ((events & TcpConnection.WRITABLE) != 0) {
      wasWritable.add(connection.remotePort());
    }
  }

  private int read(RawPeer peer, int most) {
    TcpConnection connection = connections.get(peer.port());
    int from = read.getOrDefault(peer.port(), 0);
    int at = from;
    Slice slice;
    while (connection != null && (slice = connection.read(most - (at - from), nowNs)) != null) {
      assertTrue(
          TestBytes.mismatch(peer.port(), at, slice.bytes(), slice.offset(), slice.length()) < 0);
      at += slice.length();
    }
    read.put(peer.port(), at);
    return at - from;
  }

  private TcpInfo info(RawPeer peer) {
    return connections.get(peer.port()).info(nowNs);
  }
}
