package dev.jktcp.proof.golden;

import static dev.jktcp.time.Nanos.SECOND;

import dev.jktcp.proof.script.TestBytes;
import dev.jktcp.proof.sim.SimRandom;
import dev.jktcp.stack.ConnectRequest;
import dev.jktcp.stack.IpStack;
import dev.jktcp.stack.StackException;
import dev.jktcp.stack.StackOptions;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.CongestionMark;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.UnaryOperator;

/**
 * Flows that share one bottleneck, in virtual time: a rate, a drop-tail queue before it, and for
 * each flow two stacks of its own and a round trip. ACKs meet neither rate nor queue. All that is
 * random comes from the seed.
 *
 * <p>Set up, {@link #add} flows, {@link #run}, {@link #measure} from there on, {@link #run} again,
 * and ask. Each flow has data without end, unless it says otherwise; what arrives is read at once.
 */
final class PathLab {
  static final int MTU = 1_500;
  static final int MSS = MTU - 40;

  private static final int PORT = 80;
  private static final int STREAM = 5;
  private static final byte[] DATA = TestBytes.of(STREAM, 0, 2 * TestBytes.PERIOD);

  private final SimRandom random;
  private final SimRandom fates;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final ArrayDeque<Event> free = new ArrayDeque<>();
  private final List<Flow> flows = new ArrayList<>();
  private long nowNs = 12_345; // 0 would hide what takes it for "never"
  private long order;

  // The bottleneck.
  private final long bitsPerSecond; // 0 = a packet takes no time
  private int queueBytes = Integer.MAX_VALUE;
  private int markAboveBytes = Integer.MAX_VALUE;
  private double lossUp;
  private double lossDown;
  private double reordered;
  private long reorderNs;
  private int mtu = MTU; // once it has narrowed
  private long narrowFromNs = Long.MAX_VALUE;
  private long freeAtNs; // when all that is queued has left

  // What was measured.
  private long measuredFromNs;
  private long packets;
  private double waitedNs; // of all packets together
  private long dropped;
  private long marked;

  /** A packet arrives, or something is due. */
  private static final class Event implements Comparable<Event> {
    private long atNs;
    private long order;
    private Host to; // null = the action is all
    private int length; // 0 = a tick
    private final byte[] packet = new byte[MTU];
    private Runnable action;

    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atNs, other.atNs);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  /**
   * @param bitsPerSecond of the bottleneck; 0 = there is none
   */
  PathLab(long bitsPerSecond, long seed) {
    this.bitsPerSecond = bitsPerSecond;
    random = new SimRandom(seed);
    fates = random.fork();
  }

  // --- the path

  PathLab queue(long bytes) {
    queueBytes = Math.toIntExact(bytes);
    return this;
  }

  /** Packets that meet a longer queue are marked, if they are ECN-capable. */
  PathLab markAbove(long bytes) {
    markAboveBytes = Math.toIntExact(bytes);
    return this;
  }

  /** Packets are lost at random: of data, and of what comes back. */
  PathLab loss(double up, double down) {
    lossUp = up;
    lossDown = down;
    return this;
  }

  /** So many packets of data are late by up to so much. */
  PathLab reorder(double share, long upToNs) {
    reordered = share;
    reorderNs = upToNs;
    return this;
  }

  /** From so long on, larger packets of data vanish: no router tells of them. */
  PathLab narrow(int toMtu, long afterNs) {
    mtu = toMtu;
    narrowFromNs = nowNs + afterNs;
    return this;
  }

  /** The bytes that a round trip of this length holds at the bottleneck's rate. */
  static long product(long bitsPerSecond, long rttNs) {
    return (long) (bitsPerSecond / 8e9 * rttNs);
  }

  // --- flows

  /** A flow that connects after so long; both ends have these buffers. */
  Flow add(TcpProfile profile, long rttNs, long startNs, int buffer) {
    return add(profile, rttNs, startNs, o -> o.sendBuffer(buffer).receiveBuffer(buffer));
  }

  Flow add(TcpProfile profile, long rttNs, long startNs, UnaryOperator<StackOptions> options) {
    Flow flow = new Flow(flows.size(), profile, rttNs, options);
    flows.add(flow);
    at(nowNs + startNs, flow::connect);
    return flow;
  }

  List<Flow> flows() {
    return flows;
  }

