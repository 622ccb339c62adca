package dev.jktcp.stack;

import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.TcpSegment;
import java.util.IdentityHashMap;
import java.util.Map;

/** The records of connections in TIME-WAIT: each ends by its timer, the oldest when too many. */
final class TimeWaits {
  private static final long QUIET_NS = 500_000_000L; // as Linux, between answers

  private final StackOptions options;
  private final FlowTable flows;
  private final TimerWheel wheel;
  private final StackCounters counters;
  private final ByteBudget budget;
  private final TimeWaitQueue queue;
  private final Map<TcpConnection, TimeWait> lent = new IdentityHashMap<>();

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
    this.queue = new TimeWaitQueue(wheel);
  }

  int count() {
    return queue.count();
  }

  /**
   * RFC 9293 §3.6.1 (MUST-13): the 4-tuple of a connection rests for 2 MSL. The record takes the
   * connection's place in the table.
   */
  void add(TcpConnection connection, TcpConnection.Rest rest, long nowNs) {
    if (!lent.isEmpty()) {
      lent.remove(connection);
    }
    if (options.maxTimeWait() == 0) {
      flows.remove(connection);
      return;
    }
    TimeWait timeWait = new TimeWait(connection, rest, nowNs);
    flows.replace(connection, timeWait);
    begin(timeWait, nowNs);
  }

  private void begin(TimeWait timeWait, long nowNs) {
    budget.charge(ByteBudget.TIME_WAIT);
    timeWait.deadlineNs = end(nowNs);
    queue.add(timeWait, nowNs);
    if (queue.count() > options.maxTimeWait()) {
      counters.timeWaitsEvicted++;
      forget(queue.oldest(), nowNs);
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
    queue.remove(timeWait, nowNs);
    timeWait.deadlineNs = end(nowNs);
    queue.add(timeWait, nowNs);
  }

  private long end(long nowNs) {
    return nowNs + options.timeWaitNs();
  }

  /**
   * MAY-2 (2): a newer SYN takes the 4-tuple, and gives it back if it was an old duplicate. The
   * rest begins anew then.
   */
  void lend(TimeWait timeWait, TcpConnection newer, long nowNs) {
    forget(timeWait, nowNs);
    lent.put(newer, timeWait);
  }

  /** A connection is over, and its 4-tuple free. */
  void onClosed(TcpConnection connection, long nowNs) {
    TimeWait past = lent.isEmpty() ? null : lent.remove(connection);
    if (past != null && !connection.wasEstablished()) {
      flows.add(past);
      begin(past, nowNs);
    }
  }

  /** The oldest have rested for 2 MSL. */
  void onDue() {
    // What the wheel has reached, not what it was told: others are due before the rest.
    long reachedNs = wheel.reachedNs();
    TimeWait oldest;
    while ((oldest = queue.oldest()) != null && oldest.deadlineNs - reachedNs <= 0) {
      forget(oldest, reachedNs);
    }
  }

  private void forget(TimeWait timeWait, long nowNs) {
    queue.remove(timeWait, nowNs);
    flows.remove(timeWait);
    budget.release(ByteBudget.TIME_WAIT);
  }

  /** All of them; the 4-tuples are free. */
  void clear(long nowNs) {
    while (queue.count() > 0) {
      forget(queue.oldest(), nowNs);
    }
  }
}
