package dev.jktcp.tcp.connection;

import static dev.jktcp.tcp.connection.FlightLab.MSS;
import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.Rfc;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which segments are lost, by the time they left (RFC 8985 §6). */
class RackTest {
  private static final long SRTT = 40 * MS;
  private static final boolean PROVED = true;
  private static final Flight.Reader NOBODY = (flight, index, sacked) -> {};

  private final FlightLab lab = new FlightLab();
  private final Flight flight = lab.flight;
  private final Rack rack = new Rack(lab.minRtt, lab.pool, lab.account);
  private final Echo echo = new Echo();

  RackTest() {
    rack.open(FlightLab.FIRST);
  }

  // --- ACKs

  private void sacked(int from, int to, long nowNs) {
    rack.begin(flight, echo, nowNs);
    lab.sack(from, to, rack::onDelivered);
    rack.end(flight, false);
  }

  private void acked(int upTo, long nowNs) {
    rack.begin(flight, echo, nowNs);
    lab.acknowledge(upTo, rack::onDelivered);
    rack.end(flight, false);
  }

  private void dsacked(long nowNs) {
    rack.begin(flight, echo, nowNs);
    rack.end(flight, true);
  }

  private void sendAgain(int segment, long nowNs) {
    flight.onSentAgain(lab.entry(segment), nowNs);
    rack.onSentAgain(flight, lab.entry(segment));
  }

  private long detect(boolean proved, long nowNs) {
    return rack.detect(flight, rack.reorderingWindowNs(proved, SRTT), NOBODY, nowNs);
  }

  // --- steps 2 and 5

  @Test
  @Rfc({"8985 MUST-§4(2)", "8985 §6.2"})
  void segmentSentBeforeOneThatArrived_isLostWhenTheWindowHasPassed() {
    lab.send(1, 0);
    acked(1, 40 * MS); // the least round trip is 40 ms
    lab.send(1, 100 * MS);
    lab.send(1, 105 * MS);
    lab.send(1, 106 * MS);
    sacked(2, 3, 145 * MS);
    assertEquals(5 * MS, detect(!PROVED, 145 * MS), "a quarter of 40 ms behind segment 1");
    assertEquals(List.of(), lab.lost());
    assertEquals(1, detect(!PROVED, 150 * MS - 1));
    assertEquals(0, detect(!PROVED, 150 * MS));
    assertEquals(List.of(1), lab.lost(), "not what left later");
  }

  @Test
  @Rfc("8985 §6.2")
  void threeSegmentsReported_leaveNoTimeToThoseBefore_unlessThereWasReordering() {
    lab.send(1, 0);
    acked(1, 40 * MS);
    lab.send(6, 100 * MS);
    sacked(3, 6, 140 * MS);
    assertEquals(0, detect(PROVED, 140 * MS));
    assertEquals(List.of(1, 2), lab.lost());
    sacked(2, 3, 141 * MS); // once, and late
    assertTrue(rack.reorderingSeen());
    lab.send(4, 150 * MS);
    sacked(8, 11, 190 * MS);
    assertEquals(10 * MS, detect(PROVED, 190 * MS));
    assertEquals(List.of(1), lab.lost().subList(0, 1));
    assertFalse(lab.lost().contains(7));
    detect(PROVED, 200 * MS);
    assertTrue(lab.lost().contains(7));
  }

  @Test
  @Rfc("8985 §6.2")
  void segmentsOfOneInstant_areOrderedByTheirNumbers() {
    lab.send(5, 0);
    sacked(2, 3, 40 * MS);
    assertEquals(0, detect(PROVED, 40 * MS));
    assertEquals(List.of(0, 1), lab.lost());
  }

  @Test
  @Rfc("8985 §6.2")
  void roundTripOfNothing_doesNotLoseARetransmission_byWhatArrivedBeforeItLeft() {
    lab.send(3, 0);
    sacked(2, 3, 0); // as where both ends are of one stack
    detect(PROVED, 0);
    assertEquals(List.of(0, 1), lab.lost());
    sendAgain(0, 0);
    detect(PROVED, 0); // a duplicate ACK comes in the same instant
    assertEquals(List.of(1), lab.lost());
    sendAgain(1, MS);
    sacked(1, 2, 2 * MS); // which left behind it
    detect(PROVED, 2 * MS);
    assertEquals(List.of(0), lab.lost());
  }

