package dev.jktcp.proof.sim;

import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.proof.pkt.Personality;
import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.stack.ConnectRequest;
import dev.jktcp.stack.IpStack;
import dev.jktcp.stack.Notice;
import dev.jktcp.stack.StackException;
import dev.jktcp.stack.StackOptions;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.DropReason;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;

/** One stack and what a shell does for it: feed, drain, wake at the deadline. */
final class SimNode {
  static final int PORT = 7;
  private static final int TCP = 6;
  private static final int MAX_SPINS = 1_000;
  private static final int LARGEST_PACKET = 16_000;
  private static final int INBOX = 64; // packets that wait for a suspended node
  private static final int PACKETS_LENT = 3; // at a time, some of them past their readers' turn

  final Simulator sim;
  final int index;
  final int sendBuffer;
  final int receiveBuffer;
  final TcpProfile profile;
  final TcpTuning tuning;
  final IpAddress v4;
  final IpAddress v6;
  final IpStack stack;
  final NodeClock clock;
  final Listening listening;
  private final DatagramSide datagrams; // null: nobody uses any
  private final Guise guise; // null: it looks as it is
  private final SimRandom renegeRandom; // null: it keeps what it has reported
  final Saboteur saboteur;
  private final IcmpJudge icmp = new IcmpJudge(this);
  private final SimRandom random;
  private final int maxConnections;
  private final long maxBytesHeld;
  private final int maxHalfOpen;
  private final int packetsPerTurn; // a transport that is full takes no more until later
  private final long acceptDelayNs;
  private final byte[] buffer = new byte[LARGEST_PACKET];
  private final List<Side> sides = new ArrayList<>(); // those not known to be closed
  private final Set<TcpConnection> holding = new HashSet<>(); // living, or with something unread
  private final ArrayDeque<Runnable> inbox = new ArrayDeque<>();
  private final List<byte[]> lent = new ArrayList<>();
  private final long baseNs; // by its own clock: whose milliseconds the deadlines count
  final PathJudge paths = new PathJudge();
  private int mtu;
  private int toAccept; // known to a user who has not looked yet
  private boolean drainScheduled;
  private boolean blocked;
  private boolean away;
  private long missedNs = Long.MIN_VALUE; // when a packet last came while away
  private long blockedUntilNs;
  private boolean suspended;
  private long heldUpNs;
  private Long pretendedNs; // null unless sabotaged
  private long armedNs = IpStack.NONE;
  private long lastTickNs;
  private int spins;

