package dev.jktcp.sim;

import dev.jktcp.script.TestPacket;
import dev.jktcp.stack.IpStack;
import dev.jktcp.stack.StackException;
import dev.jktcp.stack.StackOptions;
import dev.jktcp.stack.TcpListener;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One stack and what a shell does for it: feed, drain, wake at the deadline. */
final class SimNode {
  static final int PORT = 7;
  private static final long MS = 1_000_000;
  private static final int MAX_SPINS = 1_000;

  final Simulator sim;
  final int index;
  final int mtu;
  final int sendBuffer;
  final int receiveBuffer;
  final TcpProfile profile;
  final IpAddress v4;
  final IpAddress v6;
  final IpStack stack;
  private final SimRandom random;
  private final TcpListener listener;
  private final int packetsPerTurn; // a transport that is full takes no more until later
  private final long acceptDelayNs;
  private final byte[] buffer;
  private final List<Side> sides = new ArrayList<>(); // those not known to be closed
  private final long baseNs;
  private int toAccept; // known to a user who has not looked yet
  private boolean drainScheduled;
  private boolean blocked;
  private long blockedUntilNs;
  private long armedNs = IpStack.NONE;
  private long lastTickNs;
  private int spins;

  SimNode(Simulator sim, int index, SimRandom random) throws StackException {
    this.sim = sim;
    this.index = index;
    this.random = random;
    mtu = random.oneOf(1_400, 1_500, 1_280, 9_000, 16_000, (int) random.between(1_280, 2_000));
    sendBuffer = drawBuffer(random);
    receiveBuffer = drawBuffer(random);
    profile = sim.drawProfile(random);
    v4 = IpAddress.parse("10.1.0." + (index + 1));
    v6 = IpAddress.parse("fd00:1::" + Integer.toHexString(index + 1));
    packetsPerTurn = random.chance(0.2) ? (int) random.between(1, 8) : Integer.MAX_VALUE;
    acceptDelayNs = random.chance(0.2) ? random.between(1, 500) * MS : 0;
    StackOptions options =
        new StackOptions()
            .mtu(mtu)
            .addAddress(v4)
            .addAddress(v6)
            .profile(profile)
            .sendBuffer(sendBuffer)
            .receiveBuffer(receiveBuffer)
            .tuning(drawTuning(random));
    stack = new IpStack(options, random.nextLong(), random.nextLong());
    baseNs = sim.nowNs() - random.between(0, MS - 1); // whose milliseconds the deadlines count
    stack.onTick(baseNs);
    listener = stack.listen(null, PORT, random.oneOf(1, 2, 128));
    buffer = new byte[mtu];
  }

  private static int drawBuffer(SimRandom random) {
    return random.chance(0.1)
        ? (int) random.between(200, 3_000) // below a segment
        : random.oneOf(4_096, 65_536, 262_144, (int) random.between(3_000, 100_000));
  }

  /** Nagle and a keep-alive that never loses patience may slow a flow down, not end it. */
  private static TcpTuning drawTuning(SimRandom random) {
    TcpTuning tuning = TcpTuning.DEFAULT.withNoDelay(random.chance(0.5));
    return random.chance(0.5)
        ? tuning.withKeepAlive(
            random.between(1, 3_000) * MS, random.between(1, 1_000) * MS, Integer.MAX_VALUE)
        : tuning;
  }

  /** From now on, and until then, the transport takes nothing. */
  void block(long untilNs) {
    blockedUntilNs = untilNs;
    blocked = true;
    sim.at(
        untilNs,
        () -> {
          blocked = sim.nowNs() - blockedUntilNs < 0;
          drain();
        });
  }

  void onPacket(byte[] packet, boolean damaged) {
    if (!damaged) {
      TestPacket p = TestPacket.decode(packet, 0, packet.length);
      WireMonitor monitor = sim.monitorOf(p);
      if (monitor != null) {
        monitor.onArrived(p);
      }
    }
    stack.onPacket(packet, 0, packet.length, sim.nowNs());
    drain();
  }

