package dev.jktcp.tcp;

import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.script.TestBytes;
import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.proof.sim.SimRandom;
import dev.jktcp.stack.ConnectRequest;
import dev.jktcp.stack.IpStack;
import dev.jktcp.stack.StackOptions;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A peer and a user who do anything at any time: segments with any flags and numbers near the
 * edges, any call in any state. Nothing may throw, spin or send a malformed packet; what is
 * delivered is the peer's stream; and once the user has closed and the peer is silent, time alone
 * brings every connection, timer and byte of memory to its end.
 */
class RandomPeerTest {
  private static final int SEEDS = 10_000;
  private static final int STEPS = 60;
  private static final int STREAM = 9;
  private static final int PORT = 80;
  private static final int PEER_PORT = 40_000;
  private static final byte[] OURS = {10, 0, 0, 1};
  private static final byte[] PEERS = {10, 0, 0, 2};

  private final byte[] buffer = new byte[1400];
  private SimRandom random;
  private IpStack stack;
  private TcpConnection connection;
  private final List<TcpConnection> forgotten = new ArrayList<>();
  private long nowNs;
  private int peerIsn;
  private long received;
  private int lastSeq; // of ours, behind what we sent last
  private int lastAck; // of ours: what we expect from the peer
  private int packets;

  @Test
  void anySequenceOfSegmentsAndCalls_isSurvivedAndEnds() throws Exception {
    for (int seed = 1; seed <= SEEDS; seed++) {
      try {
        live(seed);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e, e);
      }
    }
    assertTrue(packets > 10 * SEEDS, "only " + packets + " packets were ever sent");
  }

  private void live(long seed) throws Exception {
    random = new SimRandom(seed);
    nowNs = random.between(-1_000_000 * MS, 1_000_000 * MS);
    peerIsn = random.chance(0.3) ? -random.below(2_000) : (int) random.nextLong();
    received = 0;
    lastSeq = (int) random.nextLong();
    lastAck = peerIsn;
    connection = null;
    forgotten.clear();
    TcpProfile profile =
        random.oneOf(TcpProfile.STOP_AND_WAIT, TcpProfile.RELIABLE_LINK, TcpProfile.INTERNET);
    int receiveBuffer = random.oneOf(1, 500, 5_000, 100_000, 262_144);
    stack =
        new IpStack(
            new StackOptions()
                .addAddress(IpAddress.of(OURS))
                .profile(profile)
                .receiveBuffer(receiveBuffer)
                .sendBuffer(random.oneOf(1, 500, 5_000, 262_144)),
            seed,
            0);
    if (random.chance(0.5)) {
      connection =
          stack.connect(ConnectRequest.to(IpAddress.of(PEERS), PEER_PORT).fromPort(PORT), nowNs);
      forgotten.add(connection);
    } else {
      stack.listen(null, PORT, 2);
    }
    drain();
    for (int step = 0; step < STEPS; step++) {
      step();
      drain();
      long held = stack.bytesHeld();
      assertTrue(held <= 2L * (receiveBuffer + 262_144) + 65_536, held + " bytes held");
    }
    wither();
  }

  private void step() {
    switch (random.below(10)) {
      case 0 -> nowNs += random.oneOf(1L, 10L, 250L, 5_000L, 61_000L) * MS;
      case 1, 2 -> call();
      default -> {
        nowNs += random.below(3) * MS;
        deliver(segment());
      }
    }
    if (stack.nextDeadlineNs() - nowNs <= 0) {
      stack.onTick(nowNs);
    }
  }

  /** Mostly what a sane peer could send, in no sane order. */
  private TestPacket segment() {
    TestPacket p = new TestPacket();
    p.src = PEERS;
    p.dst = OURS;
    p.srcPort = PEER_PORT;
    p.dstPort = PORT;
    p.flags =
        switch (random.below(12)) {
          case 0 -> TestPacket.SYN;
          case 1 -> TestPacket.SYN | TestPacket.ACK;
          case 2 -> TestPacket.FIN | TestPacket.ACK;
          case 3 -> TestPacket.RST;
          case 4 -> random.below(256);
          default -> TestPacket.ACK;
        };
    boolean opening = p.has(TestPacket.SYN) || lastAck == peerIsn;
    p.seq = opening ? peerIsn : lastAck;
    if (isSynchronized() && random.chance(0.3)) { // a SYN that opens sets the numbers of the stream
      p.seq += random.oneOf(-1, 1, -500, 500, 70_000, random.below(Integer.MAX_VALUE));
    }
    p.ack = lastSeq;
    if (random.chance(0.2)) {
      p.ack += random.oneOf(-1, 1, -500, 500, -70_000, random.below(Integer.MAX_VALUE));
    }
    p.window = random.oneOf(0, 1, 500, 5_000, 65_535);
    p.urgentPointer = p.has(TestPacket.URG) ? random.below(65_536) : 0;
    if (p.has(TestPacket.SYN) && random.chance(0.7)) {
      p.options = TestPacket.parseOptions(random.oneOf("mss 1000", "mss 1", "mss 0,wscale 14"));
    }
    int length = p.has(TestPacket.SYN) || random.chance(0.4) ? 0 : random.oneOf(1, 500, 1_300);
    int offset = p.seq - peerIsn - 1;
    p.payload = TestBytes.of(STREAM, offset, length);
    return p;
  }

  private boolean isSynchronized() {
    return connection != null
        && connection.closeReason() == null
        && connection.state() != TcpState.SYN_SENT;
  }

  private void call() {
    if (connection == null) {
      return;
    }
    switch (random.below(8)) {
      case 0, 1, 2 -> {
        byte[] bytes = new byte[random.oneOf(1, 500, 20_000)];
        connection.write(bytes, 0, bytes.length, nowNs);
      }
      case 3, 4 -> read(random.oneOf(1, 500, Integer.MAX_VALUE));
      case 5 -> connection.end();
      case 6 -> {
        if (random.chance(0.3)) {
          connection.close(nowNs);
        }
      }
      default -> {
        if (random.chance(0.1)) {
          connection.reset();
        }
      }
    }
  }

  private void read(int most) {
    Slice s = connection.read(most, nowNs);
    if (s != null) {
      assertEquals(
          -1,
          TestBytes.mismatch(STREAM, received, s.bytes(), s.offset(), s.length()),
          "wrong byte");
      received += s.length();
    }
  }

  private void deliver(TestPacket p) {
    byte[] bytes = p.encode();
    stack.onPacket(bytes, 0, bytes.length, nowNs);
  }

  private void drain() {
    for (TcpConnection c; (c = stack.pollEvent()) != null; ) {
      int events = c.takeEvents();
      if ((events & TcpConnection.ACCEPTED) != 0) {
        c.accept();
        if (connection != null && connection.closeReason() != null) {
          connection.leave(nowNs); // what it left is read by nobody
        }
        forgotten.add(c);
        connection = c;
        received = 0;
      }
    }
    int count = 0;
    for (int length; (length = stack.pollPacket(buffer, 0, nowNs)) > 0; packets++) {
      assertTrue(++count < 20_000, "sends without end");
      TestPacket p = TestPacket.decode(buffer, 0, length);
      if (!p.has(TestPacket.RST)) {
        lastSeq = p.seq + p.segmentLength();
        lastAck = p.has(TestPacket.ACK) ? p.ack : lastAck;
      }
    }
  }

  /** The user closes, the peer is gone: time must bring everything to its end. */
  private void wither() {
    if (connection != null) {
      connection.close(nowNs);
      drain();
    }
    int ticks = 0;
    while (stack.nextDeadlineNs() != IpStack.NONE) {
      assertTrue(++ticks < 1_000, "ticks without end");
      nowNs = Math.max(nowNs, stack.nextDeadlineNs());
      stack.onTick(nowNs);
      drain();
    }
    assertEquals(0, stack.connections(), "connections left without a timer");
    assertEquals(0, stack.timeWaits());
    forgotten.forEach(each -> each.leave(nowNs));
    assertEquals(0, stack.bytesHeld());
    assertEquals(0, stack.budget().held());
  }
}