  /** For what a test wants to be random, too. */
  SimRandom random() {
    return random;
  }

  private void at(long atNs, Runnable action) {
    Event event = event(atNs, null);
    event.action = action;
    events.add(event);
  }

  private Event event(long atNs, Host to) {
    Event event = free.isEmpty() ? new Event() : free.pop();
    event.atNs = atNs;
    event.order = order++;
    event.to = to;
    event.length = 0;
    event.action = null;
    return event;
  }

  // --- the run

  void run(long ns) {
    runUntil(nowNs + ns, () -> false);
  }

  interface Condition {
    boolean holds();
  }

  /**
   * Goes on until that holds, but no longer than so long.
   *
   * @return whether it does
   */
  boolean runUntil(long latestNs, Condition condition) {
    while (!condition.holds()) {
      Event event = events.peek();
      if (event == null || event.atNs > latestNs) {
        nowNs = latestNs;
        return condition.holds();
      }
      events.poll();
      nowNs = event.atNs;
      perform(event);
      free.push(event);
    }
    return true;
  }

  private void perform(Event event) {
    if (event.to == null) {
      event.action.run();
    } else if (event.length == 0) {
      event.to.onTick();
    } else {
      event.to.onPacket(event.packet, event.length);
    }
  }

  /** What is asked for counts from here on. */
  void measure() {
    measuredFromNs = nowNs;
    packets = 0;
    waitedNs = 0;
    dropped = 0;
    marked = 0;
    flows.forEach(Flow::measure);
  }

  // --- what came of it

  long nowNs() {
    return nowNs;
  }

  double seconds() {
    return (nowNs - measuredFromNs) / 1e9;
  }

  /** The share of the bottleneck's rate that brought payload, as far as headers allow. */
  double utilisation() {
    double bytes = flows.stream().mapToLong(Flow::delivered).sum();
    return bytes * 8 / seconds() / bitsPerSecond * MTU / MSS;
  }

  /** What a packet that left has waited before the bottleneck, on average. */
  double meanWaitNs() {
    return packets == 0 ? 0 : waitedNs / packets;
  }

  long dropped() {
    return dropped;
  }

  long marked() {
    return marked;
  }

  /** 1 = all have the same; 1/n = one has all (Jain and others, 1984). */
  double fairness() {
    double sum = 0;
    double squares = 0;
    for (Flow flow : flows) {
      sum += flow.delivered();
      squares += (double) flow.delivered() * flow.delivered();
    }
    return squares == 0 ? 0 : sum * sum / (flows.size() * squares);
  }

  // --- the bottleneck

  /** Data leaves the flow's sender. */
  private void sendUp(Flow flow, Event packet) {
    boolean lost = fates.chance(lossUp);
    boolean late = fates.chance(reordered);
    long lateNs = late ? fates.between(0, reorderNs) : 0;
    if (lost) {
      dropped++;
      free.push(packet);
      return;
    }
    if (packet.length > mtu && nowNs >= narrowFromNs) {
      free.push(packet);
      return;
    }
    long leavesNs = nowNs;
    if (bitsPerSecond > 0) {
      long beginsNs = Math.max(nowNs, freeAtNs);
      double queued = (beginsNs - nowNs) / 8e9 * bitsPerSecond;
      if (queued + packet.length > queueBytes) {
        dropped++;
        free.push(packet);
        return;
      }
      if (queued > markAboveBytes && CongestionMark.set(packet.packet, 0, packet.length)) {
        marked++;
      }
      packets++;
      waitedNs += beginsNs - nowNs;
      leavesNs = beginsNs + packet.length * 8 * SECOND / bitsPerSecond;
      freeAtNs = leavesNs;
    }
    packet.atNs = leavesNs + flow.oneWayNs + lateNs;
    packet.to = flow.server;
    events.add(packet);
  }

  private void sendDown(Flow flow, Event packet) {
    if (fates.chance(lossDown)) {
      free.push(packet);
      return;
    }
    packet.atNs = nowNs + flow.rttNs - flow.oneWayNs;
    packet.to = flow.client;
    events.add(packet);
  }

  /** One connection, from its client to its server. */
  final class Flow {
    final long rttNs;
    private final long oneWayNs;
    private final Host client;
    private final Host server;
    private TcpConnection out;
    private TcpConnection in;
    private long toWrite = Long.MAX_VALUE;
    private long written;
    private long received;
    private long receivedBefore;

