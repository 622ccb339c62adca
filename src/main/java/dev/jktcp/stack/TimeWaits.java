package dev.jktcp.stack;

import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.TcpSegment;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.Map;

/** The records of connections in TIME-WAIT: each ends by its timer, the oldest when too many. */
final class TimeWaits {
  private static final long GONE = Long.MIN_VALUE;
  private static final long QUIET_NS = 500_000_000L; // as Linux, between answers

  private final StackOptions options;
  private final FlowTable flows;
  private final TimerWheel wheel;
  private final StackCounters counters;
  private final ByteBudget budget;
  private final ArrayDeque<TimeWait> byAge = new ArrayDeque<>(); // oldest first, stale ones too
  private final Map<TcpConnection, TimeWait> lent = new IdentityHashMap<>();
  private int count;

  TimeWaits(
      StackOptions options,
      FlowTable flows,
      TimerWheel wheel,
      StackCounters counters,
      ByteBudget budget) {
    this.budget = budget;
    this.options = options;
    this.flows = flows;
    this.wheel = wheel;
    this.counters = counters;
  }

  int count() {
    return count;
  }

  /** RFC 9293 §3.6.1 (MUST-13): the 4-tuple of a connection rests for 2 MSL. */
  void add(TcpConnection connection, TcpConnection.Rest rest, long nowNs) {
    if (options.maxTimeWait() == 0) {
      return;
    }
    TimeWait timeWait = new TimeWait(connection, rest, nowNs);
    timeWait.deadlineNs = end(nowNs);
    add(timeWait, nowNs);
  }

  private void add(TimeWait timeWait, long nowNs) {
    flows.add(timeWait);
    count++;
    budget.charge(ByteBudget.TIME_WAIT);
    wheel.arm(timeWait, timeWait.deadlineNs, nowNs);
    byAge.add(timeWait);
    trim();
    if (byAge.size() > 2 * options.maxTimeWait()) {
      byAge.removeIf(TimeWaits::gone);
    }
  }

  /**
   * RFC 9293 §3.10.7.4 for a segment, no RST: the peer's FIN again starts the 2 MSL anew.
   *
   * @return whether it is answered with an ACK, which leaves
   */
  boolean onSegment(TimeWait timeWait, TcpSegment segment, long nowNs) {
    boolean sameFin =
        segment.fin() && segment.seq() + segment.length() == timeWait.rcvNxt(); // no other FIN
    if (sameFin) {
      restart(timeWait, nowNs);
    }
    if (!timeWait.answers(segment) || (timeWait.quietUntilNs - nowNs > 0 && !sameFin)) {
      return false;
    }
    timeWait.quietUntilNs = nowNs + QUIET_NS;
    return true;
  }

  private void restart(TimeWait timeWait, long nowNs) {
    timeWait.deadlineNs = end(nowNs);
    wheel.arm(timeWait, timeWait.deadlineNs, nowNs);
  }

  private long end(long nowNs) {
    return nowNs + options.timeWaitNs();
  }

  /** MAY-2 (2): a newer SYN takes the 4-tuple, and gives it back if it was an old duplicate. */
  void lend(TimeWait timeWait, TcpConnection newer) {
    lent.put(newer, new TimeWait(timeWait));
    forget(timeWait);
  }

  /** A connection is over, and its 4-tuple free. */
  void onClosed(TcpConnection connection, long nowNs) {
    TimeWait past = lent.remove(connection);
    if (past != null && !connection.wasEstablished()) {
      add(past, nowNs);
    }
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
      budget.release(ByteBudget.TIME_WAIT);
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
