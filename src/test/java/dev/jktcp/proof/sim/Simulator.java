package dev.jktcp.proof.sim;

import static dev.jktcp.time.Nanos.MS;
import static dev.jktcp.time.Nanos.SECOND;

import dev.jktcp.proof.script.PcapDump;
import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.stack.StackException;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
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
 * <p>In some worlds datagrams go beside the connections: see {@link DatagramWorld}.
 *
 * <p>Asserted after each step: received bytes are a prefix of those sent; nothing is sent beyond
 * the window or the MSS; a window's right edge stays or advances; a FIN comes after all data; ACKs
 * cover what was sent; a stop-and-wait sender has one segment in flight; memory stays within the
 * buffers. The same seed gives the same transcript.
 */
final class Simulator {
  // A back-off of at most 120 s, half-open connections, FIN-WAIT-2 and a user's patience of 60 s
  // each, then the transfer itself: a second for each 500 bytes, where one small segment is in
  // flight.
  private static final long FLOW_BOUND_NS = 1_200 * SECOND;
  private static final long BYTE_BOUND_NS = SECOND / 500;
  // Longer than any profile sends a SYN-ACK.
  private static final long HALF_OPEN_PATIENCE_NS = 600 * SECOND;
  // Where one packet in ten arrives, somebody may still send a SYN-ACK when its users have gone.
  private static final long END_BOUND_NS = HALF_OPEN_PATIENCE_NS + 100 * SECOND;
  private static final long LOOK_EVERY_NS = 2 * SECOND;
  private static final int MAX_PACKETS = 20_000;
  private static final int PATIENCE_PACKETS = 18_000;
  private static final int MAX_STEPS = 50_000_000;

  /** What a run was like. */
  record Result(
      long transcript,
      int flows,
      int succeeded,
      Mood mood,
      long packets,
      long damaged,
      long predicted,
      Tally tally) {
    /** The same without what was predicted: all that other stacks and users can see. */
    Result seen() {
      return new Result(transcript, flows, succeeded, mood, packets, damaged, 0, tally);
    }
  }

  /** How a shell tells its stack the time. */
  enum Cadence {
    /** At its next deadline, however far that is. */
    JUMP,
    /** Each millisecond while any deadline is set. */
    EVERY_MS
  }

  /**
   * How stacks take packets in: by the fast path or not, lent or for the length of a call; and
   * whether idle ends fold in each quiet millisecond. The outcome is the same.
   */
  record Ways(boolean fastPath, boolean lends, boolean foldsEarly) {
    static Ways of(long seed) {
      return new Ways((seed & 1) == 0, (seed & 2) == 0, (seed & 4) == 0);
    }

    Ways otherPath() {
      return new Ways(!fastPath, lends, !foldsEarly);
    }
  }

  private record Step(long timeNs, long order, Runnable action) {}

  private static final long TICKS_FIRST = Long.MIN_VALUE;

  private static long runs;

  final Cadence cadence;
  final Sabotage sabotage;
  final Ways ways;
  final Mood mood;
  final Tally tally = new Tally();
  final SimRandom memoryRandom; // so that who has little shifts no other draw
  final DatagramWorld datagrams;
  private final SimRandom random;
  private final long startNs;
  private final long healNs;
  private final PcapDump pcap;
  private final PriorityQueue<Step> steps =
      new PriorityQueue<>(Comparator.comparingLong(Step::timeNs).thenComparingLong(Step::order));
  private final List<SimNode> nodes = new ArrayList<>();
  private final Map<Integer, Link> links = new HashMap<>();
  private final Map<Integer, Forger> forgers = new HashMap<>(); // by who sees their messages
  private final List<Flow> flows = new ArrayList<>();
  private final Map<Long, WireMonitor> monitors = new HashMap<>();
  private final Map<Long, Flow> flowsByClient = new HashMap<>();
  private long nowNs;
  private long order;
  private long transcript;
  private long packets;
  private boolean usersGaveUp;
  private boolean ended;

