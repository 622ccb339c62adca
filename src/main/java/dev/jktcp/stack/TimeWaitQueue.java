package dev.jktcp.stack;

/**
 * Records in the order in which they end: all rest for the same time, so a new one goes last. One
 * entry of the wheel stands for all of them.
 */
final class TimeWaitQueue {
  private final TimerWheel wheel;
  private final Alarm alarm = new Alarm();
  private TimeWait oldest;
  private TimeWait youngest;
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

  /** Adds a record that ends no earlier than all others. */
  void add(TimeWait timeWait, long nowNs) {
    timeWait.previous = youngest;
    if (youngest == null) {
      oldest = timeWait;
      wheel.arm(alarm, timeWait.deadlineNs, nowNs);
    } else {
      youngest.next = timeWait;
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
      return;
    }
    oldest = after;
    if (after == null) {
      wheel.cancel(alarm);
    } else {
      wheel.arm(alarm, after.deadlineNs, nowNs);
    }
  }
}
