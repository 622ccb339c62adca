package dev.jktcp.tcp;

import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes are counted, of NewReno and of what it shares with CUBIC; and the window that is fixed. */
class Rfc3465Test {
  private static PolicyDrive drive(String name) {
    return new PolicyDrive(
        name.equals("cubic") ? CongestionControl.CUBIC : CongestionControl.NEW_RENO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cubic", "new-reno"})
  @Rfc("3465 §2.2")
  void slowStart_growsByWhatIsAcknowledged(String name) {
    PolicyDrive drive = drive(name);
    assertEquals(name, drive.policy.name());
    assertEquals(10.5, drive.ack(0.5).window());
    assertEquals(11.5, drive.ack(1).window());
    assertEquals(13.5, drive.ack(2).window());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cubic", "new-reno"})
  @Rfc("3465 §2.3")
  void ackOfManySegments_countsForTwo(String name) {
    PolicyDrive drive = drive(name);
    assertEquals(12, drive.ack(8).window());
    assertEquals(14, drive.ack(2).window());
    assertEquals(16, drive.ack(8).window());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cubic", "new-reno"})
  @Rfc({"3465 §2.3", "9293 MUST-58"})
  void peerThatAcknowledgesInBatches_isCountedInFull(String name) {
    PolicyDrive drive = drive(name);
    assertEquals(12, drive.ack(8).window());
    assertEquals(20, drive.ack(8).window());
    assertEquals(36, drive.ack(16).window());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cubic", "new-reno"})
  @Rfc("3465 §2.3")
  void behindATimeout_anAckCountsForOne_untilTheOldFlightIsAcknowledged(String name) {
    PolicyDrive drive = drive(name);
    while (drive.window() < 40) {
      drive.ack(2);
    }
    drive.timeout(true);
    assertEquals(1, drive.window());
    assertEquals(2, drive.ackOf(30, 40).window());
    assertEquals(3, drive.ackOf(8, 10).window());
    assertEquals(4, drive.ackOf(2, 2).window());
    assertEquals(6, drive.ack(2).window());
  }

  @Test
  @Rfc({"5681 §3.1", "5681 MUST-§3.1(5)"})
  void newReno_growsByASegmentAWindow() {
    PolicyDrive reno = drive("new-reno").loss();
    assertEquals(5, reno.window());
    reno.ack(2).ack(2);
    assertEquals(5, reno.window());
    assertEquals(6, reno.ack(1).window());
    assertEquals(7, reno.ack(30).window()); // and one ACK by no more than one
  }

  /** Of four and a half segments, four are in flight, unless small ones fill the window. */
  @Test
  @Rfc({"5681 §3.1", "5681 MUST-§3.1(5)"})
  void newRenosWindowOfNoWholeSegments_growsEachRoundTrip() {
    PolicyDrive reno = drive("new-reno").lossOf(9);
    assertEquals(4.5, reno.ackOf(3, 4).window());
    assertEquals(5.5, reno.ackOf(1, 4).window());
    reno = drive("new-reno").lossOf(9);
    assertEquals(4.5, reno.ackOf(4, 4.5).window());
    assertEquals(5.5, reno.ackOf(0.5, 4.5).window());
  }

  @Test
  @Rfc({"5681 §3.1", "8511 §3", "5681 MUST-§3.1(4)", "5681 SHLD-§3.1(1)"})
  void newReno_halvesAtALoss_andKeepsFourFifthsAtAMark() {
    PolicyDrive reno = drive("new-reno");
    assertEquals(5, reno.mark().window()); // in slow start
    reno.ack(1);
    assertEquals(4, reno.mark().window());
    assertEquals(2, reno.loss().window());
    assertEquals(2, reno.loss().window());
    assertEquals(1.6, reno.mark().window());
    assertEquals(1, reno.mark().window()); // 1.6 was below the threshold
    assertEquals(2, reno.threshold());
  }

  /** RFC 5681 §3.2 step 2: what limited transmit let out beyond the window does not count. */
  @ParameterizedTest
  @ValueSource(strings = {"cubic", "new-reno"})
  @Rfc({"5681 §3.2", "5681 MUST-§3.2(3)"})
  void flightBeyondTheWindow_doesNotCount(String name) {
    PolicyDrive drive = drive(name).lossOf(12);
    assertEquals(name.equals("cubic") ? 7 : 5, drive.window());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cubic", "new-reno"})
  @Rfc("4015 §3")
  void undo_bringsTheWindowAndTheThresholdBack(String name) {
    PolicyDrive drive = drive(name).loss().undo();
    assertEquals(10, drive.window());
    assertEquals(Integer.MAX_VALUE, drive.policy.slowStartThreshold());
    drive.timeout(true).timeout(false).undo();
    assertEquals(10, drive.window());
    assertEquals(Integer.MAX_VALUE, drive.policy.slowStartThreshold());
    assertEquals(12, drive.ack(2).window());
    drive.timeout(true).idle(301 * MS).undo(); // what a pause left is not undone
    assertEquals(1, drive.window());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cubic", "new-reno"})
  @Rfc("4015 §3")
  void undoOfSeveral_isOfAll_orOfTheLastAlone_andOfTheOthersLater(String name) {
    PolicyDrive drive = drive(name).loss();
    double once = drive.window();
    drive.recovering = true;
    drive.loss().timeout(true);
    drive.recovering = false;
    assertEquals(10, drive.undo().window(), "of all");

    drive.loss();
    drive.recovering = true;
    drive.loss();
    assertEquals(once, drive.undo().window(), "of the last");
    assertEquals(once, drive.undo().window(), "once");
    drive.recovering = false;
    assertEquals(10, drive.undo().window(), "of the first, too");
    assertEquals(10, drive.undo().window(), "once");

    drive.loss();
    drive.recovering = true;
    drive.mark();
    double marked = drive.window();
    drive.loss();
    drive.recovering = false;
    assertEquals(marked, drive.undo().window(), "a mark is no mistake");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cubic", "new-reno"})
  void acksOfARecovery_growNothing(String name) {
    PolicyDrive drive = drive(name).loss();
    double window = drive.window();
    drive.recovering = true;
    assertEquals(window, drive.ack(2).ack(2).window());
  }

  @Test
  void fixedWindow_isFixed_butHoldsASegment() {
    PolicyDrive fixed = new PolicyDrive(CongestionControl.fixedWindow(64_000));
    fixed.ack(5).loss().mark().timeout(true).idle(900 * MS);
    assertEquals(64, fixed.window());
    assertEquals(40_000, fixed.policy.allowance(24_000));
    assertEquals(0, fixed.policy.allowance(70_000));
    PolicyDrive narrow = new PolicyDrive(CongestionControl.fixedWindow(1));
    assertEquals(1, narrow.window());
    narrow.policy.onMss(3_000);
    assertEquals(3, narrow.window());
    narrow.policy.onMss(500);
    assertEquals(0.5, narrow.window());
    IllegalArgumentException none =
        assertThrows(IllegalArgumentException.class, () -> CongestionControl.fixedWindow(0));
    assertEquals("fixed window of 0 bytes: must be 1 or more", none.getMessage());
    assertNull(none.getCause());
  }
}