  @Test
  @Rfc({"8985 MUST-§4(2)", "8985 §6.2"})
  void retransmissionBehindNewData_inTheSameInstant_isNotLostByItsArrival() {
    lab.send(3, 0);
    sacked(2, 3, 40 * MS);
    detect(PROVED, 40 * MS);
    assertEquals(List.of(0, 1), lab.lost());
    lab.send(1, 41 * MS);
    sendAgain(1, 41 * MS);
    sendAgain(0, 41 * MS);
    lab.send(1, 41 * MS);
    sacked(3, 4, 81 * MS); // the first that left in that instant
    detect(PROVED, 81 * MS);
    assertEquals(List.of(), lab.lost());
    sacked(4, 5, 81 * MS); // the last
    detect(PROVED, 81 * MS);
    assertEquals(List.of(0, 1), lab.lost());
  }

  @Test
  @Rfc("8985 §6.2")
  void flightThatBeginsInTheInstantInWhichTheLastOneArrived_hasLeftAfterIt() {
    sendBehindRetransmissions(1);
    acked(4, 0);
    assertEquals(0, detect(PROVED, 0));
    anotherFlightLosesOnlyWhatIsLost(4);
  }

  @Test
  @Rfc("8985 §6.2")
  void flightThatBeginsInTheInstantOfACalmAck_hasLeftAfterWhatItCovered() {
    sendBehindRetransmissions(2);
    acked(4, 0);
    assertEquals(0, detect(PROVED, 0));
    long leftNs = flight.sentNs(0);
    flight.acknowledgePlain(1, FlightLab.seq(5));
    rack.onCalmAck(flight, leftNs, 0);
    lab.una = 5;
    anotherFlightLosesOnlyWhatIsLost(5);
  }

  /** As where both ends are of one stack. The segments' time is later than that of the instant. */
  private void sendBehindRetransmissions(int segments) {
    lab.send(3, 0);
    sacked(2, 3, 0);
    detect(PROVED, 0);
    sendAgain(0, 0);
    sendAgain(1, 0);
    lab.send(segments, 0);
  }

  private void anotherFlightLosesOnlyWhatIsLost(int first) {
    lab.send(2, 0);
    sacked(first + 1, first + 2, 0);
    lab.send(1, 0);
    detect(PROVED, 1); // all of them are a nanosecond late
    assertEquals(List.of(first), lab.lost(), "not what left behind the segment that arrived");
  }

  @Test
  @Rfc("8985 §9.1")
  void lostRetransmission_isFoundByOneThatLeftLater() {
    lab.send(4, 0);
    sacked(3, 4, 40 * MS);
    detect(PROVED, 40 * MS);
    sendAgain(0, 40 * MS);
    sendAgain(1, 41 * MS);
    sendAgain(2, 42 * MS);
    assertEquals(List.of(), lab.lost());
    sacked(1, 2, 81 * MS);
    assertEquals(0, detect(PROVED, 81 * MS));
    assertEquals(List.of(0), lab.lost(), "again");
    sendAgain(0, 82 * MS);
    sacked(2, 3, 83 * MS);
    detect(PROVED, 83 * MS);
    assertEquals(List.of(), lab.lost());
    lab.send(1, 84 * MS);
    sacked(4, 5, 124 * MS);
    detect(PROVED, 124 * MS);
    assertEquals(List.of(0), lab.lost(), "and by new data");
  }

  @Test
  @Rfc("8985 §9.1")
  void tailBehindARepairedSegment_isLostWhenTheRepairArrives() {
    lab.send(1, 0);
    lab.send(1, 20 * MS);
    lab.send(1, 40 * MS);
    sacked(1, 2, 60 * MS);
    detect(!PROVED, 60 * MS);
    assertEquals(List.of(0), lab.lost());
    sendAgain(0, 60 * MS);
    acked(2, 100 * MS);
    detect(PROVED, 100 * MS);
    assertEquals(List.of(2), lab.lost());
  }

  @Test
  @Rfc("8985 §6.2")
  void retransmissionAnsweredTooSoon_saysNothing() {
    lab.send(3, 0);
    sacked(2, 3, 40 * MS);
    detect(PROVED, 40 * MS);
    sendAgain(0, 50 * MS);
    sacked(0, 1, 60 * MS); // the original, which was late
    assertEquals(40 * MS, rack.rttNs());
    lab.send(1, 61 * MS);
    assertEquals(0, detect(PROVED, 61 * MS));
  }

