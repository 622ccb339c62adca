package dev.jktcp.stack;

import java.util.function.LongConsumer;

/**
 * The stack's own time, which all that it holds lives by, with what begins as time is told: a stop
 * of the process ends, a look at memory is due from now on. Each input and command tells it first.
 */
final class StackTime {
  private final TimerWheel wheel = new TimerWheel();
  private final StackClock clock = new StackClock(wheel);
  private final MemoryWatch memory;
  private final LongConsumer onStop;
  private boolean started;

  /**
   * @param onStop given the stack's time when the process was stopped before it
   */
  StackTime(MemoryWatch memory, LongConsumer onStop) {
    this.memory = memory;
    this.onStop = onStop;
  }

  /** The stack's time, now that its caller's clock shows {@code callersNs}. */
  long at(long callersNs) {
    if (!started) {
      started = true;
      wheel.start(callersNs);
      clock.start(callersNs);
    } else if (clock.isFarFrom(callersNs) && clock.endStop(callersNs)) {
      onStop.accept(clock.at(callersNs));
    }
    long now = clock.at(callersNs);
    watchMemory(now);
    return now;
  }

  /** Something may have been charged. */
  void watchMemory(long nowNs) {
    if (memory.isWanted()) {
      memory.start(wheel, nowNs);
    }
  }

  TimerWheel wheel() {
    return wheel;
  }

  StackClock clock() {
    return clock;
  }
}
