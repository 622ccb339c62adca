package dev.jktcp.tcp.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.Rfc;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** The record of what is in flight: entries, SACK marks, the pipe, and the steps a search takes. */
class FlightTest {
  private static final int LATE = -5_000; // numbers wrap soon
  private static final Flight.Reader NOBODY = (flight, index, sacked) -> {};

  private final ByteBudget budget = new ByteBudget(1 << 26, () -> {});
  private final FlightPool pool = new FlightPool(1 << 20, budget);
  private final ByteAccount account = budget.open(false);
  private final Flight flight = new Flight(pool, account);
  private final List<String> told = new ArrayList<>();
  private long nowNs;

  // --- what it says

  @Test
  void segmentsSent_areEntriesOneBehindTheOther() {
    flight.open(LATE, 0);
    for (int i = 0; i < 20; i++) {
      send(1_000);
    }
    assertEquals(20, flight.size());
    assertEquals(LATE, flight.una());
    assertEquals(15_000, flight.nxt());
    assertEquals(0, flight.seq(5), "numbers wrapped");
    assertEquals(1_000, flight.end(5));
    assertEquals(1_000, flight.length(5));
    assertEquals(6, flight.sentNs(5));
    assertEquals(5, flight.indexOf(0));
    assertEquals(5, flight.indexOf(999));
    assertEquals(4, flight.indexOf(-1));
    assertEquals(20_000, flight.inNetwork());
  }

  @Test
  void acknowledgment_dropsEntries_andCutsOneShorter() {
    flight.open(LATE, 0);
    sendMany(20, 1_000);
    flight.acknowledge(LATE + 2_300, this::tell);
    assertEquals(List.of("0", "1"), told);
    assertEquals(18, flight.size());
    assertEquals(700, flight.length(0));
    assertEquals(LATE + 2_300, flight.seq(0));
    assertEquals(17_700, flight.inNetwork());
    assertEquals(2_300, flight.delivered());
    flight.acknowledge(flight.nxt(), this::tell);
    assertEquals(List.of("0", "1", "2", "19"), told, "a run's oldest and newest");
    assertEmpty();
    assertEquals(20_000, flight.delivered());
  }

  @Test
  void wholeSegmentsThatNothingHappenedTo_areCounted() {
    flight.open(LATE, 0);
    sendMany(20, 1_000);
    assertEquals(0, flight.plainUpTo(LATE));
    assertEquals(0, flight.plainUpTo(LATE + 999), "a part of one");
    assertEquals(1, flight.plainUpTo(LATE + 1_000));
    assertEquals(0, flight.plainUpTo(LATE + 1_001), "a part of the next");
    assertEquals(20, flight.plainUpTo(flight.nxt()));
    assertEquals(0, flight.plainUpTo(flight.nxt() + 1));
    flight.addFlags(7, Flight.UNTIMED);
    assertEquals(7, flight.plainUpTo(flight.seq(7)));
    assertEquals(0, flight.plainUpTo(flight.end(7)));
    flight.acknowledgePlain(7, flight.seq(7));
    assertEquals(13, flight.size());
    assertEquals(13_000, flight.inNetwork());
    assertEquals(7_000, flight.delivered());
    flight.dropFlags(0, Flight.UNTIMED);
    flight.acknowledgePlain(13, flight.nxt());
    assertEmpty();
  }

  @Test
  void peerThatAcknowledgesOneByteAtATime_isToldOnceASegment() {
    flight.open(LATE, 0);
    sendMany(6, 1_000);
    for (int i = 1; i <= 6_000; i++) {
      flight.acknowledge(LATE + i, this::tell);
      assertEquals(i, flight.delivered());
      assertEquals(6_000 - i, flight.inNetwork());
      assertEquals(i / 1_000, told.size());
    }
    assertEmpty();
  }

  @Test
  void blockOfSack_marksWhatIsWhollyInIt() {
    flight.open(LATE, 0);
    sendMany(10, 1_000);
    assertEquals(3_000, flight.sack(LATE + 2_500, LATE + 6_100, this::tell));
    assertEquals(List.of("3 sacked", "4 sacked", "5 sacked"), told);
    assertEquals(7_000, flight.inNetwork());
    assertEquals(3_000, flight.sackedBytes());
    assertEquals(LATE + 6_000, flight.sackedEnd());
    assertEquals(3_000, flight.delivered());
    assertEquals(0, flight.sack(LATE + 2_500, LATE + 6_100, this::tell), "the same again");
    assertEquals(1_000, flight.sack(LATE + 4_000, LATE + 7_000, this::tell), "overlapping");
    flight.acknowledge(LATE + 7_000, this::tell);
    assertEquals("[3 sacked, 4 sacked, 5 sacked, 6 sacked, 0, 2]", told.toString());
    assertEquals(7_000, flight.delivered());
    assertEquals(0, flight.sackedBytes());
    assertEquals(3_000, flight.inNetwork());
  }

