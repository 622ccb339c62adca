package dev.jktcp.proof.sim;

import static dev.jktcp.time.Nanos.MS;
import static dev.jktcp.time.Nanos.SECOND;

import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.stack.Datagram;
import dev.jktcp.stack.DatagramTrouble;
import dev.jktcp.stack.Notice;
import dev.jktcp.stack.StackException;
import dev.jktcp.stack.UdpPort;
import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.wire.IpAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A node's users of UDP: one reads a known port and answers, one has a port that was picked. */
final class DatagramSide {
  private final SimNode node;
  private final Simulator sim;
  private final DatagramWorld world;
  private final DatagramLimits limits;
  private final List<UdpPort> ports = new ArrayList<>();
  private final ArrayDeque<Long> icmpNs = new ArrayDeque<>(); // errors sent within a second
  private SimRandom random;
  private long readsEveryNs; // 0: at once
  private boolean readPlanned;
  private double answers;
  private byte[] before; // the payload read before, to be merged
  private boolean over;

  // Of conservation: each datagram is somewhere.
  private long wholeIn; // packets to the stack, looped ones included
  private long read;
  private long taken; // from users, or refused because too many waited
  private long left;

  DatagramSide(SimNode node, DatagramLimits limits) {
    this.node = node;
    this.sim = node.sim;
    this.world = sim.datagrams;
    this.limits = limits;
  }

  void open(SimRandom given) {
    random = given;
    readsEveryNs = random.oneOf(0L, 0L, random.between(1, 3_000) * MS);
    answers = random.oneOf(0.0, 0.5);
    try {
      ports.add(node.stack.bind(null, DatagramWorld.PORT));
      ports.add(node.stack.bind(null, 0));
    } catch (StackException e) {
      throw new AssertionError(e);
    }
    ports.forEach(port -> port.attach(this));
  }

  private UdpPort server() {
    return ports.get(0);
  }

  // --- what users do

  void burst(IpAddress to, int toPort, int count, int size, boolean asClient) {
    if (over) {
      return;
    }
    for (int i = 0; i < count; i++) {
      UdpPort from = ports.get(asClient ? 1 : 0);
      int longest = from.longest(to);
      int length = size > longest ? longest - random.below(20) : random.below(size + 1);
      send(from, to, toPort, length);
    }
    node.drain();
  }

  private void send(UdpPort from, IpAddress to, int toPort, int length) {
    byte[] payload = new byte[Math.max(0, length)];
    for (int i = 0; i < payload.length; i++) {
      payload[i] = (byte) random.nextLong();
    }
    byte[] given = payload.clone();
    try {
      taken++;
      if (from.send(given, 0, given.length, to, toPort)) {
        world.onSent(WireDatagram.of(node.address(to.isV6()), from.port(), to, toPort, payload));
      } else {
        sim.tally.add(Kind.DATAGRAM_REFUSED);
      }
    } catch (StackException e) {
      throw new AssertionError("a datagram of " + given.length + " bytes: " + e.getMessage());
    }
    Arrays.fill(given, (byte) 0xdd); // it is the user's again
  }

  void onNotice(Notice notice) {
    UdpPort port = (UdpPort) notice;
    for (DatagramTrouble t; (t = port.takeTrouble()) != null; ) {
      boolean deaf =
          t.error() != SoftError.PORT_UNREACHABLE || t.remotePort() == DatagramWorld.DEAF_PORT;
      check(deaf || sim.hasEnded(), "trouble with port " + t.remotePort() + ", which is read");
      sim.tally.add(Kind.DATAGRAM_TROUBLE);
    }
    port.takeRoom();
    if (readsEveryNs == 0) {
      readAll(port);
    } else if (port.readable() > 0 && !readPlanned) {
      readPlanned = true;
      sim.at(
          sim.nowNs() + readsEveryNs,
          () -> {
            readPlanned = false;
            ports.forEach(this::readAll);
            node.drain();
          });
    }
  }

  private void readAll(UdpPort port) {
    for (Datagram d; (d = port.receive()) != null; ) {
      read += sim.sabotage == Sabotage.LOSES_DATAGRAMS ? 0 : 1;
      onRead(port, d, bent(d.payload().clone()));
      boolean asked = d.remotePort() != DatagramWorld.PORT && port == server();
      if (asked
          && !over
          && random.chance(answers)
          && d.payload().length <= port.longest(d.remote())) {
        send(port, d.remote(), d.remotePort(), d.payload().length);
      }
    }
  }

  private void onRead(UdpPort port, Datagram d, byte[] payload) {
    WireDatagram seen =
        WireDatagram.of(d.remote(), d.remotePort(), d.local(), port.port(), payload);
    world.onRead(seen);
    if (sim.sabotage == Sabotage.REPEATS_DATAGRAMS) {
      world.onRead(seen);
    }
  }

  private byte[] bent(byte[] payload) {
    if (sim.sabotage == Sabotage.ALTERS_DATAGRAMS && payload.length > 0) {
      payload[payload.length - 1] ^= 1;
    }
    byte[] first = before;
    before = payload;
    if (sim.sabotage != Sabotage.MERGES_DATAGRAMS || first == null) {
      return payload;
    }
    byte[] both = Arrays.copyOf(first, first.length + payload.length);
    System.arraycopy(payload, 0, both, first.length, payload.length);
    return both;
  }

  // --- packets