  @Test
  @Rfc("8985 §6.2")
  void echoOfAnOlderTimestamp_saysNothing_whereItIsOfThatSegment() {
    Timestamps timestamps = new Timestamps(77);
    lab.send(3, 0);
    sacked(2, 3, 40 * MS);
    detect(PROVED, 40 * MS);
    sendAgain(0, 50 * MS);
    sendAgain(1, 51 * MS);
    echo.of(timestamps, timestamps.value(0));
    acked(1, 100 * MS);
    assertEquals(40 * MS, rack.rttNs(), "the original came at last");
    sacked(1, 2, 101 * MS);
    assertEquals(50 * MS, rack.rttNs(), "what is out of order is not echoed");
  }

  // --- step 3

  @Test
  @Rfc("8985 §6.2")
  void segmentSentOnce_thatArrivesBelowTheHighest_isReordering() {
    lab.send(10, 0);
    sacked(3, 4, 40 * MS);
    assertFalse(rack.reorderingSeen(), "a hole");
    acked(1, 40 * MS);
    acked(5, 41 * MS);
    assertTrue(rack.reorderingSeen());
  }

  @Test
  @Rfc("8985 §6.2")
  void oneAckThatTellsOfSeveral_isNoReordering_norIsARetransmission() {
    lab.send(10, 0);
    rack.begin(flight, echo, 40 * MS);
    lab.sack(7, 8, rack::onDelivered);
    lab.sack(3, 4, rack::onDelivered); // an ACK between was lost
    rack.end(flight, false);
    assertFalse(rack.reorderingSeen());
    detect(PROVED, 40 * MS);
    sendAgain(0, 40 * MS);
    acked(1, 80 * MS);
    assertFalse(rack.reorderingSeen());
    rack.onReordering();
    assertTrue(rack.reorderingSeen(), "proved otherwise");
  }

  // --- step 4

  @Test
  @Rfc("8985 SHLD-§4(3)")
  void window_growsByAQuarterForEachRoundTripWithDsack_upToSrtt_andStaysFor16Recoveries() {
    lab.send(2, 0);
    acked(1, 40 * MS);
    rack.onReordering();
    assertEquals(10 * MS, window());
    dsacked(41 * MS);
    assertEquals(20 * MS, window());
    dsacked(42 * MS);
    assertEquals(20 * MS, window(), "the same round trip");
    for (int round = 3; round <= 6; round++) {
      lab.send(1, 50 * MS * round);
      acked(round - 1, 50 * MS * round + 40 * MS);
      dsacked(50 * MS * round + 41 * MS);
      assertEquals(Math.min(SRTT, 10 * MS * round), window());
    }
    for (int recovery = 1; recovery < 16; recovery++) {
      lab.send(1, 500 * MS * recovery);
      acked(5 + recovery, 500 * MS * recovery + 40 * MS);
      rack.onRecovered();
      assertEquals(SRTT, window(), "after " + recovery);
    }
    rack.onRecovered();
    assertEquals(10 * MS, window());
  }

  private long window() {
    return rack.reorderingWindowNs(PROVED, SRTT);
  }

  @Test
  void roundTripOfOneMicrosecond_hasAWindowOfAQuarter() {
    lab.send(1, 0);
    acked(1, 1_000);
    assertEquals(250, rack.reorderingWindowNs(!PROVED, 1_000));
    lab.send(2, 5_000);
    sacked(2, 3, 6_000);
    assertEquals(250, detect(!PROVED, 6_000));
    assertEquals(0, detect(!PROVED, 6_250));
    assertEquals(List.of(1), lab.lost());
  }

  // --- §6.3

  @Test
  @Rfc("8985 §6.3")
  void timeout_takesTheOldestForLost_andOthersByTheirAge() {
    lab.send(1, 0);
    acked(1, 40 * MS);
    lab.send(2, 100 * MS);
    lab.send(1, 260 * MS);
    lab.send(1, 290 * MS);
    rack.onTimeout(flight, 0, 300 * MS);
    assertEquals(List.of(1, 2, 3), lab.lost());
    sendAgain(1, 300 * MS);
    sendAgain(2, 310 * MS);
    rack.onTimeout(flight, 0, 345 * MS);
    assertEquals(List.of(1, 3, 4), lab.lost(), "2 is too young");
    sendAgain(1, 346 * MS);
    rack.onTimeout(flight, 0, 347 * MS);
    assertEquals(List.of(1, 3, 4), lab.lost(), "the oldest whatever its age");
  }

