package dev.jktcp.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.script.TestBytes;
import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.proof.sim.SimRandom;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.DropReason;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A million hostile packets thrown at both ends of two transfers (one on IPv4, one on IPv6) while
 * they run. A third is random, a third copies live packets with one bit flipped, a third has good
 * checksums and a live 4-tuple but lies outside the window or wears odd flags. Each transfer must
 * stay byte-exact in both directions and end in order.
 */
@Timeout(300)
class HostilePacketsTest {
  private static final int HOSTILE = 1_000_000;
  private static final int HOSTILE_A_DATA_PACKET = 40;
  private static final long STEP_NS = 100_000;
  private static final int REMEMBERED = 64;
  private static final byte[] NEXT_HEADERS = {6, 6, 6, 0, 17, 43, 44, 50, 58, 59, 60};
  private static final byte[] PROTOCOLS = {6, 6, 6, 1, 17, 47};

  private final SimRandom random = new SimRandom(20_261_122);
  private final List<End> ends = new ArrayList<>();
  private final byte[][] recent = new byte[REMEMBERED][];
  private final End[] recentTarget = new End[REMEMBERED];
  private final byte[] buffer = new byte[1400];
  private long nowNs;
  private int live;
  private int hostile;

  /** One of the two stacks. */
  private static final class Host {
    final IpStack stack;
    final Deque<byte[]> inbox = new ArrayDeque<>();
    final List<End> ends = new ArrayList<>();

    Host(String v4, String v6, TcpTuning tuning, long entropy) {
      stack =
          new IpStack(
              new StackOptions()
                  .addAddress(IpAddress.parse(v4))
                  .addAddress(IpAddress.parse(v6))
                  .profile(TcpProfile.RELIABLE_LINK)
                  .tuning(tuning),
              entropy,
              0);
    }
  }

  /** One end of one transfer. */
  private static final class End {
    final Host host;
    final TcpConnection connection;
    final int stream;
    End other;
    long written;
    long received;

    End(Host host, TcpConnection connection, int stream) {
      this.host = host;
      this.connection = connection;
      this.stream = stream;
    }
  }

  @Test
  void aMillionHostilePackets_leaveTransfersExact() throws Exception {
    TcpTuning strict = TcpTuning.DEFAULT.withRequireTimestamps(true);
    Host a = new Host("10.0.0.1", "fd00::1", TcpTuning.DEFAULT, 1);
    Host b = new Host("10.0.0.2", "fd00::2", strict, 2);
    b.stack.listen(null, 80, 0);
    open(a, b, "10.0.0.2", 1);
    open(a, b, "fd00::2", 3);
    while (hostile < HOSTILE) {
      step(a, b, true);
    }
    for (End end : ends) {
      assertNull(end.connection.closeReason());
      assertTrue(end.received > 1_000_000, "only " + end.received + " bytes got through");
      end.connection.end();
    }
    for (int i = 0; i < 100_000 && a.stack.connections() + b.stack.connections() > 0; i++) {
      step(a, b, false);
    }
    for (End end : ends) {
      assertEquals(CloseReason.CLOSED, end.connection.closeReason());
      assertEquals(end.other.written, end.received);
    }
    assertEquals(0, a.stack.connections() + b.stack.connections());
    assertEquals(0, a.stack.bytesHeld() + b.stack.bytesHeld());
    long received = a.stack.counters().packetsReceived() + b.stack.counters().packetsReceived();
    assertEquals(live + hostile, received);
    for (DropReason reason : DropReason.values()) {
      if (reason != DropReason.ICMP && reason != DropReason.BAD_ICMP) {
        assertTrue(
            a.stack.counters().dropped(reason) + b.stack.counters().dropped(reason) > 0,
            "never seen: " + reason);
      }
    }
  }

