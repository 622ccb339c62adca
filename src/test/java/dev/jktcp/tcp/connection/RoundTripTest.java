package dev.jktcp.tcp.connection;

import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/** Which acknowledgments measure a round trip, and which must not (RFC 6298 §3, RFC 7323 §4). */
class RoundTripTest {
  private static final long LONGEST = 60_000_000_000L;

  private final ByteBudget budget = new ByteBudget(1 << 24, () -> {});
  private final Flight flight = new Flight(new FlightPool(0, budget), budget.open(false));
  private final RoundTrip roundTrip = new RoundTrip();

  /** Six segments of 100 bytes, sent at 1, 2, … 6. */
  RoundTripTest() {
    flight.open(0, 0);
    for (int i = 1; i <= 6 && flight.hasRoom(); i++) {
      flight.onSent(100 * i, i, 0);
    }
  }

  @Test
  @Rfc("6298 §3")
  void ack_measuresTheNewestSegmentThatItDelivers() {
    assertEquals(9, acknowledge(100, 10));
    assertEquals(8, acknowledge(400, 12));
    assertEquals(0, acknowledge(450, 13), "a part of a segment");
    assertEquals(10, acknowledge(500, 15));
  }

  @Test
  @Rfc("9293 MUST-18")
  void retransmittedSegment_andWhatWaitedForIt_measureNothing() {
    flight.onSentAgain(0, 20);
    assertEquals(0, acknowledge(300, 25), "two segments waited unreported");
    assertEquals(26, acknowledge(400, 30));
  }

  @Test
  void reportedSegment_isMeasuredWhenItIsReported() {
    roundTrip.begin(null, 0);
    flight.sack(300, 400, roundTrip::onDelivered);
    assertEquals(6, roundTrip.sampleNs(LONGEST, 10));
    flight.onSentAgain(0, 20);
    assertEquals(0, acknowledge(400, 25));
  }

  @Test
  void stoppedProcess_measuresNothingThatWasInFlight() {
    flight.onStop();
    assertEquals(0, acknowledge(500, 30));
    flight.onSent(700, 40, 0);
    assertEquals(2, acknowledge(700, 42));
  }

  @Test
  @Rfc({"7323 MUST-§4.1(1)", "6298 MUST-§3(2)"})
  void echo_timesARetransmittedSegment_unlessItIsNotOursOrFromBeforeAStop() {
    Timestamps timestamps = new Timestamps(Integer.MAX_VALUE);
    flight.onSentAgain(0, 200 * MS);
    assertEquals(50 * MS, echoed(timestamps, 200, 250));
    assertEquals(250 * MS, echoed(timestamps, 0, 250));
    assertEquals(1, echoed(timestamps, 250, 250), "less than a tick");
    assertEquals(0, echoed(timestamps, 251, 250));
    assertEquals(60_000 * MS, echoed(timestamps, 0, 60_000));
    assertEquals(0, echoed(timestamps, 0, 60_001));
    roundTrip.onStop(225 * MS);
    assertEquals(0, echoed(timestamps, 200, 250));
    assertEquals(25 * MS, echoed(timestamps, 225, 250));
  }

  /** The ACK of the first was lost: what the second echoes is older than any round trip. */
  @Test
  @Rfc("7323 MUST-§4.1(1)")
  void echo_besideAReportOfASegmentThatCameTwice_timesNothing() {
    Timestamps timestamps = new Timestamps(Integer.MAX_VALUE);
    flight.onSentAgain(0, 20_000 * MS);
    roundTrip.begin(timestamps, timestamps.value(0));
    roundTrip.onDuplicate();
    roundTrip.onDelivered(flight, 0, false);
    assertEquals(0, roundTrip.sampleNs(LONGEST, 20_100 * MS));
    assertEquals(100 * MS, echoed(timestamps, 20_000, 20_100));
  }

  /** Of an ACK of the first segment, which was sent again. */
  private long echoed(Timestamps timestamps, int echoMs, int nowMs) {
    roundTrip.begin(timestamps, timestamps.value(echoMs * MS));
    roundTrip.onDelivered(flight, 0, false);
    return roundTrip.sampleNs(LONGEST, nowMs * MS);
  }

  private long acknowledge(int ack, long nowNs) {
    roundTrip.begin(null, 0);
    flight.acknowledge(ack, roundTrip::onDelivered);
    return roundTrip.sampleNs(LONGEST, nowNs);
  }
}
