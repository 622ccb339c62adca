package dev.jktcp.stack;

import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.script.IcmpErrors;
import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.proof.sim.SimRandom;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.Ecn;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A whole stack, with options drawn between their least and their most, against a peer who answers
 * its packets with everything: options that lie, fragments that overlap, ICMP errors, datagrams;
 * and a user who makes any call at any time, while the transport comes and goes, its MTU, the
 * addresses and the memory limit change, and time leaps. Nothing may throw, spin or send a packet
 * above the MTU, and once all is closed, time alone brings every byte of memory back.
 */
@Timeout(300)
class HostileWorldTest {
  private static final int SEEDS = Integer.getInteger("worlds", 1_500);
  private static final int FIRST = Integer.getInteger("first", 1);
  private static final int STEPS = 150;
  private static final String[] OURS = {"10.0.0.1", "fd00::1"};
  private static final String[] THEIRS = {"10.0.0.2", "fd00::2"};
  private static final String[] CONTROLS = {
    "cubic",
    "new-reno",
    "tolerant-reno",
    "bbr",
    "bbr-ignoring-loss",
    "stop-and-wait",
    "fixed-window:1",
    "fixed-window:5000",
    "fixed-window:999999999"
  };
  private static final long LEAST_BYTES_HELD = 64 * 1024;
  private static final long DAY = 86_400_000 * MS;

  private final byte[] buffer = new byte[65_535];
  private final List<TestPacket> recent = new ArrayList<>();
  private final List<byte[]> raw = new ArrayList<>();
  private final List<TcpConnection> connections = new ArrayList<>();
  private final List<TcpListener> listeners = new ArrayList<>();
  private final List<UdpPort> ports = new ArrayList<>();
  private final List<Ping> pings = new ArrayList<>();
  private SimRandom random;
  private IpStack stack;
  private long nowNs;
  private int packets;
  private boolean withering;
  private String last = "";

