package dev.jktcp.proof.fuzz;

import static dev.jktcp.testkit.Tuned.probing;
import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.proof.script.IcmpErrors;
import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.stack.ConnectRequest;
import dev.jktcp.stack.IpStack;
import dev.jktcp.stack.StackException;
import dev.jktcp.stack.StackOptions;
import dev.jktcp.stack.TcpListener;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.tcp.connection.WindowStyle;
import dev.jktcp.wire.DropReason;
import dev.jktcp.wire.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A stack with a listener and five 4-tuples on IPv4 and IPv6, whose peers and users do what the
 * input says: segments near the windows, with IP options and extension headers, in fragments or
 * corrupt; ICMP errors; pings; user calls; steps of time. After each:
 *
 * <ul>
 *   <li>nothing was thrown; every packet sent is well-formed to the letter, within the MTU, on a
 *       4-tuple that was used;
 *   <li>it carries what was written there, and no more than the peer has room for, but for a probe
 *       when a timer fires; no small segments, no small steps of the right edge, which never goes
 *       back;
 *   <li>what came within the window is acknowledged and readable, or held, each octet once; what
 *       was read is what the peer sent, and nothing else is acknowledged;
 *   <li>one packet draws at most {@value #ANSWERS} without data; a fragment, or a corrupt one,
 *       none, and it is counted;
 *   <li>an RST that is not exact and an ICMP error end no synchronized connection (RFC 5961 §3.2,
 *       RFC 5927 §5.2), an exact RST does, and so do time-outs if the peer is silent;
 *   <li>memory is what holds something; connections and TIME-WAIT records are within their limits;
 *       whoever waits has a timer, who is at his end has none; a timer that fires has a reason; no
 *       deadline is in the past.
 * </ul>
 *
 * <p>At the end users leave, and time alone must bring everything to its end. Whether the stack has
 * its fast path is drawn. Some inputs are run twice, the second time on the other path, with the
 * same packets and events at the same times.
 */
public final class StackFuzz {
  private static final int STEPS = 250;
  private static final int ANSWERS = 2;
  private static final int PACKETS_LENT = 3; // at a time
  private static final int LISTENED = 80;
  private static final int[] BUFFERS = {1, 500, 5_000, 100_000, 262_144};
  private static final int[] WAITS_MS = {1, 10, 50, 250, 1_000, 5_000, 61_000, 7_200_000};
  private static final byte[] V4_OURS = {10, 0, 0, 1};
  private static final byte[] V4_PEERS = {10, 0, 0, 2};
  private static final byte[] V6_OURS = {(byte) 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  private static final byte[] V6_PEERS = {(byte) 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
  private static final byte[] NOP_OPTIONS = {1, 1, 1, 0};
  private static final byte[] PAD_OPTIONS = {6, 0, 1, 4, 0, 0, 0, 0};

  private final Draws draws;
  private final byte[] buffer = new byte[1500];
  private final List<byte[]> lent = new ArrayList<>();
  private final Line[] lines;
  private final IpStack stack;
  private final StackOptions options;
  private final boolean acceptsAtOnce;
  private final boolean twice;
  private final StringBuilder story; // null: not told
  private TcpListener listener;
  private long startNs;
  private long nowNs;
  private int bare; // packets without data since the last input
  private long payload;
  private long transcript;

  /**
   * @param other with the fast path where the input says without, and without it where it says with
   */
  private StackFuzz(byte[] data, boolean other, boolean tell) throws StackException {
    draws = new Draws(data);
    story = tell ? new StringBuilder() : null;
    int setup = draws.octet();
    int more = draws.octet();
    int times = draws.octet();
    options = options(setup, more).fastPath((times & 64) == 0 ^ other);
    options.idleLookNs((times & 32) == 0 ? MS : options.idleLookNs());
    lines =
        new Line[] {
          new Line(0, V4_OURS, LISTENED, V4_PEERS, 40_000, options),
          new Line(1, V4_OURS, LISTENED, V4_PEERS, 40_001, options),
          new Line(2, V6_OURS, LISTENED, V6_PEERS, 40_000, options),
          new Line(3, V4_OURS, 5_000, V4_PEERS, 443, options),
          new Line(4, V6_OURS, 5_000, V6_PEERS, 443, options)
        };
    acceptsAtOnce = (setup & 16) == 0;
    twice = (setup & 224) == 32;
    stack = new IpStack(options, 7, 11);
    nowNs =
        switch (times & 3) {
          case 0 -> 0;
          case 1 -> -3_000 * MS;
          case 2 -> Long.MAX_VALUE - 3_000 * MS - 7; // a clock may start anywhere
          default -> beforeWrap(lines[(times >> 2) % lines.length]);
        };
    startNs = nowNs;
    for (Line line : lines) {
      line.isn = (times & 128) != 0 ? -600 : 1_000_000 * line.number;
    }
    listener = stack.listen(null, LISTENED, 1 + (setup >> 2 & 3));
  }

  public static void fuzzerTestOneInput(byte[] data) throws StackException {
    StackFuzz fuzz = new StackFuzz(data, false, false);
    try {
      fuzz.run();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(e.getMessage() + story(data), e);
    }
    if (fuzz.twice) {
      StackFuzz again = new StackFuzz(data, true, false);
      again.run();
      Checks.that(again.transcript == fuzz.transcript, "another transcript on the other path");
    }
  }

  /** How it comes to a failure, run once more and told. */
  private static String story(byte[] data) throws StackException {
    StackFuzz told = new StackFuzz(data, false, true);
    try {
      told.run();
    } catch (AssertionError | RuntimeException e) {
      told.story.append("! ").append(e.getMessage());
    }
    return "\n" + told.story;
  }

  private static StackOptions options(int setup, int more) {
    TcpProfile profile =
        switch (setup & 3) {
          case 0 -> TcpProfile.RELIABLE_LINK;
          case 1 -> TcpProfile.STOP_AND_WAIT;
          default -> TcpProfile.INTERNET;
        };
    WindowStyle style =
        switch (more >> 6 & 3) {
          case 1 -> new WindowStyle(false, -1, false, false, true, 2, true);
          case 2 -> new WindowStyle(true, 7, false, true, true, 2, true); // as Linux
          case 3 -> new WindowStyle(true, 6, true, true, false, 4, true); // as BSD
          default -> WindowStyle.DEFAULT;
        };
    TcpTuning tuning =
        (more & 1) == 0
            ? TcpTuning.DEFAULT
            : TcpTuning.DEFAULT.withNoDelay(false).with(probing(5_000 * MS, 1_000 * MS, 3));
    return new StackOptions()
        .addAddress(address(V4_OURS))
        .addAddress(address(V6_OURS))
        .maxReassemblies(0) // fragments are for ReassemblyTest
        .mtu((more & 2) == 0 ? 1_400 : 1_280)
        .profile(profile)
        .windowStyle(style)
        .tuning(tuning)
        .maxConnections((more & 4) == 0 ? 100 : 2)
        .maxTimeWait((more & 8) == 0 ? 100 : 1)
        .maxHalfOpen((more & 9) == 9 ? 0 : 100) // then SYN cookies
        .receiveBuffer(BUFFERS[(more >> 4 & 3) + ((setup & 8) == 0 ? 1 : 0)])
        .sendBuffer(BUFFERS[(setup >> 5 & 3) + ((setup & 8) == 0 ? 1 : 0)]);
  }

  private static IpAddress address(byte[] bytes) {
    return IpAddress.of(bytes);
  }

  /** A time at which a connection on this line gets an ISS of some hundred below 2^32. */
  private long beforeWrap(Line line) throws StackException {
    IpStack scratch = new IpStack(options, 7, 11);
    scratch.connect(
        ConnectRequest.to(address(line.peers), line.peerPort)
            .from(address(line.ours))
            .fromPort(line.ourPort),
        0);
    TestPacket syn = TestPacket.decode(buffer, 0, scratch.pollPacket(buffer, 0, 0));
    return (-700 - syn.seq & 0xffff_ffffL) * 4_000; // RFC 9293 §3.4.1
  }

  private void run() throws StackException {
    for (int step = 0; step < STEPS && draws.hasMore(); step++) {
      step();
      settle();
    }
    wither();
  }

  /** Takes what there is and looks at what is left. */
  private void settle() {
    drain();
    forgetSent();
    if (stack.nextDeadlineNs() != IpStack.NONE && stack.nextDeadlineNs() - nowNs <= 0) {
      tick();
      Checks.that(
          stack.nextDeadlineNs() == IpStack.NONE || stack.nextDeadlineNs() - nowNs > 0,
          "a tick that leaves something due");
    }
    for (Line line : lines) {
      line.check(stack, nowNs);
    }
    Checks.that(
        stack.connections() - stack.halfOpen() <= options.maxConnections(), "too many connections");
    Checks.that(stack.halfOpen() <= lines.length, "too many half-open connections");
    Checks.that(stack.timeWaits() <= options.maxTimeWait(), "too many TIME-WAIT records");
    long held = 0;
    for (Line line : lines) {
      held += line.connection != null ? line.connection.bytesHeld() : 0;
    }
    Checks.that(stack.bytesHeld() == held, stack.bytesHeld(), held);
    long idle = stack.budget().idle();
    Checks.that(idle >= 0 && idle <= options.idleBufferBytes(), idle, "bytes of idle chunks");
  }

  /** A timer that fires has a reason: something is sent, or it is the end. */
  private void tick() {
    long[] sent = new long[lines.length];
    for (Line line : lines) {
      line.onTick(stack, nowNs);
      sent[line.number] = line.due ? line.connection.info(nowNs).segmentsSent() : 0;
    }
    stack.onTick(nowNs);
    drain();
    for (Line line : lines) {
      boolean idle =
          line.due
              && line.lives()
              && line.connection.info(nowNs).segmentsSent() == sent[line.number];
      Checks.that(!idle || line.connection.tuning().keepAlive(), "a timer without a reason");
      line.due = false;
    }
  }

  private void step() throws StackException {
    forgetSent();
    int what = draws.octet();
    Line line = lines[(what >> 4) % lines.length];
    switch (what & 15) {
      case 0 -> nowNs += draws.oneOf(WAITS_MS) * MS;
      case 1 -> nowNs = stack.nextDeadlineNs() == IpStack.NONE ? nowNs : later();
      case 2 -> write(line);
      case 3 -> read(line);
      case 4 -> call(line);
      case 5 -> icmp(line);
      case 6 -> odd(line);
      default -> segment(line);
    }
  }

  private void forgetSent() {
    bare = 0;
    payload = 0;
  }

  private long later() {
    long deadline = stack.nextDeadlineNs();
    return deadline - nowNs > 0 ? deadline : nowNs;
  }

  // --- packets

  private void segment(Line line) {
    TestPacket p = draw(line);
    TcpConnection before = line.isSynchronized() ? line.connection : null;
    boolean exact = before != null && p.seq == before.rcvNxt();
    say(line, " < ", p);
    long malformed = stack.counters().dropped(DropReason.BAD_TCP_OPTION);
    line.onPeerWillSend(p);
    give(dressed(p.encode(), line));
    if (stack.counters().dropped(DropReason.BAD_TCP_OPTION) > malformed) {
      return;
    }
    line.onPeerSends(p);
    if (p.has(TestPacket.RST) && before != null && !p.has(TestPacket.SYN)) {
      Checks.that(before.closeReason() == null != exact, exact, "an exact RST");
    }
    drain();
    Checks.that(bare <= ANSWERS, bare, "answers to one segment");
  }

  private TestPacket draw(Line line) {
    TestPacket p = new TestPacket();
    p.src = line.peers;
    p.dst = line.ours;
    p.srcPort = line.peerPort;
    p.dstPort = line.ourPort;
    int kind = draws.octet();
    p.flags =
        switch (kind & 7) {
          case 0 -> TestPacket.SYN;
          case 1 -> TestPacket.SYN | TestPacket.ACK;
          case 2 -> TestPacket.FIN | TestPacket.ACK;
          case 3 -> TestPacket.RST;
          case 4 -> draws.octet();
          default -> TestPacket.ACK;
        };
    boolean syn = p.has(TestPacket.SYN);
    boolean fresh = !line.isSynchronized();
    if (syn && fresh && !line.lives() && (kind & 128) != 0) {
      line.isn = draws.thirtyTwo();
    }
    p.seq = syn && fresh ? line.isn : line.lastAck + numbers(line);
    int next = line.lastSent == null ? 0 : line.lastSent.seq + line.lastSent.segmentLength();
    p.ack = next + ((kind & 64) == 0 ? 0 : numbers(line));
    p.window = (kind & 32) == 0 ? 65_535 : draws.oneOf(0, 1, 500, 5_000, 65_535);
    p.urgentPointer = p.has(TestPacket.URG) ? draws.sixteen() : 0;
    p.options = (kind & 16) == 0 ? new byte[0] : segmentOptions(syn);
    int length = (kind & 8) == 0 ? 0 : draws.oneOf(1, 100, 500, 1_200, 1);
    p.payload = line.peersOctets(p.seq + (syn ? 1 : 0), length);
    return p;
  }

  /** How far beside the expected number: mostly not at all. */
  private int numbers(Line line) {
    int near = draws.octet();
    return switch (near >> 5) {
      case 0, 1, 2 -> 0;
      case 3 -> line.edge.number() - line.lastAck + (near & 31) - 16;
      case 4 -> (near & 31) - 16;
      case 5 -> ((near & 31) - 16) * 100;
      case 6 -> draws.sixteen() - 32_768;
      default -> draws.thirtyTwo();
    };
  }

  private byte[] segmentOptions(boolean syn) {
    return switch (draws.below(8)) {
      case 0, 1 -> TestPacket.parseOptions(syn ? "mss 1000,wscale 3,sackOK" : "nop,nop,TS 1 2");
      case 2 -> TestPacket.parseOptions("mss 1,wscale 14,sackOK,TS 5 0");
      case 3 -> TestPacket.parseOptions("mss 0");
      case 4 -> TestPacket.parseOptions("mss 65535,wscale 0");
      case 5 -> TestPacket.parseOptions("raw fe04abcd");
      default -> draws.octets(draws.below(41));
    };
  }

  /** IP options, or extension headers that may be skipped, change nothing. */
  private byte[] dressed(byte[] packet, Line line) {
    return line.number % 2 == 1 && (packet[packet.length - 1] & 3) == 0
        ? withIpOptions(packet, PAD_OPTIONS)
        : packet;
  }

  private static byte[] withIpOptions(byte[] packet, byte[] extension) {
    boolean v6 = TestPacket.isV6(packet);
    byte[] extra = v6 ? extension : NOP_OPTIONS;
    int header = v6 ? 40 : 20;
    byte[] p = new byte[packet.length + extra.length];
    System.arraycopy(packet, 0, p, 0, header);
    System.arraycopy(extra, 0, p, header, extra.length);
    System.arraycopy(packet, header, p, header + extra.length, packet.length - header);
    TestPacket.put16(p, v6 ? 4 : 2, v6 ? p.length - 40 : p.length);
    if (v6) {
      p[6] = 60;
    } else {
      p[0] = 0x46;
      fixHeader(p);
    }
    return p;
  }

  private static void fixHeader(byte[] p) {
    TestPacket.put16(p, 10, 0);
    TestPacket.put16(p, 10, Checks.checksum(0, p, 0, (p[0] & 0xf) * 4));
  }

  /** Most packets stay as they are for a while, some of them past the next read. */
  private void give(byte[] packet) {
    byte[] own = packet.clone();
    lent.add(own);
    if (packet.length % 4 == 0) {
      stack.onPacket(own, 0, own.length, nowNs);
    } else {
      stack.onLentPacket(own, 0, own.length, nowNs);
    }
    if (packet.length % 4 == 0 || lent.size() == PACKETS_LENT) {
      stack.releasePackets();
      lent.forEach(bytes -> Arrays.fill(bytes, (byte) 0xdd));
      lent.clear();
    }
  }

  private void giveOdd(byte[] packet) {
    if (story != null) {
      say(" < " + HexFormat.of().formatHex(packet, 0, Math.min(packet.length, 80)));
    }
    give(packet);
  }

  /** About the last segment of ours, or nearly so. */
  private void icmp(Line line) {
    if (line.lastSent == null) {
      return;
    }
    TestPacket about = new TestPacket();
    about.src = line.ours;
    about.dst = line.peers;
    about.srcPort = line.ourPort;
    about.dstPort = line.peerPort;
    about.seq = line.lastSent.seq + numbers(line);
    boolean v6 = line.ours.length == 16;
    int type = v6 ? draws.oneOf(1, 2, 3, 4, 5, 100) : draws.oneOf(3, 4, 5, 11, 12, 3);
    TcpState before = line.isSynchronized() ? line.connection.state() : null;
    giveOdd(IcmpErrors.about(about, type + "/" + draws.below(16)));
    Checks.that(before == null || line.connection.state() == before, "ICMP moved a connection on");
    drain();
    Checks.that(before == null || bare == 0 && payload == 0, "an answer to an ICMP error");
  }

  /** What no connection may notice. */
  private void odd(Line line) {
    byte[] packet = draw(line).encode();
    boolean v6 = line.ours.length == 16;
    int how = draws.below(4);
    switch (how) {
      case 0 -> { // one bit is not as it was sent
        int at = (v6 ? 40 : 20) + draws.below(packet.length - (v6 ? 40 : 20));
        packet[at] ^= (byte) (1 << draws.below(8));
        refused(packet, DropReason.BAD_TCP_CHECKSUM);
      }
      case 1 -> { // a fragment
        int field = 1 + draws.below(0x1fff);
        byte[] header = {6, 0, (byte) (field >> 5), (byte) (field << 3), 0, 0, 0, 1};
        byte[] fragment = v6 ? withIpOptions(packet, header) : packet;
        if (v6) {
          fragment[6] = 44;
        } else {
          TestPacket.put16(fragment, 6, field);
          fixHeader(fragment);
        }
        refused(fragment, DropReason.FRAGMENT);
      }
      case 2 -> refused(Arrays.copyOf(packet, packet.length - 1), DropReason.TRUNCATED);
      default -> ping(line, draws.below(64));
    }
  }

  private void refused(byte[] packet, DropReason reason) {
    long counted = stack.counters().dropped(reason);
    giveOdd(packet);
    Checks.that(stack.counters().dropped(reason) == counted + 1, "not counted", reason);
    Checks.that(stack.pollPacket(buffer, 0, nowNs) == 0, "an answer to a packet not taken");
    Checks.that(stack.pollEvent() == null, "an event of a packet not taken");
  }

  private void ping(Line line, int length) {
    boolean v6 = line.ours.length == 16;
    int header = v6 ? 40 : 20;
    byte[] p = new byte[header + 8 + length];
    TestPacket model = new TestPacket();
    model.src = line.peers;
    model.dst = line.ours;
    System.arraycopy(model.encode(), 0, p, 0, header);
    TestPacket.put16(p, v6 ? 4 : 2, v6 ? 8 + length : p.length);
    p[v6 ? 6 : 9] = (byte) (v6 ? 58 : 1);
    p[header] = (byte) (v6 ? 128 : 8);
    Arrays.fill(p, header + 8, p.length, (byte) length);
    if (!v6) {
      fixHeader(p);
    }
    long start = v6 ? Checks.sum(58 + 8 + length, p, 8, 32) : 0;
    TestPacket.put16(p, header + 2, Checks.checksum(start, p, header, 8 + length));
    long dropped = stack.counters().repliesDropped();
    giveOdd(p);
    int n = stack.pollPacket(buffer, 0, nowNs);
    Checks.that(n == p.length || stack.counters().repliesDropped() > dropped, "no echo");
    if (n > 0) {
      Reading echo = new Reading(Arrays.copyOf(buffer, n));
      Checks.that(echo.refused == null && echo.payloadRefused == null, "a malformed echo");
      Checks.that(echo.icmpType == (v6 ? 129 : 0), "no echo reply");
    }
  }

  // --- users

  private void write(Line line) {
    if (line.lives()) {
      int taken = line.write(draws.oneOf(1, 500, 1_360, 20_000), nowNs);
      say(line, " write " + taken, null);
    }
  }

  private void read(Line line) {
    if (line.connection != null) { // what was in order may be read behind the end
      int taken = line.read(draws.oneOf(1, 500, Integer.MAX_VALUE), nowNs);
      note(taken);
      say(line, " read " + taken, null);
    }
  }

  private void call(Line line) throws StackException {
    int what = draws.below(12);
    if (what == 0) {
      connect(line);
    } else if (what == 1) {
      relisten();
    } else if (what == 2 && draws.octet() == 0x55) { // not by mistake
      stack.abortAll(CloseReason.ADAPTER_CLOSED, draws.below(2) == 0, nowNs);
      Checks.that(stack.connections() == 0 && stack.timeWaits() == 0, "survivors");
      Checks.that(stack.listeners() == 0, "a listener that survives");
    } else if (line.lives()) {
      call(line, what);
    }
  }

  private void call(Line line, int what) {
    TcpConnection c = line.connection;
    say(line, " call " + what, null);
    switch (what) {
      case 3 -> line.markUrgent(nowNs);
      case 4, 5 -> {
        c.end();
        line.onUserEnds();
      }
      case 6 -> {
        c.close(nowNs);
        line.onUserEnds();
        line.onUserLeaves();
      }
      case 7 -> c.reset();
      case 8 -> {
        c.leave(nowNs, draws.below(2) != 0);
        line.onUserLeaves();
      }
      case 9 ->
          c.tune(
              TcpTuning.DEFAULT
                  .withNoDelay(draws.below(2) == 0)
                  .with(t -> t.userTimeout(Duration.ofNanos(draws.oneOf(0, 1, 1_000) * MS)))
                  .withTrafficClass(draws.octet()),
              nowNs);
      case 10 -> c.tune(c.tuning().with(probing(1_000 * MS, 100 * MS, 2)), nowNs);
      default -> {
        c.accept();
        line.accepted = true;
      }
    }
  }

  private void connect(Line line) {
    try {
      TcpConnection c =
          stack.connect(
              ConnectRequest.to(address(line.peers), line.peerPort)
                  .from(address(line.ours))
                  .fromPort(line.ourPort),
              nowNs);
      line.take(c, true);
      say(line, " connect", null);
    } catch (StackException taken) {
      note(1); // the 4-tuple is, or there are too many
    }
  }

  private void relisten() throws StackException {
    listener.close();
    if (draws.below(2) == 0) {
      listener = stack.listen(null, LISTENED, 2);
    }
  }

  // --- what comes out

  private void drain() {
    for (TcpConnection c; (c = stack.pollEvent()) != null; ) {
      int events = c.takeEvents();
      note(events);
      Line line = lineOf(c);
      say(line, " events " + events + " in " + c.state(), null);
      if ((events & TcpConnection.ACCEPTED) != 0) {
        line.take(c, false);
        if (acceptsAtOnce) {
          c.accept();
          line.accepted = true;
        }
      }
      if (line.connection == c) {
        line.onEvents(events);
      }
      if (c.closeReason() != null) {
        Checks.that(!c.hasDeadline(), "a timer after close");
        note(c.closeReason().ordinal());
      }
    }
    int count = 0;
    for (int length; (length = stack.pollPacket(buffer, 0, nowNs)) > 0; ) {
      Checks.that(++count < 20_000, "sends without end");
      Checks.that(length <= options.mtu(), "a packet longer than the MTU");
      note(Arrays.hashCode(Arrays.copyOf(buffer, length)));
      onSent(TestPacket.decode(buffer, 0, length));
    }
    Checks.that(payload <= (long) options.sendBuffer() * lines.length, "too much at once");
  }

  private Line lineOf(TcpConnection c) {
    for (Line line : lines) {
      if (line.is(c)) {
        return line;
      }
    }
    throw new AssertionError("a connection that nobody has");
  }

  private void onSent(TestPacket p) {
    if (p.payload.length == 0 && !p.has(TestPacket.SYN | TestPacket.FIN)) {
      bare++;
    }
    payload += p.payload.length;
    for (Line line : lines) {
      if (line.is(p)) {
        say(line, " > ", p);
        line.onSent(p);
        return;
      }
    }
    throw new AssertionError("a packet that nobody waits for");
  }

  private void say(Line line, String what, TestPacket p) {
    if (story != null) {
      say(
          line.number
              + what
              + (p == null
                  ? ""
                  : TestPacket.formatFlags(p.flags)
                      + ' '
                      + Integer.toUnsignedString(p.seq)
                      + '('
                      + p.payload.length
                      + ") ack "
                      + Integer.toUnsignedString(p.ack)
                      + " win "
                      + p.window));
    }
  }

  private void say(String what) {
    story.append((nowNs - startNs) / 1e6).append(' ').append(what).append('\n');
  }

  private void note(long what) {
    transcript = (transcript * 31 + what) * 31 + nowNs;
  }

  // --- the end

  /** Users leave, peers are gone: time must bring everything to its end. */
  private void wither() {
    listener.close();
    for (Line line : lines) {
      if (line.lives()) {
        line.connection.accept();
        line.connection.close(nowNs);
        line.onUserEnds();
        line.onUserLeaves();
      }
      settle();
    }
    for (int ticks = 0; stack.nextDeadlineNs() != IpStack.NONE; ticks++) {
      Checks.that(ticks < 2_000, "ticks without end");
      nowNs = later();
      settle();
    }
    Checks.that(stack.connections() == 0, "connections left without a timer");
    Checks.that(stack.timeWaits() == 0, "TIME-WAIT left");
    for (Line line : lines) {
      line.leaveTheRest();
    }
    Checks.that(stack.bytesHeld() == 0, stack.bytesHeld(), "bytes left");
    Checks.that(stack.budget().held() == 0, stack.budget().held(), "charges left");
  }
}
