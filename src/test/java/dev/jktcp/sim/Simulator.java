package dev.jktcp.sim;

import dev.jktcp.script.PcapDump;
import dev.jktcp.script.TestPacket;
import dev.jktcp.stack.StackException;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * A world drawn from one seed: two to fifty stacks, the links between them, and a workload of
 * connections. Virtual time jumps from event to event. Until the drawn hour of healing the links do
 * their worst; from then on every flow must end within a bound, and at last nothing may be left.
 *
 * <p>Asserted after each step: received bytes are a prefix of those sent; nothing is sent beyond
 * the window or the MSS; a window's right edge stays or advances; a FIN comes after all data; ACKs
 * cover what was sent; a stop-and-wait sender has one segment in flight; memory stays within the
 * buffers. The same seed gives the same transcript.
 */
public final class Simulator {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000 * MS;
  // A back-off of at most 60 s, FIN-WAIT-2 and a user's patience of 60 s each, then the transfer
  // itself.
  private static final long FLOW_BOUND_NS = 600 * SECOND;
  // Longer than any profile sends a SYN-ACK.
  private static final long HALF_OPEN_PATIENCE_NS = 250 * SECOND;
  private static final long TIME_WAIT_BOUND_NS = 400 * SECOND;
  // A transfer moves no more than a buffer each round trip, so that a small one is to be spared.
  private static final long MAX_WINDOWS = 500;
  private static final int MAX_PACKETS = 20_000;
  private static final int PATIENCE_PACKETS = 18_000;
  private static final int MAX_STEPS = 50_000_000;

  /** What a run was like. */
  public record Result(
      long transcript, int flows, int succeeded, boolean clean, long packets, long damaged) {}

  /** How a shell tells its stack the time. */
  public enum Cadence {
    /** At its next deadline, however far that is. */
    JUMP,
    /** Each millisecond while any deadline is set. */
    EVERY_MS
  }

  private record Step(long timeNs, long order, Runnable action) {}

  private static final long TICKS_FIRST = Long.MIN_VALUE;

  final Cadence cadence;
  private final SimRandom random;
  private final boolean clean;
  private final long startNs;
  private final long healNs;
  private final PcapDump pcap;
  private final PriorityQueue<Step> steps =
      new PriorityQueue<>(Comparator.comparingLong(Step::timeNs).thenComparingLong(Step::order));
  private final List<SimNode> nodes = new ArrayList<>();
  private final Map<Integer, Link> links = new HashMap<>();
  private final List<Flow> flows = new ArrayList<>();
  private final Map<Long, WireMonitor> monitors = new HashMap<>();
  private final Map<Long, Flow> flowsByClient = new HashMap<>();
  private long nowNs;
  private long order;
  private long transcript;
  private long packets;
  private boolean usersGaveUp;

  private Simulator(long seed, Cadence cadence, PcapDump pcap) throws StackException {
    this.cadence = cadence;
    this.pcap = pcap;
    random = new SimRandom(seed);
    clean = random.chance(0.25);
    startNs = random.between(-1_000_000 * SECOND, 1_000_000 * SECOND);
    nowNs = startNs;
    healNs = clean ? startNs : startNs + random.between(1, 60) * SECOND;
    int count =
        random.chance(0.02)
            ? (int) random.between(9, 50)
            : random.chance(0.5) ? 2 : (int) random.between(2, 8);
    for (int i = 0; i < count; i++) {
      nodes.add(new SimNode(this, i, random.fork()));
    }
    SimRandom linkRandom = random.fork();
    for (int from = 0; from < count; from++) {
      for (int to = 0; to < count; to++) {
        links.put(from * 256 + to, new Link(linkRandom.fork(), clean, startNs, healNs));
      }
    }
    int flowCount = (int) random.between(1, random.chance(0.1) ? 40 : 8);
    for (int i = 0; i < flowCount; i++) {
      drawFlow(i, random.fork());
    }
    if (random.chance(0.1)) {
      drawStorm(random.fork());
    }
    if (!clean) {
      nodes.forEach(node -> drawBlocks(node, random.fork()));
    }
    at(healNs, () -> links.values().forEach(Link::heal));
    at(healNs + HALF_OPEN_PATIENCE_NS, () -> flows.forEach(this::giveUpHalfOpen));
  }

