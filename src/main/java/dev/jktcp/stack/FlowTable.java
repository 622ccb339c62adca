package dev.jktcp.stack;

import dev.jktcp.tcp.connection.Flow;
import dev.jktcp.tcp.connection.SipHash;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.IpPacket;
import java.util.function.Consumer;

/**
 * Flows by their whole 4-tuple: open addressing with linear probing, nothing allocated by a
 * look-up. The hash is keyed, so that nobody outside can choose tuples that collide.
 */
final class FlowTable {
  private static final int MIN_CAPACITY = 64;

  private final SipHash hash;
  private final PortChooser ports;
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
    int mask = slots.length - 1;
    int at = index(ip.dstHi(), ip.dstLo(), localPort, ip.srcHi(), ip.srcLo(), remotePort) & mask;
    for (; ; at = at + 1 & mask) {
      Flow flow = slots[at];
      if (flow == null
          || (flow.remotePort() == remotePort
              && flow.localPort() == localPort
              && ip.srcMatches(flow.remoteAddress())
              && ip.dstMatches(flow.localAddress()))) {
        return flow;
      }
    }
  }

  boolean contains(IpAddress local, int localPort, IpAddress remote, int remotePort) {
    return find(local, localPort, remote, remotePort) != null;
  }

  /** The flow between these two, or null. */
  Flow find(IpAddress local, int localPort, IpAddress remote, int remotePort) {
    int mask = slots.length - 1;
    int at = index(local.hi(), local.lo(), localPort, remote.hi(), remote.lo(), remotePort) & mask;
    for (; ; at = at + 1 & mask) {
      Flow flow = slots[at];
      if (flow == null
          || (flow.remotePort() == remotePort
              && flow.localPort() == localPort
              && flow.remoteAddress().equals(remote)
              && flow.localAddress().equals(local))) {
        return flow;
      }
    }
  }

  /** The tuple must not be in the table. */
  void add(Flow flow) {
    if (++size * 2 > slots.length) {
      rehash(slots.length * 2);
    }
    place(flow);
  }

  void remove(Flow flow) {
    int mask = slots.length - 1;
    int at = index(flow) & mask;
    while (slots[at] != flow) {
      if (slots[at] == null) {
        return;
      }
      at = at + 1 & mask;
    }
    slots[at] = null;
    size--;
    closeGap(at, mask);
    if (slots.length > MIN_CAPACITY && size * 8 < slots.length) {
      rehash(slots.length / 2);
    }
    ports.onFreed(flow.localAddress(), flow.localPort(), flow.remoteAddress(), flow.remotePort());
  }

  void forEach(Consumer<Flow> action) {
    for (Flow flow : slots) {
      if (flow != null) {
        action.accept(flow);
      }
    }
  }

  /** Moves up what probing had pushed past the gap, so that no tombstone is needed. */
  private void closeGap(int gap, int mask) {
    for (int at = gap + 1 & mask; slots[at] != null; at = at + 1 & mask) {
      int home = index(slots[at]) & mask;
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
    int at = index(flow) & mask;
    while (slots[at] != null) {
      at = at + 1 & mask;
    }
    slots[at] = flow;
  }

  private int index(Flow flow) {
    IpAddress local = flow.localAddress();
    IpAddress remote = flow.remoteAddress();
    return index(
        local.hi(), local.lo(), flow.localPort(), remote.hi(), remote.lo(), flow.remotePort());
  }

  private int index(
      long localHi, long localLo, int localPort, long remoteHi, long remoteLo, int remotePort) {
    long ports = (long) localPort << 16 | remotePort;
    return (int) hash.hash(5, remoteHi, remoteLo, ports, localHi, localLo);
  }
}