  private Simulator(long seed, Cadence cadence, Sabotage sabotage, Ways ways, PcapDump pcap)
      throws StackException {
    runs++;
    this.cadence = cadence;
    this.sabotage = sabotage;
    this.ways = ways;
    this.pcap = pcap;
    random = new SimRandom(seed);
    memoryRandom = new SimRandom(~seed);
    mood = random.chance(0.25) ? Mood.CLEAN : random.chance(0.06) ? Mood.ONE_IN_TEN : Mood.FAULTY;
    if (mood == Mood.ONE_IN_TEN) {
      tally.add(Kind.ONE_IN_TEN_SEED);
    }
    startNs = random.between(-1_000_000 * SECOND, 1_000_000 * SECOND);
    nowNs = startNs;
    healNs =
        startNs
            + switch (mood) {
              case CLEAN -> 0;
              case FAULTY -> random.between(1, 60) * SECOND;
              case ONE_IN_TEN -> 1_500 * SECOND;
            };
    datagrams = new DatagramWorld(this, new SimRandom(seed * 31 + 17));
    int count =
        random.chance(0.02)
            ? (int) random.between(9, 50)
            : random.chance(0.5) ? 2 : (int) random.between(2, 8);
    if (count > 8) {
      tally.add(Kind.MORE_THAN_8_STACKS);
    }
    for (int i = 0; i < count; i++) {
      nodes.add(new SimNode(this, i, random.fork()));
    }
    SimRandom linkRandom = random.fork();
    for (int from = 0; from < count; from++) {
      for (int to = 0; to < count; to++) {
        links.put(from * 256 + to, new Link(linkRandom.fork(), mood, startNs, healNs, tally));
      }
    }
    new Workload(this, nodes, random.fork()).draw();
    drawIcmp(random.fork());
    drawStops(random.fork());
    datagrams.draw(nodes);
    drawAbsences(random.fork());
    at(healNs, () -> links.values().forEach(Link::heal));
    at(healNs + HALF_OPEN_PATIENCE_NS, () -> flows.forEach(this::giveUpHalfOpen));
    at(startNs + LOOK_EVERY_NS, this::lookForProgress);
  }

  private void drawIcmp(SimRandom r) {
    boolean forged = r.chance(0.3);
    for (SimNode node : nodes) {
      Router.Carrier carrier =
          (message, afterNs) -> at(nowNs + afterNs, () -> deliver(message, node));
      for (SimNode to : nodes) {
        links.get(node.index * 256 + to.index).drawRouters(r.fork(), mood, carrier);
      }
      if (forged && r.chance(0.7)) {
        forgers.put(node.index, new Forger(r.fork(), tally, carrier));
      }
    }
  }

  /** All processes stop, as those of a container or of a laptop do. */
  private void drawStops(SimRandom r) {
    for (int i = r.chance(0.1) ? 1 + r.below(2) : 0; i > 0; i--) {
      boolean opening = !flows.isEmpty() && r.chance(0.5); // when somebody waits for sure
      long atNs =
          opening
              ? flows.get(r.below(flows.size())).opensNs + r.between(0, 300) * MS
              : startNs + r.between(0, Math.max(20 * SECOND, healNs - startNs) / MS) * MS;
      long forNs = r.oneOf(11 * SECOND, 66 * SECOND, r.between(1, 300_000) * MS);
      at(
          atNs,
          () -> {
            tally.add(Kind.ALL_SUSPENDED);
            nodes.forEach(node -> node.suspend(nowNs + forNs));
          });
    }
  }

  /**
   * The transports of all go away together and come back, as those of two ends of one tunnel do; or
   * that of one, whose peers are not told.
   */
  private void drawAbsences(SimRandom r) {
    for (int i = r.chance(0.1) ? 1 + r.below(3) : 0; i > 0; i--) {
      boolean opening = !flows.isEmpty() && r.chance(0.5);
      long atNs =
          opening
              ? flows.get(r.below(flows.size())).opensNs + r.between(0, 300) * MS
              : startNs + r.between(0, Math.max(20 * SECOND, healNs - startNs) / MS) * MS;
      long forNs = r.oneOf(5 * SECOND, 14 * SECOND, 66 * SECOND, r.between(1, 300_000) * MS);
      boolean outlived = mood == Mood.CLEAN || r.chance(0.5);
      // A stop of the process, or a leap of its clock, takes up to a second of the gap.
      long gapNs = outlived ? forNs + 10 * SECOND : r.between(0, forNs / MS) * MS;
      boolean all = mood == Mood.CLEAN || r.chance(0.5);
      int one = r.below(nodes.size());
      at(
          atNs,
          () ->
              (all ? nodes : List.of(nodes.get(one)))
                  .forEach(node -> node.goAway(gapNs, nowNs + forNs)));
    }
  }

  private void deliver(IcmpMessage message, SimNode to) {
    byte[] packet = message.encode(to.address(message.v6()).toBytes());
    note(to.index, Arrays.hashCode(packet));
    if (pcap != null) {
      pcap.add(nowNs - startNs, packet);
    }
    to.onIcmp(message);
  }

  /** A stack that no longer does anything is not looked at by its own node. */
  private void lookForProgress() {
    for (Flow flow : flows) {
      flow.client.lookForProgress();
      flow.server.lookForProgress();
    }
    if (!allFinished()) {
      at(nowNs + LOOK_EVERY_NS, this::lookForProgress);
    }
  }

  /** Runs a seed; on failure runs it again to leave a pcap, and names both. */
  static Result run(long seed) {
    return run(seed, Cadence.JUMP);
  }