  @Test
  void anyWorld_isSurvivedAndEnds() throws Exception {
    for (int seed = FIRST; seed < FIRST + SEEDS; seed++) {
      try {
        live(seed);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + " after " + last + ": " + e, e);
      }
    }
    assertTrue(packets > 10 * SEEDS, "only " + packets + " packets were ever sent");
  }

  private void live(long seed) throws Exception {
    random = new SimRandom(seed);
    nowNs = random.between(-1_000_000 * MS, 1_000_000 * MS);
    withering = false;
    recent.clear();
    raw.clear();
    connections.clear();
    listeners.clear();
    ports.clear();
    pings.clear();
    stack = new IpStack(options(), seed, 7);
    for (int step = 0; step < STEPS; step++) {
      step();
      drain();
    }
    wither();
  }

  private StackOptions options() {
    StackOptions o = new StackOptions();
    boolean v4 = random.chance(0.8);
    boolean v6 = !v4 || random.chance(0.8);
    if (v4) {
      o.addAddress(IpAddress.parse(OURS[0]));
    }
    if (v6) {
      o.addAddress(IpAddress.parse(OURS[1]));
    }
    o.mtu(
        v6 ? random.oneOf(1280, 1500, 9000, 65_535) : random.oneOf(68, 69, 88, 576, 1500, 65_535));
    o.receiveMtu(random.oneOf(0, o.mtu(), 65_535));
    o.profile(profile());
    o.sendBuffer(random.oneOf(1, 3, 500, 65_536, 1 << 20));
    o.receiveBuffer(random.oneOf(1, 3, 500, 65_536, 1 << 20));
    o.maxSendBuffer(random.oneOf(0, 1, 65_536, 1 << 22));
    o.maxReceiveBuffer(random.oneOf(0, 1, 65_536, 1 << 22, 1 << 30));
    int first = random.oneOf(1024, 49_152, 65_535);
    o.localPorts(first, Math.min(65_535, first + random.oneOf(0, 1, 5, 16_000)));
    o.maxConnections(random.oneOf(1, 2, 5, 1000));
    o.maxTimeWait(random.oneOf(0, 1, 3, 16_384));
    o.backlog(random.oneOf(1, 2, 128));
    o.maxHalfOpen(random.oneOf(0, 1, 2, 1024));
    o.timeWaitNs(random.oneOf(0L, 1L, 1_000 * MS, 60_000 * MS, 365 * DAY));
    o.finWait2Ns(random.oneOf(1L, 1_000 * MS, 60_000 * MS, 365 * DAY));
    o.orphanNs(random.oneOf(1L, 1_000 * MS, 60_000 * MS, 365 * DAY));
    o.acksPerSecond(random.oneOf(1, 10, 1000));
    o.resetsPerSecond(random.oneOf(0, 1, 1000));
    o.replyQueue(random.oneOf(1, 2, 64));
    o.cookieQueue(random.oneOf(1, 2, 64));
    o.pathMtuProbing(random.chance(0.5));
    o.maxPaths(random.oneOf(1, 2, 1024));
    o.pathMtuNs(random.oneOf(1_000 * MS, 600_000 * MS, 365 * DAY));
    o.idleBufferBytes(random.oneOf(0, 1, 8192, 1 << 20));
    o.maxBytesHeld(
        random.chance(0.5) ? LEAST_BYTES_HELD : random.oneOf(300_000L, 1L << 24, Long.MAX_VALUE));
    o.tuning(tuning());
    o.fastPath(random.chance(0.5));
    o.idleLookNs(random.oneOf(1L, MS, 1_000 * MS, 100 * DAY));
    o.maxUdpPorts(random.oneOf(0, 1, 100));
    o.udpSendBuffer(random.oneOf(1, 500, 262_144));
    o.udpReceiveBuffer(random.oneOf(1, 500, 262_144));
    o.maxReassemblies(random.oneOf(0, 1, 2, 64));
    o.maxReassemblyBytes(random.oneOf(1, 5000, 1 << 20));
    o.reassemblyNs(random.oneOf(1L, 1_000 * MS, 60_000 * MS));
    o.maxPings(random.oneOf(0, 1, 100));
    return o;
  }

  private TcpProfile profile() {
    TcpProfile base =
        random.oneOf(TcpProfile.STOP_AND_WAIT, TcpProfile.RELIABLE_LINK, TcpProfile.INTERNET);
    if (random.chance(0.3)) {
      return base;
    }
    return base.with(
        p -> {
          if (base != TcpProfile.STOP_AND_WAIT || random.chance(0.1)) {
            p.congestionControl(CongestionControl.named(random.oneOf(CONTROLS)));
          }
          p.timestamps(random.chance(0.7));
          p.ecn(random.oneOf(Ecn.values()));
          boolean sack = base != TcpProfile.STOP_AND_WAIT && random.chance(0.8);
          p.sack(sack).rack(sack && random.chance(0.8));
        });
  }

  private TcpTuning tuning() {
    if (random.chance(0.5)) {
      return TcpTuning.DEFAULT;
    }
    return TcpTuning.DEFAULT.with(
        t ->
            t.noDelay(random.chance(0.5))
                .keepAlive(random.chance(0.5))
                .keepAliveAfter(Duration.ofSeconds(random.oneOf(1, 60, 3600)))
                .keepAliveRetry(time())
                .keepAliveProbes(random.oneOf(2, 9, Integer.MAX_VALUE))
                .userTimeout(random.chance(0.5) ? Duration.ZERO : time())
                .connectTimeout(random.chance(0.5) ? Duration.ZERO : time())
                .ttl(random.oneOf(1, 64, 255))
                .trafficClass(random.oneOf(0, 3, 255))
                .maxSegment(random.oneOf(0, 88, 536, 65_535))
                .linger(random.chance(0.5) ? Duration.ZERO : time())
                .requireTimestamps(random.chance(0.5)));
  }

  private Duration time() {
    return Duration.ofNanos(random.oneOf(1L, MS, 1_000 * MS, 60_000 * MS, 3_600_000 * MS));
  }

  // --- steps

  private void step() throws Exception {
    switch (random.below(20)) {
      case 0 -> leap();
      case 1, 2, 3 -> user();
      case 4, 5 -> call();
      case 6 -> change();
      default -> {
        nowNs += random.below(3) * MS;
        peer();
      }
    }
    if (stack.nextDeadlineNs() != IpStack.NONE
        && stack.nextDeadlineNs() - nowNs <= 0
        && random.chance(0.8)) {
      last += " tick";
      stack.onTick(nowNs);
    }
  }

  private void leap() {
    long ns = random.oneOf(1L, MS, 250 * MS, 5_000 * MS, 61_000 * MS, 25 * DAY);
    last = "leap " + ns;
    if (random.chance(0.5)) { // ticked through, as a live loop does
      long until = nowNs + ns;
      for (int i = 0; i < 300 && stack.nextDeadlineNs() != IpStack.NONE; i++) {
        if (stack.nextDeadlineNs() - until > 0) {
          break;
        }
        nowNs = Math.max(nowNs, stack.nextDeadlineNs());
        stack.onTick(nowNs);
        drain();
      }
      nowNs = Math.max(nowNs, until);
    } else {
      nowNs += ns;
    }
  }

  private void change() {
    int what = random.below(8);
    last = "change " + what;
    try {
      switch (what) {
        case 0 -> stack.changeMtu(random.oneOf(68, 576, 1280, 1500, 65_535));
        case 1 ->
            stack.changeMtu(random.oneOf(68, 1280, 65_535), random.oneOf(0, 68, 1280, 65_535));
        case 2 -> {
          List<IpAddress> to = new ArrayList<>();
          for (String each : OURS) {
            if (random.chance(0.7)) {
              to.add(IpAddress.parse(each));
            }
          }
          stack.changeAddresses(to);
        }
        case 3 -> stack.changeMaxBytesHeld(random.oneOf(LEAST_BYTES_HELD, 1L << 20, 1L << 40));
        case 4, 5 -> stack.onAway(random.oneOf(0L, 1L, 1_000 * MS, 365 * DAY), nowNs);
        default -> {
          if (stack.isAway()) {
            stack.onBack(nowNs);
          }
        }
      }
    } catch (IllegalArgumentException refused) {
      last += " refused";
    }
  }

  private void user() {
    int what = random.below(8);
    last = "user " + what;
    try {
      int family = random.below(2);
      switch (what) {
        case 0, 1 -> {
          boolean self = random.chance(0.2);
          ConnectRequest r =
              ConnectRequest.to(
                  IpAddress.parse((self ? OURS : THEIRS)[family]), random.oneOf(80, 81));
          if (random.chance(0.3)) {
            r.profile(profile());
          }
          if (random.chance(0.3)) {
            r.tuning(tuning());
          }
          if (random.chance(0.3)) {
            r.receiveBuffer(random.oneOf(1, 500, 1 << 20));
          }
          connections.add(stack.connect(r, nowNs));
        }
        case 2 ->
            listeners.add(
                stack.listen(
                    null,
                    random.oneOf(80, 81),
                    random.oneOf(0, 1, 5),
                    random.chance(0.5) ? null : tuning()));
        case 3 -> ports.add(stack.bind(null, random.oneOf(0, 53)));
        case 4 -> {
          if (!ports.isEmpty()) {
            UdpPort port = ports.get(random.below(ports.size()));
            switch (random.below(6)) {
              case 0 -> port.close();
              case 1 -> port.receive();
              case 2 -> port.connect(IpAddress.parse(THEIRS[family]), 53);
              case 3 -> port.disconnect();
              default -> {
                byte[] data = new byte[random.oneOf(0, 1, 500, 5_000, 65_507)];
                port.send(
                    data,
                    0,
                    data.length,
                    IpAddress.parse((random.chance(0.2) ? OURS : THEIRS)[family]),
                    53);
              }
            }
          }
        }
        case 5 ->
            pings.add(
                stack.ping(
                    IpAddress.parse((random.chance(0.2) ? OURS : THEIRS)[family]),
                    random.oneOf(1L, 5_000 * MS),
                    nowNs));
        case 6 -> {
          if (!pings.isEmpty()) {
            stack.cancel(pings.get(random.below(pings.size())));
          }
        }
        default -> {
          if (!listeners.isEmpty() && random.chance(0.2)) {
            listeners.get(random.below(listeners.size())).close();
          }
        }
      }
    } catch (StackException | IllegalStateException refused) {
      last += " refused " + refused;
    }
  }

  private void call() {
    if (connections.isEmpty()) {
      return;
    }
    TcpConnection c = connections.get(random.below(connections.size()));
    int what = random.below(16);
    last = "call " + what + " in " + c.state();
    switch (what) {
      case 0, 1, 2 -> {
        byte[] bytes = new byte[random.oneOf(1, 500, 20_000, 500_000)];
        c.write(bytes, 0, bytes.length, nowNs);
      }
      case 3, 4, 5 -> c.read(random.oneOf(1, 500, Integer.MAX_VALUE), nowNs);
      case 6 -> {
        if (random.chance(0.3)) {
          c.end();
        }
      }
      case 7 -> {
        if (random.chance(0.3)) {
          c.close(nowNs);
        }
      }
      case 8 -> {
        if (random.chance(0.2)) {
          c.leave(nowNs, random.chance(0.5));
        }
      }
      case 9 -> {
        if (random.chance(0.1)) {
          c.reset();
        }
      }
      case 10 -> c.markUrgent();
      case 11 -> c.tune(tuning(), nowNs);
      case 12 -> c.info(nowNs);
      case 13 -> c.onLook(nowNs);
      case 14 -> {
        if (random.chance(0.05)) {
          c.reset(CloseReason.ABORTED, random.chance(0.5));
        }
      }
      default -> c.accept();
    }
  }

  // --- the peer

  private void peer() {
    byte[] packet =
        switch (random.below(14)) {
          case 0 -> icmp();
          case 1 -> datagram();
          case 2 -> reflected();
          case 3 -> echo();
          default -> segment().encode();
        };
    if (random.chance(0.1)) {
      packet = TestPacket.withEcn(packet, random.below(4));
    }
    if (random.chance(0.1)) {
      fragments(packet);
    } else {
      feed(packet);
    }
  }

  private void feed(byte[] packet) {
    if (random.chance(0.3)) {
      stack.onLentPacket(packet, 0, packet.length, nowNs);
      if (random.chance(0.3) && !connections.isEmpty()) {
        connections.get(random.below(connections.size())).read(random.oneOf(1, 1 << 20), nowNs);
      }
      stack.releasePackets();
    } else {
      stack.onPacket(packet, 0, packet.length, nowNs);
    }
  }

  private TestPacket segment() {
    TestPacket p = new TestPacket();
    last = "segment";
    TestPacket of =
        recent.isEmpty() || random.chance(0.1) ? null : recent.get(random.below(recent.size()));
    int family = random.below(2);
    if (of == null) {
      p.src = IpAddress.parse(THEIRS[family]).toBytes();
      p.dst = IpAddress.parse(OURS[family]).toBytes();
      p.srcPort = random.oneOf(80, 40_000, 40_001, random.below(65_536));
      p.dstPort = random.oneOf(80, 81, random.below(65_536));
      p.flags = random.chance(0.8) ? TestPacket.SYN : random.below(256);
      if (random.chance(0.3)) {
        p.flags |= TestPacket.ECE | TestPacket.CWR;
      }
      p.seq = (int) random.nextLong();
    } else {
      p.src = of.dst;
      p.dst = of.src;
      p.srcPort = of.dstPort;
      p.dstPort = of.srcPort;
      p.seq = of.has(TestPacket.ACK) ? of.ack : (int) random.nextLong();
      p.ack =
          of.seq + (random.chance(0.8) ? of.segmentLength() : random.below(of.segmentLength() + 1));
      boolean syn = of.has(TestPacket.SYN) && !of.has(TestPacket.ACK);
      p.flags =
          syn && random.chance(0.9)
              ? TestPacket.SYN | TestPacket.ACK
              : switch (random.below(14)) {
                case 0 -> TestPacket.SYN;
                case 1 -> TestPacket.FIN | TestPacket.ACK;
                case 2 -> random.chance(0.2) ? TestPacket.RST : TestPacket.ACK;
                case 3 -> random.below(256);
                case 4 -> TestPacket.ACK | TestPacket.URG;
                case 5 -> TestPacket.ACK | TestPacket.ECE;
                case 6 -> TestPacket.ACK | TestPacket.CWR;
                default -> TestPacket.ACK;
              };
      if (random.chance(0.3)) {
        p.seq +=
            random.oneOf(-1, 1, -500, 500, 1400, 5000, 70_000, random.below(Integer.MAX_VALUE));
      }
      if (random.chance(0.2)) {
        p.ack += random.oneOf(-1, 1, -500, 500, -70_000, random.below(Integer.MAX_VALUE));
      }
    }
    p.window = random.oneOf(0, 1, 500, 5_000, 65_535);
    p.urgentPointer = p.has(TestPacket.URG) ? random.below(65_536) : 0;
    int length =
        p.has(TestPacket.SYN) && random.chance(0.9) || random.chance(0.4)
            ? 0
            : random.oneOf(1, 500, 1_300, 30_000);
    p.payload = new byte[length];
    p.options = options(p, of);
    return p;
  }

  private byte[] options(TestPacket p, TestPacket of) {
    List<String> said = new ArrayList<>();
    if (p.has(TestPacket.SYN)) {
      if (random.chance(0.8)) {
        said.add("mss " + random.oneOf(0, 1, 88, 536, 1460, 65_535));
      }
      if (random.chance(0.8)) {
        said.add("sackOK");
      }
      if (random.chance(0.8)) {
        said.add("wscale " + random.oneOf(0, 1, 7, 14, 15, 127));
      }
    }
    byte[] options = said.isEmpty() ? new byte[0] : TestPacket.parseOptions(String.join(",", said));
    if (random.chance(0.7)) {
      Integer theirs = of == null ? null : of.timestamp(0);
      int echo = theirs == null || random.chance(0.1) ? (int) random.nextLong() : theirs;
      int value =
          random.chance(0.9)
              ? (int) (nowNs / MS)
              : random.oneOf(0, Integer.MAX_VALUE, Integer.MIN_VALUE, (int) random.nextLong());
      byte[] ts = new byte[12];
      ts[0] = 1;
      ts[1] = 1;
      ts[2] = 8;
      ts[3] = 10;
      TestPacket.put32(ts, 4, value);
      TestPacket.put32(ts, 8, echo);
      options = join(options, ts);
    }
    if (of != null && random.chance(0.4) && options.length <= 20) {
      int blocks = 1 + random.below(options.length == 0 ? 4 : 2);
      byte[] sack = new byte[4 + 8 * blocks];
      sack[0] = 1;
      sack[1] = 1;
      sack[2] = 5;
      sack[3] = (byte) (2 + 8 * blocks);
      for (int i = 0; i < blocks; i++) {
        int from = p.ack + random.oneOf(0, 1, 500, 1400, 2800, -500, 100_000, random.below(20_000));
        TestPacket.put32(sack, 4 + 8 * i, from);
        TestPacket.put32(
            sack,
            8 + 8 * i,
            from + random.oneOf(0, 1, 500, 1400, -1, 1 << 30, random.below(20_000)));
      }
      options = join(options, sack);
    }
    if (random.chance(0.03)) {
      options = new byte[4 * random.below(11)];
      for (int i = 0; i < options.length; i++) {
        options[i] = (byte) random.nextLong();
      }
    }
    return options.length > 40 ? new byte[0] : options;
  }

  private static byte[] join(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private byte[] icmp() {
    last = "icmp";
    if (raw.isEmpty()) {
      return echo();
    }
    byte[] quote = raw.get(random.below(raw.size()));
    boolean v6 = TestPacket.isV6(quote);
    byte[] from =
        IpAddress.parse(random.chance(0.8) ? THEIRS[v6 ? 1 : 0] : v6 ? "fd00::99" : "10.9.9.9")
            .toBytes();
    byte[] to = Arrays.copyOfRange(quote, v6 ? 8 : 12, v6 ? 24 : 16);
    int cut = random.oneOf(0, 1, 19, 20, 28, 40, 48, 60, 500, 65_535);
    int type =
        v6
            ? random.oneOf(1, 2, 2, 2, 3, 4, 128, 129, 137)
            : random.oneOf(3, 3, 3, 4, 5, 11, 12, 8, 0);
    int code = v6 ? random.below(8) : random.oneOf(4, 4, 4, random.below(16));
    if (v6 && type == 2) {
      code = 0;
    }
    int mtu =
        random.oneOf(0, 1, 67, 68, 100, 296, 576, 1279, 1280, 1400, 65_535, Integer.MAX_VALUE, -1);
    return IcmpErrors.encode(
        from, to, type, code, mtu, Arrays.copyOf(quote, Math.min(cut, quote.length)));
  }

  private byte[] echo() {
    int family = random.below(2);
    return IcmpErrors.encode(
        IpAddress.parse(THEIRS[family]).toBytes(),
        IpAddress.parse(OURS[family]).toBytes(),
        family == 1 ? random.oneOf(128, 129) : random.oneOf(8, 0),
        0,
        (int) random.nextLong(),
        new byte[random.oneOf(0, 1, 56, 1_400, 30_000)]);
  }

  private byte[] reflected() {
    last = "reflected";
    if (raw.isEmpty()) {
      return echo();
    }
    byte[] copy = raw.get(random.below(raw.size())).clone();
    boolean v6 = TestPacket.isV6(copy);
    int n = v6 ? 16 : 4;
    int at = v6 ? 8 : 12;
    byte[] src = Arrays.copyOfRange(copy, at, at + n);
    System.arraycopy(copy, at + n, copy, at, n);
    System.arraycopy(src, 0, copy, at + n, n);
    return copy; // checksums stay right
  }

  private byte[] datagram() {
    last = "datagram";
    int family = random.below(2);
    boolean v6 = family == 1;
    byte[] from = IpAddress.parse(THEIRS[family]).toBytes();
    byte[] to = IpAddress.parse(OURS[family]).toBytes();
    int data = random.oneOf(0, 1, 500, 5_000, 60_000);
    int head = v6 ? 40 : 20;
    byte[] p = new byte[head + 8 + data];
    if (v6) {
      p[0] = 0x60;
      TestPacket.put16(p, 4, 8 + data);
      p[6] = 17;
      p[7] = 64;
    } else {
      p[0] = 0x45;
      TestPacket.put16(p, 2, p.length);
      p[8] = 64;
      p[9] = 17;
    }
    System.arraycopy(from, 0, p, v6 ? 8 : 12, from.length);
    System.arraycopy(to, 0, p, v6 ? 24 : 16, to.length);
    TestPacket.put16(p, head, random.oneOf(53, 0, 9999));
    TestPacket.put16(p, head + 2, random.oneOf(53, 53, 0, random.below(65_536)));
    TestPacket.put16(p, head + 4, random.chance(0.9) ? 8 + data : random.below(65_536));
    if (!v6) {
      TestPacket.put16(p, 10, TestPacket.checksum(0, p, 0, 20));
    }
    int start = TestPacket.pseudoHeader(from, to, 17, 8 + data);
    int sum = TestPacket.checksum(start, p, head, 8 + data);
    TestPacket.put16(p, head + 6, sum == 0 ? 0xffff : sum);
    return p;
  }

  /** Cut anywhere; pieces are lost, come twice, overlap and are out of order. */
  private void fragments(byte[] p) {
    last += " in fragments";
    boolean v6 = TestPacket.isV6(p);
    int head = v6 ? 40 : 20;
    int id = random.below(4);
    List<byte[]> pieces = new ArrayList<>();
    int size = 8 * (1 + random.below(200));
    for (int at = head; at < p.length; at += size) {
      int end = Math.min(p.length, at + size + (random.chance(0.05) ? 8 : 0));
      boolean more = end < p.length;
      int offset = at - head + (random.chance(0.02) ? 8 * random.below(8192) : 0);
      pieces.add(fragment(p, v6, at, end, offset & 0xfff8, more, id));
      if (pieces.size() > 500) {
        break;
      }
    }
    while (!pieces.isEmpty()) {
      int which = random.chance(0.7) ? 0 : random.below(pieces.size());
      if (!random.chance(0.02)) {
        feed(pieces.get(which));
      }
      if (!random.chance(0.02)) {
        pieces.remove(which);
      }
    }
  }

  private static byte[] fragment(
      byte[] p, boolean v6, int from, int end, int offset, boolean more, int id) {
    if (v6) {
      byte[] f = new byte[48 + end - from];
      System.arraycopy(p, 0, f, 0, 40);
      TestPacket.put16(f, 4, f.length - 40);
      f[40] = p[6];
      f[6] = 44;
      TestPacket.put16(f, 42, offset | (more ? 1 : 0));
      TestPacket.put32(f, 44, id);
      System.arraycopy(p, from, f, 48, end - from);
      return f;
    }
    byte[] f = new byte[20 + end - from];
    System.arraycopy(p, 0, f, 0, 20);
    TestPacket.put16(f, 2, f.length);
    TestPacket.put16(f, 4, id);
    TestPacket.put16(f, 6, offset >> 3 | (more ? 0x2000 : 0));
    System.arraycopy(p, from, f, 20, end - from);
    TestPacket.put16(f, 10, 0);
    TestPacket.put16(f, 10, TestPacket.checksum(0, f, 0, 20));
    return f;
  }

  // --- what the shell does

  private void drain() {
    int turns = 0;
    boolean more = true;
    while (more) {
      more = false;
      assertTrue(++turns < 100_000, "drains without end");
      assertEquals(List.of(), stack.takeFaulty());
      for (TcpConnection c; (c = stack.pollEvent()) != null; ) {
        more = true;
        int events = c.takeEvents();
        if ((events & TcpConnection.ACCEPTED) != 0) {
          if (random.chance(0.7)) {
            c.accept();
          }
          connections.add(c);
        }
      }
      for (Notice notice; (notice = stack.pollNotice()) != null; ) {
        more = true;
        if (notice instanceof UdpPort port) {
          if (random.chance(0.7)) {
            while (port.receive() != null) {}
          }
          port.takeTrouble();
          port.takeRoom();
        }
      }
      if (stack.pollLooped(buffer, 0, nowNs) > 0) {
        more = true;
      }
      if (withering || random.chance(0.95)) {
        int length = stack.pollPacket(buffer, 0, nowNs);
        if (length > 0) {
          more = true;
          onSent(length);
        }
      }
    }
    assertEquals(List.of(), stack.takeFaulty());
  }

  private void onSent(int length) {
    packets++;
    assertTrue(length <= stack.mtu(), () -> length + " bytes above the MTU of " + stack.mtu());
    byte[] packet = Arrays.copyOf(buffer, length);
    boolean v6 = TestPacket.isV6(packet);
    if (raw.size() > 32) {
      raw.remove(random.below(raw.size()));
    }
    raw.add(packet);
    if (packet[v6 ? 6 : 9] == 6) {
      TestPacket p = TestPacket.decode(packet, 0, length);
      if (!p.has(TestPacket.RST)) {
        if (recent.size() > 16) {
          recent.remove(random.below(recent.size()));
        }
        recent.add(p);
      }
    }
  }

  /** For a failure: what is left. */
  private String living() {
    StringBuilder text = new StringBuilder("without end: next tick in ");
    text.append(stack.nextDeadlineNs() - nowNs).append(" ns");
    stack.forEachConnection(
        c -> text.append("\n").append(c.tuning()).append(' ').append(c.info(nowNs)));
    return text.toString();
  }

  private void wither() {
    last = "wither";
    withering = true;
    if (stack.isAway()) {
      stack.onBack(nowNs);
    }
    listeners.forEach(TcpListener::close);
    for (int i = 0; i < connections.size(); i++) {
      connections.get(i).accept();
      connections.get(i).close(nowNs);
      connections.get(i).leave(nowNs);
      drain();
    }
    ports.forEach(UdpPort::close);
    pings.forEach(stack::cancel);
    drain();
    int ticks = 0;
    while (stack.nextDeadlineNs() != IpStack.NONE) {
      assertTrue(++ticks < 300_000, this::living);
      nowNs = Math.max(nowNs, stack.nextDeadlineNs());
      stack.onTick(nowNs);
      drain();
    }
    for (int i = 0; i < connections.size(); i++) {
      TcpConnection c = connections.get(i);
      c.accept();
      c.close(nowNs);
      c.leave(nowNs);
    }
    drain();
    assertEquals(0, stack.connections(), this::living);
    assertEquals(0, stack.halfOpen());
    assertEquals(0, stack.timeWaits());
    assertEquals(0, stack.reassemblies());
    assertEquals(0, stack.reassemblyBytes());
    assertEquals(0, stack.pings());
    assertEquals(0, stack.udpPorts());
    assertEquals(0, stack.bytesHeld());
  }
}
