package dev.jktcp.stack;

import dev.jktcp.tcp.connection.Flow;
import dev.jktcp.tcp.connection.TcpConnection;

/**
 * Looks at all connections now and then, a part of the table at a time, so that those that were
 * quiet between two looks fold. It rests when a whole turn finds nothing that was not quiet, so an
 * idle stack has no deadline. It is not in the wheel: a look that comes late is no sign of a stop.
 */
final class IdleWatch {
  /** A part costs about 100 µs where none of it is in the processor's cache. */
  private static final int SLOTS_A_LOOK = 4096;

  /** Looks are no closer, so that they cost half a percent of the time at most. */
  private static final long LEAST_PAUSE_NS = 20_000_000L;

  private final FlowTable flows;
  private final long turnNs;
  private boolean wanted; // from the time on that is told next
  private boolean running;
  private long dueNs; // the next look, while it runs
  private boolean lively; // something was not quiet in this turn
  private int hand; // the slot where the next look begins
  private int capacity; // of the table when the turn began

  /**
   * @param turnNs how long a turn through the table takes, unless the table is large
   */
  IdleWatch(FlowTable flows, long turnNs) {
    this.turnNs = turnNs;
    this.flows = flows;
  }

  /** Something happens on a connection that was quiet, or is new. */
  void onStirred() {
    lively = true;
    wanted = !running;
  }

  boolean isWanted() {
    return wanted;
  }

  void start(long nowNs) {
    wanted = false;
    running = true;
    capacity = 0;
    arm(nowNs);
  }

  private void arm(long nowNs) {
    long looks = Math.max(1, flows.capacity() / SLOTS_A_LOOK);
    dueNs = nowNs + Math.max(Math.min(LEAST_PAUSE_NS, turnNs), turnNs / looks);
  }

  /** No connection is left. */
  void stop() {
    wanted = false;
    running = false;
  }

  /** When {@link #onTick} next has work; {@link TimerWheel#NONE} when nothing happens. */
  long deadlineNs() {
    return running ? dueNs : TimerWheel.NONE;
  }

  void onTick(long nowNs) {
    if (!running || nowNs - dueNs < 0) {
      return;
    }
    if (capacity != flows.capacity()) { // all have other slots
      capacity = flows.capacity();
      hand = 0;
    }
    int end = Math.min(capacity, hand + SLOTS_A_LOOK);
    flows.forEachIn(hand, end, this::look);
    hand = end;
    if (hand == capacity) {
      hand = 0;
      running = lively;
      lively = false;
    }
    arm(nowNs);
  }

  private void look(Flow flow) {
    if (flow instanceof TcpConnection connection) {
      lively |= connection.onLook();
    }
  }
}