  private void open(Host a, Host b, String remote, int stream) throws StackException {
    TcpConnection client = a.stack.connect(ConnectRequest.to(IpAddress.parse(remote), 80), nowNs);
    TcpConnection server = null;
    for (int i = 0; i < 10; i++) {
      nowNs += STEP_NS;
      exchange(a, b);
      exchange(b, a);
      for (TcpConnection c; (c = b.stack.pollEvent()) != null; ) {
        if ((c.takeEvents() & TcpConnection.ACCEPTED) != 0) {
          c.accept();
          server = c;
        }
      }
    }
    End up = new End(a, client, stream);
    End down = new End(b, server, stream + 1);
    up.other = down;
    down.other = up;
    a.ends.add(up);
    b.ends.add(down);
    ends.addAll(List.of(up, down));
  }

  private void exchange(Host from, Host to) {
    for (int length; (length = from.stack.pollPacket(buffer, 0, nowNs)) > 0; ) {
      to.stack.onPacket(buffer, 0, length, nowNs);
      live++;
    }
  }

  /** A round: both hosts work, what they sent before arrives, hostile packets in between. */
  private void step(Host a, Host b, boolean writing) {
    nowNs += STEP_NS;
    for (Host host : List.of(a, b)) {
      Host peer = host == a ? b : a;
      int arriving = host.inbox.size();
      for (int i = 0; i < arriving; i++) {
        byte[] packet = host.inbox.poll();
        host.stack.onPacket(packet, 0, packet.length, nowNs);
        live++;
        if (writing && packet.length > 500) {
          attack(host);
        }
        turn(host, peer, writing);
      }
      if (host.stack.nextDeadlineNs() - nowNs <= 0) {
        host.stack.onTick(nowNs);
      }
      turn(host, peer, writing);
    }
  }

  private void turn(Host host, Host peer, boolean writing) {
    while (host.stack.pollEvent() != null) {
      continue;
    }
    for (End end : host.ends) {
      for (Slice s; (s = end.connection.read(Integer.MAX_VALUE, nowNs)) != null; ) {
        int wrong =
            TestBytes.mismatch(end.other.stream, end.received, s.bytes(), s.offset(), s.length());
        assertEquals(-1, wrong, "wrong byte near offset " + end.received);
        end.received += s.length();
        assertTrue(end.received <= end.other.written, "more received than was sent");
      }
      if (writing && end.connection.sendQueued() < 20_000) {
        byte[] bytes = TestBytes.of(end.stream, end.written, 10_000);
        end.written += end.connection.write(bytes, 0, bytes.length, nowNs);
      }
    }
    for (int length; (length = host.stack.pollPacket(buffer, 0, nowNs)) > 0; ) {
      byte[] packet = Arrays.copyOf(buffer, length);
      End target = targetOf(packet, peer);
      if (target != null) { // the rest answers forged senders
        peer.inbox.add(packet);
        int slot = random.below(REMEMBERED);
        recent[slot] = packet;
        recentTarget[slot] = target;
      }
    }
  }

  private static End targetOf(byte[] packet, Host peer) {
    boolean v6 = packet[0] >> 4 == 6;
    if (packet[v6 ? 6 : 9] != 6) {
      return null; // an ICMP error about noise that was a UDP datagram by chance
    }
    TestPacket p = TestPacket.decode(packet, 0, packet.length);
    for (End end : peer.ends) {
      if (p.dstPort == end.connection.localPort()
          && p.srcPort == end.connection.remotePort()
          && Arrays.equals(p.dst, end.connection.localAddress().toBytes())
          && Arrays.equals(p.src, end.connection.remoteAddress().toBytes())) {
        return end;
      }
    }
    return null;
  }

  private void attack(Host host) {
    for (int i = 0; i < HOSTILE_A_DATA_PACKET; i++) {
      byte[] packet =
          switch (hostile % 3) {
            case 0 -> randomPacket(host);
            case 1 -> flippedCopy(host);
            default -> forgery(host.ends.get(random.below(host.ends.size())));
          };
      host.stack.onPacket(packet, 0, packet.length, nowNs);
      hostile++;
    }
  }