  @Test
  void lyingBlock_doesNothing() {
    flight.open(LATE, 0);
    sendMany(4, 1_000);
    flight.acknowledge(LATE + 1_000, NOBODY);
    assertEquals(Flight.LIES, flight.sack(LATE + 2_000, LATE + 2_000, this::tell), "empty");
    assertEquals(Flight.LIES, flight.sack(LATE + 3_000, LATE + 2_000, this::tell), "reversed");
    assertEquals(Flight.LIES, flight.sack(LATE + 3_000, LATE + 4_001, this::tell), "never sent");
    assertEquals(Flight.LIES, flight.sack(LATE, LATE + 2_000, this::tell), "acknowledged");
    assertEquals(Flight.LIES, flight.sack(LATE + 2_000, LATE + (1 << 30), this::tell), "far off");
    assertEquals(List.of(), told);
    assertEquals(0, flight.sackedBytes());
  }

  @Test
  @Rfc({"6675 MUST-§4(2)", "9937 MUST-§6.2(1)"})
  void pipe_countsWhatIsNeitherReportedNorLost_andWhatWasSentAgain() {
    flight.open(LATE, 0);
    sendMany(10, 1_000);
    flight.sack(LATE + 3_000, LATE + 6_000, NOBODY);
    flight.lose(0);
    flight.lose(2);
    flight.lose(4); // reported: it is not lost
    assertEquals(5_000, flight.inNetwork());
    assertEquals(2_000, flight.lostBytes());
    assertEquals(0, flight.nextToSendAgain());
    flight.onSentAgain(0, 50);
    assertEquals(6_000, flight.inNetwork());
    assertEquals(2, flight.nextToSendAgain());
    flight.onSentAgain(2, 51);
    assertEquals(-1, flight.nextToSendAgain());
    flight.onSentAgain(1, 52); // not lost, so it counts twice
    assertEquals(8_000, flight.inNetwork());
    flight.lose(0); // the copy, too
    assertEquals(7_000, flight.inNetwork());
    assertEquals(0, flight.nextToSendAgain());
    assertEquals(3_000, flight.lost(), "in all its life");
    flight.find(0); // it was only late
    assertEquals(8_000, flight.inNetwork());
    assertEquals(-1, flight.nextToSendAgain());
    flight.acknowledge(flight.nxt(), NOBODY);
    assertEmpty();
  }

  @Test
  @Rfc("2018 SHLD-§8(1)")
  void renegedData_isMissingAgain_andNotDeliveredTwice() {
    flight.open(LATE, 0);
    sendMany(10, 1_000);
    flight.sack(LATE + 3_000, LATE + 6_000, this::tell);
    flight.forgetSacks();
    flight.loseAll();
    assertEquals(0, flight.inNetwork());
    assertEquals(10_000, flight.lostBytes());
    assertEquals(0, flight.sackedBytes());
    assertEquals(LATE, flight.sackedEnd());
    flight.onSentAgain(3, 100);
    flight.sack(LATE + 3_000, LATE + 4_000, this::tell);
    flight.acknowledge(LATE + 10_000, this::tell);
    assertEquals(10, told.size(), "each once");
    assertEquals(10_000, flight.delivered());
    assertEmpty();
  }

  @Test
  void entriesThatAreSentAgain_areCutAndJoined() {
    flight.open(LATE, 0);
    sendMany(4, 1_000);
    send(10);
    send(20);
    flight.loseAll();
    assertTrue(flight.split(1, 300));
    assertEquals(7, flight.size());
    assertEquals(300, flight.length(1));
    assertEquals(700, flight.length(2));
    assertEquals(2, flight.sentNs(2));
    assertTrue(flight.joins(5));
    flight.join(5);
    assertEquals(30, flight.length(5));
    assertEquals(6, flight.sentNs(5), "the later one");
    assertFalse(flight.joins(5), "the last");
    flight.onSentAgain(0, 100);
    assertFalse(flight.joins(0), "sent again, and not sent again");
    assertEquals(1, flight.nextToSendAgain());
    flight.onSentAgain(1, 101);
    flight.onSentAgain(2, 101);
    assertEquals(3, flight.nextToSendAgain());
    assertTrue(flight.split(1, 100));
    assertEquals(4, flight.nextToSendAgain());
    flight.join(1);
    assertEquals(3, flight.nextToSendAgain());
    assertEquals(2_000, flight.inNetwork());
    assertEquals(2_030, flight.bytesToSendAgain());
  }