  /** A packet of the stack's that is not TCP. */
  void onSent(byte[] packet) {
    WireDatagram datagram = leaves(packet);
    if (datagram == null) {
      onIcmpSent(packet);
    }
    SimNode receiver = sim.node(sim.nodeOf(WireDatagram.destination(packet)));
    world
        .path(node.index, receiver.index)
        .send(
            packet,
            sim.nowNs(),
            (atNs, piece, begins) -> {
              WireDatagram whole = begins ? datagram : null;
              boolean cut = piece.length != packet.length;
              sim.at(
                  atNs,
                  () -> receiver.onOther(piece, () -> receiver.datagrams().onCame(whole, cut)));
            });
  }

  /**
   * It leaves the stack.
   *
   * @return null: it is no datagram
   */
  private WireDatagram leaves(byte[] packet) {
    sim.noteSent(node.index, packet);
    if (!WireDatagram.isUdp(packet)) {
      return null;
    }
    WireDatagram datagram = WireDatagram.decode(packet);
    left++;
    world.onLeaves(datagram);
    return datagram;
  }

  private void onIcmpSent(byte[] packet) {
    boolean v6 = TestPacket.isV6(packet);
    int icmp = v6 ? 40 : 20;
    int type = packet[icmp] & 0xff;
    check(packet[icmp + 8] >> 4 == (v6 ? 6 : 4), "an ICMP error that quotes no packet");
    int quoted = packet[icmp + 8 + (v6 ? 6 : 9)] & 0xff;
    check(quoted != (v6 ? 58 : 1), "an ICMP error about ICMP");
    sim.tally.add(type == (v6 ? 1 : 3) ? Kind.PORT_UNREACHABLE_SENT : Kind.REASSEMBLY_TOLD);
    long nowNs = node.steadyNs();
    while (!icmpNs.isEmpty() && nowNs - icmpNs.peek() >= SECOND) {
      icmpNs.poll();
    }
    icmpNs.add(nowNs);
    // They are counted in windows of a second, two of which any second may touch.
    int most = 2 * limits.icmpPerSecond();
    check(icmpNs.size() <= most, icmpNs.size() + " ICMP errors within a second, at most " + most);
  }

  /** A packet from the node to itself. */
  void onLooped(byte[] packet) {
    onCame(leaves(packet), false);
  }

  /** It is about to be given to the stack. */
  private void onCame(WireDatagram wholeOrNull, boolean cut) {
    if (wholeOrNull != null) {
      world.onCame(wholeOrNull);
      wholeIn += cut ? 0 : 1;
    }
  }

  // --- what holds after each step

  /** Memory of the stack that is no connection's. */
  long bytesHeld() {
    long held = 0;
    for (UdpPort port : ports) {
      held += (port.isOpen() ? ByteBudget.UDP_PORT : 0) + port.bytesToRead() + port.bytesToSend();
    }
    return held + node.stack.reassemblyBytes() + records();
  }

  private long records() {
    return (long) node.stack.reassemblies() * ByteBudget.PARTIAL_PACKET;
  }

  void checkLimits() {
    for (UdpPort port : ports) {
      check(
          port.readable() <= 1 || port.bytesToRead() <= limits.receiveBuffer(),
          port.bytesToRead() + " bytes of datagrams, the limit is " + limits.receiveBuffer());
      check(
          port.bytesToSend() <= Math.max(limits.sendBuffer(), node.largestDatagram()),
          port.bytesToSend() + " bytes of datagrams to send");
    }
    check(
        node.stack.reassemblies() <= limits.reassemblies(),
        node.stack.reassemblies() + " packets in fragments, the limit is " + limits.reassemblies());
    check(
        node.stack.reassemblyBytes() <= limits.reassemblyBytes(),
        node.stack.reassemblyBytes() + " bytes of fragments");
  }

  void end() {
    over = true;
    ports.forEach(this::readAll);
    ports.forEach(UdpPort::close);
  }

  /** Nothing is under way any more. */
  void checkAllAccountedFor() {
    var counters = node.stack.counters();
    sim.tally.add(Kind.DATAGRAM_UNHEARD, counters.datagramsUnheard());
    sim.tally.add(Kind.DATAGRAM_NOT_READ, counters.datagramsDropped());
    sim.tally.add(Kind.DATAGRAM_REASSEMBLED, counters.packetsReassembled());
    sim.tally.add(Kind.REASSEMBLY_TIMED_OUT, counters.reassembliesTimedOut());
    sim.tally.add(Kind.REASSEMBLY_EVICTED, counters.reassembliesEvicted());
    check(node.stack.udpPorts() == 0, "UDP ports left");
    check(node.stack.reassemblies() == 0, "packets in fragments left");
    same(counters.datagramsSent(), left, "sent datagrams");
    same(counters.datagramsSent() + counters.datagramsUnsent(), taken, "datagrams of users");
    same(counters.datagramsReceived(), read + counters.datagramsDropped(), "received datagrams");
    long heard = counters.datagramsReceived() + counters.datagramsUnheard();
    check(heard >= wholeIn, wholeIn - heard + " datagrams unaccounted for");
    check(heard <= wholeIn + counters.packetsReassembled(), "more datagrams than packets");
  }

  private void same(long counted, long known, String what) {
    check(counted == known, what + ": " + counted + " counted, unaccounted for of " + known);
  }

  private void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("node " + node.index + ": " + what);
    }
  }
}
