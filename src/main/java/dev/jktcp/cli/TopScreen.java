package dev.jktcp.cli;

import dev.jktcp.ConnectionInfo;
import dev.jktcp.cli.ControlClient.Look;
import dev.jktcp.cli.Terminal.Size;
import dev.jktcp.impl.SocketStatistics;
import dev.jktcp.tcp.TcpInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One screen of {@code jktcp top}: the counters, the rates, and the connections that move most. It
 * fits the terminal in both directions.
 */
final class TopScreen {
  /** A state, an address and a rate. */
  static final int LEAST_COLUMNS = 40;

  private static final int HEAD = 7; // lines above the connections

  /** The head, a connection, a line that counts the others, and the last row, which stays free. */
  static final int LEAST_ROWS = HEAD + 3;

  /** The bytes that a connection has moved since the previous look. */
  private record Moving(ConnectionInfo connection, long in, long out) {}

  private final Look before; // null at first
  private final Look now;
  private final double seconds;
  private final Size size;

  /**
   * @param before the previous look; null for none
   * @param seconds since the previous look
   */
  TopScreen(Look before, Look now, double seconds, Size size) {
    this.before = before == null || before.stats() == null ? null : before;
    this.now = now;
    this.seconds = seconds;
    this.size = size;
  }

  /** Why there is no room for a screen; null if there is room. */
  static String tooSmall(Size size) {
    if (size.columns() < LEAST_COLUMNS) {
      return "top needs " + LEAST_COLUMNS + " columns, the terminal has " + size.columns();
    }
    return size.rows() < LEAST_ROWS
        ? "top needs " + LEAST_ROWS + " rows, the terminal has " + size.rows()
        : null;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    String small = tooSmall(size);
    if (small != null) {
      lines.add(small);
    } else if (now.error() != null) {
      lines.add(StatsText.title(now));
      lines.add(now.error());
    } else {
      addHead(lines);
      addConnections(lines);
    }
    return lines.stream().limit(Math.max(1, size.rows() - 1)).map(this::cut).toList();
  }

  private void addHead(List<String> lines) {
    lines.add(StatsText.title(now));
    lines.add("connections " + StatsText.connections(now.stats()));
    lines.add(
        String.format(
            Locale.ROOT,
            "in %s/s, %d packets/s; out %s/s, %d packets/s",
            ProgressText.bytes(perSecond("bytesReceived")),
            perSecond("packetsReceived"),
            ProgressText.bytes(perSecond("bytesSent")),
            perSecond("packetsSent")));
    lines.add("sent again " + StatsText.sentAgain(now.stats()));
    lines.add(
        "round trip "
            + StatsText.roundTrips(now.stats().roundTrips())
            + "; memory "
            + StatsText.memory(now.stats()));
    lines.add("");
  }

  private long perSecond(String counter) {
    return before == null
        ? 0
        : rate(now.stats().counter(counter) - before.stats().counter(counter));
  }

  private long rate(long moved) {
    return seconds <= 0 ? 0 : Math.max(0, Math.round(moved / seconds));
  }

  private void addConnections(List<String> lines) {
    int total = now.connections().total();
    int room = size.rows() - 1 - HEAD;
    boolean more = total > room;
    List<Moving> all = moving();
    List<Moving> shown = all.subList(0, Math.min(all.size(), more ? room - 1 : room));
    int address = addressColumns(shown);
    lines.add(
        row(
            "STATE", "REMOTE", "IN/s", "OUT/s", "RTT ms", "RETR", "LOCAL", "AGE", "OWNER",
            address));
    for (Moving each : shown) {
      lines.add(row(each, address));
    }
    if (more) {
      lines.add("… " + (total - shown.size()) + " more");
    }
  }

  private static int addressColumns(List<Moving> moving) {
    int longest = "REMOTE".length();
    for (Moving each : moving) {
      int remote = SocketStatistics.address(each.connection.remoteAddress()).length();
      int local = SocketStatistics.address(each.connection.localAddress()).length();
      longest = Math.max(longest, Math.max(remote, local));
    }
    return longest;
  }

  private static String row(Moving moving, int address) {
    TcpInfo tcp = moving.connection.tcp();
    return row(
        SocketStatistics.state(tcp.state()),
        SocketStatistics.address(moving.connection.remoteAddress()),
        ProgressText.bytes(moving.in),
        ProgressText.bytes(moving.out),
        tcp.srttNs() == 0 ? "-" : StatsText.ms(tcp.srttNs()),
        String.valueOf(tcp.retransmits()),
        SocketStatistics.address(moving.connection.localAddress()),
        SocketStatistics.age(moving.connection.age()),
        moving.connection.owner(),
        address);
  }

  /** The most important columns stand first: a narrow terminal cuts the others. */
  private static String row(
      String state,
      String remote,
      String in,
      String out,
      String rtt,
      String retransmits,
      String local,
      String age,
      String owner,
      int address) {
    String form = "%-10s %-" + address + "s %10s %10s %8s %5s %-" + address + "s %7s %s";
    return String.format(
        Locale.ROOT, form, state, remote, in, out, rtt, retransmits, local, age, owner);
  }

  /** Connections that move most come first, then the oldest. */
  private List<Moving> moving() {
    Map<String, TcpInfo> earlier = new HashMap<>();
    if (before != null) {
      before.connections().connections().forEach(c -> earlier.put(key(c), c.tcp()));
    }
    List<Moving> all = new ArrayList<>();
    for (ConnectionInfo connection : now.connections().connections()) {
      TcpInfo then = earlier.get(key(connection));
      TcpInfo tcp = connection.tcp();
      all.add(
          new Moving(
              connection,
              then == null ? 0 : rate(tcp.bytesReceived() - then.bytesReceived()),
              then == null ? 0 : rate(tcp.bytesAcked() - then.bytesAcked())));
    }
    all.sort(
        Comparator.comparingLong((Moving m) -> -(m.in + m.out))
            .thenComparing(m -> m.connection.age(), Comparator.reverseOrder()));
    return all;
  }

  private static String key(ConnectionInfo connection) {
    return connection.localAddress() + " " + connection.remoteAddress();
  }

  /** A terminal's last column stays free: some wrap when it is written. */
  private String cut(String line) {
    int most = Math.max(1, size.columns() - 1);
    return line.length() <= most ? line.stripTrailing() : line.substring(0, most - 1) + "…";
  }
}
