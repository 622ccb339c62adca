package dev.jktcp.tcp.connection;

import static dev.jktcp.time.Nanos.MS;
import static dev.jktcp.time.Nanos.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/** The least round trip of the last five minutes (RFC 8985 §6.2 step 1). */
class MinRttTest {
  private final MinRtt rtt = new MinRtt();

  @Test
  @Rfc("8985 SHLD-§6.2(1)")
  void leastOfThePast_isForgottenAfterFiveMinutes() {
    assertEquals(0, rtt.ns());
    rtt.onSample(10 * MS, 0);
    long changed = 100 * SECOND;
    for (long t = SECOND; t < 400 * SECOND; t += SECOND) {
      rtt.onSample(t < changed ? 20 * MS : 80 * MS, t);
      long expected = t < 300 * SECOND ? 10 * MS : 80 * MS;
      assertEquals(expected, rtt.ns(), "at " + t / SECOND + " s");
    }
    rtt.onSample(5 * MS, 400 * SECOND);
    assertEquals(5 * MS, rtt.ns(), "less is known at once");
  }

  @Test
  void leastThatNoSampleRenews_forbidsNoShorterRoundTripAfterFiveMinutes() {
    assertFalse(rtt.exceeds(1, 0), "nothing is known");
    rtt.onSample(10 * MS, 0);
    assertTrue(rtt.exceeds(9 * MS, 290 * SECOND));
    assertFalse(rtt.exceeds(10 * MS, 290 * SECOND));
    assertFalse(rtt.exceeds(9 * MS, 300 * SECOND));
  }

  @Test
  void longSilence_leavesNothingOfTheTimeBefore() {
    rtt.onSample(10 * MS, -5 * SECOND);
    rtt.onSample(80 * MS, 1_000 * SECOND);
    assertEquals(80 * MS, rtt.ns());
  }

  @Test
  void clockThatStartsAnywhere_isAClock() {
    long start = -6_099_522_233_479_770_105L;
    rtt.onSample(3, start);
    rtt.onSample(80 * MS, start + 100 * SECOND);
    assertEquals(3, rtt.ns());
    rtt.onSample(80 * MS, start + 400 * SECOND);
    assertEquals(80 * MS, rtt.ns());
  }

  @Test
  void foldedEnd_remembersValueAndAge() {
    rtt.onSample(3, -7 * SECOND);
    IdleEnd end = new IdleEnd();
    rtt.fold(end);
    MinRtt after = new MinRtt();
    after.unfold(end);
    assertEquals(3, after.ns());
    after.onSample(80 * MS, 290 * SECOND);
    assertEquals(3, after.ns());
    after.onSample(80 * MS, 300 * SECOND);
    assertEquals(80 * MS, after.ns());
    new MinRtt().fold(end);
    MinRtt none = new MinRtt();
    none.unfold(end);
    assertEquals(0, none.ns());
  }
}
