package dev.jktcp.tcp.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
}
