package dev.jktcp.stack;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.tcp.connection.TimedFlow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Looks at all connections four times a second while memory is scarce. It drops their data out of
 * order, resets the largest holders whose bytes do not move, and tells the others once there is
 * more memory.
 */
final class MemoryWatch {
  /** Ten of the longest round trips fit into it, and ten pauses of a busy reader. */
  private static final long PATIENCE_NS = 10_000_000_000L;

  private static final long LOOK_EVERY_NS = 250_000_000L;

  private final ByteBudget budget;
  private final Alarm alarm = new Alarm(); // for the next look
  private boolean wanted;

  MemoryWatch(ByteBudget budget) {
    this.budget = budget;
  }

  /** Looks begin at the next time given. */
  void onScarce() {
    wanted = true;
  }

  boolean isWanted() {
    return wanted;
  }

  boolean owns(TimedFlow flow) {
    return flow == alarm;
  }

  void start(TimerWheel wheel, long nowNs) {
    wanted = false;
    wheel.arm(alarm, nowNs + LOOK_EVERY_NS, nowNs);
  }

  void onDue(List<TcpConnection> all, TimerWheel wheel, long nowNs) {
    if (budget.isScarce()) {
      relieve(all, nowNs);
    } else {
      all.forEach(connection -> connection.account().endTrial());
    }
    all.forEach(TcpConnection::onMemory);
    if (budget.isScarce()) {
      start(wheel, nowNs);
    } else {
      budget.relieved();
    }
  }

  private void relieve(List<TcpConnection> all, long nowNs) {
    if (budget.dropsDisorder()) {
      all.stream()
          .filter(connection -> !connection.account().isInGoodUse())
          .forEach(TcpConnection::dropDisorder);
    }
    List<TcpConnection> idle = new ArrayList<>();
    for (TcpConnection connection : all) {
      if (connection.account().isIdleFor(PATIENCE_NS, nowNs)) {
        idle.add(connection);
      }
    }
    if (budget.resetsIdleHolders()) {
      resetLargest(idle);
    }
  }

  /** Resets the largest holders first, until window edges may move again. */
  private void resetLargest(List<TcpConnection> idle) {
    idle.sort(Comparator.comparingLong(connection -> -connection.account().held()));
    for (TcpConnection connection : idle) {
      if (!budget.isScarce()) {
        return;
      }
      connection.reset(CloseReason.OUT_OF_MEMORY, true);
    }
  }
}