  /** The same with the stacks told the time in one way or the other; the outcome is the same. */
  static Result run(long seed, Cadence cadence) {
    return run(seed, cadence, Sabotage.NONE);
  }

  /** The same with a stack or shell that is broken on purpose. */
  static Result run(long seed, Cadence cadence, Sabotage sabotage) {
    return run(seed, cadence, sabotage, Ways.of(seed));
  }

  /** A seed that takes the fast path, without it; the outcome is the same. */
  static Result runPlain(long seed) {
    Ways drawn = Ways.of(seed);
    check(drawn.fastPath, "seed " + seed + " has no fast path anyway");
    return run(seed, Cadence.JUMP, Sabotage.NONE, new Ways(false, drawn.lends, !drawn.foldsEarly));
  }

  /** A seed whose packets are lent, with packets that are not; the outcome is the same. */
  static Result runCopying(long seed) {
    Ways drawn = Ways.of(seed);
    check(drawn.lends, "the packets of seed " + seed + " are not lent anyway");
    return run(
        seed, Cadence.JUMP, Sabotage.NONE, new Ways(drawn.fastPath, false, drawn.foldsEarly));
  }

  private static Result run(long seed, Cadence cadence, Sabotage sabotage, Ways ways) {
    try {
      return once(seed, cadence, sabotage, ways, null);
    } catch (AssertionError | RuntimeException e) {
      PcapDump pcap = new PcapDump();
      Throwable again = null;
      try {
        once(seed, cadence, sabotage, ways, pcap);
      } catch (AssertionError | RuntimeException same) {
        again = same;
      }
      Path file = pcap.write("sim", "seed-" + seed);
      String other = ways.equals(Ways.of(seed)) ? "" : ", " + ways;
      String message = "seed " + seed + ", " + cadence + other + ": " + e.getMessage();
      if (again == null || !String.valueOf(again.getMessage()).equals(e.getMessage())) {
        message += "\nreplay gave another outcome: " + again;
      }
      throw new AssertionError(message + "\n" + whatToDo(seed, file), e);
    }
  }

  /** One run, with a stack or shell that is broken on purpose, or with a pcap. */
  static Result once(long seed, Cadence cadence, Sabotage sabotage, PcapDump pcapOrNull) {
    return once(seed, cadence, sabotage, Ways.of(seed), pcapOrNull);
  }

  private static Result once(
      long seed, Cadence cadence, Sabotage sabotage, Ways ways, PcapDump pcapOrNull) {
    try {
      return new Simulator(seed, cadence, sabotage, ways, pcapOrNull).run();
    } catch (StackException e) {
      throw new AssertionError(e);
    }
  }

  /** Runs a seed in both cadences and on both paths, and leaves a pcap whatever comes of it. */
  static Result replay(long seed) {
    PcapDump pcap = new PcapDump();
    try {
      Result result = once(seed, Cadence.JUMP, Sabotage.NONE, pcap);
      Result other = once(seed, Cadence.EVERY_MS, Sabotage.NONE, null);
      check(result.equals(other), "a tick each millisecond gives " + other + ", not " + result);
      other = once(seed, Cadence.JUMP, Sabotage.NONE, Ways.of(seed).otherPath(), null);
      check(
          result.seen().equals(other.seen()), "the other path gives " + other + ", not " + result);
      pcap.write("sim", "seed-" + seed);
      return result;
    } catch (AssertionError | RuntimeException e) {
      Path file = pcap.write("sim", "seed-" + seed);
      throw new AssertionError(
          "seed " + seed + ": " + e.getMessage() + "\n" + whatToDo(seed, file), e);
    }
  }

  private static String whatToDo(long seed, Path pcap) {
    return "replay: mvn -q -B test -Dtest=SimulatorTest -Dseed="
        + seed
        + "\npcap: "
        + pcap
        + " (tcpdump -r, Wireshark; node n is 10.1.0.n+1 and fd00:1::n+1)"
        + "\nThe message names the flow or node. Break on it in Simulator, or make the seed's"
        + " case a packet script, mend the core, and run the seed again.";
  }

  private Result run() {
    long boundNs = FLOW_BOUND_NS + largestFile() * BYTE_BOUND_NS;
    runUntil(healNs + boundNs, true);
    for (Flow flow : flows) {
      check(
          flow.isFinished(),
          flow + " is not finished " + boundNs / SECOND + " s after healing: " + show(flow));
      check(
          mood != Mood.CLEAN || flow.succeeded() || flow.isExcused(),
          flow + " failed on clean links " + show(flow));
    }
    ended = true;
    nodes.forEach(SimNode::end);
    runUntil(nowNs + END_BOUND_NS, false);
    nodes.forEach(SimNode::checkNothingLeft);
    int succeeded =
        (int) flows.stream().filter(f -> f.server.connection != null && f.succeeded()).count();
    long damaged = links.values().stream().mapToLong(l -> l.damaged).sum();
    long predicted = nodes.stream().mapToLong(SimNode::predicted).sum();
    return new Result(
        transcript, flows.size(), succeeded, mood, packets, damaged, predicted, tally);
  }

