package dev.jktcp.stack;

import dev.jktcp.tcp.connection.Flow;
import dev.jktcp.tcp.connection.SipHash;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.IpPacket;
import java.util.function.Consumer;

/**
 * Flows by their whole 4-tuple: open addressing with linear probing, without allocation in a
 * look-up. The hash is keyed, so that no peer can choose tuples that collide. A recently found flow
 * is found again without the hash: packets come in trains.
 */
final class FlowTable {
  private static final int MIN_CAPACITY = 64;

  /** Sixteen busy flows seldom share a place; half a KiB a stack. */
  private static final int RECENT = 128;

  private final SipHash hash;
  private final PortChooser ports;
  private final Flow[] recent = new Flow[RECENT]; // by ports alone, the latest of each hash
  private int[] hashes =
      new int[MIN_CAPACITY]; // hashes beside the slots, so that a probe touches no flow; 0 = free
  private Flow[] slots = new Flow[MIN_CAPACITY];
  private int size;

  // The last tuple hashed: a tuple is looked up before it is added.
  private int hashed = 1; // not the hash of the zeros below, which are no tuple
  private long hashedEnds;
  private long hashedLo;
  private long hashedHi;
  private boolean hashedV6;

  /**
   * @param ports is told of each removed flow's port
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
    int wanted = hash(localHi, ip.dstLo(), localPort, ip.srcHi(), ip.srcLo(), remotePort, ip.v6());
    int mask = hashes.length - 1;
    for (int at = wanted & mask, found; (found = hashes[at]) != 0; at = at + 1 & mask) {
      if (found == wanted && isBetween(slots[at], ip, remotePort, localPort)) {
        return recent[place] = slots[at];
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

  /**
   * Whether a flow has the hash of this tuple. A false alarm comes once in 2^32 flows. No flow is
   * read: most are in no cache of the processor.
   */
  boolean mayContain(IpAddress local, int localPort, IpAddress remote, int remotePort) {
    int wanted = hash(local, localPort, remote, remotePort);
    int mask = hashes.length - 1;
    int at = wanted & mask;
    while (hashes[at] != 0 && hashes[at] != wanted) {
      at = at + 1 & mask;
    }
    return hashes[at] != 0;
  }

  /** The flow between these two, or null. */
  Flow find(IpAddress local, int localPort, IpAddress remote, int remotePort) {
    int wanted = hash(local, localPort, remote, remotePort);
    int mask = hashes.length - 1;
    for (int at = wanted & mask, found; (found = hashes[at]) != 0; at = at + 1 & mask) {
      if (found == wanted && isBetween(slots[at], local, localPort, remote, remotePort)) {
        return slots[at];
      }
    }
    return null;
  }

  private static boolean isBetween(
      Flow flow, IpAddress local, int localPort, IpAddress remote, int remotePort) {
    return flow.remotePort() == remotePort
        && flow.localPort() == localPort
        && flow.remoteAddress().equals(remote)
        && flow.localAddress().equals(local);
  }

  /** The tuple must not be in the table. */
  void add(Flow flow) {
    if (++size * 3 > slots.length * 2) {
      rehash(slots.length * 2);
    }
    flow.tableHash =
        hash(flow.localAddress(), flow.localPort(), flow.remoteAddress(), flow.remotePort());
    place(flow);
    recent[recentPlace(flow.remotePort(), flow.localPort())] = flow;
  }

  /** The tuple belongs to the successor from now on, and was never free. */
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
    size--;
    forgetRecent(flow);
    closeGap(at, slots.length - 1);
    if (slots.length > MIN_CAPACITY && size * 8 < slots.length) {
      rehash(slots.length / 2);
    }
    ports.onFreed(flow.localAddress(), flow.localPort(), flow.remoteAddress(), flow.remotePort());
  }

  /** The slot of a flow, or -1. */
  private int slotOf(Flow flow) {
    int mask = slots.length - 1;
    for (int at = flow.tableHash & mask; hashes[at] != 0; at = at + 1 & mask) {
      if (slots[at] == flow) {
        return at;
      }
    }
    return -1;
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

  /** Moves up flows that probing had pushed past the gap, so that no tombstone is needed. */
  private void closeGap(int gap, int mask) {
    for (int at = gap + 1 & mask; hashes[at] != 0; at = at + 1 & mask) {
      int home = hashes[at] & mask;
      if ((at - home & mask) >= (at - gap & mask)) {
        hashes[gap] = hashes[at];
        slots[gap] = slots[at];
        gap = at;
      }
    }
    hashes[gap] = 0;
    slots[gap] = null;
  }

  private void rehash(int capacity) {
    Flow[] old = slots;
    hashes = new int[capacity];
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
    while (hashes[at] != 0) {
      at = at + 1 & mask;
    }
    hashes[at] = flow.tableHash;
    slots[at] = flow;
  }

  private int hash(IpAddress local, int localPort, IpAddress remote, int remotePort) {
    return hash(
        local.hi(), local.lo(), localPort, remote.hi(), remote.lo(), remotePort, local.isV6());
  }

  /**
   * The peer chooses everything but our addresses. These are few, so 32 bits tell them apart: the
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
    if (ends != hashedEnds || remoteLo != hashedLo || remoteHi != hashedHi || v6 != hashedV6) {
      hashedEnds = ends;
      hashedLo = remoteLo;
      hashedHi = remoteHi;
      hashedV6 = v6;
      hashed =
          (int) (v6 ? hash.quick(3, ends, remoteLo, remoteHi) : hash.quick(2, ends, remoteLo, 0));
      hashed = hashed == 0 ? 1 : hashed;
    }
    return hashed;
  }
}
