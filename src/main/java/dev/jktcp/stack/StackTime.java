package dev.jktcp.stack;

import dev.jktcp.tcp.connection.TcpConnection;
import java.util.function.LongConsumer;

/**
 * The stack's own time, for its timers and connections. Each input and command first passes its
 * time here. That ends a stop of the process, and gives a wanted look at memory its deadline.
 */
final class StackTime {
  // Further ones are settled at once: this list must not keep connections that are over.
  private static final int MOST_TOUCHED = 256;

  private final TimerWheel wheel = new TimerWheel();
  private final StackClock clock = new StackClock(wheel);
  private final MemoryWatch memory;
  private final LongConsumer onStop;
  private final TurnQueue<TcpConnection> touched = TurnQueue.ofConnections();
  private boolean started;
  private long toldNs; // the caller's last time

  /**
   * @param onStop gets the stack's time after a stop of the process
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
    settle(); // the clock finds a stop by the wheel's deadlines
    if (clock.endStop(callersNs)) {
      onStop.accept(clock.at(callersNs));
    }
  }

  /**
   * The connection's deadline may have changed. A batch of packets moves it many times, and only
   * the last one counts: {@link #settle} passes it to the wheel.
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

  /** Passes all changed deadlines to the wheel, before it is asked anything. */
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

  /** Memory may have been charged. */
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
