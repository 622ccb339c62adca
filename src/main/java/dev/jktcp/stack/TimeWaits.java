package dev.jktcp.stack;

import dev.jktcp.tcp.connection.TcpConnection;
import java.util.ArrayDeque;

/** The records of connections in TIME-WAIT: each ends by its timer, the oldest when too many. */
final class TimeWaits {
  private static final long GONE = Long.MIN_VALUE;

  private final StackOptions options;
  private final FlowTable flows;
  private final TimerWheel wheel;
  private final StackCounters counters;
  private final ArrayDeque<TimeWait> byAge = new ArrayDeque<>(); // oldest first, stale ones too
  private int count;

  TimeWaits(StackOptions options, FlowTable flows, TimerWheel wheel, StackCounters counters) {
    this.options = options;
    this.flows = flows;
    this.wheel = wheel;
    this.counters = counters;
  }

  int count() {
    return count;
  }

  /** RFC 9293 §3.6.1 (MUST-13): the 4-tuple of a connection rests for 2 MSL. */
  void add(TcpConnection connection, long nowNs) {
    if (options.maxTimeWait() == 0) {
      return;
    }
    TimeWait timeWait = new TimeWait(connection, nowNs);
    flows.add(timeWait);
    count++;
    restart(timeWait, nowNs);
    byAge.add(timeWait);
    trim();
    if (byAge.size() > 2 * options.maxTimeWait()) {
      byAge.removeIf(TimeWaits::gone);
    }
  }

  void restart(TimeWait timeWait, long nowNs) {
    timeWait.deadlineNs = nowNs + options.timeWaitNs();
    wheel.arm(timeWait, timeWait.deadlineNs);
  }

  /** Its 2 MSL are over. */
  void onDue(TimeWait timeWait) {
    forget(timeWait);
    trim();
  }

  void forget(TimeWait timeWait) {
    if (!gone(timeWait)) {
      wheel.cancel(timeWait);
      flows.remove(timeWait);
      timeWait.deadlineNs = GONE;
      count--;
    }
  }

  /** All of them; the 4-tuples are free. */
  void clear() {
    byAge.forEach(this::forget);
    byAge.clear();
  }

  /** Drops what has ended from the head of the list, and the oldest record when over the limit. */
  private void trim() {
    while (!byAge.isEmpty()) {
      TimeWait oldest = byAge.peek();
      if (!gone(oldest)) {
        if (count <= options.maxTimeWait()) {
          return;
        }
        counters.timeWaitsEvicted++;
        forget(oldest);
      }
      byAge.poll();
    }
  }

  private static boolean gone(TimeWait timeWait) {
    return timeWait.deadlineNs == GONE;
  }
}
