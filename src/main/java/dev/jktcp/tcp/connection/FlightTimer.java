package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.connection.Timers.Kind;

/**
 * The one timer of what is in flight. It waits for one thing at a time (RFC 8985 §8): for the
 * network to have had its time to change the order of segments, for a tail loss probe to be due, or
 * for the retransmission timeout, which is the last resort and which the others never put off.
 */
final class FlightTimer {
  private final Timers timers;
  private long timeoutNs; // when RTO is over

  FlightTimer(Timers timers) {
    this.timers = timers;
  }

  /** RTO begins anew and ends then. */
  void restart(long deadlineNs) {
    timeoutNs = deadlineNs;
    waitForTimeout();
  }

  /** Nothing is in flight, or nothing that is to be waited for. */
  void cancel() {
    timers.cancelFlight();
  }

  boolean isRunning() {
    return timers.isFlightArmed();
  }

  /** It waits for the retransmission timeout. */
  void waitForTimeout() {
    timers.arm(Kind.RETRANSMIT, timeoutNs);
  }

  /**
   * It waits for a probe, which is due then, but no later than the timeout whose place it takes.
   */
  void waitForProbe(long deadlineNs) {
    timers.arm(Kind.PROBE, deadlineNs - timeoutNs < 0 ? deadlineNs : timeoutNs);
  }

  /** It waits for order, unless the timeout comes first. */
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
