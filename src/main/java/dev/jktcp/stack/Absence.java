package dev.jktcp.stack;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.tcp.connection.TimedFlow;
import java.util.function.Consumer;

/**
 * The transport's absences. Until it is back nothing leaves, and no retransmission, probe or
 * keep-alive counts: R1 and R2 of RFC 9293 §3.8.3 judge a path, and there is no path. Each
 * connection with a peer elsewhere outlives the gap, within the time that its user gave it.
 * Connections with this stack itself notice nothing.
 */
final class Absence {
  /** Connections with different limits share a look: at most ten looks a second. */
  private static final long BETWEEN_LOOKS_NS = 100 * TimerWheel.TICK_NS;

  /**
   * A stop of the process counts as one wait ({@link StackClock}), so waits within a gap are no
   * longer than this.
   */
  private static final long STEP_NS = 1_000 * TimerWheel.TICK_NS;

  private final TcpHost tcp;
  private final StackTime time;
  private boolean away;
  private long sinceNs;
  private long gapNs;
  private long nextLookNs = TimerWheel.NONE;
  private final Alarm alarm = new Alarm(); // for the next look

  Absence(TcpHost tcp, StackTime time) {
    this.tcp = tcp;
    this.time = time;
  }

  boolean isAway() {
    return away;
  }

  void begin(long gap, long now) {
    if (away) {
      return;
    }
    away = true;
    sinceNs = now;
    gapNs = gap;
    forEachOutward(
        connection -> {
          connection.onAway(now);
          time.touch(connection);
        });
    look(now);
  }

  void end(long now) {
    if (!away) {
      return;
    }
    away = false;
    time.wheel().cancel(alarm);
    forEachOutward(
        connection -> {
          connection.onBack(now);
          time.touch(connection);
        });
  }

  /** A connection was opened during the absence. */
  void onOpened(TcpConnection connection, long now) {
    if (away && !connection.isInward()) {
      long firstNs = IpStack.first(nextLookNs, connection.outlivesUntilNs(sinceNs, gapNs));
      if (firstNs != nextLookNs) {
        lookAt(firstNs, now);
      }
    }
  }

  boolean owns(TimedFlow flow) {
    return flow == alarm;
  }

  void onDue(long now) {
    if (nextLookNs - now > 0) {
      lookAt(nextLookNs, now);
    } else {
      look(now);
    }
  }

  /** Ends the connections whose time is over, and arms the alarm for the next. */
  private void look(long now) {
    nextLookNs = TimerWheel.NONE;
    forEachOutward(
        connection -> {
          long untilNs = connection.outlivesUntilNs(sinceNs, gapNs);
          if (untilNs - now <= 0) {
            connection.reset(CloseReason.TRANSPORT_AWAY, false);
          } else {
            nextLookNs = IpStack.first(nextLookNs, untilNs);
          }
        });
    if (nextLookNs != TimerWheel.NONE) {
      lookAt(Math.max(nextLookNs - now, BETWEEN_LOOKS_NS) + now, now);
    }
  }

  private void lookAt(long ns, long now) {
    nextLookNs = ns;
    time.wheel().arm(alarm, Math.min(ns - now, STEP_NS) + now, now);
  }

  /** All connections but those with this stack itself, which need no transport. */
  private void forEachOutward(Consumer<TcpConnection> action) {
    tcp.forEachConnection(
        connection -> {
          if (!connection.isInward()) {
            action.accept(connection);
          }
        });
  }
}