  SimNode(Simulator sim, int index, SimRandom random) throws StackException {
    this.sim = sim;
    this.index = index;
    this.random = random;
    saboteur = new Saboteur(sim.sabotage);
    clock = new NodeClock(sim);
    mtu = drawMtu();
    guise = random.chance(0.4) ? new Guise(random.fork(), sim.tally) : null;
    sendBuffer = drawBuffer();
    receiveBuffer = rounded(drawBuffer());
    profile = drawProfile();
    tuning = Knobs.tuning(random, sim.mood, sim.tally);
    v4 = IpAddress.parse("10.1.0." + (index + 1));
    v6 = IpAddress.parse("fd00:1::" + Integer.toHexString(index + 1));
    packetsPerTurn = random.chance(0.2) ? (int) random.between(1, 8) : Integer.MAX_VALUE;
    acceptDelayNs = random.chance(0.2) ? random.between(1, 500) * MS : 0;
    maxConnections = random.chance(0.06) ? (int) random.between(1, 12) : 65_536;
    maxHalfOpen = random.chance(0.2) ? random.oneOf(0, 0, 1, 2, 5) : 1_024;
    StackOptions options =
        new StackOptions()
            .mtu(mtu)
            .addAddress(v4)
            .addAddress(v6)
            .profile(bent(profile))
            .sendBuffer(atFirst(sendBuffer))
            .maxSendBuffer(sendBuffer)
            .receiveBuffer(atFirst(receiveBuffer))
            .maxReceiveBuffer(receiveBuffer)
            .tuning(
                sim.sabotage == Sabotage.REQUIRES_TIMESTAMPS
                    ? tuning.withRequireTimestamps(true)
                    : tuning)
            .fastPath(sim.ways.fastPath())
            .idleLookNs(sim.ways.foldsEarly() ? MS : 1_000 * MS);
    SimRandom apart =
        new SimRandom(~sim.startNs() + index); // of its own: other draws of a seed stay as they are
    renegeRandom = apart.chance(0.15) ? apart.fork() : null;
    if (apart.chance(0.25)) {
      sim.tally.add(Kind.PATH_MTU_PROBING);
      options.pathMtuProbing(true);
    }
    if (random.chance(0.1)) {
      sim.tally.add(Kind.RECEIVE_MTU_DIFFERS);
      options.receiveMtu((int) random.between(1_280, LARGEST_PACKET));
    }
    if (random.chance(0.08)) {
      int records = random.below(3);
      // Fewer spent cookies than duplicates under way would let one open a second connection.
      options.maxTimeWait(maxHalfOpen < 1_024 ? options.maxTimeWait() : records);
    }
    if (sim.sabotage != Sabotage.MORE_HALF_OPEN_THAN_LIMIT) {
      options.maxHalfOpen(maxHalfOpen);
    }
    if (sim.sabotage != Sabotage.MORE_CONNECTIONS_THAN_LIMIT) {
      options.maxConnections(maxConnections);
    }
    maxBytesHeld = drawMaxBytesHeld(options.maxBytesHeld());
    if (sim.sabotage != Sabotage.MORE_MEMORY_THAN_LIMIT) {
      options.maxBytesHeld(maxBytesHeld);
    }
    DatagramLimits datagramLimits = sim.datagrams.isDrawn() ? sim.datagrams.limits() : null;
    if (datagramLimits != null) {
      sim.datagrams.tune(options, datagramLimits);
    }
    long entropy = sim.sabotage == Sabotage.NOT_REPRODUCIBLE ? sim.runNumber() : 0;
    stack = new IpStack(options, random.nextLong() ^ entropy, random.nextLong());
    datagrams = datagramLimits == null ? null : new DatagramSide(this, datagramLimits);
    clock.startUp(random.between(0, MS - 1));
    baseNs = nowNs();
    stack.onTick(baseNs);
    listening =
        new Listening(this, random.chance(0.3) ? Knobs.tuning(random, sim.mood, sim.tally) : null);
    listening.open(drawBacklog());
    if (random.chance(maxHalfOpen < 1_024 ? 0.3 : 0.02)) {
      new Flooder(random.fork(), this);
    }
  }

  DatagramSide datagrams() {
    return datagrams;
  }

  /** With what it is counted beyond its bytes. */
  int largestDatagram() {
    return ByteBudget.ofDatagram(LARGEST_PACKET);
  }

  private TcpProfile bent(TcpProfile drawn) {
    return sim.sabotage == Sabotage.NEVER_CUTS_SMALLER
        ? drawn.with(p -> p.blackHoleRetries(0))
        : drawn;
  }

  private int drawMtu() {
    return random.oneOf(1_400, 1_500, 1_280, 9_000, 16_000, (int) random.between(1_280, 2_000));
  }

  /** Some tune their buffers; drawn apart, so that it shifts no other draw. */
  private int atFirst(int most) {
    SimRandom r = new SimRandom(sim.startNs() + index);
    if (!r.chance(0.4)) {
      return most;
    }
    sim.tally.add(Kind.TUNED_BUFFER);
    return Math.max(1, most / 8);
  }

  private int drawBuffer() {
    if (random.chance(0.04)) {
      sim.tally.add(Kind.TINY_BUFFER);
      return (int) random.between(1, 200);
    }
    return random.chance(0.1)
        ? (int) random.between(200, 3_000) // below a segment
        : random.oneOf(4_096, 65_536, 262_144, (int) random.between(3_000, 100_000));
  }

