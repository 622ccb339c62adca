package dev.jktcp.proof.sim;

import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.proof.script.TestPacket;

/**
 * Sends a stack ICMP errors about its packets that are not so (RFC 5927): somebody who sees the
 * packets, or guesses what they are.
 */
final class Forger {
  private static final int WHOLE = 1_232;

  private final SimRandom random;
  private final Tally tally;
  private final Router.Carrier carrier;
  private final double often;
  private final double endsOpenings;

  Forger(SimRandom random, Tally tally, Router.Carrier carrier) {
    this.random = random;
    this.tally = tally;
    this.carrier = carrier;
    often = random.oneOf(0.002, 0.02, 0.2);
    endsOpenings = random.chance(0.5) ? 0.03 : 0;
  }

  /** A packet of the stack's passes. */
  void onPassing(byte[] packet) {
    boolean syn = (packet[TestPacket.tcpOffset(packet) + 13] & TestPacket.SYN) != 0;
    if (syn && random.chance(endsOpenings)) {
      carry(hard(packet), Kind.FORGED_HARD_FOR_SYN);
    }
    if (!random.chance(often)) {
      return;
    }
    switch (random.below(6)) {
      case 0 -> carry(withWrongSeq(packet), Kind.FORGED_SEQUENCE);
      case 1 -> carry(withWrongQuad(packet), Kind.FORGED_QUAD);
      case 2 -> carry(truncated(packet), Kind.FORGED_TRUNCATED_QUOTE);
      case 3 -> carry(hard(packet).corrupted(), Kind.FORGED_CHECKSUM);
      case 4 -> carry(sayingNothing(packet), Kind.FORGED_TYPE);
      default -> {
        if (!syn) {
          carry(hard(packet), Kind.FORGED_HARD);
        } else {
          carry(soft(packet), Kind.FORGED_SOFT);
        }
      }
    }
  }

  private void carry(IcmpMessage message, Kind kind) {
    tally.add(kind);
    carrier.carry(
        message, random.oneOf(0L, random.between(0, 50 * MS), random.between(0, 5_000) * MS));
  }

  private IcmpMessage hard(byte[] packet) {
    return IcmpMessage.about(packet, WHOLE, IcmpSays.hard(TestPacket.isV6(packet), random), 0);
  }

  private IcmpMessage soft(byte[] packet) {
    boolean v6 = TestPacket.isV6(packet);
    IcmpSays says =
        random.oneOf(IcmpSays.tooBig(v6), IcmpSays.hopLimit(v6), IcmpSays.unreachable(v6, random));
    boolean syn = (packet[TestPacket.tcpOffset(packet) + 13] & TestPacket.SYN) != 0;
    // Data that a lie cuts to 28 bytes each would be more packets than a seed may have.
    int mtu = syn ? random.oneOf(0, 68, 1_280, 65_535) : random.oneOf(576, 1_006, 1_280, 65_535);
    return IcmpMessage.about(packet, WHOLE, says, mtu);
  }

  private IcmpMessage either(byte[] packet) {
    return random.chance(0.7) ? hard(packet) : soft(packet);
  }

  private IcmpMessage sayingNothing(byte[] packet) {
    return IcmpMessage.about(packet, WHOLE, IcmpSays.nothing(TestPacket.isV6(packet), random), 0);
  }

  /** Beside what is in flight, far from it, or of what was acknowledged long ago. */
  private IcmpMessage withWrongSeq(byte[] packet) {
    IcmpMessage message = either(packet);
    int away =
        random.oneOf(
            -1, 1, -1 - random.below(100_000), 1 + random.below(1 << 20), random.below(1 << 31));
    return message.withQuotedSeq(message.quotedSeq() + away);
  }

  /** Another port or address, on either side. */
  private IcmpMessage withWrongQuad(byte[] packet) {
    boolean v6 = TestPacket.isV6(packet);
    int tcp = TestPacket.tcpOffset(packet);
    int src = v6 ? 8 : 12;
    int dst = v6 ? 24 : 16;
    int at = random.oneOf(src + 1, tcp - 1, dst + 1, tcp, tcp + 1, tcp + 2, tcp + 3);
    return either(packet).withQuoted(at, 1 << random.below(7));
  }

  /** Cut before the sequence number's end, or said to be of another protocol. */
  private IcmpMessage truncated(byte[] packet) {
    int tcp = TestPacket.tcpOffset(packet);
    boolean v6 = TestPacket.isV6(packet);
    IcmpSays says = IcmpSays.hard(v6, random);
    return random.chance(0.2)
        ? IcmpMessage.about(packet, WHOLE, says, 0).withQuoted(v6 ? 6 : 9, 1 + random.below(255))
        : IcmpMessage.about(packet, random.below(tcp + 8), says, 0);
  }
}
