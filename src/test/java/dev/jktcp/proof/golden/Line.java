package dev.jktcp.proof.golden;

import static dev.jktcp.time.Nanos.SECOND;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * One direction of a path: a drop-tail queue, a rate, a delay, and a fate for each packet. The
 * simulator's links draw what they do; here a table says it.
 */
final class Line {
  /** What becomes of packets behind the queue. */
  interface Fate {
    /** All arrive, in order. */
    Fate KIND = (packet, nowNs) -> false;

    boolean loses(Seen packet, long nowNs);

    /** How many later packets arrive before this one. */
    default int overtakers(Seen packet) {
      return 0;
    }

    /** How much longer than others this one takes. */
    default long lateNs(Seen packet) {
      return 0;
    }
  }

  /** The far end. */
  interface Exit {
    void at(long timeNs, byte[] packet);
  }

  private static final class Held {
    final byte[] packet;
    int overtakers;

    Held(byte[] packet, int overtakers) {
      this.packet = packet;
      this.overtakers = overtakers;
    }
  }

  private final long bitsPerSecond; // 0 = a packet takes no time
  private final long delayNs;
  private final int queuePackets;
  private final Fate fate;
  private final ArrayDeque<Long> queued = new ArrayDeque<>(); // when each will have left
  private final List<Held> held = new ArrayList<>();
  private long freeAtNs;
  private long stallFromNs = Long.MAX_VALUE;
  private long stallToNs;

  Line(long bitsPerSecond, long delayNs, int queuePackets, Fate fate) {
    this.bitsPerSecond = bitsPerSecond;
    this.delayNs = delayNs;
    this.queuePackets = queuePackets;
    this.fate = fate;
  }

  /** What would arrive in this time arrives at its end. */
  void stall(long fromNs, long toNs) {
    stallFromNs = fromNs;
    stallToNs = toNs;
  }

  void send(byte[] packet, Seen seen, long nowNs, Exit exit) {
    while (!queued.isEmpty() && queued.peek() <= nowNs) {
      queued.poll();
    }
    if (queued.size() >= queuePackets) {
      return;
    }
    long leavesNs = Math.max(nowNs, freeAtNs);
    if (bitsPerSecond > 0) {
      leavesNs += packet.length * 8L * SECOND / bitsPerSecond;
      freeAtNs = leavesNs;
      queued.add(leavesNs);
    }
    if (fate.loses(seen, nowNs)) {
      return;
    }
    int overtakers = fate.overtakers(seen);
    if (overtakers > 0) {
      held.add(new Held(packet, overtakers));
      return;
    }
    long atNs = leavesNs + delayNs + fate.lateNs(seen);
    if (atNs >= stallFromNs && atNs < stallToNs) {
      atNs = stallToNs;
    }
    exit.at(atNs, packet);
    for (Iterator<Held> each = held.iterator(); each.hasNext(); ) {
      Held late = each.next();
      if (--late.overtakers == 0) {
        each.remove();
        exit.at(atNs, late.packet);
      }
    }
  }
}
