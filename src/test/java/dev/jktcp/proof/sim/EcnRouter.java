package dev.jktcp.proof.sim;

import dev.jktcp.proof.script.TestPacket;

/** What a link's routers and middleboxes do to ECN: marks, and the faults of RFC 3168 §6.1.1.1. */
final class EcnRouter {
  private static final int CE = 3;
  private static final int ASKS = TestPacket.ECE | TestPacket.CWR;

  private final SimRandom random;
  private final Tally tally;
  private final double marks;
  private final boolean bleaches;
  private final boolean dropsWhatAsks;

  EcnRouter(SimRandom random, Tally tally, Mood mood) {
    this.random = random;
    this.tally = tally;
    marks = random.chance(0.4) ? random.oneOf(0.01, 0.1, 0.5, 1.0) : 0;
    bleaches = random.chance(0.05);
    dropsWhatAsks = mood == Mood.FAULTY && random.chance(0.06);
  }

  /** The packet as it goes on; null if it does not. */
  byte[] pass(byte[] packet) {
    int flags = packet[TestPacket.tcpOffset(packet) + 13];
    if (dropsWhatAsks && (flags & TestPacket.SYN) != 0 && (flags & ASKS) == ASKS) {
      tally.add(Kind.ECN_SYN_DROPPED);
      return null;
    }
    int codepoint = TestPacket.ecn(packet);
    if (codepoint == 0 || (!bleaches && (codepoint == CE || !random.chance(marks)))) {
      return packet;
    }
    tally.add(bleaches ? Kind.ECN_BLEACHED : Kind.ECN_MARKED);
    return TestPacket.withEcn(packet, bleaches ? 0 : CE);
  }
}
