package dev.jktcp.stack;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.connection.TcpConnection;

/**
 * The transport may go away and come back. Meanwhile nothing leaves, and no retransmission, probe
 * or keep-alive counts: R1 and R2 of RFC 9293 §3.8.3 judge a path, and there is none. Each
 * connection with a peer elsewhere outlives the gap, within the time that its user gave it; those
 * with this stack itself notice nothing.
 */
final class Absence {
  /** Connections of different patience are looked at together: at most ten looks a second. */
  private static final long BETWEEN_LOOKS_NS = 100 * TimerWheel.TICK_NS;

  private final TcpHost tcp;
  private final StackTime time;
  private boolean away;
  private long sinceNs;
  private long gapNs;
  private long lookNs = TimerWheel.NONE;

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
    tcp.forEachConnection(
        connection -> {
          if (!connection.isInward()) {
            connection.onAway(now);
            time.touch(connection);
          }
        });
    look(now);
  }

  void end(long now) {
    if (!away) {
      return;
    }
    away = false;
    lookNs = TimerWheel.NONE;
    tcp.forEachConnection(
        connection -> {
          if (!connection.isInward()) {
            connection.onBack(now);
            time.touch(connection);
          }
        });
  }

  /** A connection has begun meanwhile. */
  void onOpened(TcpConnection connection) {
    if (away && !connection.isInward()) {
      lookBy(connection.outlivesUntilNs(sinceNs, gapNs));
    }
  }

  void onTick(long now) {
    if (lookNs != TimerWheel.NONE && lookNs - now <= 0) {
      look(now);
    }
  }

  /** Ends the connections whose time is over, and sees when the next one's is. */
  private void look(long now) {
    lookNs = TimerWheel.NONE;
    tcp.forEachConnection(
        connection -> {
          if (connection.isInward()) {
            return;
          }
          long untilNs = connection.outlivesUntilNs(sinceNs, gapNs);
          if (untilNs - now <= 0) {
            connection.reset(CloseReason.TRANSPORT_AWAY, false);
          } else {
            lookBy(untilNs - now < BETWEEN_LOOKS_NS ? now + BETWEEN_LOOKS_NS : untilNs);
          }
        });
  }

  private void lookBy(long ns) {
    if (lookNs == TimerWheel.NONE || ns - lookNs < 0) {
      lookNs = ns;
    }
  }

  /** When {@link #onTick} next has work. */
  long deadlineNs() {
    return lookNs == TimerWheel.NONE ? lookNs : time.wheel().roundedUp(lookNs);
  }
}
