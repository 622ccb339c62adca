package dev.jktcp.tcp.connection;

import static dev.jktcp.tcp.connection.FlightLab.MSS;
import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.RateSample;
import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/** The sections are of draft-ietf-ccwg-bbr-06. */
@Rfc("bbr-06 §4.1")
class DeliveryRateTest {
  private final FlightLab lab = new FlightLab();
  private final DeliveryRate rate = new DeliveryRate(lab.flight, 0);
  private final Flight.Reader reader = (flight, index, sacked) -> rate.onDelivered(index);

  private DeliveryRateTest() {
    // The application's first gap is over: a segment behind it has arrived.
    send(1, 0);
    ack(1, 10);
    send(1, 10);
    ack(2, 20);
  }

  private void send(int segments, long ms) {
    for (int i = 0; i < segments; i++) {
      rate.beforeSent(ms * MS);
      lab.send(1, ms * MS);
      rate.onSent(lab.flight.size() - 1);
    }
  }

  private void sendAgain(int segment, long ms) {
    rate.beforeSent(ms * MS);
    lab.flight.onSentAgain(lab.entry(segment), ms * MS);
    rate.onSent(lab.entry(segment));
  }

  private RateSample ack(int upTo, long ms) {
    rate.begin(ms * MS);
    lab.acknowledge(upTo, reader);
    return rate.sample(10 * MS);
  }

  private RateSample sack(int from, int to, long ms) {
    rate.begin(ms * MS);
    lab.sack(from, to, reader);
    return rate.sample(10 * MS);
  }

  private static double segmentsPerMs(RateSample sample) {
    return (sample.delivered() - sample.deliveredAtSend())
        / (double) MSS
        / (sample.intervalNs() / (double) MS);
  }

  /** §4.1.1.2.1: from the last ACK before the segment left to its own. */
  @Test
  void acksOfEachMillisecond_areARateOfOneSegmentAMillisecond() {
    for (int i = 0; i < 10; i++) {
      send(1, 100 + i);
    }
    for (int i = 0; i < 20; i++) {
      ack(3 + i, 110 + i);
      send(1, 110 + i);
    }
    RateSample sample = ack(23, 130);
    assertEquals(10 * MS, sample.intervalNs());
    assertEquals(1, segmentsPerMs(sample));
    assertEquals(10 * MSS, sample.inFlightAtSend());
  }

  /** §4.1.1.2.3: segments cannot arrive faster than they left. */
  @Test
  void acksThatWereHeldUp_areNoFasterThanTheSending() {
    for (int i = 0; i < 20; i++) {
      send(1, 100 + i);
    }
    RateSample sample = ack(22, 119);
    assertEquals(19 * MS, sample.intervalNs());
    assertEquals(20.0 / 19, segmentsPerMs(sample), 1e-9);
    assertEquals(20 * MSS, sample.inFlightAtSend());
  }

  /** §4.1.1.2.4: the longer one counts; here ACKs come in two bunches. */
  @Test
  void acksInBunches_areNoFasterThanTheSending() {
    for (int i = 0; i < 10; i++) {
      send(1, 100 + i);
    }
    ack(7, 120);
    send(1, 120);
    RateSample sample = ack(13, 132);
    assertEquals(16 * MS, sample.intervalNs());
    assertEquals(6 * MSS, sample.delivered() - sample.deliveredAtSend());
  }

  /** §4.1.2.3, IsNewestPacket(): of many, and in whatever order they are delivered. */
  @Test
  void theSegmentThatLeftLast_isTheSample() {
    send(4, 100);
    sack(3, 4, 110);
    send(1, 111);
    lab.flight.lose(0);
    sendAgain(2, 112);
    RateSample sample = ack(7, 130);
    assertEquals(3 * MSS, sample.deliveredAtSend());
    assertEquals(MSS, sample.lostSince() + MSS); // it was lost before its copy left
    assertEquals(30 * MS - 10 * MS, sample.intervalNs());
  }

  /** §4.1.2.3, GenerateRateSample(): the original of a segment that was sent again arrived. */
  @Test
  void lessThanARoundTrip_measuresNothing() {
    send(2, 100);
    sendAgain(3, 105);
    RateSample sample = ack(4, 107);
    assertEquals(0, sample.intervalNs());
    assertEquals(2 * MSS, sample.deliveredAtSend());
  }

  @Test
  void anAckOfNothingNew_isNoSample() {
    send(2, 100);
    sack(3, 4, 110);
    assertNull(sack(3, 4, 111));
  }

  /** §4.1.1.3: until all that was in flight at the gap has arrived, and one more. */
  @Test
  void aGapOfTheApplication_marksARoundTrip() {
    send(2, 100);
    rate.onGap();
    send(2, 105);
    assertFalse(ack(4, 110).applicationLimited());
    send(1, 111);
    assertTrue(ack(6, 116).applicationLimited());
    send(1, 117);
    assertTrue(ack(7, 125).applicationLimited());
    assertFalse(ack(8, 130).applicationLimited());
  }

  /** §4.1.1.3: what is sent again during a gap is limited as new data is, and not for ever. */
  @Test
  void whatIsSentAgain_isLimitedByTheGapOfThatTime() {
    send(1, 100);
    rate.onGap();
    send(2, 101);
    lab.flight.lose(lab.entry(3));
    ack(3, 110);
    sack(4, 5, 111);
    sendAgain(3, 112);
    assertFalse(ack(5, 123).applicationLimited());
  }

  /** §5.5.10.2, HandleLostPacket(): what was in flight with it, and lost since. */
  @Test
  void aLostSegment_tellsOfItsOwnFlight() {
    send(4, 100);
    lab.flight.lose(lab.entry(2));
    lab.flight.lose(lab.entry(3));
    RateSample sample = rate.ofLost(lab.entry(3));
    assertEquals(2 * MSS, sample.inFlightAtSend());
    assertEquals(2 * MSS, sample.lostSince());
    assertEquals(2 * MSS, sample.deliveredAtSend());
    assertEquals(0, sample.intervalNs());
  }

  /** §4.1.2.2: nothing was in the network, so the measurement begins when a segment leaves. */
  @Test
  void idleTime_isNotMeasured() {
    send(1, 5_000);
    assertEquals(20 * MS, ack(3, 5_020).intervalNs());
  }

  /** The time was not the path's, and the ACKs come all at once. */
  @Test
  void aFlightDuringAStop_measuresNothing() {
    send(2, 100);
    lab.flight.onStop();
    assertEquals(0, ack(4, 130).intervalNs());
  }
}
