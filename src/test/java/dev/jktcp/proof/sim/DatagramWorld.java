package dev.jktcp.proof.sim;

import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.stack.StackOptions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The datagrams of a world, beside its connections. A network may lose, repeat and reorder them;
 * asserted is that a reader gets no datagram that nobody sent to it, and none more often than it
 * came. Two that were merged, or one that was altered, are a datagram that nobody sent.
 */
final class DatagramWorld {
  static final int PORT = 9;
  static final int DEAF_PORT = 10; // nobody reads it
  private static final int FLOOD = 90;

  private final Simulator sim;
  private final SimRandom random;
  private final boolean drawn;
  private final Map<Integer, DatagramPath> paths = new HashMap<>(); // by from and to
  private final Set<WireDatagram> sent = new HashSet<>();
  private final Map<WireDatagram, Integer> came = new HashMap<>(); // and nobody has read
  private final Map<WireDatagram, Integer> toLeave = new HashMap<>();

  /**
   * @param random of its own: other draws of a seed stay as they are
   */
  DatagramWorld(Simulator sim, SimRandom random) {
    this.sim = sim;
    this.random = random;
    drawn = random.chance(0.4);
  }

  boolean isDrawn() {
    return drawn;
  }

  /** Bounds so small that they are met. */
  void tune(StackOptions options, DatagramLimits limits) {
    Sabotage sabotage = sim.sabotage;
    if (sabotage != Sabotage.MORE_DATAGRAMS_THAN_BUFFER) {
      options.udpReceiveBuffer(limits.receiveBuffer());
    }
    options.udpSendBuffer(limits.sendBuffer());
    if (sabotage != Sabotage.MORE_FRAGMENTS_THAN_LIMIT) {
      options.maxReassemblies(limits.reassemblies()).maxReassemblyBytes(limits.reassemblyBytes());
    }
    if (sabotage != Sabotage.MORE_ICMP_THAN_LIMIT) {
      options.resetsPerSecond(limits.icmpPerSecond());
    }
  }

  DatagramLimits limits() {
    return new DatagramLimits(
        random.oneOf(2_000, 20_000, 262_144),
        random.oneOf(2_000, 20_000, 262_144),
        random.oneOf(1, 4, 256),
        random.oneOf(8_000, 1_048_576),
        random.oneOf(20, 20, 1_000));
  }

  void draw(List<SimNode> nodes) {
    if (!drawn) {
      return;
    }
    nodes.forEach(node -> node.datagrams().open(random.fork()));
    for (int i = (int) random.between(1, 2L + nodes.size()); i > 0; i--) {
      SimNode from = nodes.get(random.below(nodes.size()));
      SimNode to = nodes.get(random.below(nodes.size()));
      drawBursts(from, to, random.fork());
    }
  }

  private void drawBursts(SimNode from, SimNode to, SimRandom r) {
    boolean v6 = r.chance(0.5);
    int port = r.chance(0.2) ? DEAF_PORT : PORT;
    boolean client = r.chance(0.5);
    if (from == to) {
      sim.tally.add(Kind.DATAGRAM_TO_SELF);
    }
    for (int bursts = (int) r.between(1, 3); bursts > 0; bursts--) {
      int count = r.chance(0.15) ? FLOOD : (int) r.between(1, 20);
      int size = r.oneOf(16, 1_000, 20_000);
      sim.at(
          sim.startNs() + r.between(0, 4_000) * MS,
          () -> from.datagrams().burst(to.address(v6), port, count, size, client));
    }
  }

  // --- what nodes tell of

  /** A stack has taken it from its user. */
  void onSent(WireDatagram datagram) {
    sim.tally.add(Kind.DATAGRAM_SENT);
    sent.add(datagram);
    toLeave.merge(datagram, 1, Integer::sum);
  }

  /** It leaves its stack. */
  void onLeaves(WireDatagram datagram) {
    int left = toLeave.getOrDefault(datagram, 0);
    check(left > 0, "on the wire: a datagram that no user sent, or a second time");
    toLeave.put(datagram, left - 1);
  }

  /** A packet to its receiver, or the first fragment of one. */
  void onCame(WireDatagram datagram) {
    came.merge(datagram, 1, Integer::sum);
  }

  void onRead(WireDatagram datagram) {
    check(sent.contains(datagram), "a datagram that nobody sent: " + datagram);
    int left = came.getOrDefault(datagram, 0);
    check(left > 0, "a datagram more often than it came: " + datagram);
    came.put(datagram, left - 1);
  }

  DatagramPath path(int from, int to) {
    return paths.computeIfAbsent(
        from * 256 + to,
        key ->
            new DatagramPath(
                new SimRandom(~sim.startNs() * 31 + key),
                sim.mood,
                sim.healNs(),
                sim.tally,
                sim.sabotage == Sabotage.TAKES_FORGED_FRAGMENTS));
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