  /** Runs a seed; on failure runs it again to leave a pcap, and names both. */
  public static Result run(long seed) {
    return run(seed, Cadence.JUMP);
  }

  /** The same with the stacks told the time in one way or the other; the outcome is the same. */
  public static Result run(long seed, Cadence cadence) {
    try {
      return new Simulator(seed, cadence, null).run();
    } catch (AssertionError | RuntimeException | StackException e) {
      PcapDump pcap = new PcapDump();
      Throwable again = null;
      try {
        new Simulator(seed, cadence, pcap).run();
      } catch (AssertionError | RuntimeException | StackException same) {
        again = same;
      }
      Path file = pcap.write("sim", "seed-" + seed);
      String message = "seed " + seed + ": " + e.getMessage();
      if (again == null || !String.valueOf(again.getMessage()).equals(e.getMessage())) {
        message += "\nreplay gave another outcome: " + again;
      }
      message += "\nreplay: mvn -q test -Dtest=SimulatorTest -Dseed=" + seed + "\npcap: " + file;
      throw new AssertionError(message, e);
    }
  }

  /** Runs a seed and leaves a pcap whatever comes of it. */
  public static Result replay(long seed) {
    PcapDump pcap = new PcapDump();
    try {
      return new Simulator(seed, Cadence.JUMP, pcap).run();
    } catch (StackException e) {
      throw new AssertionError(e);
    } finally {
      pcap.write("sim", "seed-" + seed);
    }
  }

  private Result run() {
    runUntil(healNs + FLOW_BOUND_NS, true);
    for (Flow flow : flows) {
      check(
          flow.isFinished(),
          flow + " is not finished " + FLOW_BOUND_NS / SECOND + " s after healing: " + show(flow));
      check(
          !clean || flow.mayFail || flow.succeeded() || flow.wasKeptOut(),
          flow + " failed on clean links " + show(flow));
    }
    nodes.forEach(SimNode::closeListener);
    runUntil(nowNs + TIME_WAIT_BOUND_NS, false);
    nodes.forEach(SimNode::checkNothingLeft);
    int succeeded =
        (int) flows.stream().filter(f -> f.server.connection != null && f.succeeded()).count();
    long damaged = links.values().stream().mapToLong(l -> l.damaged).sum();
    return new Result(transcript, flows.size(), succeeded, clean, packets, damaged);
  }

  private static String show(Flow flow) {
    return show(flow.client) + ", " + show(flow.server);
  }

  private static String show(Side side) {
    return side.connection == null
        ? "never opened"
        : side.connection.state()
            + " "
            + side.reason
            + " wrote "
            + side.written
            + " of "
            + side.fileSize
            + " received "
            + side.received
            + " ending "
            + side.ending;
  }

  private void runUntil(long limitNs, boolean whileFlows) {
    for (int count = 0; !steps.isEmpty(); count++) {
      if (steps.peek().timeNs > limitNs || whileFlows && allFinished()) {
        return;
      }
      check(count < MAX_STEPS, "the run does not end");
      Step step = steps.poll();
      nowNs = Math.max(nowNs, step.timeNs);
      step.action.run();
    }
  }

  private boolean allFinished() {
    for (Flow flow : flows) {
      if (!flow.isFinished()) {
        return false;
      }
    }
    return true;
  }

  // ---- drawing

  TcpProfile drawProfile(SimRandom r) {
    return r.oneOf(
        TcpProfile.RELIABLE_LINK,
        TcpProfile.RELIABLE_LINK,
        TcpProfile.INTERNET,
        TcpProfile.STOP_AND_WAIT);
  }

  /** Many small connections at once to one node, whose backlog may be full. */
  private void drawStorm(SimRandom r) {
    SimNode to = nodes.get(r.below(nodes.size()));
    long atNs = startNs + r.between(0, 3_000) * MS;
    for (int i = (int) r.between(10, 60); i > 0; i--) {
      SimNode from = nodes.get((to.index + 1 + r.below(nodes.size() - 1)) % nodes.size());
      drawFlow(flows.size(), r.fork(), from, to, 500, atNs);
    }
  }