  private int rounded(int bytes) {
    if (guise == null || guise.personality == null) {
      return bytes;
    }
    int rounded = guise.personality.roundedReceiveBuffer(bytes, mtu - 40);
    if (rounded != bytes) {
      sim.tally.add(Kind.RECEIVE_BUFFER_ROUNDED);
    }
    return rounded;
  }

  /** A kernel's personality brings its timers along. */
  private TcpProfile drawProfile() {
    Personality personality = guise == null ? null : guise.personality;
    boolean kernel = personality == Personality.LINUX || personality == Personality.FREEBSD;
    if (kernel) {
      sim.tally.add(
          personality == Personality.LINUX ? Kind.LINUX_PERSONALITY : Kind.FREEBSD_PERSONALITY);
    }
    TcpProfile drawn =
        kernel && sim.mood != Mood.ONE_IN_TEN && random.chance(0.7)
            ? personality.profile()
            : Knobs.profile(random, sim.mood, sim.tally);
    if (drawn.delayedAckNs() > 0) {
      sim.tally.add(Kind.DELAYED_ACK);
    }
    return drawn;
  }

  private long drawMaxBytesHeld(long plenty) {
    SimRandom r = sim.memoryRandom;
    if (!r.chance(0.12)) {
      return plenty;
    }
    sim.tally.add(Kind.TIGHT_MEMORY);
    return r.oneOf(65_536L, r.between(65_536, 130_000), r.between(65_536, 600_000));
  }

  /** Whether its stack had to give anything up for want of memory. */
  boolean wasShortOfMemory() {
    return stack.memoryUsedUp();
  }

  int drawBacklog() {
    return random.oneOf(1, 2, 5, 128, 128);
  }

  /** Those that its users have, of a family. */
  TcpConnection anyConnection(boolean ofV6) {
    for (Side side : sides) {
      if (!side.isClosed() && side.connection.remoteAddress().isV6() == ofV6) {
        return side.connection;
      }
    }
    return null;
  }

  IpAddress address(boolean ofV6) {
    return ofV6 ? v6 : v4;
  }

  // --- its time

  /** What the stack is told. */
  long nowNs() {
    return pretendedNs == null ? clock.toldNs() : pretendedNs;
  }

  /** What connections are told. */
  long steadyNs() {
    return clock.steadyNs();
  }

  /** What both should be told. */
  long clockNs() {
    return clock.properNs();
  }

  /** For how long it was kept from its work, all in all. */
  long heldUpNs() {
    return heldUpNs;
  }

  /** A laptop wakes up: much later, as if at once. */
  void leap(long byNs) {
    sim.tally.add(Kind.CLOCK_LEAPS_AHEAD);
    if (suspended) {
      clock.skew(byNs); // of which the end of that stop will tell
    } else {
      beforeStop().accept(byNs);
      changeClock(byNs);
    }
  }

  /** Which the stack takes for standing still. */
  void stepBack(long byNs) {
    sim.tally.add(Kind.CLOCK_STEPS_BACK);
    heldUpNs += byNs;
    if (!suspended) {
      tickNow(); // from where time stands still is to be the same for all who tell it
    }
    changeClock(-byNs);
  }

  private void changeClock(long byNs) {
    clock.skew(byNs);
    if (!suspended) {
      tickNow();
      drain();
    }
  }

  private LongConsumer beforeStop() {
    List<LongConsumer> each = new ArrayList<>();
    sides.forEach(side -> each.add(side.beforeStop()));
    return stoppedNs -> each.forEach(side -> side.accept(stoppedNs));
  }

  /** It gets neither time nor packets; some of these wait. */
  void suspend(long untilNs) {
    if (suspended) {
      return;
    }
    sim.tally.add(Kind.SUSPENDED);
    suspended = true;
    heldUpNs += untilNs - sim.nowNs();
    arm(); // no tick comes any more
    LongConsumer afterStop = beforeStop();
    long stopsNs = nowNs();
    sim.at(
        untilNs,
        () -> {
          suspended = false;
          afterStop.accept(nowNs() - stopsNs);
          tickNow();
          while (!inbox.isEmpty()) {
            inbox.poll().run();
          }
          drain();
        });
  }