    private Flow(int number, TcpProfile profile, long rttNs, UnaryOperator<StackOptions> options) {
      this.rttNs = rttNs;
      this.oneWayNs = rttNs / 2;
      StackOptions own = new StackOptions().profile(profile).mtu(MTU);
      StackOptions theirs = new StackOptions().profile(profile).mtu(MTU);
      long entropy = random.nextLong();
      client = new Host(this, options.apply(own), "10.0.0.1", entropy, 2L * number);
      server = new Host(this, options.apply(theirs), "10.0.0.2", entropy, 2L * number + 1);
    }

    /** It has so many bytes, and not more. */
    Flow bytes(long bytes) {
      toWrite = bytes;
      return this;
    }

    private void connect() {
      try {
        server.stack.listen(null, PORT, 0);
        IpAddress to = IpAddress.parse("10.0.0.2");
        out = client.stack.connect(ConnectRequest.to(to, PORT), nowNs);
      } catch (StackException e) {
        throw new AssertionError(e);
      }
      client.step();
    }

    private void measure() {
      receivedBefore = received;
    }

    /** What its reader has read since it was measured from. */
    long delivered() {
      return received - receivedBefore;
    }

    double bytesPerSecond() {
      return delivered() / seconds();
    }

    /** Of its whole life. */
    long received() {
      return received;
    }

    TcpInfo info() {
      return out.info(nowNs);
    }

    /** Why it ended; null while it lives. */
    CloseReason ended() {
      return out == null ? null : out.closeReason();
    }

    private void write() {
      int taken = 1;
      while (written < toWrite && taken > 0) {
        int at = (int) (written % TestBytes.PERIOD);
        int length = (int) Math.min(TestBytes.PERIOD, toWrite - written);
        taken = out.write(DATA, at, length, nowNs);
        written += taken;
      }
    }

    private void read() {
      for (Slice s; (s = in.read(Integer.MAX_VALUE, nowNs)) != null; received += s.length()) {
        int wrong = TestBytes.mismatch(STREAM, received, s.bytes(), s.offset(), s.length());
        if (wrong >= 0) {
          throw new AssertionError("wrong byte at " + (received + wrong));
        }
      }
    }
  }

  /** One end's stack. */
  private final class Host {
    private final Flow flow;
    private final IpStack stack;
    private long tickNs = Long.MAX_VALUE; // the earliest that is among the events

    private Host(Flow flow, StackOptions options, String address, long entropy0, long entropy1) {
      this.flow = flow;
      stack = new IpStack(options.addAddress(IpAddress.parse(address)), entropy0, entropy1);
    }

    private void onPacket(byte[] packet, int length) {
      stack.onPacket(packet, 0, length, nowNs);
      step();
    }

    private void onTick() {
      if (nowNs != tickNs) {
        return; // another came before it, and others behind that: each would beget one more
      }
      tickNs = Long.MAX_VALUE;
      if (stack.nextDeadlineNs() - nowNs <= 0) {
        stack.onTick(nowNs);
        step();
      } else {
        arm();
      }
    }

    private void step() {
      boolean isClient = this == flow.client;
      boolean more;
      do {
        more = false;
        for (TcpConnection c; (c = stack.pollEvent()) != null; more = true) {
          if ((c.takeEvents() & TcpConnection.ACCEPTED) != 0) {
            c.accept();
            flow.in = c;
          }
        }
        if (isClient) {
          flow.write();
        } else if (flow.in != null) {
          flow.read();
        }
        more |= poll(isClient);
      } while (more);
      arm();
    }

    private boolean poll(boolean isClient) {
      boolean more = false;
      for (; ; more = true) {
        Event packet = event(nowNs, null);
        packet.length = stack.pollPacket(packet.packet, 0, nowNs);
        if (packet.length <= 0) {
          free.push(packet);
          return more;
        }
        if (isClient) {
          sendUp(flow, packet);
        } else {
          sendDown(flow, packet);
        }
      }
    }

    private void arm() {
      long dueNs = stack.nextDeadlineNs();
      if (dueNs != IpStack.NONE && dueNs < tickNs) {
        tickNs = Math.max(dueNs, nowNs);
        events.add(event(tickNs, this));
      }
    }
  }
}
