package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.connection.Timers.Kind;

/**
 * The one timer of the flight. It waits for one event at a time (RFC 8985 §8): the end of the time
 * that reordering may take, a tail loss probe that becomes due, or the retransmission timeout. The
 * timeout is the last resort; the others never put it off.
 */
final class FlightTimer {
  private final Timers timers;
  private long timeoutNs; // when the RTO ends

  FlightTimer(Timers timers) {
    this.timers = timers;
  }

  /** The RTO begins anew and ends at {@code deadlineNs}. */
  void restart(long deadlineNs) {
    timeoutNs = deadlineNs;
    waitForTimeout();
  }

  /** The flight is empty, or no answer is expected. */
  void cancel() {
    timers.cancelFlight();
  }

  boolean isRunning() {
    return timers.isFlightArmed();
  }

  /** Waits for the retransmission timeout. */
  void waitForTimeout() {
    timers.arm(Kind.RETRANSMIT, timeoutNs);
  }

  /**
   * Waits for a probe, due at {@code deadlineNs} but no later than the timeout whose place it
   * takes.
   */
  void waitForProbe(long deadlineNs) {
    timers.arm(Kind.PROBE, deadlineNs - timeoutNs < 0 ? deadlineNs : timeoutNs);
  }

  /** Waits for reordered segments, unless the timeout comes first. */
  void waitForOrder(long deadlineNs) {
    if (deadlineNs - timeoutNs < 0) {
      timers.arm(Kind.REORDER, deadlineNs);
    } else {
      waitForTimeout();
    }
  }

  boolean waitsForProbe() {
    return timers.isArmed(Kind.PROBE);
  }

  boolean waitsForOrder() {
    return timers.isArmed(Kind.REORDER);
  }

  /** Whether the retransmission timeout is over. */
  boolean isTimeoutDue(long nowNs) {
    return timeoutNs - nowNs <= 0;
  }
}