  @Test
  void wordsForRateSamples_areKeptWithTheirEntry() {
    flight.open(LATE, 0);
    flight.sample(true);
    for (int i = 0; i < 100; i++) {
      send(1_000);
      flight.rateAtSend(i, i, i + 1_000, i + 2_000, i + 3_000, i + 4_000);
    }
    flight.acknowledge(LATE + 40_000, NOBODY);
    flight.split(3, 500);
    flight.join(40);
    for (int i : new int[] {0, 3, 5, 39, 50}) {
      int sent = (flight.end(i) - LATE - 1) / 1_000;
      assertEquals(sent, flight.deliveredAtSend(i));
      assertEquals(sent + 1_000, flight.deliveredNsAtSend(i));
      assertEquals(sent + 2_000, flight.firstSentNs(i));
      assertEquals(sent + 3_000, flight.lostAtSend(i));
      assertEquals(sent + 4_000, flight.inFlightAtSend(i));
    }
  }

  // --- memory

  @Test
  void nothingInFlight_holdsNothing() {
    flight.open(LATE, 0);
    sendMany(2, 1_000);
    assertEquals(0, account.held(), "two entries are its own");
    send(1_000);
    assertEquals(256, account.held());
    assertEquals(256, flight.held());
    sendMany(14, 1_000);
    assertEquals(1_024, account.held());
    assertEquals(256, budget.idle(), "the smaller array waits for its next use");
    flight.acknowledge(flight.nxt(), NOBODY);
    assertEquals(0, account.held());
    assertEquals(1_280, budget.idle());
    sendMany(3, 1_000);
    assertEquals(1_024, budget.idle());
    flight.clear();
    assertEquals(0, account.held());
    assertEquals(0, flight.size());
  }

  @Test
  void memoryShort_keepsThirdSegmentBack_neverTheFirst() {
    ByteBudget tight = new ByteBudget(8 * 1024, () -> {});
    ByteAccount hog = tight.open(false);
    hog.hold(8 * 1024);
    Flight poor = new Flight(new FlightPool(0, tight), tight.open(false));
    poor.open(LATE, 0);
    for (int i = 1; i <= 2; i++) {
      assertTrue(poor.hasRoom());
      poor.onSent(LATE + 1_000 * i, 0, 0);
    }
    assertFalse(poor.hasRoom());
    assertFalse(poor.split(0, 10));
    assertEquals(2, poor.size());
    hog.letGo(8 * 1024);
    assertTrue(poor.hasRoom());
  }

  @Test
  void idleArrays_giveWay() {
    flight.open(LATE, 0);
    sendMany(100, 1_000);
    flight.acknowledge(flight.nxt(), NOBODY);
    assertEquals(256 + 1_024 + 4_096, budget.idle());
    account.hold(budget.limit() / 2 - 300);
    assertEquals(256, budget.idle());
    account.hold(300);
    assertEquals(0, budget.idle());
  }

  @Test
  void mostEntries_thenNoRoom() {
    flight.open(LATE, 0);
    int sent = 0;
    while (flight.hasRoom()) {
      send(1);
      sent++;
    }
    assertEquals(1 << 18, sent);
  }

  // --- work

