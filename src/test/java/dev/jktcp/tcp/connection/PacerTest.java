package dev.jktcp.tcp.connection;

import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.Rfc;
import org.junit.jupiter.api.Test;

/** Segments of 1,000 bytes at a megabyte a second: one a millisecond. */
@Rfc("bbr-06 §5.6.2")
class PacerTest {
  private static final long RATE = 1_000_000;
  private static final int BURST = 5_000;

  private final Pacer pacer = new Pacer();
  private long nowNs = Long.MAX_VALUE - 50 * MS; // a clock may wrap

  private int leave() {
    int left = 0;
    for (; pacer.releases(nowNs); left++) {
      pacer.onSent(1_000, RATE, BURST, nowNs);
    }
    return left;
  }

  @Test
  void aBurst_andThenASegmentAtATime() {
    assertEquals(6, leave());
    for (int i = 0; i < 100; i++) {
      assertEquals(nowNs + MS, pacer.nextNs());
      nowNs += MS;
      assertEquals(1, leave());
    }
  }

  /** A timer of 1 ms that is late by another: what was due meanwhile leaves with it. */
  @Test
  void whatWasDueMeanwhile_leavesAtOnce() {
    leave();
    nowNs += 3 * MS + MS / 2;
    assertEquals(3, leave());
    nowNs += MS / 2;
    assertEquals(1, leave());
  }

  @Test
  void theCredit_isABurst() {
    leave();
    nowNs += 1_000 * MS;
    assertEquals(6, leave());
  }

  /** At 100 MB/s a burst of 64 KiB is less than timers can keep up with. */
  @Test
  void aRateThatTimersAreTooCoarseFor_isReached() {
    long rate = 100_000_000;
    long sent = 0;
    for (int tick = 0; tick < 1_000; tick++, nowNs += MS) {
      for (; pacer.releases(nowNs); sent += 1_000) {
        pacer.onSent(1_000, rate, 65_536, nowNs);
      }
    }
    assertEquals(rate, sent, 0.01 * rate);
  }

  /** A retransmission of the oldest segment, or a probe, does not wait; others wait for it. */
  @Test
  void whatDidNotWait_countsAsWell() {
    leave();
    pacer.onSent(1_000, RATE, BURST, nowNs);
    assertEquals(nowNs + 2 * MS, pacer.nextNs());
  }

  @Test
  void afterASecond_nothingOfThePastMatters() {
    leave();
    assertFalse(pacer.rests(nowNs + 1_000 * MS));
    assertTrue(pacer.rests(nowNs + 1_001 * MS));
  }
}