  private long largestFile() {
    long largest = 0;
    for (Flow flow : flows) {
      largest = Math.max(largest, Math.max(flow.client.fileSize, flow.server.fileSize));
    }
    return largest;
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

  // --- flows

  void add(Flow flow) {
    flows.add(flow);
  }

  int flowCount() {
    return flows.size();
  }

  /** Its client connects. */
  void open(Flow flow, boolean v6, TcpProfile profileOrNull, TcpTuning tuningOrNull) {
    SimNode from = flow.client.node;
    SimNode to = flow.server.node;
    TcpProfile profile = profileOrNull == null ? from.profile : profileOrNull;
    if (!profile.equals(to.profile)) {
      tally.add(Kind.PROFILES_DIFFER);
    }
    if (!from.connect(flow.client, v6 ? to.v6 : to.v4, profile, tuningOrNull)) {
      return;
    }
    int port = flow.client.connection.localPort();
    check(port >= 49_152, "an ephemeral port of " + port);
    WireMonitor up =
        new WireMonitor(
            flow.client.stream, from.receiveBuffer, Knobs.sendsOneAtATime(profile), tally);
    WireMonitor down =
        new WireMonitor(
            flow.server.stream, to.receiveBuffer, Knobs.sendsOneAtATime(to.profile), tally);
    up.reverse = down;
    down.reverse = up;
    up.sender = flow.client;
    down.sender = flow.server;
    monitors.put(key(from.index, port, to.index, SimNode.PORT, v6), up);
    monitors.put(key(to.index, SimNode.PORT, from.index, port, v6), down);
    flowsByClient.put(key(from.index, port, to.index, SimNode.PORT, v6), flow);
    if (usersGaveUp) {
      flow.client.reset();
    }
  }

  /**
   * Where every last ACK of a handshake was lost, the server has forgotten a connection that its
   * client believes in. A client with nothing to send would wait for ever: there are no
   * keep-alives.
   */
  private void giveUpHalfOpen(Flow flow) {
    if (flow.server.connection == null && flow.client.connection != null) {
      check(
          mood != Mood.CLEAN || flow.client.isClosed() || flow.isExcused(), flow + " is half-open");
      flow.client.reset();
      flow.client.node.drain();
    }
  }

  private void giveUpAll() {
    for (Flow flow : flows) {
      flow.mayFail = true;
      flow.client.reset();
      flow.server.reset();
    }
    nodes.forEach(SimNode::drain);
  }

  // --- what nodes ask

  boolean usersGaveUp() {
    return usersGaveUp;
  }

  long startNs() {
    return startNs;
  }

  /** How many there were in this JVM, for who wants no two alike. */
  long runNumber() {
    return runs;
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
    if (forgers.containsKey(from)) {
      forgers.get(from).onPassing(packet);
    }
    links
        .get(from * 256 + to)
        .send(
            packet,
            nowNs,
            (atNs, copy, flipped) -> at(atNs, () -> nodes.get(to).onPacket(copy, flipped)));
  }

  /** Whether large packets of this side vanish, and its profile never finds out. */
  boolean isBlackHole(Side from) {
    Link link = links.get(from.node.index * 256 + from.other.node.index);
    return link.isNarrow() && !from.findsBlackHoles();
  }

  WireMonitor monitorOf(TestPacket p) {
    return monitors.get(
        key(nodeOf(p.src), p.srcPort, nodeOf(p.dst), p.dstPort, p.src.length == 16));
  }

  /** The same by a quad that may be nobody's. */
  WireMonitor monitorOf(byte[] src, int srcPort, byte[] dst, int dstPort) {
    boolean v6 = dst.length == 16;
    int to = nodeOf(dst);
    boolean known =
        to >= 0 && to < nodes.size() && Arrays.equals(nodes.get(to).address(v6).toBytes(), dst);
    return known ? monitors.get(key(nodeOf(src), srcPort, to, dstPort, v6)) : null;
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

  /** Ports are being closed. */
  boolean hasEnded() {
    return ended;
  }

  SimNode node(int index) {
    return nodes.get(index);
  }

  int nodeOf(byte[] address) {
    return address[address.length - 1] - 1;
  }

  void noteSent(int from, byte[] packet) {
    packets++;
    if (packets == PATIENCE_PACKETS) { // a seed is to stay small: now every user gives up
      usersGaveUp = true;
      tally.add(Kind.USERS_GIVE_UP_LONG_SEED);
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