  /** The transport is gone until then, and the stack is told. */
  void goAway(long gapNs, long untilNs) {
    if (away || suspended) {
      return;
    }
    sim.tally.add(Kind.TRANSPORT_AWAY);
    away = true;
    heldUpNs += untilNs - sim.nowNs();
    stack.onAway(gapNs, nowNs());
    drain();
    sim.at(untilNs, this::comeBack);
  }

  private void comeBack() {
    if (suspended) { // its process hears of it when it runs
      sim.at(sim.nowNs() + 100 * MS, this::comeBack);
      return;
    }
    sim.tally.add(Kind.TRANSPORT_BACK);
    away = false;
    stack.onBack(nowNs());
    drain();
  }

  /** Whether a packet has come since while the transport was away. */
  boolean missedPacketSince(long ns) {
    return missedNs >= ns;
  }

  /** From now on, and until then, the transport takes nothing. */
  void block(long untilNs) {
    sim.tally.add(Kind.TRANSPORT_FULL);
    heldUpNs += untilNs - sim.nowNs();
    blockedUntilNs = untilNs;
    blocked = true;
    sim.at(
        untilNs,
        () -> {
          blocked = sim.nowNs() - blockedUntilNs < 0;
          drain();
        });
  }

  private void arm() {
    long wakeNs = suspended ? IpStack.NONE : wakeNs();
    if (wakeNs == armedNs || wakeNs == IpStack.NONE) {
      armedNs = wakeNs;
      return;
    }
    armedNs = wakeNs;
    sim.tickAt(
        Math.max(wakeNs, sim.nowNs()),
        index,
        () -> {
          if (armedNs == wakeNs) {
            armedNs = IpStack.NONE;
            if (sim.sabotage != Sabotage.NEVER_TICKS) {
              tick();
            }
          }
        });
  }

  private long wakeNs() {
    long deadlineNs = stack.nextDeadlineNs();
    if (deadlineNs == IpStack.NONE) {
      return IpStack.NONE;
    }
    if (sim.cadence == Simulator.Cadence.JUMP) {
      return clock.simNs(deadlineNs) + (sim.sabotage == Sabotage.WAKES_LATE ? 7 * MS : 0);
    }
    long nextMs = baseNs + (Math.floorDiv(nowNs() - baseNs, MS) + 1) * MS;
    return clock.simNs(nextMs);
  }

  private void tick() {
    spins = lastTickNs == sim.nowNs() ? spins + 1 : 0;
    check(spins < MAX_SPINS, "ticks without end at one instant");
    lastTickNs = sim.nowNs();
    tickNow();
    drain();
  }

  private void tickNow() {
    if (sim.sabotage == Sabotage.COUNTS_STOPS) {
      long awakeNs = nowNs();
      for (long due; (due = stack.nextDeadlineNs()) != IpStack.NONE && due - awakeNs < 0; ) {
        pretendedNs = due;
        stack.onTick(due);
        drain();
      }
      pretendedNs = null;
    }
    if (sim.sabotage != Sabotage.NEVER_TICKS) {
      stack.onTick(nowNs());
    }
  }

  // --- packets in

  void onPacket(byte[] packet, boolean damaged) {
    if (away) {
      missedNs = sim.nowNs();
      return;
    }
    if (!suspended && renegeRandom != null) {
      renege();
    }
    arrive(() -> take(packet, damaged));
  }

  /** While the process stands still, what comes waits for it. */
  private void arrive(Runnable taken) {
    if (!suspended) {
      taken.run();
      drain();
    } else if (inbox.size() < INBOX) {
      inbox.add(taken);
    }
  }

  /** Now and then, throws away what it has reported (RFC 2018 §8). */
  private void renege() {
    for (Side side : sides) {
      if (!side.isClosed() && side.held() > 0 && renegeRandom.chance(0.1)) {
        side.connection.dropDisorder();
      }
    }
  }

