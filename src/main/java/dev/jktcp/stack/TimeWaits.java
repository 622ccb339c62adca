package dev.jktcp.stack;

import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.tcp.connection.TimeWaitFacts;
import dev.jktcp.wire.DropReason;
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
  private int lentInQueue; // lent records whose 2 MSL go on

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
    return queue.count() - lentInQueue;
  }

  /**
   * RFC 9293 §3.6.1 (MUST-13): the 4-tuple of a connection rests for 2 MSL. The record takes the
   * connection's place in the table.
   */
  void add(TcpConnection connection, TimeWaitFacts facts, long nowNs) {
    TimeWait past = noLongerLent(connection);
    if (past != null) {
      queue.remove(past, nowNs);
    }
    if (options.maxTimeWait() == 0) {
      flows.remove(connection);
      return;
    }
    TimeWait timeWait = new TimeWait(connection, facts, nowNs);
    flows.replace(connection, timeWait);
    timeWait.deadlineNs = end(nowNs);
    queue.add(timeWait, nowNs);
    budget.charge(ByteBudget.TIME_WAIT);
    trim(nowNs);
  }

  /** Drops the oldest when there are too many. */
  private void trim(long nowNs) {
    while (count() > options.maxTimeWait()) {
      TimeWait oldest = queue.oldest();
      counters.timeWaitsEvicted += oldest.lent ? 0 : 1;
      forget(oldest, nowNs);
    }
  }

  /**
   * RFC 9293 §3.10.7.4 for a segment, no RST: a repeated FIN of the peer restarts the 2 MSL, unless
   * it is an old duplicate.
   *
   * @return whether the segment is to be answered with an ACK
   */
  boolean onSegment(TimeWait timeWait, TcpSegment segment, long nowNs) {
    boolean old = timeWait.isOld(segment);
    boolean sameFin =
        segment.fin()
            && !segment.syn()
            && segment.seq() + segment.length() == timeWait.rcvNxt(); // no other FIN
    boolean answers = old || timeWait.answers(segment);
    if (old) {
      counters.drop(DropReason.OLD_TIMESTAMP);
    } else if (sameFin || timeWait.hears(segment)) {
      timeWait.noteTimestamp(segment);
    }
    if (sameFin && !old) {
      restart(timeWait, nowNs);
    }
    if (!answers || (timeWait.quietUntilNs - nowNs > 0 && (old || !sameFin))) {
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
   * MAY-2 (2): a newer SYN takes the 4-tuple. If it proves an old duplicate, it gives the tuple
   * back, and the 2 MSL have gone on meanwhile.
   */
  void lend(TimeWait timeWait, TcpConnection newer) {
    flows.remove(timeWait);
    budget.release(ByteBudget.TIME_WAIT);
    timeWait.lent = true;
    lentInQueue++;
    lent.put(newer, timeWait);
  }

  /** A connection is over, and its 4-tuple free. */
  void onClosed(TcpConnection connection, long nowNs) {
    TimeWait past = noLongerLent(connection);
    if (past == null) {
      return;
    }
    if (connection.wasEstablished()) {
      queue.remove(past, nowNs);
    } else {
      flows.add(past);
      budget.charge(ByteBudget.TIME_WAIT);
      trim(nowNs);
    }
  }

  /**
   * @return the record lent to the connection, unless its 2 MSL are over
   */
  private TimeWait noLongerLent(TcpConnection connection) {
    TimeWait past = lent.isEmpty() ? null : lent.remove(connection);
    if (past == null || !past.lent) {
      return null;
    }
    past.lent = false;
    lentInQueue--;
    return past;
  }

  /** The oldest have rested for 2 MSL. */
  void onDue() {
    // The time that the wheel has reached, not the one it was told: other flows are due in between.
    long reachedNs = wheel.reachedNs();
    while (queue.isDue(reachedNs)) {
      forget(queue.oldest(), reachedNs);
    }
  }

  private void forget(TimeWait timeWait, long nowNs) {
    queue.remove(timeWait, nowNs);
    if (timeWait.lent) {
      timeWait.lent = false;
      lentInQueue--;
    } else {
      flows.remove(timeWait);
      budget.release(ByteBudget.TIME_WAIT);
    }
  }

  /** Drops all records; the 4-tuples are free. */
  void clear(long nowNs) {
    while (queue.count() > 0) {
      forget(queue.oldest(), nowNs);
    }
  }
}
