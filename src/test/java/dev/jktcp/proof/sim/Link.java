package dev.jktcp.proof.sim;

import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.proof.script.TestPacket;
import java.util.ArrayDeque;

/**
 * One direction between two stacks. What it does to packets is drawn once; each packet's fate comes
 * from the link's own random stream. After {@link #heal} it only delays.
 */
final class Link {
  private static final int LEAST_NARROW = 1_280; // RFC 8200 §5
  private static final int MOST_NARROW = 1_499; // below Ethernet's

  /** Told of each copy that comes out at the far end. */
  interface Arrival {
    void at(long timeNs, byte[] packet, boolean flipped);
  }

  private final SimRandom random;
  private final Tally tally;
  private final OneInTen oneInTen; // null: more may pass
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
  // The faults of real tunnels.
  private int sizeLimit = Integer.MAX_VALUE;
  private long sizeLimitFromNs;
  private boolean firstOfWriteOnly;
  private double windowShrinks;
  private int queuePackets = Integer.MAX_VALUE;
  private final ArrayDeque<Long> queued = new ArrayDeque<>();
  private long lastWriteNs = Long.MIN_VALUE;
  private int hops; // routers on the way: who gives a packet fewer sees it end
  private Router router;
  private EcnRouter ecn;
  private OptionRouter options;
  private int narrow = Integer.MAX_VALUE; // larger packets vanish, on a healed link too
  private boolean healed;
  private long freeAtNs;
  private long lastArrivalNs;

  /** How many packets never arrived whole. */
  long damaged;

  Link(SimRandom random, Mood mood, long startNs, long healNs, Tally tally) {
    this.random = random;
    this.tally = tally;
    boolean clean = mood != Mood.FAULTY;
    oneInTen = mood == Mood.ONE_IN_TEN ? new OneInTen(random.fork()) : null;
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
    drawTunnel(random.fork(), startNs, healNs);
    if (random.chance(0.25)) {
      outageFromNs = random.between(startNs, healNs);
      outageToNs = Math.min(healNs, outageFromNs + random.between(50, 40_000) * MS);
    }
  }

  private void drawTunnel(SimRandom r, long startNs, long healNs) {
    if (r.chance(0.1)) { // the path's MTU changes, and nobody says so
      sizeLimit = (int) r.between(576, 1_500);
      sizeLimitFromNs = r.between(startNs, healNs);
    }
    firstOfWriteOnly = r.chance(0.1);
    windowShrinks = r.chance(0.1) ? r.oneOf(0.05, 0.5) : 0;
    queuePackets = r.chance(0.15) ? 32 : Integer.MAX_VALUE;
  }

  /**
   * What it does besides, and who tells of it; drawn apart, so that old seeds stay as they were.
   */
  void drawRouters(SimRandom r, Mood mood, Router.Carrier carrier) {
    router = new Router(r.fork(), tally, carrier);
    hops = mood == Mood.FAULTY && r.chance(0.06) ? r.oneOf(1, (int) r.between(1, 80), 64) : 0;
    ecn = new EcnRouter(r.fork(), tally, mood);
    options = new OptionRouter(r.fork(), tally);
    if (mood != Mood.ONE_IN_TEN && r.chance(0.06)) {
      narrow = (int) r.between(LEAST_NARROW, MOST_NARROW);
    }
  }

  void heal() {
    healed = true;
  }

  /** Whether larger packets vanish, and its sender is not told. */
  boolean isNarrow() {
    return narrow < Integer.MAX_VALUE;
  }

  private boolean tunnelLoses(byte[] packet, long nowNs) {
    boolean sameWrite = nowNs == lastWriteNs;
    lastWriteNs = nowNs;
    while (!queued.isEmpty() && queued.peek() <= nowNs) {
      queued.poll();
    }
    if (firstOfWriteOnly && sameWrite) {
      return damaged(Kind.REST_OF_WRITE_LOST);
    }
    if (packet.length > sizeLimit && nowNs >= sizeLimitFromNs) {
      router.onTooBig(packet, sizeLimit);
      return damaged(Kind.PACKET_SIZE_LIMIT);
    }
    if ((packet[TestPacket.isV6(packet) ? 7 : 8] & 0xff) <= hops) {
      router.onHopLimit(packet);
      return damaged(Kind.HOP_LIMIT_REACHED);
    }
    return queued.size() >= queuePackets && damaged(Kind.SHORT_QUEUE_FULL);
  }

