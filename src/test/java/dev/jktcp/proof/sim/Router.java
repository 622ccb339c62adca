package dev.jktcp.proof.sim;

import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.proof.script.TestPacket;

/** Tells a stack by ICMP what became of its packets on one link: at once, late, or twice. */
final class Router {
  private static final int V4_MINIMUM = 28; // RFC 792: the IP header and 64 bits
  private static final int V6_MOST = 1_232; // RFC 4443 §2.4 (c), our headers left out

  private final SimRandom random;
  private final Tally tally;
  private final boolean silent;
  private final double late;
  private final double twice;
  private final boolean quotesAll;
  private final Carrier carrier;

  /** Brings it to the stack that the packet came from. */
  interface Carrier {
    void carry(IcmpMessage message, long afterNs);
  }

  Router(SimRandom random, Tally tally, Carrier carrier) {
    this.random = random;
    this.tally = tally;
    this.carrier = carrier;
    silent = random.chance(0.3);
    late = random.chance(0.4) ? random.oneOf(0.1, 0.9) : 0;
    twice = random.chance(0.3) ? 0.5 : 0;
    quotesAll = random.chance(0.5);
  }

  /** No way there, for now. */
  void onUnreachable(byte[] packet) {
    tell(packet, IcmpSays.unreachable(TestPacket.isV6(packet), random), 0, Kind.ICMP_UNREACHABLE);
  }

  void onTooBig(byte[] packet, int limit) {
    boolean v6 = TestPacket.isV6(packet);
    boolean old = !v6 && !quotesAll && twice > 0; // before RFC 1191 none said how much too big
    tell(packet, IcmpSays.tooBig(v6), old ? 0 : limit, Kind.ICMP_TOO_BIG);
    if (old) {
      tally.add(Kind.ICMP_FROM_OLD_ROUTER);
    }
  }

  void onHopLimit(byte[] packet) {
    tell(packet, IcmpSays.hopLimit(TestPacket.isV6(packet)), 0, Kind.ICMP_HOP_LIMIT);
  }

  private void tell(byte[] packet, IcmpSays says, int rest, Kind kind) {
    if (silent) {
      return;
    }
    tally.add(kind);
    int octets = quotesAll ? V6_MOST : TestPacket.isV6(packet) ? 48 : V4_MINIMUM;
    IcmpMessage message = IcmpMessage.about(packet, octets, says, rest);
    boolean isLate = random.chance(late);
    if (isLate) {
      tally.add(Kind.ICMP_LATE);
    }
    carrier.carry(message, isLate ? random.between(100, 60_000) * MS : random.between(0, 60 * MS));
    if (random.chance(twice)) {
      tally.add(Kind.ICMP_TWICE);
      carrier.carry(message, random.between(0, 5_000) * MS);
    }
  }
}
