package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.ManualClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pair of connections ends when one half is closed and the other moves nothing. */
class QuietWatchTest {
  private final ManualClock clock = new ManualClock();
  private final HandPump pump = new HandPump();

  @Test
  void idlePair_isLeftAlone() {
    QuietWatch.over(clock, pump, new PairLimits(100, 1000));
    clock.advanceMs(1_000_000);
    assertNull(pump.resetWith);
  }

  @Test
  void halfOpenPair_thatMovesNothing_ends() {
    QuietWatch.over(clock, pump, new PairLimits(100, 0));
    pump.halfEnd.handle(null);
    clock.advanceMs(99);
    assertNull(pump.resetWith);
    clock.advanceMs(1);
    assertEquals("half-open for 100 ms without a byte", pump.resetWith);
  }

  @Test
  void halfOpenPair_thatMoves_goesOn() {
    QuietWatch.over(clock, pump, new PairLimits(100, 0));
    pump.halfEnd.handle(null);
    for (int i = 0; i < 50; i++) {
      pump.forth++;
      clock.advanceMs(100);
      assertNull(pump.resetWith);
    }
    clock.advanceMs(100);
    assertEquals("half-open for 100 ms without a byte", pump.resetWith);
  }

  @Test
  void blockedPair_thatMovesNothing_endsWithinTwiceTheTime() {
    QuietWatch.over(clock, pump, new PairLimits(0, 1000));
    clock.advanceMs(500);
    pump.blocked = true;
    clock.advanceMs(500);
    assertNull(pump.resetWith, "blocked for half of it");
    clock.advanceMs(1000);
    assertEquals("stalled for 1000 ms without a byte", pump.resetWith);
  }

  /** Neither side could move a byte meanwhile. */
  @ParameterizedTest
  @ValueSource(longs = {11_000, 66_000, 600_000})
  void stop_isNoQuiet(long stopMs) {
    QuietWatch.over(clock, pump, new PairLimits(10_000, 10_000));
    pump.halfEnd.handle(null);
    pump.blocked = true;
    clock.advanceMs(5_000);
    clock.stopMs(stopMs);
    clock.advanceMs(4_999);
    assertNull(pump.resetWith);
    pump.forth++;
    clock.advanceMs(10_000);
    assertNull(pump.resetWith);
    clock.advanceMs(10_001);
    assertTrue(pump.resetWith.endsWith(" for 10000 ms without a byte"));
  }

  @Test
  void blockedPair_thatMovesSlowly_goesOn() {
    QuietWatch.over(clock, pump, new PairLimits(0, 1000));
    pump.blocked = true;
    for (int i = 0; i < 50; i++) {
      pump.forth++;
      clock.advanceMs(1000);
      assertNull(pump.resetWith);
    }
  }

  @Test
  void endOfThePair_leavesNoTimer() {
    QuietWatch.over(clock, pump, new PairLimits(100, 1000));
    pump.halfEnd.handle(null);
    assertEquals(2, clock.timers());
    pump.done.complete();
    assertEquals(0, clock.timers());
  }
}
