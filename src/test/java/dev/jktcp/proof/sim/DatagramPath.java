package dev.jktcp.proof.sim;

import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.stack.DatagramLab;
import java.util.ArrayList;
import java.util.List;

/**
 * The way of what is not TCP from one node to another: it loses, repeats, delays and damages, and
 * cuts datagrams into fragments, among which a forged one may come.
 */
final class DatagramPath {
  /** Told of each piece that comes through. */
  interface Arrival {
    /**
     * @param begins whether it is intact and a whole packet, or the first fragment of one
     */
    void at(long timeNs, byte[] packet, boolean begins);
  }

  private final SimRandom random;
  private final Tally tally;
  private final boolean clean;
  private final boolean forgedPassForTrue; // sabotaged
  private final long healNs;
  private final long delayNs;
  private final double loss;
  private final double duplication;
  private final double reordering;
  private final double flips;
  private final double cuts;
  private final double forgery;
  private int identification;

  DatagramPath(SimRandom random, Mood mood, long healNs, Tally tally, boolean forgedPassForTrue) {
    this.random = random;
    this.tally = tally;
    this.healNs = healNs;
    this.forgedPassForTrue = forgedPassForTrue;
    clean = mood == Mood.CLEAN;
    delayNs = random.oneOf(0L, 10_000L, random.between(1, 120) * MS);
    loss = random.oneOf(0.0, 0.01, 0.15);
    duplication = random.oneOf(0.0, 0.0, 0.2);
    reordering = random.oneOf(0.0, 0.1, 0.5);
    flips = random.oneOf(0.0, 0.0, 0.1);
    cuts = random.oneOf(0.0, 0.2, 1.0);
    forgery = random.oneOf(0.0, 0.0, 0.2);
    identification = (int) random.nextLong();
  }

  void send(byte[] packet, long nowNs, Arrival arrival) {
    boolean fails = !clean && nowNs < healNs;
    byte[] sent = packet;
    boolean intact = true;
    if (fails && random.chance(flips)) {
      tally.add(Kind.DATAGRAM_BIT_FLIP);
      sent = flipped(packet);
      intact = false;
    }
    List<byte[]> pieces = List.of(sent);
    if (WireDatagram.isUdp(sent) && sent.length > 64 && random.chance(cuts)) {
      tally.add(Kind.DATAGRAM_IN_FRAGMENTS);
      pieces = cut(sent, fails);
    }
    for (int i = 0; i < pieces.size(); i++) {
      pass(pieces.get(i), fails, nowNs, arrival, intact && i == 0);
    }
  }

  private void pass(byte[] piece, boolean fails, long nowNs, Arrival arrival, boolean begins) {
    if (fails && random.chance(loss)) {
      tally.add(Kind.DATAGRAM_LOST);
      return;
    }
    long atNs = nowNs + delayNs;
    if (fails && random.chance(reordering)) {
      tally.add(Kind.DATAGRAM_LATE);
      atNs += random.between(1, 2 * delayNs + MS);
    }
    if (fails && random.chance(duplication)) {
      tally.add(Kind.DATAGRAM_TWICE);
      arrival.at(atNs + random.between(0, delayNs + MS), piece, begins);
    }
    arrival.at(atNs, piece, begins);
  }

  /** The first piece stays the first of the list. */
  private List<byte[]> cut(byte[] packet, boolean fails) {
    int header = TestPacket.isV6(packet) ? 40 : 20;
    int data = packet.length - header;
    int size = 8 * (int) random.between(Math.max(3, data / 160), Math.max(3, data / 16));
    identification++;
    boolean altered = forgedPassForTrue && data > size;
    byte[] cut = altered ? altered(packet, header + size) : packet;
    List<byte[]> pieces = new ArrayList<>(DatagramLab.cut(cut, size, identification));
    if (fails && pieces.size() > 2 && random.chance(forgery)) {
      tally.add(Kind.FRAGMENT_FORGED);
      forge(packet, pieces, size);
    }
    return pieces;
  }

  /** A copy of which one bit is another, with a checksum that is right for it. */
  private static byte[] altered(byte[] packet, int at) {
    byte[] bent = packet.clone();
    bent[at] ^= 1;
    int checksum = (TestPacket.isV6(packet) ? 40 : 20) + 6;
    TestPacket.put16(bent, checksum, 0);
    TestPacket.put16(bent, checksum, WireDatagram.checksum(bent));
    return bent;
  }

  /**
   * Adds a fragment of other bytes, which begins within one true piece and ends within the next.
   */
  private void forge(byte[] packet, List<byte[]> pieces, int size) {
    byte[] other = new byte[size];
    byte[] forged = DatagramLab.fragment(packet, other, size + 8, true, identification);
    pieces.add(1 + random.below(pieces.size()), forged);
  }

  /**
   * A copy of which one bit is another, one that the checksum of UDP or ICMP covers. Bits of IP
   * headers are flipped by {@link Link}.
   */
  private byte[] flipped(byte[] packet) {
    byte[] bent;
    do {
      bent = packet.clone();
      int from = TestPacket.isV6(packet) ? 40 : 20;
      int bit = 8 * from + random.below((packet.length - from) * 8);
      bent[bit >> 3] ^= (byte) (1 << (bit & 7));
    } while (hasNoChecksum(bent));
    return bent;
  }

  /** RFC 768: a checksum of 0 says so. */
  private static boolean hasNoChecksum(byte[] packet) {
    return WireDatagram.isUdp(packet)
        && !TestPacket.isV6(packet)
        && TestPacket.get16(packet, 26) == 0;
  }
}
