package dev.jktcp.stack;

import dev.jktcp.tcp.connection.Flow;

/**
 * Records in the order in which they end: all rest for the same time, so each comes last when it
 * begins. One entry of the wheel stands for all of them, and the fields for a place in the wheel
 * link them instead.
 */
final class TimeWaitQueue {
  /** The wheel's entry for the end of the oldest; it is the flow of no peer. */
  private static final class Alarm extends Flow {
    Alarm() {
      super(null, 0, null, 0);
    }
  }

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

  /** The one that ends first; null = none. */
  TimeWait oldest() {
    return oldest;
  }

  /** Ends no earlier than all others. */
  void add(TimeWait timeWait, long nowNs) {
    timeWait.wheelPrevious = youngest;
    if (youngest == null) {
      oldest = timeWait;
      wheel.arm(alarm, timeWait.deadlineNs, nowNs);
    } else {
      youngest.wheelNext = timeWait;
    }
    youngest = timeWait;
    count++;
  }

  void remove(TimeWait timeWait, long nowNs) {
    TimeWait before = (TimeWait) timeWait.wheelPrevious;
    TimeWait after = (TimeWait) timeWait.wheelNext;
    timeWait.wheelPrevious = null;
    timeWait.wheelNext = null;
    count--;
    if (after == null) {
      youngest = before;
    } else {
      after.wheelPrevious = before;
    }
    if (before != null) {
      before.wheelNext = after;
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