  @Test
  void tenThousandHoles_andLyingBlocks_costLittle() {
    int holes = 10_000;
    flight.open(LATE, 0);
    sendMany(2 * holes, 100);
    for (int i = 0; i < holes; i++) { // every other one, four blocks a segment
      for (int block = 0; block < 4; block++) {
        int seq = LATE + 100 + 200 * Math.max(0, i - block);
        flight.sack(seq, seq + 100, NOBODY);
      }
    }
    assertEquals(100 * holes, flight.sackedBytes());
    assertTrue(flight.steps() < 4 * holes * 18L, flight.steps() + " steps");
    long before = flight.steps();
    int all = flight.sack(LATE, flight.nxt(), NOBODY); // a lie that can be believed
    assertEquals(100 * holes, all);
    assertTrue(flight.steps() - before < 5 * holes, flight.steps() - before + " steps");
    before = flight.steps();
    Random random = new Random(1);
    int segments = 10_000;
    for (int i = 0; i < 4 * segments; i++) {
      int from = random.nextInt(2 * holes * 100 - 1);
      int to = from + 1 + random.nextInt(2 * holes * 100 - from);
      assertEquals(0, flight.sack(LATE + from, LATE + to, NOBODY));
    }
    long each = (flight.steps() - before) / (4 * segments);
    assertTrue(each <= 20, each + " steps a block");
  }

  @Test
  void runThatGrewSegmentBySegment_isWalkedOnce() {
    flight.open(LATE, 0);
    sendMany(20_000, 100);
    for (int i = 1; i < 20_000; i++) {
      flight.sack(LATE + 100 * i, LATE + 100 * i + 100, NOBODY);
    }
    long before = flight.steps();
    for (int i = 0; i < 1_000; i++) {
      flight.sack(LATE + 100 + i, flight.nxt(), NOBODY);
    }
    assertTrue(flight.steps() - before < 20_000 + 20_000, flight.steps() - before + " steps");
  }

  @Test
  void lostEntries_areSentAgain_eachLookedAtOnce() {
    flight.open(LATE, 0);
    sendMany(20_000, 100);
    for (int i = 1; i < 20_000; i += 2) {
      flight.sack(LATE + 100 * i, LATE + 100 * i + 100, NOBODY);
    }
    flight.loseAll();
    long before = flight.steps();
    int again = 0;
    for (int next; (next = flight.nextToSendAgain()) >= 0; again++) {
      flight.onSentAgain(next, 0);
    }
    assertEquals(10_000, again);
    assertTrue(flight.steps() - before <= 40_000, flight.steps() - before + " steps");
  }

  // --- against an account of single bytes

  private static final int NUMBERS = 4_000;

  /** The same kept for each byte, without any cleverness. */
  private static final class Plain {
    final int[] flags = new int[NUMBERS];
    final boolean[] delivered = new boolean[NUMBERS];
    int una;
    int nxt;

    int count(IntPredicate which) {
      int count = 0;
      for (int i = una; i < nxt; i++) {
        count += which.test(flags[i]) ? 1 : 0;
      }
      return count;
    }
  }