  void drain() {
    // A full transport stays full whoever looks: how often the time is told must not matter.
    boolean full = blocked || drainScheduled;
    int budget = full ? 0 : packetsPerTurn;
    boolean more;
    do {
      more = false;
      for (TcpConnection c; (c = stack.pollEvent()) != null; ) {
        more = true;
        onEvents(c);
      }
      while (budget > 0) {
        int length = stack.pollPacket(buffer, 0, sim.nowNs());
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
      sim.at(
          sim.nowNs() + random.between(1, MS),
          () -> {
            drainScheduled = false;
            drain();
          });
    }
    long limit = (long) (stack.connections() + 1) * (2L * (sendBuffer + receiveBuffer) + 65_536);
    check(stack.bytesHeld() <= limit, "more bytes held than all buffers may");
    if (!full && budget > 0) {
      checkOwned();
    }
    arm();
  }

  /** All was said that there is to say: what no user holds must end by a timer. */
  private void checkOwned() {
    int owned = toAccept;
    for (Side side : sides) {
      if (side.isClosed()) {
        check(!side.connection.hasDeadline(), "a timer after close");
      } else if (side.closing || side.aborted) {
        check(side.connection.hasDeadline(), "neither owner nor timer: " + side.connection.state());
      } else {
        owned++;
      }
    }
    sides.removeIf(Side::isClosed);
    check(
        stack.connections() <= owned || stack.nextDeadlineNs() != IpStack.NONE,
        "a connection without owner, and no timer");
  }

  private void arm() {
    long wakeNs = wakeNs();
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
            tick();
          }
        });
  }

  private long wakeNs() {
    long deadlineNs = stack.nextDeadlineNs();
    return deadlineNs == IpStack.NONE || sim.cadence == Simulator.Cadence.JUMP
        ? deadlineNs
        : baseNs + (Math.floorDiv(sim.nowNs() - baseNs, MS) + 1) * MS; // the next millisecond
  }

  private void tick() {
    spins = lastTickNs == sim.nowNs() ? spins + 1 : 0;
    check(spins < MAX_SPINS, "ticks without end at one instant");
    lastTickNs = sim.nowNs();
    stack.onTick(sim.nowNs());
    drain();
  }

  private void onEvents(TcpConnection connection) {
    int events = connection.takeEvents();
    if ((events & TcpConnection.ACCEPTED) != 0) {
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
      side.onEvents(events, sim.nowNs());
    }
  }

  private void accept(TcpConnection connection) {
    Side side = sim.serverSide(connection);
    check(side != null && side.connection == null, "a connection that no client opened");
    side.connection = connection;
    sides.add(side);
    connection.attach(side);
    connection.accept();
    // What happened before the user looked has been taken already.
    side.onEvents(
        connection.closeReason() != null ? TcpConnection.CLOSED : TcpConnection.READABLE,
        sim.nowNs());
    if (sim.usersGaveUp()) {
      side.reset(sim.nowNs());
    }
  }

  void connect(Side side, IpAddress remote, TcpProfile profileOrNull) {
    try {
      side.connection = stack.connect(null, 0, remote, PORT, profileOrNull, sim.nowNs());
    } catch (StackException e) {
      throw new AssertionError(e);
    }
    side.connection.attach(side);
    sides.add(side);
  }

  private void onSent(byte[] packet) {
    TestPacket p = TestPacket.decode(packet, 0, packet.length);
    sim.noteSent(index, packet);
    check(packet.length <= mtu, "a packet above the MTU");
    WireMonitor monitor = sim.monitorOf(p);
    if (monitor != null) {
      monitor.onSent(p);
    } else {
      check(p.has(TestPacket.RST), "a segment of no flow that is no RST");
    }
    sim.carry(index, sim.nodeOf(p.dst), packet);
  }

  void closeListener() {
    listener.close();
    drain();
  }

  void checkNothingLeft() {
    check(stack.connections() == 0, stack.connections() + " connections left");
    check(stack.timeWaits() == 0, stack.timeWaits() + " TIME-WAITs left");
    check(stack.bytesHeld() == 0, stack.bytesHeld() + " bytes left");
    check(stack.nextDeadlineNs() == IpStack.NONE, "a timer left");
    check(stack.pollEvent() == null, "an event left");
  }

  private void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("node " + index + ": " + what);
    }
  }
}
