package dev.jktcp.proof.sim;

import dev.jktcp.proof.script.TestPacket;
import java.util.HashMap;
import java.util.Map;

/** What a link's middleboxes do to the options of TCP: one that they do not know becomes NOPs. */
final class OptionRouter {
  private static final int NOP = 1;
  private static final int SACK_PERMITTED = 4;
  private static final int SACK = 5;
  private static final int TIMESTAMPS = 8;
  private static final int LATE = 10;

  private final Tally tally;
  private final boolean dropsPermission;
  private final boolean dropsBlocks;
  private final boolean dropsTimestamps;
  private final boolean dropsThemLater; // from some segments, when a flow has sent many
  private final SimRandom random;
  private final Map<Integer, Integer> passed = new HashMap<>(); // by ports, since the SYN

  OptionRouter(SimRandom random, Tally tally) {
    this.tally = tally;
    dropsPermission = random.chance(0.05);
    dropsBlocks = random.chance(0.05);
    dropsTimestamps = random.chance(0.05);
    dropsThemLater = random.chance(0.05);
    this.random = random;
  }

  /** The packet as it goes on. */
  byte[] pass(byte[] packet) {
    byte[] passed = packet;
    if (dropsPermission) {
      passed = without(passed, SACK_PERMITTED, Kind.SACK_PERMISSION_DROPPED);
    }
    if (dropsBlocks) {
      passed = without(passed, SACK, Kind.SACK_DROPPED);
    }
    if (dropsTimestamps) {
      passed = without(passed, TIMESTAMPS, Kind.TIMESTAMPS_DROPPED);
    } else if (dropsThemLater && isLate(packet) && random.chance(0.5)) {
      passed = without(passed, TIMESTAMPS, Kind.TIMESTAMPS_DROPPED_LATER);
    }
    return passed;
  }

  /** Not at the beginning: what a SYN cookie agreed on is in the timestamp of its ACK. */
  private boolean isLate(byte[] packet) {
    int tcp = TestPacket.tcpOffset(packet);
    boolean syn = (packet[tcp + 13] & TestPacket.SYN) != 0;
    int before = syn ? 0 : passed.getOrDefault(TestPacket.get32(packet, tcp), 0);
    passed.put(TestPacket.get32(packet, tcp), before + 1);
    return before > LATE;
  }

  static boolean reports(byte[] options) {
    return at(options, SACK) >= 0;
  }

  private byte[] without(byte[] packet, int kind, Kind by) {
    byte[] options = TestPacket.optionsOf(packet);
    int at = at(options, kind);
    if (at < 0) {
      return packet;
    }
    tally.add(by);
    for (int i = options[at + 1]; i > 0; i--) {
      options[at + i - 1] = NOP;
    }
    byte[] passed = TestPacket.withOptions(packet, options);
    TestPacket.fixChecksums(passed);
    return passed;
  }

  private static int at(byte[] options, int kind) {
    int i = 0;
    while (i < options.length && options[i] != 0 && options[i] != kind) {
      i += options[i] == NOP ? 1 : options[i + 1];
    }
    return i < options.length && options[i] == kind ? i : -1;
  }
}