  private void drawFlow(int number, SimRandom r) {
    SimNode from = nodes.get(r.below(nodes.size()));
    SimNode to = nodes.get((from.index + 1 + r.below(nodes.size() - 1)) % nodes.size());
    long opensNs = startNs + (r.chance(0.3) ? 0 : r.between(0, 3_000) * MS);
    drawFlow(number, r, from, to, Long.MAX_VALUE, opensNs);
  }

  private void drawFlow(
      int number, SimRandom r, SimNode from, SimNode to, long mostBytes, long opensNs) {
    TcpProfile profile = r.chance(0.5) ? null : drawProfile(r);
    boolean v6 = r.chance(0.5);
    Flow flow = new Flow(number, this);
    Side.Ending clientEnding = drawEnding(r, true);
    Side.Ending serverEnding = drawEnding(r, clientEnding != Side.Ending.CLOSE_AFTER_FIN);
    long up =
        Math.min(
            Math.min(mostBytes, drawSize(r)),
            MAX_WINDOWS * Math.min(from.sendBuffer, to.receiveBuffer));
    long down =
        Math.min(
            Math.min(mostBytes, drawSize(r)),
            MAX_WINDOWS * Math.min(to.sendBuffer, from.receiveBuffer));
    flow.client = new Side(flow, from, 2 * number, r, up, down, clientEnding);
    flow.server = new Side(flow, to, 2 * number + 1, r, down, up, serverEnding);
    flow.client.other = flow.server;
    flow.server.other = flow.client;
    flow.mayFail =
        clientEnding == Side.Ending.CLOSE_EARLY || serverEnding == Side.Ending.CLOSE_EARLY;
    flows.add(flow);
    at(
        opensNs,
        () -> {
          open(flow, v6, profile);
          if (usersGaveUp) {
            flow.client.reset(nowNs);
          }
          from.drain();
        });
    if (r.chance(0.1)) {
      Side side = r.chance(0.5) ? flow.client : flow.server;
      at(
          opensNs + r.between(0, 5_000) * MS,
          () -> {
            side.reset(nowNs);
            side.node.drain();
          });
    }
    for (Side side : List.of(flow.client, flow.server)) {
      if (r.chance(0.15)) {
        drawStall(side, opensNs, r);
      }
    }
  }

  /** Times when a node's transport is full, as behind a TCP connection that hangs. */
  private void drawBlocks(SimNode node, SimRandom r) {
    for (int i = r.chance(0.3) ? 1 + r.below(5) : 0; i > 0; i--) {
      at(
          startNs + r.between(0, (healNs - startNs) / MS) * MS,
          () -> node.block(nowNs + r.between(1, r.chance(0.5) ? 300 : 8_000) * MS));
    }
  }

  private void drawStall(Side side, long opensNs, SimRandom r) {
    side.stalled = r.chance(0.5); // from the start, or later
    long fromNs = opensNs + r.between(0, 2_000) * MS;
    at(fromNs, () -> side.stalled = true);
    at(
        fromNs + r.between(1, 20_000) * MS,
        () -> {
          side.stalled = false;
          side.work(nowNs);
          side.node.drain();
        });
  }

  private static Side.Ending drawEnding(SimRandom r, boolean mayWait) {
    int draw = r.below(100);
    if (draw < 45) {
      return Side.Ending.END;
    }
    if (draw < 75) {
      return Side.Ending.CLOSE_WHEN_DONE;
    }
    if (draw < 95) {
      return mayWait ? Side.Ending.CLOSE_AFTER_FIN : Side.Ending.END;
    }
    return Side.Ending.CLOSE_EARLY;
  }

  private static long drawSize(SimRandom r) {
    return r.oneOf(
        0L,
        r.between(1, 100),
        r.between(1, 5_000),
        r.between(1_000, 60_000),
        r.between(1, 200_000),
        r.between(1, r.chance(0.2) ? 4_000_000 : 400_000));
  }

