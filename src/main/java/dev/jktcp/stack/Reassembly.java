package dev.jktcp.stack;

import dev.jktcp.stack.PartialPacket.Outcome;
import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.wire.DropReason;
import dev.jktcp.wire.Fragment;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.IpPacket;
import dev.jktcp.wire.MalformedPacket;
import java.util.Iterator;
import java.util.LinkedHashMap;

/**
 * Reassembles packets from fragments (RFC 791 §3.2, RFC 815, RFC 8200 §4.5), below TCP, UDP and
 * ICMP. An overlap drops the packet with all of its later fragments (RFC 5722).
 *
 * <p>Packets, bytes, pieces of a packet and time have limits. Beyond the first two the oldest
 * packet goes: fragments of one packet mostly come one right after the other, so that an honest
 * packet is whole before a flood fills the table after it.
 */
final class Reassembly {
  /** RFC 791 §3.2: all four; RFC 8200 §4.5: without the protocol, which is then 0. */
  private record Key(
      boolean v6,
      long srcHi,
      long srcLo,
      long dstHi,
      long dstLo,
      int identification,
      int protocol) {
    static Key of(Fragment fragment) {
      IpPacket ip = fragment.packet();
      int protocol = ip.v6() ? 0 : ip.protocol();
      return new Key(
          ip.v6(),
          ip.srcHi(),
          ip.srcLo(),
          ip.dstHi(),
          ip.dstLo(),
          fragment.identification(),
          protocol);
    }
  }

  /** RFC 8200 §3: offset of the payload length. */
  private static final int V6_LENGTH_FIELD = 4;

  private final StackOptions options;
  private final StackCounters counters;
  private final ByteBudget budget;
  private final IcmpReports reports;
  private final Fragment fragment = new Fragment();
  private final LinkedHashMap<Key, PartialPacket> packets = new LinkedHashMap<>(); // oldest first
  private final PartialPacket.Steps steps = new PartialPacket.Steps();
  private long bytesHeld;

  Reassembly(StackOptions options, StackCounters counters, ByteBudget budget, IcmpReports reports) {
    this.options = options;
    this.counters = counters;
    this.budget = budget;
    this.reports = reports;
  }

  /**
   * A fragment to one of our addresses.
   *
   * @return the whole packet, if this was the last missing fragment, otherwise null
   */
  byte[] onFragment(IpPacket ip, IpAddress local, long now) throws MalformedPacket {
    expire(now);
    counters.fragmentsReceived++;
    if (options.maxReassemblies() == 0) {
      throw MalformedPacket.of(DropReason.FRAGMENT);
    }
    fragment.of(ip);
    check(ip, now);
    Key key = Key.of(fragment);
    PartialPacket packet = packets.get(key);
    if (packet != null && packet.isGivenUp()) {
      throw MalformedPacket.of(DropReason.FRAGMENT);
    }
    makeRoom(packet);
    if (packet == null) {
      packet = new PartialPacket(fragment, local, now);
      packets.put(key, packet);
      budget.charge(ByteBudget.PARTIAL_PACKET);
    }
    add(packet);
    return packet.isWhole() ? join(key, packet) : null;
  }

  private void check(IpPacket ip, long now) throws MalformedPacket {
    boolean complete = fragment.at() > 0 || fragment.hasAllHeaders();
    if (complete
        && fragment.isWellFormed()
        && !fragment.isBeyondAnyPacket()
        && !fragment.hidesFlags()) {
      return;
    }
    if (fragment.at() == 0 && !fragment.isOfIcmpError()) {
      if (complete) {
        reports.badField(ip, V6_LENGTH_FIELD, now);
      } else {
        reports.incompleteHeaders(ip, now);
      }
    }
    throw MalformedPacket.of(DropReason.FRAGMENT);
  }

  /** Drops the oldest packets, but not the one that the fragment belongs to. */
  private void makeRoom(PartialPacket own) throws MalformedPacket {
    int bytes = fragment.length() + PartialPacket.PIECE + ByteBudget.PARTIAL_PACKET;
    Iterator<PartialPacket> oldest = packets.values().iterator();
    while (isFull(own == null, bytes)) {
      steps.count++;
      if (!oldest.hasNext()) {
        throw MalformedPacket.of(DropReason.FRAGMENT);
      }
      PartialPacket candidate = oldest.next();
      if (candidate != own) {
        oldest.remove();
        release(candidate);
        counters.reassembliesEvicted++;
      }
    }
  }

  private boolean isFull(boolean another, int bytes) {
    return (another && packets.size() >= options.maxReassemblies())
        || bytesHeld + bytes > options.maxReassemblyBytes()
        || !budget.admitsDroppable(bytes);
  }

  private void add(PartialPacket packet) throws MalformedPacket {
    int before = packet.bytesHeld();
    Outcome outcome = packet.add(fragment, steps);
    if (outcome == Outcome.CONTRADICTION) {
      packet.giveUp();
    }
    int more = packet.bytesHeld() - before;
    bytesHeld += more;
    budget.charge(more);
    if (outcome == Outcome.CONTRADICTION) {
      throw MalformedPacket.of(DropReason.FRAGMENT);
    }
  }

  private byte[] join(Key key, PartialPacket packet) throws MalformedPacket {
    packets.remove(key);
    release(packet);
    if (packet.isMarkedInContradiction()) {
      throw MalformedPacket.of(DropReason.FRAGMENT);
    }
    counters.packetsReassembled++;
    return packet.join();
  }

  private void release(PartialPacket packet) {
    bytesHeld -= packet.bytesHeld();
    budget.release(packet.bytesHeld() + ByteBudget.PARTIAL_PACKET);
  }

  /**
   * RFC 1122 §3.3.2: a packet that is not whole in time is dropped, and its source is told by ICMP.
   */
  void expire(long now) {
    while (!packets.isEmpty() && now - deadlineNs() >= 0) {
      Iterator<PartialPacket> oldest = packets.values().iterator();
      PartialPacket packet = oldest.next();
      oldest.remove();
      release(packet);
      if (!packet.isGivenUp()) {
        counters.reassembliesTimedOut++;
      }
      if (packet.quote() != null) {
        reports.reassemblyTimeExceeded(packet.quote(), packet.local(), packet.remote(), now);
      }
    }
  }

  /** When {@link #expire} next has work; {@link IpStack#NONE} = no packet waits. */
  long deadlineNs() {
    return packets.isEmpty()
        ? IpStack.NONE
        : packets.values().iterator().next().sinceNs + options.reassemblyNs();
  }

  /** Packets with some fragments received, including those given up a short while ago. */
  int size() {
    return packets.size();
  }

  long bytesHeld() {
    return bytesHeld;
  }

  /** Pieces and packets looked at since the beginning. */
  long steps() {
    return steps.count;
  }
}
