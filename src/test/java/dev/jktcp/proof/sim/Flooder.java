package dev.jktcp.proof.sim;

import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.proof.script.TestPacket;
import java.util.Arrays;

/**
 * Sends a listener SYNs from addresses that nobody has, whose answers reach nobody, and ACKs that
 * guess at cookies.
 */
final class Flooder {
  private static final byte[] NOBODY_V4 = {10, 9, 0, (byte) 200};
  private static final byte[] NOBODY_V6 = {
    (byte) 0xfd, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 200
  };

  private final SimRandom random;
  private final SimNode node;
  private final double guesses;
  private int left;

  Flooder(SimRandom random, SimNode node) {
    this.random = random;
    this.node = node;
    left = (int) random.between(3, 60);
    guesses = random.chance(0.5) ? 0.3 : 0;
    later(random.between(0, 20_000) * MS);
  }

  /** Whether an address is one of those that were invented. */
  static boolean isNobody(byte[] address) {
    byte[] nobody = address.length == 4 ? NOBODY_V4 : NOBODY_V6;
    return Arrays.equals(nobody, 0, 2, address, 0, 2)
        && (address.length == 4 || address[3] == nobody[3]);
  }

  private void later(long afterNs) {
    node.sim.at(node.sim.nowNs() + afterNs, this::burst);
  }

  private void burst() {
    int count = Math.min(left, (int) random.between(1, 20));
    left -= count;
    for (int i = 0; i < count; i++) {
      node.sim.tally.add(Kind.INVENTED_SYN);
      send(TestPacket.SYN);
      if (random.chance(guesses)) {
        node.sim.tally.add(Kind.GUESSED_COOKIE);
        send(TestPacket.ACK);
      }
    }
    if (left > 0) {
      later(random.oneOf(random.between(0, 2_000), random.between(0, 30_000)) * MS);
    }
  }

  private void send(int flags) {
    boolean v6 = random.chance(0.5);
    TestPacket p = new TestPacket();
    p.src = (v6 ? NOBODY_V6 : NOBODY_V4).clone();
    p.src[p.src.length - 2] = (byte) random.below(256);
    p.dst = node.address(v6).toBytes();
    p.srcPort = 1 + random.below(65_535);
    p.dstPort = SimNode.PORT;
    p.seq = (int) random.nextLong();
    p.ack = flags == TestPacket.ACK ? (int) random.nextLong() : 0;
    p.flags = flags;
    p.window = random.below(65_536);
    p.options = TestPacket.parseOptions(random.oneOf("nop", "mss 1460", "mss 500,nop,wscale 9"));
    node.onPacket(p.encode(), true);
  }
}