  private void take(byte[] arrived, boolean damaged) {
    byte[] seen = arrived;
    WireMonitor monitor = null;
    if (!damaged) {
      TestPacket p = TestPacket.decode(arrived, 0, arrived.length);
      monitor = sim.monitorOf(p);
      if (monitor != null) {
        noteArrival(p, monitor);
      }
      if (sim.sabotage == Sabotage.DEAF && profile == Knobs.PATIENT) {
        return;
      }
      seen = saboteur.incoming(guise == null ? arrived : guise.incoming(arrived));
    }
    long cookies = stack.counters().cookiesSent();
    feed(seen);
    if (monitor != null && stack.counters().cookiesSent() > cookies) {
      monitor.reverse.ecn.onCookieMade();
    }
  }

  private void feed(byte[] seen) {
    if (!sim.ways.lends()) {
      stack.onPacket(seen, 0, seen.length, nowNs());
      return;
    }
    byte[] packet = seen.clone(); // of which the link may bring another copy
    stack.onLentPacket(packet, 0, packet.length, nowNs());
    lent.add(packet);
    if (lent.size() == PACKETS_LENT) {
      releasePackets();
    }
  }

  /** As a shell does when its readers had their turn. */
  private void releasePackets() {
    stack.releasePackets();
    lent.forEach(packet -> Arrays.fill(packet, (byte) 0xdd));
    lent.clear();
  }

  private void noteArrival(TestPacket p, WireMonitor monitor) {
    monitor.onArrived(p);
    Side receiver = monitor.sender.other;
    receiver.onHeard();
    if (p.has(TestPacket.SYN) && !p.has(TestPacket.ACK)) {
      onSynArrived(receiver.flow);
    }
  }

  /**
   * What is not TCP.
   *
   * @param noted before the stack has it
   */
  void onOther(byte[] packet, Runnable noted) {
    if (away) {
      return;
    }
    arrive(
        () -> {
          noted.run();
          feed(packet);
        });
  }

  /** An ICMP error about a packet of this node's. */
  void onIcmp(IcmpMessage message) {
    if (away) {
      return;
    }
    arrive(() -> icmp.take(message, guise == null ? message : guise.incoming(message)));
  }

  private void onSynArrived(Flow flow) {
    if (flow.firstSyn == Flow.FirstSyn.NOT_ARRIVED) {
      flow.firstSyn =
          listening.isOpen() ? Flow.FirstSyn.LISTENER_OPEN : Flow.FirstSyn.LISTENER_CLOSED;
      if (!listening.isOpen()) {
        sim.tally.add(Kind.SYN_MEETS_CLOSED_LISTENER);
      }
    }
  }

  // --- what comes of it

  void drain() {
    // A full transport stays full whoever looks: how often the time is told must not matter.
    boolean full = blocked || drainScheduled || suspended;
    int budget = full ? 0 : packetsPerTurn;
    boolean more;
    do {
      more = false;
      for (TcpConnection c; (c = stack.pollEvent()) != null; ) {
        more = true;
        onEvents(c);
      }
      more |= loop();
      for (Notice notice; (notice = stack.pollNotice()) != null; ) {
        more = true;
        datagrams.onNotice(notice);
      }
      while (budget > 0) {
        int length = stack.pollPacket(buffer, 0, nowNs());
        if (length == 0) {
          break;
        }
        budget--;
        more = true;
        onSent(Arrays.copyOf(buffer, length));
      }
    } while (more && (budget > 0 || full));
    if (budget == 0 && !full) {
      drainScheduled = true;
      sim.tally.add(Kind.SLOW_TRANSPORT);
      sim.at(
          sim.nowNs() + random.between(1, MS),
          () -> {
            drainScheduled = false;
            drain();
          });
    }
    checkLimits();
    sides.forEach(Side::lookForProgress);
    if (!full && budget > 0) {
      checkOwned();
    }
    arm();
  }

  /** Packets of the node's to itself pass no link: none waits, and none is lost. */
  private boolean loop() {
    int length;
    boolean any = false;
    while (!suspended && (length = stack.pollLooped(buffer, 0, nowNs())) > 0) {
      any = true;
      onLooped(Arrays.copyOf(buffer, length));
      for (TcpConnection c; (c = stack.pollEvent()) != null; ) {
        onEvents(c);
      }
    }
    return any;
  }

