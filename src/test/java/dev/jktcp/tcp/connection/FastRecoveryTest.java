package dev.jktcp.tcp.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.Rfc;
import org.junit.jupiter.api.Test;

class FastRecoveryTest {
  @Test
  @Rfc("5681 §3.2")
  void duplicatesWithoutEnd_reportNoMoreThanIsInFlight() {
    int mss = 65_495;
    FastRecovery recovery = new FastRecovery(3);
    recovery.open(0);
    for (int i = 0; i < 100_000; i++) {
      recovery.onDuplicateAck(1, 1 + 10 * mss, mss);
      assertTrue(recovery.departed() >= 0 && recovery.departed() <= 10 * mss);
    }
    assertEquals(10 * mss, recovery.departed());
  }

  @Test
  @Rfc("3042 §2")
  void moreDuplicatesThanTwo_letNoThirdSegmentOut() {
    FastRecovery recovery = new FastRecovery(5); // a path that reorders
    recovery.open(0);
    for (int i = 1; i < 5; i++) {
      recovery.onDuplicateAck(1, 10_001, 1_000);
      assertEquals(Math.min(i, 2) * 1_000, recovery.departed());
    }
    assertTrue(recovery.onDuplicateAck(1, 10_001, 1_000));
    assertEquals(5_000, recovery.departed());
  }

  @Test
  @Rfc("6582 §3.2")
  void partialAck_addsASegmentBackOnlyForAtLeastOne() {
    FastRecovery recovery = new FastRecovery(3);
    recovery.open(0);
    for (int i = 0; i < 3; i++) {
      recovery.onDuplicateAck(1, 10_001, 1_000);
    }
    recovery.onPartialAck(400, 1_000);
    assertEquals(2_600, recovery.departed());
    recovery.onPartialAck(1_000, 1_000);
    assertEquals(2_600, recovery.departed());
  }

  @Test
  @Rfc("5681 §3.2")
  void lossAtTheFirstDuplicate_isNoLimitedTransmit() {
    FastRecovery recovery = new FastRecovery(1);
    recovery.open(0);
    assertTrue(recovery.onDuplicateAck(1, 10_001, 1_000));
    assertFalse(recovery.limitedTransmit());
  }
}