  private boolean damaged(Kind by) {
    this.damaged++;
    tally.add(by);
    return true;
  }

  private boolean isTenth(byte[] packet) {
    if (oneInTen == null) {
      return true;
    }
    int tcp = TestPacket.tcpOffset(packet);
    boolean delivers =
        oneInTen.delivers(
            (tcp == 40 ? 1L << 32 : 0) | word(packet, tcp) << 16 | word(packet, tcp + 2));
    if (delivers) {
      tally.add(Kind.ONE_IN_TEN_DELIVERED);
    }
    return delivers;
  }

  /** What a hostile peer does to its window, its checksum kept right (RFC 1624). */
  private byte[] withWindowShrunk(byte[] packet) {
    byte[] bent = packet.clone();
    int tcp = TestPacket.isV6(packet) ? 40 : (packet[0] & 15) * 4;
    int old = word(bent, tcp + 14);
    int shrunk = random.below(old + 1);
    int sum = (~word(bent, tcp + 16) & 0xffff) + (~old & 0xffff) + shrunk;
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = (sum & 0xffff) + (sum >>> 16);
    setWord(bent, tcp + 14, shrunk);
    setWord(bent, tcp + 16, ~sum);
    return bent;
  }

  private static int word(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }

  private static void setWord(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >> 8);
    bytes[at + 1] = (byte) value;
  }

  /** Tells {@code arrival} of each copy. The array is kept, a copy may share it. */
  void send(byte[] sent, long nowNs, Arrival arrival) {
    byte[] packet = healed ? sent : ecn.pass(sent);
    if (packet == null) {
      damaged++;
      return;
    }
    packet = options.pass(packet);
    if (packet.length > narrow) {
      damaged(Kind.NARROW_AND_SILENT);
      return;
    }
    if (!healed && tunnelLoses(packet, nowNs)) {
      return;
    }
    if (!healed && !isTenth(packet)) {
      damaged(Kind.ONE_IN_TEN_DROPPED);
      return;
    }
    if (!healed && random.chance(windowShrinks)) {
      packet = withWindowShrunk(packet);
      tally.add(Kind.PEER_SHRINKS_WINDOW);
    }
    if (!healed && nowNs >= outageFromNs && nowNs < outageToNs) {
      router.onUnreachable(packet);
      damaged(Kind.OUTAGE);
      return;
    }
    long leavesNs = nowNs;
    if (!healed && bitsPerSecond > 0) {
      leavesNs = Math.max(nowNs, freeAtNs);
      if (leavesNs - nowNs > queueLimitNs) {
        damaged(Kind.BANDWIDTH_QUEUE_FULL);
        return;
      }
      leavesNs += packet.length * 8L * 1_000_000_000L / bitsPerSecond;
      freeAtNs = leavesNs;
      queued.add(leavesNs);
    }
    if (!healed && random.chance(loss)) {
      damaged(Kind.LOSS);
      return;
    }
    long atNs = leavesNs + delayNs + (jitterNs == 0 ? 0 : random.between(0, jitterNs));
    if (healed || !jitterReorders) {
      atNs = Math.max(atNs, lastArrivalNs);
      lastArrivalNs = atNs;
    }
    if (!healed && random.chance(reordering)) {
      atNs += random.between(1, 2 * delayNs + MS);
      tally.add(Kind.REORDERING);
    }
    if (!healed && random.chance(duplication)) {
      tally.add(Kind.DUPLICATE);
      arrival.at(atNs + random.between(0, delayNs + MS), packet, false);
    }
    if (!healed && random.chance(flips)) {
      damaged(Kind.BIT_FLIP);
      // One bit: the only damage that a one's complement sum is certain to see. IPv6 does not sum
      // its traffic class, flow
      // label and hop limit: there a flip damages nothing.
      byte[] flipped = packet.clone();
      int bit;
      do {
        bit = random.below(packet.length * 8);
      } while (TestPacket.isV6(packet) && isUnsummed(bit));
      flipped[bit >> 3] ^= (byte) (1 << (bit & 7));
      arrival.at(atNs, flipped, true);
      return;
    }
    arrival.at(atNs, packet, false);
  }

  private static boolean isUnsummed(int bit) {
    return switch (bit >> 3) {
      case 0 -> (bit & 7) < 4; // the version is in the upper half
      case 1, 2, 3, 7 -> true;
      default -> false;
    };
  }
}
