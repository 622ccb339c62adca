package dev.jktcp.stack;

/**
 * Records in the order in which they end: all rest for the same time, so a new one goes last. One
 * entry of the wheel stands for all of them.
 *
 * <p>Each record knows the deadline of the one behind it. A record that has rested is in no cache
 * of the processor any more, so none is read before its own turn.
 */
final class TimeWaitQueue {
  private final TimerWheel wheel;
  private final Alarm alarm = new Alarm();
  private TimeWait oldest;
  private TimeWait youngest;
  private long deadlineNs; // of the oldest
  private int count;

  TimeWaitQueue(TimerWheel wheel) {
    this.wheel = wheel;
  }

  int count() {
    return count;
  }

  /** The record that ends first; null = none. */
  TimeWait oldest() {
    return oldest;
  }

  /** Whether a record has rested at that time. */
  boolean isDue(long nowNs) {
    return oldest != null && deadlineNs - nowNs <= 0;
  }

  /** Adds a record that ends no earlier than all others. */
  void add(TimeWait timeWait, long nowNs) {
    timeWait.previous = youngest;
    if (youngest == null) {
      oldest = timeWait;
      arm(timeWait.deadlineNs, nowNs);
    } else {
      youngest.next = timeWait;
      youngest.nextDeadlineNs = timeWait.deadlineNs;
    }
    youngest = timeWait;
    count++;
  }

  void remove(TimeWait timeWait, long nowNs) {
    TimeWait before = timeWait.previous;
    TimeWait after = timeWait.next;
    timeWait.previous = null;
    timeWait.next = null;
    count--;
    if (after == null) {
      youngest = before;
    } else {
      after.previous = before;
    }
    if (before != null) {
      before.next = after;
      before.nextDeadlineNs = timeWait.nextDeadlineNs;
      return;
    }
    oldest = after;
    if (after == null) {
      wheel.cancel(alarm);
    } else {
      arm(timeWait.nextDeadlineNs, nowNs);
    }
  }

  private void arm(long firstNs, long nowNs) {
    deadlineNs = firstNs;
    wheel.arm(alarm, firstNs, nowNs);
  }
}
