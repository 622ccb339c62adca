package dev.jktcp.proof.golden;

import static dev.jktcp.time.Nanos.MS;
import static dev.jktcp.time.Nanos.SECOND;

import dev.jktcp.stack.StackOptions;
import dev.jktcp.tcp.TcpProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One named story of a congestion window. Unless it says otherwise: segments of 1000 bytes, a round
 * trip of 100 ms, a link on which packets take no time, buffers of 1 MiB.
 */
final class CwndCase {
  private static final long GIGABIT = 1_000_000_000;

  final String name;
  final String note;
  private int mss = 1_000;
  private int receiveBuffer = 1 << 20;
  private long bitsPerSecond;
  private int queuePackets = Integer.MAX_VALUE;
  private long rttNs = 100 * MS;
  private int acksKeptOf = 1; // one ACK of so many arrives
  private boolean batches;
  private long stallFromNs = Long.MAX_VALUE;
  private long stallToNs;
  private final List<Consumer<Faults>> faults = new ArrayList<>();
  private final List<Consumer<Pair>> users = new ArrayList<>();
  private long segments;

  CwndCase(String name, String note) {
    this.name = name;
    this.note = note;
  }

  CwndCase mss(int bytes) {
    mss = bytes;
    return this;
  }

  CwndCase receiveSegments(int segments) {
    receiveBuffer = segments * mss;
    return this;
  }

  CwndCase link(long bitsPerSecond, long rttMs, int queuePackets) {
    this.bitsPerSecond = bitsPerSecond;
    this.rttNs = rttMs * MS;
    this.queuePackets = queuePackets;
    return this;
  }

  CwndCase oneAckOf(int acks) {
    acksKeptOf = acks;
    return this;
  }

  CwndCase oneAckABatch() {
    batches = true;
    return this;
  }

  CwndCase stall(long fromMs, long toMs) {
    stallFromNs = fromMs * MS;
    stallToNs = toMs * MS;
    return this;
  }

  CwndCase fault(Consumer<Faults> fault) {
    faults.add(fault);
    return this;
  }

  CwndCase lose(int segment) {
    return fault(f -> f.lose(segment, segment, 1));
  }

  /** The user writes them at that time. */
  CwndCase write(long atMs, int segments) {
    long bytes = (long) segments * mss;
    this.segments += segments;
    users.add(atMs == 0 ? pair -> pair.write(bytes) : pair -> pair.writeAt(atMs * MS, bytes));
    return this;
  }

  CwndCase readerStands(long fromMs, long toMs) {
    users.add(pair -> pair.readerStands(fromMs * MS, toMs * MS));
    return this;
  }

  /** The peer reports no blocks, for the watch knows the recovery of RFC 6582. */
  Trace run(TcpProfile profile) {
    TcpProfile bare = profile.with(p -> p.sack(false));
    return run(bare, bitsPerSecond, new CongestionWatch(bare));
  }

  /**
   * The same story with a peer that reports blocks. Packets take a moment, for RFC 8985 asks which
   * of two left first.
   */
  Trace runWithSack(TcpProfile profile) {
    long rate = bitsPerSecond == 0 ? GIGABIT : bitsPerSecond;
    return run(profile, rate, new SackWatch(), new RepairWatch(profile));
  }

  private Trace run(TcpProfile profile, long bitsPerSecond, Watcher... judges) {
    Faults upFate = new Faults(mss);
    faults.forEach(fault -> fault.accept(upFate));
    Line up = new Line(bitsPerSecond, rttNs / 2, queuePackets, upFate);
    Line down = new Line(bitsPerSecond, rttNs / 2, queuePackets, ackFate());
    up.stall(Pair.BEGIN_NS + stallFromNs, Pair.BEGIN_NS + stallToNs);
    int mtu = mss + (profile.timestamps() ? 52 : 40);
    StackOptions client = Pair.options(profile, mtu, 1 << 20);
    StackOptions server = Pair.options(profile, mtu, receiveBuffer);
    Pair pair = new Pair(client, server, up, down);
    if (batches) {
      pair.serverTakesBatches();
    }
    Trace trace = new Trace();
    pair.watch(trace);
    List.of(judges).forEach(pair::watch);
    users.forEach(user -> user.accept(pair));
    try {
      pair.runUntilAcked(segments * mss);
    } catch (AssertionError e) {
      throw new AssertionError(
          name + ", " + profile + ": " + e.getMessage() + "\n" + trace.text(), e);
    }
    trace.end();
    if (pair.sinceNs() > 3_600 * SECOND || pair.closeReason() != null) {
      throw new AssertionError(name + ", " + profile + ": ended " + pair.closeReason());
    }
    return trace;
  }

  private Line.Fate ackFate() {
    int[] acks = {0};
    return (packet, nowNs) ->
        acksKeptOf > 1 && !packet.syn() && packet.ack() > 0 && ++acks[0] % acksKeptOf != 0;
  }
}
