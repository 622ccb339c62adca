package dev.jktcp.stack;

import dev.jktcp.tcp.connection.TcpConnection;
import java.util.function.LongConsumer;

/**
 * The stack's own time, by which its timers and connections live. Each input and command tells it
 * first. By that a stop of the process ends, and a look at memory that is wanted gets its deadline.
 */
final class StackTime {
  // Further ones are settled at once: a connection that is over is not to be kept by this list.
  private static final int MOST_TOUCHED = 256;

  private final TimerWheel wheel = new TimerWheel();
  private final StackClock clock = new StackClock(wheel);
  private final MemoryWatch memory;
  private final LongConsumer onStop;
  private final TurnQueue<TcpConnection> touched = TurnQueue.ofConnections();
  private boolean started;
  private long toldNs; // by the caller, last

  /**
   * @param onStop given the stack's time when the process was stopped before it
   */
  StackTime(MemoryWatch memory, LongConsumer onStop) {
    this.memory = memory;
    this.onStop = onStop;
  }

  /** The stack's time, now that its caller's clock shows {@code callersNs}. */
  long at(long callersNs) {
    if (callersNs == toldNs && started && !memory.isWanted()) {
      return clock.nowNs(); // as for each packet of a batch
    }
    toldNs = callersNs;
    if (!started) {
      started = true;
      clock.start(callersNs);
      wheel.start(clock.nowNs());
    } else if (clock.isFarFrom(callersNs)) {
      endStop(callersNs);
    }
    long now = clock.at(callersNs);
    watchMemory(now);
    return now;
  }

  private void endStop(long callersNs) {
    settle(); // by its deadlines the clock knows of a stop
    if (clock.endStop(callersNs)) {
      onStop.accept(clock.at(callersNs));
    }
  }

  /**
   * The connection's deadline may be another from now on. A batch of packets moves it many times,
   * and only the last one counts: {@link #settle} brings it to the wheel.
   */
  void touch(TcpConnection connection) {
    if (!connection.touched) {
      connection.touched = true;
      if (touched.size() == MOST_TOUCHED) {
        settle();
      }
      touched.add(connection);
    }
  }

  /** Before the wheel is asked anything, it learns of all deadlines that are others now. */
  void settle() {
    long now = clock.nowNs();
    for (TcpConnection connection; (connection = touched.poll()) != null; ) {
      settle(connection, now);
    }
    watchMemory(now);
  }

  private void settle(TcpConnection connection, long nowNs) {
    connection.touched = false;
    if (connection.hasDeadline()) {
      wheel.arm(connection, connection.earliestDeadlineNs(), nowNs);
    } else {
      wheel.suspend(connection);
    }
  }

  /** Something may have been charged. */
  void watchMemory(long nowNs) {
    if (memory.isWanted()) {
      memory.start(wheel, nowNs);
    }
  }

  TimerWheel wheel() {
    return wheel;
  }

  StackClock clock() {
    return clock;
  }
}
