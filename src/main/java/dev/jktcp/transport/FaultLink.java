package dev.jktcp.transport;

import dev.jktcp.wire.CongestionMark;
import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * One direction of a faulty link: packets go in, and come out when and as the faults drawn for them
 * say. Pure: time is an argument. Each packet takes the same number of draws whatever its faults,
 * so the faults of the n-th packet depend on the seed alone, and on whether marks are drawn.
 */
final class FaultLink {
  static final long NONE = Long.MAX_VALUE;

  // A packet that is held back for later packets is released after this at the latest, or it would
  // look lost.
  private static final long MAX_HOLD_NS = 10_000_000;
  private static final int MAX_OVERTAKERS = 3;
  private static final long BITS_PER_BYTE_NS = 8_000_000_000L;

  // The length fields of an IP header lie before this offset, in both versions.
  private static final int LENGTH_END = 6;

  private final FaultSpec spec;
  private final SplittableRandom random;
  private final boolean keepLengths;

  private final PriorityQueue<UnderWay> underWay = new PriorityQueue<>();
  private boolean used;
  private long freeAtNs; // When the rate lets the next packet leave.
  private long lastAtNs; // When the packet before arrives.
  private long order;
  private UnderWay held;
  private int overtakers;

  private long packets;
  private long lost;
  private long duplicated;
  private long corrupted;
  private long reordered;
  private long marked;
  private long overflowed;
  private long tooBig;
  private long firstNs; // when the first packet came

  /** A copy of a packet and when it arrives. */
  private static final class UnderWay implements Comparable<UnderWay> {
    private final byte[] bytes;
    private long atNs;
    private long order;

    UnderWay(byte[] bytes, long atNs, long order) {
      this.bytes = bytes;
      this.atNs = atNs;
      this.order = order;
    }

    @Override
    public int compareTo(UnderWay other) {
      long sooner = atNs - other.atNs;
      return Long.signum(sooner != 0 ? sooner : order - other.order);
    }
  }

  /**
   * @param keepLengths spare the bytes that tell a packet's length, without which a byte stream
   *     beneath could not be cut into packets again
   */
  FaultLink(FaultSpec spec, SplittableRandom random, boolean keepLengths) {
    this.spec = spec;
    this.random = random;
    this.keepLengths = keepLengths;
  }

  /** The bytes are copied. */
  void onPacket(byte[] bytes, int offset, int length, long nowNs) {
    if (packets++ == 0) {
      firstNs = nowNs;
    }
    final boolean lose = random.nextDouble() < spec.loss();
    final boolean duplicate = random.nextDouble() < spec.duplicate();
    final boolean corrupt = random.nextDouble() < spec.corrupt();
    final double whichBit = random.nextDouble();
    final boolean reorder = random.nextDouble() < spec.reorder();
    final int gap = 1 + (int) (random.nextDouble() * MAX_OVERTAKERS);
    final double jitter = random.nextDouble() * 2 - 1;
    final boolean mark = spec.mark() > 0 && random.nextDouble() < spec.mark();

    if (lose) {
      lost++;
      return;
    }
    if (spec.mtu() > 0 && length > spec.mtu() && nowNs - firstNs >= spec.narrowNs()) {
      tooBig++;
      return;
    }
    if (underWay.size() >= spec.queue()) {
      overflowed++;
      return;
    }
    byte[] packet = Arrays.copyOfRange(bytes, offset, offset + length);
    if (mark && CongestionMark.set(packet, 0, packet.length)) {
      marked++;
    }
    if (corrupt) {
      flipBit(packet, whichBit);
    }
    long atNs = arrival(length, jitter, nowNs);
    if (reorder && held == null) {
      hold(packet, atNs, gap);
    } else {
      add(packet, atNs);
      onOvertaken(atNs);
    }
    if (duplicate && underWay.size() < spec.queue()) {
      duplicated++;
      add(packet, atNs);
    }
  }

  private void flipBit(byte[] packet, double which) {
    int from = keepLengths ? Math.min(LENGTH_END, packet.length - 1) : 0;
    int bit = from * 8 + (int) (which * (packet.length - from) * 8);
    packet[bit >> 3] ^= (byte) (1 << (bit & 7));
    corrupted++;
  }

  /** In order: jitter stretches and squeezes the stream of packets without mixing them. */
  private long arrival(int length, double jitter, long nowNs) {
    if (!used) {
      used = true;
      freeAtNs = nowNs;
      lastAtNs = nowNs;
    }
    long leavesNs = nowNs;
    if (spec.rateBits() > 0) {
      leavesNs = later(nowNs, freeAtNs) + length * BITS_PER_BYTE_NS / spec.rateBits();
      freeAtNs = leavesNs;
    }
    long delayNs = Math.max(0, spec.delayNs() + (long) (jitter * spec.jitterNs()));
    lastAtNs = later(leavesNs + delayNs, lastAtNs);
    return lastAtNs;
  }

  private void hold(byte[] packet, long atNs, int gap) {
    reordered++;
    held = add(packet, atNs + MAX_HOLD_NS);
    overtakers = gap;
  }

  private void onOvertaken(long atNs) {
    if (held == null || --overtakers > 0) {
      return;
    }
    // Already released if the longest hold ran out first.
    if (underWay.remove(held)) {
      held.atNs = atNs;
      held.order = order++;
      underWay.add(held);
    }
    held = null;
  }

  private UnderWay add(byte[] packet, long atNs) {
    UnderWay entry = new UnderWay(packet, atNs, order++);
    underWay.add(entry);
    return entry;
  }

  private static long later(long a, long b) {
    return a - b >= 0 ? a : b;
  }

  /** The next packet that has arrived, or null; it stays until {@link #poll}. */
  byte[] peek(long nowNs) {
    UnderWay next = underWay.peek();
    return next == null || next.atNs - nowNs > 0 ? null : next.bytes;
  }

  void poll() {
    if (underWay.poll() == held) {
      held = null;
    }
  }

  /** Everything under way arrives now. */
  void hurry(long nowNs) {
    for (UnderWay entry : underWay.toArray(new UnderWay[0])) {
      if (entry.atNs - nowNs <= 0) {
        continue;
      }
      underWay.remove(entry);
      entry.atNs = nowNs;
      underWay.add(entry);
    }
  }

  void clear() {
    underWay.clear();
    held = null;
  }

  /** When {@link #peek} will have a packet; NONE when none is under way. */
  long nextNs() {
    UnderWay next = underWay.peek();
    return next == null ? NONE : next.atNs;
  }

  int underWay() {
    return underWay.size();
  }

  FaultCounts counts() {
    return new FaultCounts(
        packets, lost, duplicated, corrupted, reordered, marked, overflowed, tooBig);
  }
}