  /** Noise; most of it dressed up as far as a right version, addresses or checksums. */
  private byte[] randomPacket(Host host) {
    byte[] p = new byte[random.below(random.chance(0.5) ? 120 : 1_500)];
    for (int i = 0; i < p.length; i++) {
      p[i] = (byte) random.nextLong();
    }
    int dress = random.below(8);
    if (dress == 0 || p.length < 60) {
      return p;
    }
    boolean v6 = random.chance(0.5);
    byte[] ours = host.ends.get(v6 ? 1 : 0).connection.localAddress().toBytes();
    if (v6) {
      p[0] = (byte) (0x60 | p[0] & 15);
      TestPacket.put16(p, 4, p.length - 40);
      p[6] = NEXT_HEADERS[random.below(NEXT_HEADERS.length)];
      p[8] &= 0x7f; // not multicast
      if (dress < 6) {
        System.arraycopy(ours, 0, p, 24, 16);
      } else if (dress == 6) {
        p[24] = (byte) 0xff;
      }
    } else {
      p[0] = 0x45;
      TestPacket.put16(p, 2, p.length);
      TestPacket.put16(p, 6, random.chance(0.8) ? 0x4000 : random.below(65_536));
      p[9] = PROTOCOLS[random.below(PROTOCOLS.length)];
      p[12] &= 0x7f;
      if (dress < 6) {
        System.arraycopy(ours, 0, p, 16, 4);
      } else if (dress == 6) {
        p[16] = (byte) 0xe0;
      }
    }
    if (dress == 1) {
      return p; // without checksums
    }
    TestPacket.fixChecksums(p);
    return p;
  }

  private byte[] flippedCopy(Host host) {
    for (int i = 0; i < REMEMBERED; i++) {
      int slot = random.below(REMEMBERED);
      if (recent[slot] != null && recentTarget[slot].host == host) {
        byte[] copy = recent[slot].clone();
        int bit = random.below(copy.length * 8);
        copy[bit >> 3] ^= (byte) (1 << (bit & 7));
        return copy;
      }
    }
    return randomPacket(host);
  }

  /** Right addresses, ports and checksums; the window or the flags are what is wrong. */
  private byte[] forgery(End target) {
    TcpConnection c = target.connection;
    TestPacket p = new TestPacket();
    p.src = c.remoteAddress().toBytes();
    p.dst = c.localAddress().toBytes();
    p.srcPort = c.remotePort();
    p.dstPort = c.localPort();
    p.window = random.below(65_536);
    p.urgentPointer = random.below(65_536);
    int window = c.info(nowNs).receiveWindow();
    if (random.chance(0.1)) {
      p.options = new byte[random.below(11) * 4];
      for (int i = 0; i < p.options.length; i++) {
        p.options[i] = (byte) random.nextLong();
      }
    }
    p.payload = new byte[random.chance(0.5) ? 0 : random.below(1_000)];
    p.ack = c.sndNxt();
    p.flags = random.below(256);
    if (random.chance(0.02)) { // LAND
      p.src = p.dst;
    } else if (random.chance(0.02)) {
      p.srcPort = 0;
    }
    switch (random.below(6)) {
      case 0 -> // beyond the window, any flags
          p.seq = c.rcvNxt() + window + random.below(1 << 29);
      case 1 -> // wholly before it
          p.seq = c.rcvNxt() - 2_000 - random.below(1 << 29);
      case 2 -> { // within it, but of data that we never sent
        p.seq = c.rcvNxt() + random.below(window + 1);
        p.ack = c.sndNxt() + 1 + random.below(1 << 30);
        p.flags = TestPacket.ACK | p.flags & (TestPacket.FIN | TestPacket.PSH | TestPacket.URG);
      }
      case 3 -> { // within it, without ACK
        p.seq = c.rcvNxt() + random.below(window + 1);
        p.flags &= ~(TestPacket.ACK | TestPacket.RST);
      }
      case 4 -> { // a SYN within it
        p.seq = c.rcvNxt() + random.below(window + 1);
        p.flags = TestPacket.SYN | p.flags & ~TestPacket.RST;
      }
      default -> { // an RST anywhere but at the exact number
        p.seq = c.rcvNxt() + 1 + random.below(1 << 30);
        p.flags |= TestPacket.RST;
      }
    }
    if (random.chance(0.02)) { // from another port: it comes to the listener
      p.srcPort ^= 1 << random.below(10);
      p.flags |= TestPacket.SYN | TestPacket.FIN;
    }
    return p.encode();
  }
}
