package dev.jktcp.stack;

import dev.jktcp.tcp.connection.TcpConnection;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks at all connections that are not folded now and then, a part of them at a time, so that
 * those that were quiet between two looks fold. It rests when a whole turn finds nothing that was
 * not quiet, so an idle stack has no deadline. It is not in the wheel: a look that comes late is no
 * sign of a stop.
 */
final class IdleWatch {
  /** A part costs about 100 µs where none of it is in the processor's cache. */
  private static final int MOST_A_LOOK = 2048;

  /** Looks are no closer, so that they cost half a percent of the time at most. */
  private static final long LEAST_PAUSE_NS = 20_000_000L;

  private final List<TcpConnection> whole = new ArrayList<>(); // each knows its place
  private final long turnNs;
  private final FaultyConnections faulty;
  private boolean wanted; // from the time on that is told next
  private boolean running;
  private long dueNs; // the next look, while it runs
  private boolean lively; // something was not quiet in this turn
  private int hand; // the next look begins below, and goes down

  /**
   * @param turnNs how long a turn through all takes, unless they are many
   * @param faulty gets the connections out of which an exception came
   */
  IdleWatch(long turnNs, FaultyConnections faulty) {
    this.turnNs = turnNs;
    this.faulty = faulty;
  }

  /** Something happens on a connection that was quiet, or is new. */
  void onStirred(TcpConnection connection) {
    if (connection.wholePlace < 0 && connection.closeReason() == null) {
      connection.wholePlace = whole.size();
      whole.add(connection);
    }
    lively = true;
    wanted = !running;
  }

  /** It is over, or folded: there is nothing to look for. */
  void forget(TcpConnection connection) {
    int place = connection.wholePlace;
    if (place >= 0) {
      TcpConnection last = whole.remove(whole.size() - 1);
      if (last != connection) {
        whole.set(place, last);
        last.wholePlace = place;
      }
      connection.wholePlace = -1;
    }
  }

  boolean isWanted() {
    return wanted;
  }

  void start(long nowNs) {
    wanted = false;
    running = true;
    hand = whole.size();
    arm(nowNs);
  }

  private void arm(long nowNs) {
    long looks = Math.max(1, whole.size() / MOST_A_LOOK);
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
    hand = Math.min(hand, whole.size());
    int end = Math.max(0, hand - MOST_A_LOOK);
    while (hand > end) {
      look(whole.get(--hand), nowNs); // one that leaves is replaced by the last, which had its look
    }
    if (hand == 0) {
      hand = Integer.MAX_VALUE;
      running = lively;
      lively = false;
    }
    arm(nowNs);
  }

  private void look(TcpConnection connection, long nowNs) {
    try {
      lively |= connection.onLook(nowNs);
    } catch (RuntimeException | AssertionError thrown) { // out of its congestion control
      faulty.addOnTick(connection, thrown);
    }
    if (connection.isFolded()) {
      forget(connection);
    }
  }
}