  private void open(Flow flow, boolean v6, TcpProfile profile) {
    SimNode from = flow.client.node;
    SimNode to = flow.server.node;
    from.connect(flow.client, v6 ? to.v6 : to.v4, profile);
    int port = flow.client.connection.localPort();
    check(port >= 49_152, "an ephemeral port of " + port);
    int maxPacket = Math.min(from.mtu, to.mtu);
    TcpProfile used = profile == null ? from.profile : profile;
    WireMonitor up =
        new WireMonitor(
            flow.client.stream, maxPacket, from.receiveBuffer, used == TcpProfile.STOP_AND_WAIT);
    WireMonitor down =
        new WireMonitor(
            flow.server.stream,
            maxPacket,
            to.receiveBuffer,
            to.profile == TcpProfile.STOP_AND_WAIT);
    up.reverse = down;
    down.reverse = up;
    up.sender = flow.client;
    down.sender = flow.server;
    monitors.put(key(from.index, port, to.index, SimNode.PORT, v6), up);
    monitors.put(key(to.index, SimNode.PORT, from.index, port, v6), down);
    flowsByClient.put(key(from.index, port, to.index, SimNode.PORT, v6), flow);
  }

  /**
   * Where every last ACK of a handshake was lost, the server has forgotten a connection that its
   * client believes in. A client with nothing to send would wait for ever: there are no
   * keep-alives.
   */
  private void giveUpHalfOpen(Flow flow) {
    if (flow.server.connection == null && flow.client.connection != null) {
      check(!clean || flow.client.isClosed() || flow.wasKeptOut(), flow + " is half-open");
      flow.client.reset(nowNs);
      flow.client.node.drain();
    }
  }

  private void giveUpAll() {
    for (Flow flow : flows) {
      flow.mayFail = true;
      flow.client.reset(nowNs);
      flow.server.reset(nowNs);
    }
    nodes.forEach(SimNode::drain);
  }

  // ---- what nodes ask

  boolean usersGaveUp() {
    return usersGaveUp;
  }

  long nowNs() {
    return nowNs;
  }

  long healNs() {
    return healNs;
  }

  void at(long timeNs, Runnable action) {
    steps.add(new Step(timeNs, order++, action));
  }

  /** Before all else of that instant: which step was planned first depends on the cadence. */
  void tickAt(long timeNs, int node, Runnable tick) {
    steps.add(new Step(timeNs, TICKS_FIRST + node, tick));
  }

  void carry(int from, int to, byte[] packet) {
    links
        .get(from * 256 + to)
        .send(
            packet,
            nowNs,
            (atNs, copy, flipped) -> at(atNs, () -> nodes.get(to).onPacket(copy, flipped)));
  }

  WireMonitor monitorOf(TestPacket p) {
    return monitors.get(
        key(nodeOf(p.src), p.srcPort, nodeOf(p.dst), p.dstPort, p.src.length == 16));
  }

  Side serverSide(TcpConnection c) {
    IpAddress remote = c.remoteAddress();
    Flow flow =
        flowsByClient.get(
            key(
                nodeOf(remote.toBytes()),
                c.remotePort(),
                nodeOf(c.localAddress().toBytes()),
                c.localPort(),
                remote.isV6()));
    return flow == null ? null : flow.server;
  }

  int nodeOf(byte[] address) {
    return address[address.length - 1] - 1;
  }

  void noteSent(int from, byte[] packet) {
    packets++;
    if (packets == PATIENCE_PACKETS) { // a seed is to stay small: now every user gives up
      usersGaveUp = true;
      at(nowNs, this::giveUpAll);
    }
    check(packets <= MAX_PACKETS, "more packets than a seed may have");
    note(from, Arrays.hashCode(packet));
    if (pcap != null) {
      pcap.add(nowNs - startNs, packet);
    }
  }

  /** Adds a fact to the transcript. */
  void note(long who, long what) {
    for (long word : new long[] {nowNs, who, what}) {
      transcript = (transcript ^ word) * 0x9e3779b97f4a7c15L;
      transcript ^= transcript >>> 29;
    }
  }

  private static long key(int from, int fromPort, int to, int toPort, boolean v6) {
    return (long) from << 48
        | (long) to << 40
        | (v6 ? 1L << 39 : 0)
        | (long) fromPort << 16
        | toPort;
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
