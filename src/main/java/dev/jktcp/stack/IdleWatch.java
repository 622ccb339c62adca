package dev.jktcp.stack;

import dev.jktcp.tcp.connection.TcpConnection;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks at all unfolded connections from time to time, a part of them at once. A connection that
 * was quiet between two looks folds. If a whole turn finds every connection quiet, the watch rests,
 * so an idle stack has no deadline. It is not in the wheel: a late look does not show a stop.
 */
final class IdleWatch {
  /** A part costs about 100 µs if none of it is in the processor's cache. */
  private static final int MOST_A_LOOK = 2048;

  /** The least time between looks, so that they cost at most half a percent of the time. */
  private static final long LEAST_PAUSE_NS = 20_000_000L;

  private final List<TcpConnection> whole = new ArrayList<>(); // each knows its place
  private final long turnNs;
  private final FaultyConnections faulty;
  private boolean wanted; // the watch begins at the next time given
  private boolean running;
  private long dueNs; // the next look, while it runs
  private boolean lively; // a connection was not quiet in this turn
  private int hand; // the next look begins below this index and goes down

  /**
   * @param turnNs how long a turn through all connections takes, unless they are many
   * @param faulty gets the connections that throw
   */
  IdleWatch(long turnNs, FaultyConnections faulty) {
    this.turnNs = turnNs;
    this.faulty = faulty;
  }

  /** A connection is new, or is quiet no more. */
  void onStirred(TcpConnection connection) {
    if (connection.wholePlace < 0 && connection.closeReason() == null) {
      connection.wholePlace = whole.size();
      whole.add(connection);
    }
    lively = true;
    wanted = !running;
  }

  /** The connection is over or folded, and needs no more looks. */
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

  /** When {@link #onTick} next has work; {@link TimerWheel#NONE} while the watch rests. */
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
      look(whole.get(--hand), nowNs); // the last, already looked at, replaces one that leaves
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