  private void onLooped(byte[] packet) {
    if (WireDatagram.protocol(packet) != TCP) {
      check(packet.length <= mtu, "a packet above the MTU");
      datagrams.onLooped(packet);
      return;
    }
    TestPacket p = TestPacket.decode(packet, 0, packet.length);
    check(packet.length <= mtu, "a packet above the MTU");
    check(Arrays.equals(p.dst, address(p.dst.length == 16).toBytes()), "a packet of others looped");
    sim.noteSent(index, packet);
    sim.tally.add(Kind.LOOPED);
    WireMonitor monitor = sim.monitorOf(p);
    if (monitor == null) {
      check(p.has(TestPacket.RST), "a segment of no flow that is no RST");
      return;
    }
    if (monitor.sender.connection != null) {
      checkHeader(p, monitor.sender);
    }
    monitor.onBareSent(p);
    monitor.onSent(p, p.window);
    noteArrival(p, monitor);
  }

  /** Of memory, of connections, of those that nobody took yet. */
  private void checkLimits() {
    checkMemory();
    if (datagrams != null) {
      datagrams.checkLimits();
    }
    int connections = stack.connections();
    int halfOpen = stack.halfOpen();
    check(halfOpen <= maxHalfOpen, halfOpen + " half-open, the limit is " + maxHalfOpen);
    connections -= halfOpen;
    check(
        connections <= maxConnections,
        connections + " connections, the limit is " + maxConnections);
    int taken = 0;
    for (Side side : sides) {
      taken += side.connection.closeReason() == null ? 1 : 0;
    }
    check(
        connections - taken <= listening.backlogs(),
        connections - taken + " not accepted, the backlogs are " + listening.backlogs());
  }

  /** What is counted in passing is what a look into each connection finds. */
  private void checkMemory() {
    holding.removeIf(c -> c.closeReason() != null && c.bytesHeld() == 0);
    long limit = (long) holding.size() * (2L * (sendBuffer + receiveBuffer) + 65_536);
    long held = 0;
    for (TcpConnection c : holding) {
      held += c.bytesHeld();
    }
    check(stack.bytesHeld() == held, stack.bytesHeld() + " bytes counted, " + held + " held");
    held += sim.sabotage == Sabotage.HOLDS_MEMORY ? limit + 1 : 0;
    check(held <= limit, "more bytes held than all buffers may");
    long records =
        (long) (stack.connections() - stack.halfOpen()) * ByteBudget.CONNECTION
            + (long) stack.halfOpen() * ByteBudget.HALF_OPEN
            + (long) stack.timeWaits() * ByteBudget.TIME_WAIT
            + (long) stack.narrowPaths() * ByteBudget.PATH
            + (datagrams == null ? 0 : datagrams.bytesHeld());
    check(
        stack.budget().total() <= maxBytesHeld,
        stack.budget().total() + " bytes of memory, the limit is " + maxBytesHeld);
    check(
        stack.budget().held() == stack.bytesHeld() + records,
        stack.budget().held() + " counted with " + records + " of records");
  }

  /** All was said that there is to say: what no user holds must end by a timer. */
  private void checkOwned() {
    int owned = toAccept;
    for (Side side : sides) {
      if (side.isClosed()) {
        check(!hasDeadline(side), "a timer after close");
      } else if (side.closing || side.aborted || side.left) {
        check(away || hasDeadline(side), "neither owner nor timer: " + side.connection.state());
      } else {
        owned++;
      }
    }
    sides.removeIf(Side::isClosed);
    check(
        stack.connections() <= owned || stack.nextDeadlineNs() != IpStack.NONE,
        "a connection without owner, and no timer");
  }

  private boolean hasDeadline(Side side) {
    return side.connection.hasDeadline()
        || (side.isClosed() && sim.sabotage == Sabotage.KEEPS_TIMER);
  }

