package dev.jktcp.tcp;

import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/** HyStart++. Windows are segments; what is in flight fills the window. */
class Rfc9406Test {
  private static final double UNKNOWN = Integer.MAX_VALUE / 1_000.0;

  private final PolicyDrive cubic = new PolicyDrive(CongestionControl.CUBIC);

  private int left = 10; // segments of the round that goes on

  /**
   * A round in which each segment is acknowledged.
   *
   * @return by how much the window grew for each
   */
  private double round(long roundTripNs) {
    return round(roundTripNs, Integer.MAX_VALUE);
  }

  private double round(long roundTripNs, int samples) {
    double before = cubic.window();
    int acks = left;
    for (int i = 0; i < acks; i++) {
      cubic.roundTripNs = i < samples ? roundTripNs : 0;
      left = (int) Math.ceil(cubic.window() - 1); // what is in flight behind the ACK
      cubic.ack(1);
    }
    return (cubic.window() - before) / acks;
  }

  private void toCss() {
    assertEquals(1, round(100 * MS));
    double growth = round(113 * MS); // more than an eighth
    assertTrue(growth > 0.25 && growth < 1, "it turns at the eighth sample: " + growth);
  }

  @Test
  @Rfc("9406 §4.2")
  void delayBelowTheThreshold_isSlowStart() {
    round(100 * MS);
    assertEquals(1, round(112 * MS));
    assertEquals(1, round(125 * MS));
    assertEquals(UNKNOWN, cubic.threshold());
  }

  @Test
  @Rfc("9406 §4.2")
  void delay_slowsSlowStartToAQuarter_forFiveRounds() {
    toCss();
    for (int i = 2; i <= 4; i++) {
      assertEquals(0.25, round(113 * MS), "round " + i);
      assertEquals(UNKNOWN, cubic.threshold());
    }
    assertEquals(0.25, round(113 * MS));
    assertEquals(cubic.window(), cubic.threshold());
    assertTrue(round(113 * MS) < 0.1, "congestion avoidance");
  }

  @Test
  @Rfc("9406 §4.2")
  void delayThatWasJitter_endsConservativeSlowStart() {
    toCss();
    round(113 * MS);
    double growth = round(112 * MS);
    assertTrue(growth > 0.25 && growth < 1, "it turns at the eighth sample: " + growth);
    assertEquals(1, round(112 * MS));
    assertTrue(round(127 * MS) < 1, "and may slow again");
    assertEquals(0.25, round(127 * MS));
    assertEquals(UNKNOWN, cubic.threshold());
  }

  @Test
  @Rfc("9406 §4.2")
  void fewerThanEightSamples_sayNothing() {
    round(100 * MS);
    assertEquals(1, round(200 * MS, 7));
    assertEquals(1, round(400 * MS, 7));
    assertTrue(round(800 * MS, 8) < 1);
  }

  @Test
  @Rfc("9406 §4.3")
  void threshold_isNoLessThan4Ms() {
    round(8 * MS); // an eighth is 1 ms
    assertEquals(1, round(11_900_000));
    assertTrue(round(15_900_000) < 1);
  }

  @Test
  @Rfc("9406 §4.3")
  void threshold_isNoMoreThan16Ms() {
    round(400 * MS); // an eighth is 50 ms
    assertEquals(1, round(415 * MS));
    assertTrue(round(431 * MS) < 1);
  }

  @Test
  @Rfc("9406 §4.3")
  void congestionEvent_endsItForGood() {
    toCss();
    cubic.loss().recovered();
    cubic.timeout(true);
    for (int window = 1; window <= 8; window *= 2) {
      assertEquals(window, cubic.window(), "slow start of RFC 5681");
      cubic.roundTripNs += 50 * MS;
      cubic.round();
    }
  }

  @Test
  @Rfc("9406 §4.3")
  void newReno_doesNotUseIt() {
    PolicyDrive reno = new PolicyDrive(CongestionControl.NEW_RENO);
    for (int i = 0; i < 4; i++) {
      reno.roundTripNs += 50 * MS;
      double before = reno.window();
      reno.round();
      assertEquals(2 * before, reno.window());
    }
  }
}
