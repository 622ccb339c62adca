package dev.jktcp.stack;

import dev.jktcp.tcp.connection.Flow;
import dev.jktcp.tcp.connection.SipHash;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.IpPacket;
import java.util.function.Consumer;

/**
 * Flows by their whole 4-tuple: open addressing with linear probing, nothing allocated by a
 * look-up. The hash is keyed, so that nobody outside can choose tuples that collide. A flow found
 * lately is found again without it: packets come in trains.
 */
final class FlowTable {
  private static final int MIN_CAPACITY = 64;

  /** Sixteen busy flows seldom share a place; half a KiB a stack. */
  private static final int RECENT = 128;

  private final SipHash hash;
  private final PortChooser ports;
  private final Flow[] recent = new Flow[RECENT]; // by their ports alone, the latest of each
  private Flow[] slots = new Flow[MIN_CAPACITY];
  private int size;

  /**
   * @param ports is told of what is removed
   */
  FlowTable(SipHash hash, PortChooser ports) {
    this.hash = hash;
    this.ports = ports;
  }

  int size() {
    return size;
  }

  /** The flow that a packet with these TCP ports belongs to, or null. */
  Flow find(IpPacket ip, int remotePort, int localPort) {
    int place = recentPlace(remotePort, localPort);
    Flow flow = recent[place];
    if (flow != null && isBetween(flow, ip, remotePort, localPort)) {
      return flow;
    }
    long localHi = ip.dstHi();
    int hashed = hash(localHi, ip.dstLo(), localPort, ip.srcHi(), ip.srcLo(), remotePort, ip.v6());
    int mask = slots.length - 1;
    for (int at = hashed & mask; (flow = slots[at]) != null; at = at + 1 & mask) {
      if (flow.tableHash == hashed && isBetween(flow, ip, remotePort, localPort)) {
        recent[place] = flow;
        return flow;
      }
    }
    return null;
  }

  private static boolean isBetween(Flow flow, IpPacket ip, int remotePort, int localPort) {
    return flow.remotePort() == remotePort
        && flow.localPort() == localPort
        && ip.srcMatches(flow.remoteAddress())
        && ip.dstMatches(flow.localAddress());
  }

  private static int recentPlace(int remotePort, int localPort) {
    return (remotePort ^ localPort) & RECENT - 1;
  }

  boolean contains(IpAddress local, int localPort, IpAddress remote, int remotePort) {
    return find(local, localPort, remote, remotePort) != null;
  }

  /** The flow between these two, or null. */
  Flow find(IpAddress local, int localPort, IpAddress remote, int remotePort) {
    int hashed = hash(local, localPort, remote, remotePort);
    int mask = slots.length - 1;
    Flow flow;
    for (int at = hashed & mask; (flow = slots[at]) != null; at = at + 1 & mask) {
      if (flow.tableHash == hashed
          && flow.remotePort() == remotePort
          && flow.localPort() == localPort
          && flow.remoteAddress().equals(remote)
          && flow.localAddress().equals(local)) {
        return flow;
      }
    }
    return null;
  }

  /** The tuple must not be in the table. */
  void add(Flow flow) {
    flow.tableHash =
        hash(flow.localAddress(), flow.localPort(), flow.remoteAddress(), flow.remotePort());
    if (++size * 2 > slots.length) {
      rehash(slots.length * 2);
    }
    place(flow);
  }

  /** The same tuple is another flow's from now on, and was never free. */
  void replace(Flow flow, Flow successor) {
    successor.tableHash = flow.tableHash;
    slots[slotOf(flow)] = successor;
    forgetRecent(flow);
  }

  void remove(Flow flow) {
    int at = slotOf(flow);
    if (at < 0) {
      return;
    }
    slots[at] = null;
    size--;
    forgetRecent(flow);
    closeGap(at, slots.length - 1);
    if (slots.length > MIN_CAPACITY && size * 8 < slots.length) {
      rehash(slots.length / 2);
    }
    ports.onFreed(flow.localAddress(), flow.localPort(), flow.remoteAddress(), flow.remotePort());
  }

  /** Where a flow is, or -1. */
  private int slotOf(Flow flow) {
    int mask = slots.length - 1;
    int at = flow.tableHash & mask;
    while (slots[at] != flow) {
      if (slots[at] == null) {
        return -1;
      }
      at = at + 1 & mask;
    }
    return at;
  }

  private void forgetRecent(Flow flow) {
    int place = recentPlace(flow.remotePort(), flow.localPort());
    if (recent[place] == flow) {
      recent[place] = null;
    }
  }

  void forEach(Consumer<Flow> action) {
    for (Flow flow : slots) {
      if (flow != null) {
        action.accept(flow);
      }
    }
  }

  int capacity() {
    return slots.length;
  }

  /** Likewise, but for a part of the table; the action adds and removes none. */
  void forEachIn(int fromSlot, int toSlot, Consumer<Flow> action) {
    for (int at = fromSlot; at < toSlot; at++) {
      if (slots[at] != null) {
        action.accept(slots[at]);
      }
    }
  }

  /** Moves up what probing had pushed past the gap, so that no tombstone is needed. */
  private void closeGap(int gap, int mask) {
    for (int at = gap + 1 & mask; slots[at] != null; at = at + 1 & mask) {
      int home = slots[at].tableHash & mask;
      if ((at - home & mask) >= (at - gap & mask)) {
        slots[gap] = slots[at];
        slots[at] = null;
        gap = at;
      }
    }
  }

  private void rehash(int capacity) {
    Flow[] old = slots;
    slots = new Flow[capacity];
    for (Flow flow : old) {
      if (flow != null) {
        place(flow);
      }
    }
  }

  private void place(Flow flow) {
    int mask = slots.length - 1;
    int at = flow.tableHash & mask;
    while (slots[at] != null) {
      at = at + 1 & mask;
    }
    slots[at] = flow;
  }

  private int hash(IpAddress local, int localPort, IpAddress remote, int remotePort) {
    return hash(
        local.hi(), local.lo(), localPort, remote.hi(), remote.lo(), remotePort, local.isV6());
  }

  /**
   * A peer chooses everything but our addresses, which are few: 32 bits tell them apart, and the
   * tuple is two words, with IPv6 three.
   */
  private int hash(
      long localHi,
      long localLo,
      int localPort,
      long remoteHi,
      long remoteLo,
      int remotePort,
      boolean v6) {
    long ends = localHi ^ localLo;
    ends = (ends ^ ends >>> 32) << 32 | (long) localPort << 16 | remotePort;
    return (int)
        (v6 ? hash.hash(3, ends, remoteLo, remoteHi, 0, 0) : hash.hash(2, ends, remoteLo, 0, 0, 0));
  }
}
