package dev.jktcp.stack;

/**
 * The stack's own time: that of its caller without the stops of the process. A process that is
 * stopped (SIGSTOP, a frozen container, a laptop's lid, a debugger) receives nothing, so no timeout
 * of a connection may run out meanwhile.
 *
 * <p>A stop shows in a timer that comes much later than it was due. The stack's time then goes on
 * from where the timer was due: the stop counts as the one wait that it interrupted. Timers run a
 * little later still, after the packets that waited were received.
 *
 * <p>The time left out is a whole number of the wheel's ticks, and the point where time goes on
 * depends only on the timer that was due: the stack does the same however often it is told the
 * time.
 */
final class StackClock {
  /**
   * A timer that is later than this shows a stop. A busy machine is late by milliseconds, a
   * collection of a large heap by a hundred.
   */
  static final long LATE_NS = 250 * TimerWheel.TICK_NS;

  /**
   * How long timers wait after a stop: for the packets in the queues of this process, and for a
   * round trip to a peer that was stopped along with it. A delayed ACK keeps to its half a second
   * (RFC 9293 MUST-40).
   */
  static final long HEARING_NS = 200 * TimerWheel.TICK_NS;

  /**
   * 2^42 ms, or 139 years: a whole number of wraps of the timestamp clock (RFC 7323 §5.4). If the
   * caller's clock begins so late, it may overflow while the stack lives. Then the stack's own
   * clock begins earlier, for milliseconds leap where nanoseconds overflow.
   */
  static final long LATE_START_NS = (1L << 42) * TimerWheel.TICK_NS;

  private final TimerWheel wheel;
  private long nowNs;
  private long stoppedNs; // how far the caller's time is ahead
  private long hearUntilNs;
  private boolean hearing; // timers wait after a stop, or have not run since

  StackClock(TimerWheel wheel) {
    this.wheel = wheel;
  }

  /** Starts at the caller's first time. */
  void start(long callersNs) {
    stoppedNs = callersNs >= LATE_START_NS ? LATE_START_NS : 0;
    nowNs = callersNs - stoppedNs;
  }

  /** The stack's time at the last call. */
  long nowNs() {
    return nowNs;
  }

  /** The stack's time for the caller's; a step back counts as standing still. */
  long at(long callersNs) {
    long ownNs = callersNs - stoppedNs;
    if (ownNs - nowNs > 0) {
      nowNs = ownNs;
    }
    return nowNs;
  }

  /** Whether there may have been a stop, which {@link #endStop} decides. */
  boolean isFarFrom(long callersNs) {
    return callersNs - stoppedNs - nowNs > LATE_NS;
  }

  /**
   * Leaves a stop out, if there was one.
   *
   * @return whether there was a stop
   */
  boolean endStop(long callersNs) {
    if (wheel.isEmpty()) {
      return false; // no timer runs
    }
    long dueNs = wheel.earliestNs();
    // After a second stop before they ran, timers run: even a stack that is always late must act.
    boolean again = hearing && hearUntilNs - nowNs > 0 && dueNs - hearUntilNs <= 0;
    if (again) {
      dueNs = hearUntilNs;
    }
    long ownNs = callersNs - stoppedNs;
    if (ownNs - dueNs <= LATE_NS) {
      return false;
    }
    long resumeNs = again ? dueNs : dueNs - TimerWheel.TICK_NS;
    long surplusNs = ownNs - (resumeNs - nowNs > 0 ? resumeNs : nowNs);
    stoppedNs += surplusNs - surplusNs % TimerWheel.TICK_NS;
    if (!again) {
      hearing = true;
      hearUntilNs = dueNs + HEARING_NS;
    }
    return true;
  }

  /** Whether timers may run. */
  boolean timersMayRun() {
    if (hearing && hearUntilNs - nowNs > 0) {
      return false;
    }
    hearing = false;
    return true;
  }

  /** When a timer that is due at {@code ownNs} may run, in the caller's time. */
  long callersNs(long ownNs) {
    boolean waits = hearing && hearUntilNs - ownNs > 0;
    return (waits ? hearUntilNs : ownNs) + stoppedNs;
  }

  /** The caller's time, which goes on through stops, for comparison with other clocks. */
  long callersNowNs() {
    return nowNs + stoppedNs;
  }
}
