package dev.jktcp.impl;

import static dev.jktcp.time.Nanos.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jktcp.testkit.ManualClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The adapter's two timers: a tick while a deadline is near, one timer for a far one. */
class TickerTest {
  private final ManualClock clock = new ManualClock();
  private final long startNs = clock.nanoTime();
  private final List<Long> firedMs = new ArrayList<>();
  private long next = Ticker.NONE;
  private final Ticker ticker = new Ticker(clock, this::onDue);

  private void onDue() {
    firedMs.add(nowMs());
    ticker.arm(next, clock.nanoTime());
  }

  private long nowMs() {
    return (clock.nanoTime() - startNs) / MS;
  }

  private long at(long ms) {
    return startNs + ms * MS;
  }

  private void arm(long ms) {
    ticker.arm(at(ms), clock.nanoTime());
  }

  private void goTo(long ms) {
    while (clock.step(at(ms))) {
      // one timer after the other
    }
  }

  @Test
  void noDeadline_noTimer() {
    ticker.arm(Ticker.NONE, clock.nanoTime());
    assertEquals(0, clock.timers());
  }

  @Test
  void farDeadline_oneTimer_onTime() {
    arm(200);
    assertEquals(1, clock.timers());
    assertEquals(0, clock.periodics());
    goTo(199);
    assertEquals(List.of(), firedMs);
    goTo(1000);
    assertEquals(List.of(200L), firedMs);
    assertEquals(0, clock.timers());
  }

  @Test
  void nearDeadline_oneTick_thatStopsWhenNothingIsNear() {
    arm(100);
    assertEquals(1, clock.periodics());
    goTo(99);
    assertEquals(List.of(), firedMs);
    next = at(500);
    goTo(100);
    assertEquals(List.of(100L), firedMs);
    goTo(101);
    assertEquals(0, clock.periodics());
    assertEquals(1, clock.timers());
    next = Ticker.NONE;
    goTo(2000);
    assertEquals(List.of(100L, 500L), firedMs);
    assertEquals(0, clock.timers());
  }

  @Test
  void earlierDeadline_replacesTheTimer() {
    arm(500);
    arm(300);
    assertEquals(1, clock.timers());
    goTo(1000);
    assertEquals(List.of(300L), firedMs);
  }

  @Test
  void laterDeadline_keepsTheTimer_whichLooksAgain() {
    arm(200);
    arm(350);
    assertEquals(1, clock.timers());
    goTo(1000);
    assertEquals(List.of(350L), firedMs);
    assertEquals(0, clock.timers());
  }

  @Test
  void deadlineGone_stopsTheTimerAtOnce_andTheTickWithinOne() {
    arm(200);
    ticker.arm(Ticker.NONE, clock.nanoTime());
    assertEquals(0, clock.timers());
    arm(50);
    ticker.arm(Ticker.NONE, clock.nanoTime());
    goTo(1);
    assertEquals(0, clock.timers());
    assertEquals(List.of(), firedMs);
  }

  @Test
  void burstOfLateTicks_firesOnce() {
    arm(10);
    // The event loop was blocked: 50 ticks run at once, at 50 ms.
    clock.jumpTo(at(50));
    goTo(50);
    assertEquals(List.of(50L), firedMs);
    goTo(51);
    assertEquals(0, clock.timers());
  }

  @Test
  void tickBehindAStop_isANewOne_andNoneForEachMillisecondOfIt() {
    next = at(600_050);
    arm(10);
    clock.jumpTo(at(600_000));
    int runs = 0;
    while (clock.step(at(600_040))) runs++;
    assertEquals(1 + 40, runs);
    next = Ticker.NONE;
    goTo(600_060);
    assertEquals(List.of(600_000L, 600_050L), firedMs);
  }

  @Test
  void overdueDeadline_firesWithTheNextTick() {
    arm(-5);
    goTo(1);
    assertEquals(List.of(1L), firedMs);
  }

  @Test
  void stop_leavesNothing() {
    arm(50);
    ticker.stop();
    assertEquals(0, clock.timers());
    arm(500);
    ticker.stop();
    assertEquals(0, clock.timers());
  }
}
