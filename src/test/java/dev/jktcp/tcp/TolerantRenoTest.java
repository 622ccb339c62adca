package dev.jktcp.tcp;

import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

/** A loss without a queue leaves the window as it is, but not for ever. */
class TolerantRenoTest {
  private static PolicyDrive measured() {
    return new PolicyDrive(CongestionControl.TOLERANT_RENO).round().round();
  }

  @Test
  void lossWithoutAQueue_leavesTheWindow() {
    PolicyDrive drive = measured();
    double before = drive.window();
    drive.loss().recovered();
    assertEquals(before, drive.window());
    assertEquals(before, drive.threshold());
  }

  @Test
  void lossBehindLongerRoundTrips_halvesIt() {
    PolicyDrive drive = measured();
    double before = drive.window();
    drive.roundTripNs = 113 * MS; // more than an eighth above the shortest
    drive.ack(1);
    before += 1;
    drive.loss().recovered();
    assertEquals(before / 2, drive.window());
  }

  /** The queue counts as gone once two round trips have been short again. */
  @Test
  void queueThatIsGone_isForgotten() {
    PolicyDrive drive = measured();
    drive.roundTripNs = 113 * MS;
    drive.ack(1);
    drive.roundTripNs = 100 * MS;
    drive.round().round().round();
    double before = drive.window();
    drive.loss().recovered();
    assertEquals(before, drive.window());
  }

  @Test
  void eighthLossInARow_halvesItAnyway() {
    PolicyDrive drive = measured();
    double before = drive.window();
    for (int i = 0; i < 7; i++) {
      drive.loss().recovered();
      assertEquals(before, drive.window());
    }
    drive.loss().recovered();
    assertEquals(before / 2, drive.window());
    drive.loss().recovered();
    assertEquals(before / 2, drive.window(), "and it begins to count again");
  }

  @Test
  void lossBeforeAnyRoundTrip_halvesIt() {
    PolicyDrive drive = new PolicyDrive(CongestionControl.TOLERANT_RENO);
    drive.loss();
    assertEquals(5, drive.window());
  }

  @Test
  void timeout_leavesOneSegment_andSlowStartLeadsBack() {
    PolicyDrive drive = measured();
    double before = drive.window();
    drive.timeout(true);
    assertEquals(1, drive.window());
    assertEquals(before, drive.threshold());
  }

  /** A router that marks has a queue. */
  @Test
  void mark_isCongestion() {
    PolicyDrive drive = measured();
    double before = drive.window();
    drive.mark();
    assertEquals(before / 2, drive.window());
  }

  @Test
  void name_isThatOfTheOption() {
    assertSame(CongestionControl.TOLERANT_RENO, CongestionControl.named("tolerant-reno"));
    assertEquals("tolerant-reno", measured().policy.name());
  }
}
