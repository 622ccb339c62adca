package dev.jktcp.time;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jktcp.testkit.ManualClock;
import org.junit.jupiter.api.Test;

/** A periodic task of a clock that has nothing but {@code once}. */
class PeriodicTimerTest {
  private final ManualClock clock = new ManualClock();
  private int runs;

  @Test
  void theTask_runsOnceAPeriod_untilCancelled() {
    Timer timer = clock.periodic(10, () -> runs++);
    clock.advanceMs(9);
    assertEquals(0, runs);
    clock.advanceMs(21);
    assertEquals(3, runs);

    timer.cancel();
    clock.advanceMs(100);
    assertEquals(3, runs);
    assertEquals(0, clock.timers());
  }

  @Test
  void aTask_mayCancelItself() {
    Timer[] timer = new Timer[1];
    timer[0] = clock.periodic(10, () -> cancelAtTheSecond(timer[0]));
    clock.advanceMs(100);
    assertEquals(2, runs);
    assertEquals(0, clock.timers());
  }

  private void cancelAtTheSecond(Timer timer) {
    if (++runs == 2) timer.cancel();
  }
}