  private void onEvents(TcpConnection connection) {
    int events = connection.takeEvents();
    if ((events & TcpConnection.ACCEPTED) != 0) {
      holding.add(connection);
      if (sim.sabotage == Sabotage.COUNTS_WRONG) {
        connection.account().hold(100);
      }
      if (acceptDelayNs == 0) {
        accept(connection);
      } else {
        connection.attach(this);
        toAccept++;
        sim.at(
            sim.nowNs() + acceptDelayNs,
            () -> {
              toAccept--;
              accept(connection);
              drain();
            });
      }
    }
    if (connection.attachment() instanceof Side side) {
      side.onEvents(events);
    }
  }

  private void accept(TcpConnection connection) {
    Side side = sim.serverSide(connection);
    check(side != null && side.connection == null, "a connection that no client opened");
    side.begin(connection, profile);
    sides.add(side);
    connection.attach(side);
    connection.accept();
    // What happened before the user looked has been taken already.
    side.onEvents(connection.closeReason() != null ? TcpConnection.CLOSED : TcpConnection.READABLE);
    if (sim.usersGaveUp()) {
      side.reset();
    }
  }

  /**
   * @return false when the stack holds as many connections as it may
   */
  boolean connect(Side side, IpAddress remote, TcpProfile drawn, TcpTuning tuningOrNull) {
    TcpProfile used = bent(drawn);
    if (sim.sabotage == Sabotage.TWO_IN_FLIGHT && Knobs.sendsOneAtATime(drawn)) {
      used = TcpProfile.RELIABLE_LINK;
    }
    int before = stack.connections() - stack.halfOpen();
    try {
      ConnectRequest request = ConnectRequest.to(remote, PORT).profile(used);
      if (tuningOrNull != null) {
        request.tuning(tuningOrNull);
      }
      side.begin(stack.connect(request, nowNs()), drawn);
    } catch (StackException e) {
      boolean noMemory =
          e.getMessage().startsWith("no memory for another connection")
              && !stack.budget().admits(ByteBudget.CONNECTION);
      check(
          noMemory || e.getMessage().startsWith("too many connections") && before >= maxConnections,
          "refused to open: " + e.getMessage());
      sim.tally.add(Kind.CONNECTION_LIMIT_REFUSES_USER);
      side.refusedByStack = true;
      return false;
    }
    side.connection.attach(side);
    sides.add(side);
    holding.add(side.connection);
    return true;
  }

  // --- packets out

  private void onSent(byte[] fromStack) {
    if (WireDatagram.protocol(fromStack) != TCP) {
      check(fromStack.length <= mtu, "a packet above the MTU");
      datagrams.onSent(fromStack);
      return;
    }
    byte[] own = saboteur.outgoing(fromStack);
    TestPacket mine = TestPacket.decode(own, 0, own.length);
    check(own.length <= mtu, "a packet above the MTU");
    check(sim.nodeOf(mine.dst) != index, "a packet to ourselves leaves");
    int pathMtu = paths.mtu(IpAddress.of(mine.dst).toString(), steadyNs());
    check(own.length <= pathMtu, "a packet above the path's MTU of " + pathMtu);
    WireMonitor monitor = sim.monitorOf(mine);
    if (monitor != null && monitor.sender.connection != null) {
      checkHeader(mine, monitor.sender);
    }
    byte[] packet = guise == null ? own : guise.outgoing(own);
    TestPacket p = guise == null ? mine : TestPacket.decode(packet, 0, packet.length);
    sim.noteSent(index, packet);
    if (monitor != null) {
      monitor.onBareSent(mine);
      monitor.onSent(p, mine.window);
    } else if (Flooder.isNobody(p.dst)) {
      return; // it gets nowhere
    } else {
      check(p.has(TestPacket.RST), "a segment of no flow that is no RST");
    }
    if (sim.sabotage == Sabotage.INVENTS_TROUBLE) {
      byte[] trouble =
          IcmpMessage.about(own, 48, IcmpSays.hopLimit(p.src.length == 16), 0).encode(p.src);
      stack.onPacket(trouble, 0, trouble.length, nowNs());
    }
    sim.carry(index, sim.nodeOf(p.dst), packet);
  }

