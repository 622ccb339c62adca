package dev.jktcp.tcp;

import static dev.jktcp.proof.script.PacketScript.scriptV4;
import static dev.jktcp.proof.script.Setup.established;
import static dev.jktcp.tcp.TcpProfile.RELIABLE_LINK;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.script.Setup;
import dev.jktcp.testkit.Rfc;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Peers that make ten thousand holes, on the wire: in what they send, and in what they report to
 * have got. The work for a segment stays that of a search among them, counted in steps.
 */
class TenThousandHolesTest {
  private static final int HOLES = 10_000;
  private static final int STEPS = 100; // some searches, of 14 steps each

  // --- in what the peer sends

  private static final Setup READER = established(RELIABLE_LINK).withPeerSack();

  /** RFC 9293 MUST-58 leaves to the reader how much it holds: 256 bytes for each run at least. */
  private static final Setup WIDE_READER =
      READER.withOptions(options -> options.receiveBuffer(256 * 2 * HOLES));

  private static final int RUNS = 262_144 / 256; // with the default buffer

  private static String island(int from, int acked) {
    return "0 < . %d:%d(1) ack 1\n0 > . 1:1(0) ack %d\n".formatted(from, from + 1, acked);
  }

  /** Each second byte alone, in an order of chance. */
  private static String islands(int steps) {
    StringBuilder text = new StringBuilder("0 steps " + steps + "\n");
    shuffled(1).forEach(island -> text.append(island(2 + 2 * island, 1)));
    return text.toString();
  }

  /** Then the others, which fill the holes. */
  private static String filled() {
    StringBuilder text = new StringBuilder();
    BitSet there = new BitSet();
    for (int hole : shuffled(2)) {
      there.set(hole);
      text.append(island(1 + 2 * hole, 1 + 2 * there.nextClearBit(0)));
    }
    return text + "0 delivered " + 2 * HOLES + "\n900 info outOfOrder 0\n";
  }

  private static List<Integer> shuffled(int seed) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < HOLES; i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(seed));
    return order;
  }

  @Test
  void islandsOfAByte_costASearchEach() {
    scriptV4(WIDE_READER, islands(STEPS) + "0 info outOfOrder " + HOLES + "\n" + filled());
  }

  @Test
  void moreIslandsThanFit_areDropped_andComeAgain() {
    StringBuilder text = new StringBuilder(islands(STEPS));
    text.append("0 info outOfOrder " + RUNS + "\n1 steps " + 4 * RUNS + "\n");
    for (int from = 1; from < 2 * HOLES; from += 1_000) {
      text.append("1 < . %d:%d(1000) ack 1\n".formatted(from, from + 1_000));
      text.append("1 > . 1:1(0) ack %d\n".formatted(from + 1_000));
    }
    scriptV4(READER, text + "1 delivered " + 2 * HOLES + "\n");
  }

  // --- in what the peer reports

  private static final int SEGMENT = 100;
  private static final int AT_ONCE = 5_000; // segments each millisecond

  private static final Setup SENDER =
      established(RELIABLE_LINK.withCongestionControl(CongestionControl.fixedWindow(900_000_000)))
          .withPeerSack()
          .withPeerMss(SEGMENT)
          .withPeerScale(7)
          .withRttMs(100)
          .withOptions(options -> options.sendBuffer(4 << 20));

  private static String segment(int time, int number, boolean push) {
    int from = 1 + SEGMENT * number;
    return "%d > %s %d:%d(%d) ack 1\n"
        .formatted(time, push ? "P." : ".", from, from + SEGMENT, SEGMENT);
  }

  /** Twenty thousand segments leave, each second one is reported, and each other one sent again. */
  private static String reports(int steps) {
    StringBuilder text = new StringBuilder("0 steps " + steps + "\n");
    text.append("0 < . 1:1(0) ack 1\n"); // the window of a SYN-ACK is not scaled
    for (int number = 0; number < 2 * HOLES; number++) {
      int time = number / AT_ONCE;
      if (number % AT_ONCE == 0) {
        text.append(time + " write " + AT_ONCE * SEGMENT + "\n");
      }
      text.append(segment(time, number, number % AT_ONCE == AT_ONCE - 1));
    }
    int again = 0;
    for (int number = 1; number < 2 * HOLES; number += 2) {
      int time = 100 + number / AT_ONCE;
      int from = 1 + SEGMENT * number;
      text.append("%d < . 1:1(0) ack 1 <sack %d:%d>\n".formatted(time, from, from + SEGMENT));
      if (number >= 5) { // three are reported: the first hole is lost
        text.append(segment(time, again, false));
        again += 2;
      }
    }
    return text + "150 info sackedBytes " + HOLES * SEGMENT + "\n150 info timeouts 0\n";
  }

  @Test
  @Rfc({"6675 §4(1)", "8985 §6.2"})
  void eachSecondSegmentReported_costsASearchEach() {
    scriptV4(SENDER, reports(STEPS));
  }

  // --- and a bound that is too low is seen

  @Test
  void moreSteps_areSeen() {
    for (AssertionError seen :
        List.of(
            assertThrows(AssertionError.class, () -> scriptV4(WIDE_READER, islands(8))),
            assertThrows(AssertionError.class, () -> scriptV4(SENDER, reports(1))))) {
      assertTrue(seen.getMessage().contains("steps for a segment"), seen.getMessage());
    }
  }
}
