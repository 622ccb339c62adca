package dev.jktcp.stack;

import dev.jktcp.tcp.connection.RateLimit;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.tcp.connection.TimedFlow;
import dev.jktcp.wire.IpAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * The changes of paths that the connections over them have still to be told. Finding these
 * connections takes a look at all connections, so beyond {@link #LOOKS_A_SECOND} a look serves all
 * changes of a while. Otherwise a peer that forges ICMP messages about its own segments could make
 * each of them cost as much as all connections.
 */
final class PathNews {
  /** A path changes rarely, and a look at 65,536 connections takes a few milliseconds. */
  private static final int LOOKS_A_SECOND = 10;

  private static final long PAUSE_NS = 1_000 * TimerWheel.TICK_NS / LOOKS_A_SECOND;

  /**
   * @param sourceOrNull the connection that knows the change already
   * @param forgotten whether the path was forgotten, and is to be tried for its size
   */
  private record Change(TcpConnection sourceOrNull, boolean forgotten) {}

  private final TcpHost tcp;
  private final StackTime time;
  private final StackOptions options;
  private final FaultyConnections faulty;
  private final Map<IpAddress, Change> changes = new HashMap<>();
  private final Alarm alarm = new Alarm(); // for the next look
  private final RateLimit looks = new RateLimit(LOOKS_A_SECOND);
  private long steps;

  PathNews(TcpHost tcp, IpLayer ip) {
    this.tcp = tcp;
    this.time = ip.time();
    this.options = ip.options();
    this.faulty = ip.faulty();
  }

  void add(IpAddress remote, TcpConnection sourceOrNull, boolean forgotten, long now) {
    if (tcp.connections() == 0) {
      return;
    }
    boolean waits = !changes.isEmpty();
    changes.put(remote, new Change(sourceOrNull, forgotten));
    if (changes.size() > options.maxPaths() || !waits && looks.allow(now)) {
      look();
    } else if (!waits) {
      time.wheel().arm(alarm, now + PAUSE_NS, now);
    }
  }

  boolean owns(TimedFlow flow) {
    return flow == alarm;
  }

  void look() {
    time.wheel().cancel(alarm);
    tcp.each(this::tell);
    changes.clear();
  }

  private void tell(TcpConnection connection) {
    steps++;
    IpAddress remote = connection.remoteAddress();
    Change change = changes.get(remote);
    if (change == null || change.sourceOrNull == connection) {
      return;
    }
    try {
      if (change.forgotten) {
        connection.onPathForgotten(tcp.pathMss(remote));
      } else {
        connection.onPathMss(tcp.pathMss(remote));
      }
    } catch (RuntimeException | AssertionError thrown) { // out of its congestion control
      faulty.addOnTick(connection, thrown);
    }
  }

  /** No connection is left. */
  void clear() {
    time.wheel().cancel(alarm);
    changes.clear();
  }

  /** Connections looked at since the beginning. */
  long steps() {
    return steps;
  }
}