  @Test
  @Rfc("8985 §6.3")
  void timeoutBeforeAnythingArrived_takesAllForLost() {
    lab.send(3, 0);
    rack.onTimeout(flight, 0, 300 * MS);
    assertEquals(List.of(0, 1, 2), lab.lost());
  }

  // --- what it costs

  @Test
  void tenThousandHoles_costEachAckAFewSteps() {
    int holes = 10_000;
    lab.send(1, 0);
    acked(1, 40 * MS);
    for (int i = 0; i < 2 * holes; i++) {
      lab.send(1, 100 * MS + i * 1_000L);
    }
    rack.onReordering(); // so they wait
    long before = flight.steps();
    for (int i = 0; i < holes; i++) {
      sacked(2 + 2 * i, 3 + 2 * i, 140 * MS + 2_000L * i);
      detect(PROVED, 140 * MS + 2_000L * i);
    }
    long each = (flight.steps() - before) / holes;
    assertTrue(each < 60, "steps an ACK: " + each);
    assertTrue(flight.lostBytes() > 0 && lab.lost().size() < holes);
    long nowNs = 300 * MS;
    detect(PROVED, nowNs);
    assertEquals(holes, lab.lost().size());

    for (int i = 0; i < holes; i++) { // all are sent again, backwards, and lost again
      sendAgain(2 * (holes - i) - 1, nowNs + i);
    }
    assertEquals(List.of(), lab.lost());
    assertTrue(rack.held() > 0);
    assertEquals(lab.account.held(), flight.held() + rack.held(), "counted");
    lab.send(1, nowNs + 100 * MS);
    before = flight.steps();
    sacked(2 * holes + 1, 2 * holes + 2, nowNs + 140 * MS);
    detect(PROVED, nowNs + 140 * MS);
    assertEquals(holes, lab.lost().size());
    assertTrue(flight.steps() - before < 40L * holes, "once for each");
    acked(2 * holes + 2, nowNs + 200 * MS);
    assertEquals(0, detect(PROVED, nowNs + 200 * MS));
    assertEquals(0, lab.account.held(), "given back");
  }

  @Test
  void aFlightThatWaits_isNotWalkedForEachAck() {
    int segments = 5_000;
    lab.send(1, 0);
    acked(1, 40 * MS);
    rack.onReordering();
    lab.send(segments, 100 * MS);
    sacked(segments, segments + 1, 140 * MS);
    long before = flight.steps();
    for (int i = 0; i < 1_000; i++) {
      dsacked(141 * MS);
      assertTrue(detect(PROVED, 141 * MS) > 0);
    }
    assertTrue(flight.steps() - before < 30_000, "steps: " + (flight.steps() - before));
  }

  @Test
  void memoryThatIsShort_costsANote_andNothingElse() {
    ByteBudget none = new ByteBudget(1, () -> {});
    Rack poor = new Rack(new MinRtt(), new FlightPool(0, none), none.open(false));
    poor.open(FlightLab.FIRST);
    lab.send(100, 0);
    poor.begin(flight, echo, 40 * MS);
    lab.sack(99, 100, poor::onDelivered);
    poor.end(flight, false);
    poor.detect(flight, 0, NOBODY, 40 * MS);
    for (int i = 0; i < 99; i++) {
      flight.onSentAgain(i, 41 * MS);
      poor.onSentAgain(flight, i);
    }
    lab.send(1, 42 * MS);
    poor.begin(flight, echo, 82 * MS);
    lab.sack(100, 101, poor::onDelivered);
    poor.end(flight, false);
    poor.detect(flight, 0, NOBODY, 82 * MS);
    assertEquals(List.of(0, 1), lab.lost());
    assertEquals(0, poor.held());
    poor.onTimeout(flight, 0, 400 * MS);
    assertEquals(0, lab.entry(0));
    assertEquals(101 * MSS, flight.bytes());
  }

  @Test
  void foldedEnd_remembersWhatItHasLearnt() {
    lab.send(1, 0);
    acked(1, 40 * MS);
    rack.onReordering();
    dsacked(41 * MS);
    IdleEnd end = new IdleEnd();
    end.sndNxt = flight.nxt();
    rack.fold(end);
    Rack after = new Rack(lab.minRtt, lab.pool, lab.account);
    after.unfold(end);
    assertTrue(after.reorderingSeen());
    assertEquals(20 * MS, after.reorderingWindowNs(PROVED, SRTT));
    for (int i = 0; i < 16; i++) {
      after.onRecovered();
    }
    assertEquals(10 * MS, after.reorderingWindowNs(PROVED, SRTT));
  }
}