  /** What a user asked of all packets of his connection. */
  private void checkHeader(TestPacket p, Side side) {
    TcpTuning wanted = side.connection.tuning();
    // An RST for what is gone comes from the stack or the listener, not from the connection.
    boolean stray = side.isClosed() && p.has(TestPacket.RST);
    check(p.ttl == wanted.ttl() || stray, "a TTL of " + p.ttl + ", the user's is " + wanted.ttl());
    check(
        (p.trafficClass & ~3) == wanted.dscp() || stray,
        "a traffic class of " + p.trafficClass + ", the user's is " + wanted.trafficClass());
  }

  /** The transport's largest packet is another one. */
  void changeMtu() {
    sim.tally.add(Kind.MTU_CHANGED);
    mtu = drawMtu();
    if (sim.sabotage != Sabotage.IGNORES_MTU) {
      stack.changeMtu(mtu);
    }
  }

  /** Of its own MSS option, for who wants to know how many packets bytes may take. */
  int mssOf() {
    return guise == null || guise.mss <= 0 ? 1_000 : Math.max(28, guise.mss);
  }

  void end() {
    listening.end();
    if (datagrams != null) {
      datagrams.end();
    }
    drain();
    if (sim.sabotage == Sabotage.LEAKS_CONNECTION) {
      try {
        stack.connect(ConnectRequest.to(v4, PORT), nowNs());
      } catch (StackException e) {
        throw new AssertionError(e);
      }
    }
  }

  long predicted() {
    return stack.fastPath().predictedData() + stack.fastPath().predictedAcks();
  }

  void checkNothingLeft() {
    sim.tally.add(Kind.BACKLOG_FULL, stack.counters().backlogDrops());
    sim.tally.add(Kind.COOKIE_SENT, stack.counters().cookiesSent());
    sim.tally.add(Kind.COOKIE_OPENS, stack.counters().cookiesAccepted());
    long old = stack.counters().dropped(DropReason.OLD_TIMESTAMP);
    sim.tally.add(Kind.OLD_TIMESTAMP_DROPPED, old);
    sim.tally.add(Kind.COOKIE_REFUSED, stack.counters().cookiesRefused());
    sim.tally.add(Kind.CONNECTION_LIMIT_DROPS_SYN, stack.counters().limitDrops());
    sim.tally.add(Kind.MEMORY_DROPS_SEGMENT, stack.budget().dropped());
    sim.tally.add(Kind.MEMORY_DROPS_DISORDER, stack.budget().disorderDropped());
    sim.tally.add(Kind.RENEGES, stack.budget().reneged());
    sim.tally.add(Kind.BLACK_HOLE_FOUND, stack.counters().blackHoles());
    sim.tally.add(Kind.MEMORY_DROPS_SYN, stack.counters().memoryRefusals());
    sim.tally.add(Kind.TIME_WAIT_EVICTED, stack.counters().timeWaitsEvicted());
    if (datagrams != null) {
      datagrams.checkAllAccountedFor();
    }
    check(stack.connections() == 0, stack.connections() + " connections left");
    check(stack.timeWaits() == 0, stack.timeWaits() + " TIME-WAITs left");
    checkEndsCounted();
    check(stack.bytesHeld() == 0, stack.bytesHeld() + " bytes left");
    long paths = (long) stack.narrowPaths() * ByteBudget.PATH; // they age, connections or not
    check(stack.budget().held() == paths, stack.budget().held() + " bytes of records left");
    check(stack.budget().holders() == 0, stack.budget().holders() + " holders of nothing left");
    check(stack.nextDeadlineNs() == IpStack.NONE, "a timer left");
    check(stack.pollEvent() == null, "an event left");
  }

  /** Each connection that began ended for one reason. */
  private void checkEndsCounted() {
    long ended = 0;
    for (CloseReason reason : CloseReason.values()) {
      ended += stack.counters().ended(reason);
    }
    long began = stack.counters().connectionsOpened() + stack.counters().connectionsAccepted();
    check(began == ended, began + " connections began, " + ended + " ended");
  }

  private void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("node " + index + ": " + what);
    }
  }
}