  @Test
  void drawnEvents_keepItsSumsAsAnAccountOfSingleBytesHasThem() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      Flight drawn = new Flight(pool, account);
      int base = random.nextInt(8) - 2_000;
      drawn.open(base, 0);
      drawn.sample(random.nextBoolean());
      Plain plain = new Plain();
      while (plain.nxt < NUMBERS - 60 || random.nextInt(40) > 0) {
        step(drawn, plain, base, random);
        check(drawn, plain, base, "seed " + seed);
      }
      drawn.acknowledge(drawn.nxt(), NOBODY);
      assertEquals(plain.nxt, drawn.delivered());
      assertEquals(0, drawn.inNetwork() + drawn.lostBytes() + drawn.sackedBytes());
      assertEquals(0, account.held());
    }
  }

  private static void step(Flight drawn, Plain plain, int base, Random random) {
    int what = random.nextInt(10);
    int i = drawn.size() == 0 ? -1 : random.nextInt(drawn.size());
    if (what < 4 || i < 0) {
      int length = 1 + random.nextInt(20);
      if (plain.nxt + length < NUMBERS && drawn.hasRoom()) {
        plain.nxt += length;
        drawn.onSent(base + plain.nxt, 0, 0);
      }
    } else if (what == 4) {
      int ack = plain.una + random.nextInt(Math.min(30, plain.nxt - plain.una) + 1);
      int whole = drawn.plainUpTo(base + ack);
      if (whole > 0) {
        drawn.acknowledgePlain(whole, base + ack);
      } else {
        drawn.acknowledge(base + ack, NOBODY);
      }
      for (; plain.una < ack; plain.una++) {
        plain.delivered[plain.una] = true;
      }
    } else if (what == 5) {
      int from = random.nextInt(drawn.size());
      int to = Math.min(drawn.size() - 1, from + random.nextInt(4));
      int end = drawn.end(to) - base;
      int start = Math.min(end - 1, drawn.seq(from) - base + random.nextInt(3));
      int first = drawn.indexOf(base + start);
      boolean whole = drawn.seq(first) - base == start || drawn.isSacked(first);
      drawn.sack(base + start, base + end, NOBODY);
      for (int b = whole ? start : drawn.end(first) - base; b < end; b++) {
        plain.flags[b] = plain.flags[b] & ~(Flight.LOST | Flight.RETRANSMITTED) | Flight.SACKED;
        plain.delivered[b] = true;
      }
    } else if (what == 6) {
      drawn.lose(i);
      setUnlessSacked(plain, drawn, base, i, Flight.LOST, Flight.RETRANSMITTED);
    } else if (what == 7 && !drawn.isSacked(i)) {
      int next = random.nextBoolean() ? drawn.nextToSendAgain() : -1;
      int again = next < 0 ? i : next;
      drawn.onSentAgain(again, 0);
      setUnlessSacked(plain, drawn, base, again, Flight.RETRANSMITTED, 0);
    } else if (what == 8 && !drawn.isSacked(i)) {
      if (drawn.length(i) > 1 && random.nextBoolean()) {
        drawn.split(i, 1 + random.nextInt(drawn.length(i) - 1));
      } else if (drawn.joins(i)) {
        drawn.join(i);
      }
    } else if (what == 9 && random.nextInt(5) == 0) {
      drawn.forgetSacks();
      for (int b = plain.una; b < plain.nxt; b++) {
        plain.flags[b] &= ~Flight.SACKED;
      }
    } else if (what == 9) {
      drawn.find(i);
      setUnlessSacked(plain, drawn, base, i, 0, Flight.LOST);
    }
  }

  private static void setUnlessSacked(
      Plain plain, Flight drawn, int base, int i, int set, int cleared) {
    for (int b = drawn.seq(i) - base; b < drawn.end(i) - base; b++) {
      if ((plain.flags[b] & Flight.SACKED) == 0) {
        plain.flags[b] = plain.flags[b] & ~cleared | set;
      }
    }
  }

  private static void check(Flight drawn, Plain plain, int base, String where) {
    int lost = Flight.LOST;
    int sacked = Flight.SACKED;
    int again = Flight.RETRANSMITTED;
    assertEquals(plain.una, drawn.una() - base, where);
    assertEquals(plain.nxt, drawn.nxt() - base, where);
    assertEquals(plain.count(f -> (f & sacked) != 0), drawn.sackedBytes(), where);
    assertEquals(plain.count(f -> (f & lost) != 0), drawn.lostBytes(), where);
    assertEquals(
        plain.count(f -> (f & (lost | sacked)) == 0) + plain.count(f -> (f & again) != 0),
        drawn.inNetwork(),
        where);
    int first = plain.una;
    while (first < plain.nxt && (plain.flags[first] & (lost | again)) != lost) {
      first++;
    }
    int next = drawn.nextToSendAgain();
    assertEquals(first, (next < 0 ? drawn.nxt() : drawn.seq(next)) - base, where);
    int end = plain.nxt;
    while (end > plain.una && (plain.flags[end - 1] & sacked) == 0) {
      end--;
    }
    assertEquals(end, drawn.sackedEnd() - base, where);
    int delivered = 0;
    for (boolean one : plain.delivered) {
      delivered += one ? 1 : 0;
    }
    assertEquals(delivered, drawn.delivered(), where);
    for (int i = 0; i < drawn.size(); i++) {
      int flags = drawn.flags(i) & (lost | sacked | again);
      for (int b = drawn.seq(i) - base; b < drawn.end(i) - base; b++) {
        assertEquals(plain.flags[b], flags, where);
      }
    }
  }

  // --- helpers

  private void send(int length) {
    assertTrue(flight.hasRoom());
    flight.onSent(flight.nxt() + length, ++nowNs, 0);
  }

  private void sendMany(int segments, int length) {
    for (int i = 0; i < segments; i++) {
      send(length);
    }
  }

  private void tell(Flight of, int index, boolean sacked) {
    told.add(of.sentNs(index) - 1 + (sacked ? " sacked" : ""));
  }

  private void assertEmpty() {
    assertEquals(0, flight.size());
    assertEquals(0, flight.bytes());
    assertEquals(0, flight.inNetwork());
    assertEquals(0, flight.sackedBytes());
    assertEquals(0, flight.lostBytes());
    assertEquals(0, flight.bytesToSendAgain());
    assertEquals(0, account.held());
  }
}
