package dev.jktcp.sim;

import java.util.function.BiConsumer;

/**
 * One direction between two stacks. What it does to packets is drawn once; each packet's fate comes
 * from the link's own random stream. After {@link #heal} it only delays.
 */
final class Link {
  private static final long MS = 1_000_000;

  private final SimRandom random;
  private final long delayNs;
  private final long jitterNs;
  private final boolean jitterReorders;
  private final long bitsPerSecond; // 0 = unlimited
  private final long queueLimitNs;
  private double loss;
  private double duplication;
  private double reordering;
  private double flips;
  private long outageFromNs = Long.MAX_VALUE;
  private long outageToNs = Long.MAX_VALUE;
  private boolean healed;
  private long freeAtNs;
  private long lastArrivalNs;

  /** How many packets never arrived whole. */
  long damaged;

  Link(SimRandom random, boolean clean, long startNs, long healNs) {
    this.random = random;
    freeAtNs = startNs;
    lastArrivalNs = startNs;
    delayNs =
        random.oneOf(0L, 10_000L, MS, random.between(1, 30) * MS, random.between(1, 120) * MS);
    jitterNs = random.chance(0.5) ? 0 : random.between(0, delayNs / 2 + 1);
    jitterReorders = !clean && random.chance(0.5);
    if (clean) {
      bitsPerSecond = random.oneOf(0L, 50_000_000L, 1_000_000_000L);
      queueLimitNs = Long.MAX_VALUE;
      return;
    }
    bitsPerSecond = random.oneOf(0L, 0L, 1_000_000L, 10_000_000L, 100_000_000L);
    queueLimitNs = random.between(20, 400) * MS;
    loss = random.chance(0.6) ? random.oneOf(0.001, 0.01, 0.05, 0.15) : 0;
    duplication = random.chance(0.3) ? random.oneOf(0.01, 0.2) : 0;
    reordering = random.chance(0.3) ? random.oneOf(0.01, 0.1, 0.3) : 0;
    flips = random.chance(0.4) ? random.oneOf(0.002, 0.05) : 0;
    if (random.chance(0.25)) {
      outageFromNs = random.between(startNs, healNs);
      outageToNs = Math.min(healNs, outageFromNs + random.between(50, 40_000) * MS);
    }
  }

  void heal() {
    healed = true;
  }

  /**
   * Calls {@code arrival} with each copy's time; a copy is a new array only where a bit was
   * flipped.
   */
  void send(byte[] packet, long nowNs, BiConsumer<Long, byte[]> arrival) {
    if (!healed && nowNs >= outageFromNs && nowNs < outageToNs) {
      damaged++;
      return;
    }
    long leavesNs = nowNs;
    if (!healed && bitsPerSecond > 0) {
      leavesNs = Math.max(nowNs, freeAtNs);
      if (leavesNs - nowNs > queueLimitNs) {
        damaged++;
        return;
      }
      leavesNs += packet.length * 8L * 1_000_000_000L / bitsPerSecond;
      freeAtNs = leavesNs;
    }
    if (!healed && random.chance(loss)) {
      damaged++;
      return;
    }
    long atNs = leavesNs + delayNs + (jitterNs == 0 ? 0 : random.between(0, jitterNs));
    if (healed || !jitterReorders) {
      atNs = Math.max(atNs, lastArrivalNs);
      lastArrivalNs = atNs;
    }
    if (!healed && random.chance(reordering)) {
      atNs += random.between(1, 2 * delayNs + MS);
    }
    if (!healed && random.chance(duplication)) {
      arrival.accept(atNs + random.between(0, delayNs + MS), packet);
    }
    if (!healed && random.chance(flips)) {
      damaged++;
      // One bit: the only damage that a one's complement sum is certain to see. IPv6 does not sum
      // its traffic class, flow
      // label and hop limit: there a flip damages nothing.
      byte[] flipped = packet.clone();
      int bit;
      do {
        bit = random.below(packet.length * 8);
      } while (packet[0] >> 4 == 6 && isUnsummed(bit));
      flipped[bit >> 3] ^= (byte) (1 << (bit & 7));
      arrival.accept(atNs, flipped);
      return;
    }
    arrival.accept(atNs, packet);
  }

  private static boolean isUnsummed(int bit) {
    return switch (bit >> 3) {
      case 0 -> (bit & 7) < 4; // the version is in the upper half
      case 1, 2, 3, 7 -> true;
      default -> false;
    };
  }
}
