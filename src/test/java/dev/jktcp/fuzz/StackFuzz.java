package dev.jktcp.fuzz;

import dev.jktcp.script.TestBytes;
import dev.jktcp.script.TestPacket;
import dev.jktcp.stack.IpStack;
import dev.jktcp.stack.StackException;
import dev.jktcp.stack.StackOptions;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import java.util.Arrays;

/**
 * A stack with one peer and one user, who do what the input says: segments near the window, calls,
 * ticks and steps of time. Nothing throws or is malformed; what is delivered is the peer's stream;
 * the right edge stays; memory is bounded; at the end nothing is left, timers neither; and twice
 * the same input gives the same packets and events at the same times.
 */
public final class StackFuzz {
  private static final int STEPS = 120;
  private static final long MS = 1_000_000;
  private static final int STREAM = 9;
  private static final int PORT = 80;
  private static final int PEER_PORT = 40_000;
  private static final int[] BUFFERS = {1, 500, 5_000, 100_000, 262_144};
  private static final int[] WAITS_MS = {1, 10, 250, 1_000, 5_000, 61_000, 7_200_000};
  private static final byte[] V6_OURS = {(byte) 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  private static final byte[] V6_PEERS = {(byte) 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
  private static final int SLACK = 64 * 1024; // a chunk or two

  private final Draws draws;
  private final byte[] buffer = new byte[1400];
  private final byte[] ours;
  private final byte[] peers;
  private final IpStack stack;
  private final int receiveBuffer;
  private final int sendBuffer;
  private final int peerIsn;
  private TcpConnection connection;
  private long nowNs;
  private long received;
  private int lastSeq; // of ours, behind what we sent last
  private int lastAck; // of ours: what we expect from the peer
  private boolean edgeKnown;
  private int edge; // right edge of what we offered
  private int shift; // an upper bound for the scale of our windows: what we put in our SYN
  private long transcript;

  private StackFuzz(byte[] data) throws StackException {
    draws = new Draws(data);
    int setup = draws.octet();
    boolean v6 = (setup & 1) != 0;
    ours = v6 ? V6_OURS : new byte[] {10, 0, 0, 1};
    peers = v6 ? V6_PEERS : new byte[] {10, 0, 0, 2};
    receiveBuffer = BUFFERS[draws.below(BUFFERS.length)];
    sendBuffer = BUFFERS[draws.below(BUFFERS.length)];
    TcpProfile profile =
        switch (setup >> 1 & 3) {
          case 0 -> TcpProfile.STOP_AND_WAIT;
          case 1 -> TcpProfile.RELIABLE_LINK;
          default -> TcpProfile.INTERNET;
        };
    stack =
        new IpStack(
            new StackOptions()
                .addAddress(address(ours))
                .profile(profile)
                .receiveBuffer(receiveBuffer)
                .sendBuffer(sendBuffer),
            7,
            11);
    peerIsn = (setup & 8) != 0 ? -600 : 1_000_000;
    lastAck = peerIsn;
    if ((setup & 16) != 0) {
      connection = stack.connect(null, PORT, address(peers), PEER_PORT, null, nowNs);
    } else {
      stack.listen(null, PORT, 2);
    }
  }

  public static void fuzzerTestOneInput(byte[] data) throws StackException {
    long once = new StackFuzz(data).run();
    Checks.that(new StackFuzz(data).run() == once, "another transcript at the second time");
  }

  private static IpAddress address(byte[] bytes) {
    return bytes.length == 16 ? IpAddress.v6(bytes, 0) : IpAddress.v4(bytes, 0);
  }

  private long run() {
    drain();
    for (int step = 0; step < STEPS && draws.hasMore(); step++) {
      step();
      drain();
      long held = stack.bytesHeld();
      Checks.that(held <= 2L * (receiveBuffer + sendBuffer) + SLACK, held + " bytes held");
    }
    wither();
    return transcript;
  }

  private void step() {
    switch (draws.below(10)) {
      case 0 -> nowNs += draws.oneOf(WAITS_MS) * MS;
      case 1 -> nowNs = Math.max(nowNs, onTime());
      case 2, 3 -> call();
      default -> {
        byte[] bytes = segment().encode();
        stack.onPacket(bytes, 0, bytes.length, nowNs);
      }
    }
    if (stack.nextDeadlineNs() - nowNs <= 0) {
      stack.onTick(nowNs);
    }
  }

  private long onTime() {
    long deadline = stack.nextDeadlineNs();
    return deadline == IpStack.NONE ? nowNs : deadline;
  }

  private TestPacket segment() {
    TestPacket p = new TestPacket();
    p.src = peers;
    p.dst = ours;
    p.srcPort = PEER_PORT;
    p.dstPort = PORT;
    p.flags =
        switch (draws.below(8)) {
          case 0 -> TestPacket.SYN;
          case 1 -> TestPacket.SYN | TestPacket.ACK;
          case 2 -> TestPacket.FIN | TestPacket.ACK;
          case 3 -> TestPacket.RST;
          case 4 -> draws.octet();
          default -> TestPacket.ACK;
        };
    boolean opening = p.has(TestPacket.SYN) || lastAck == peerIsn;
    p.seq = opening ? peerIsn : lastAck;
    int seq = numbers();
    if (isSynchronized()) { // a SYN that opens sets the numbers of the stream
      p.seq += seq;
    }
    p.ack = lastSeq + numbers();
    p.window = draws.oneOf(65_535, 0, 1, 500, 5_000);
    p.urgentPointer = p.has(TestPacket.URG) ? draws.sixteen() : 0;
    p.options = options(p.has(TestPacket.SYN));
    int length = p.has(TestPacket.SYN) ? 0 : draws.oneOf(0, 0, 1, 100, 500, 1_300);
    p.payload = TestBytes.of(STREAM, p.seq - peerIsn - 1, length);
    return p;
  }

  /** How far beside the expected number: mostly not at all. */
  private int numbers() {
    int near = draws.octet();
    return switch (near >> 5) {
      case 0, 1, 2, 3 -> 0;
      case 4 -> (near & 31) - 16;
      case 5 -> ((near & 31) - 16) * 100;
      case 6 -> (edge - lastAck) + (near & 31) - 16;
      default -> draws.thirtyTwo();
    };
  }

  private byte[] options(boolean syn) {
    return switch (draws.below(8)) {
      case 0 -> TestPacket.parseOptions(syn ? "mss 1000,wscale 3" : "nop,nop,TS 1 2");
      case 1 -> TestPacket.parseOptions("mss 1,wscale 14,sackOK,TS 5 0");
      case 2 -> TestPacket.parseOptions("mss 0");
      case 3 -> draws.octets(draws.below(41));
      default -> new byte[0];
    };
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
    switch (draws.below(10)) {
      case 0, 1, 2 -> {
        byte[] bytes = new byte[draws.oneOf(1, 500, 1_360, 20_000)];
        connection.write(bytes, 0, bytes.length, nowNs);
      }
      case 3, 4, 5 -> read(draws.oneOf(1, 500, Integer.MAX_VALUE));
      case 6 -> connection.markUrgent(nowNs);
      case 7 -> connection.end(nowNs);
      case 8 -> connection.close(nowNs);
      default -> connection.reset(nowNs);
    }
  }

  private void read(int most) {
    Slice s = connection.read(most, nowNs);
    if (s != null) {
      Checks.that(
          TestBytes.mismatch(STREAM, received, s.bytes(), s.offset(), s.length()) < 0,
          "another octet than the peer's at " + received);
      received += s.length();
      note(received);
    }
  }

  private void drain() {
    for (TcpConnection c; (c = stack.pollEvent()) != null; ) {
      int events = c.takeEvents();
      note(events);
      if ((events & TcpConnection.ACCEPTED) != 0) {
        c.accept();
        connection = c;
        received = 0;
      }
      if (c.closeReason() != null) {
        Checks.that(!c.hasDeadline(), "a timer after close");
        note(c.closeReason().ordinal());
      }
    }
    int count = 0;
    for (int length; (length = stack.pollPacket(buffer, 0, nowNs)) > 0; ) {
      Checks.that(++count < 20_000, "sends without end");
      note(Arrays.hashCode(Arrays.copyOf(buffer, length)));
      onSent(TestPacket.decode(buffer, 0, length));
    }
  }

  private void onSent(TestPacket p) {
    if (p.has(TestPacket.RST) || !Arrays.equals(p.dst, peers)) {
      return;
    }
    lastSeq = p.seq + p.segmentLength();
    lastAck = p.has(TestPacket.ACK) ? p.ack : lastAck;
    boolean lives = connection != null && connection.closeReason() == null;
    if (p.has(TestPacket.SYN)) {
      shift = Math.max(0, p.option("wscale"));
    }
    if (p.has(TestPacket.SYN) || !lives || connection.finReceived()) {
      edgeKnown = false; // other numbers, or a FIN in them
      return;
    }
    boolean scaled = connection.info(nowNs).receiveWindow() != p.window;
    int offered = p.ack + (p.window << (scaled ? shift : 0));
    // RFC 7323 §2.4: what scaling cannot express may round the edge back, by less than its unit.
    Checks.that(
        !edgeKnown || offered - edge > -(1 << shift),
        "the right edge went back from " + edge + " to " + offered);
    edge = edgeKnown && edge - offered > 0 ? edge : offered;
    edgeKnown = true;
  }

  private void note(long what) {
    transcript = (transcript * 31 + what) * 31 + nowNs;
  }

  /** The user closes, the peer is gone: time must bring everything to its end. */
  private void wither() {
    if (connection != null) {
      connection.close(nowNs);
      drain();
    }
    int ticks = 0;
    while (stack.nextDeadlineNs() != IpStack.NONE) {
      Checks.that(++ticks < 1_000, "ticks without end");
      nowNs = Math.max(nowNs, stack.nextDeadlineNs());
      stack.onTick(nowNs);
      drain();
    }
    Checks.that(stack.connections() == 0, "connections left without a timer");
    Checks.that(stack.timeWaits() == 0, "TIME-WAIT left");
    Checks.that(stack.bytesHeld() == 0, stack.bytesHeld() + " bytes left");
  }
}
