package dev.jktcp.impl;

import dev.jktcp.ConnectionInfo;
import dev.jktcp.ConnectionList;
import dev.jktcp.stack.IpStack;
import dev.jktcp.tcp.connection.TcpConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Lists an adapter's connections. Only those of the page are snapshot; of the others it needs just
 * the age.
 */
final class ConnectionLister {
  private record Aged(TcpConnection connection, long ageNs) {}

  /** The oldest first, so that new connections do not move a page. */
  private static final Comparator<Aged> ORDER =
      Comparator.comparingLong((Aged aged) -> -aged.ageNs)
          .thenComparing(aged -> aged.connection.localPort())
          .thenComparing(aged -> aged.connection.remotePort());

  private ConnectionLister() {}

  static void check(int skip, int limit) {
    if (skip < 0) {
      throw new IllegalArgumentException("skip: " + skip + " is negative");
    }
    if (limit < 1) {
      throw new IllegalArgumentException("limit: " + limit + " is not 1 or more");
    }
  }

  static ConnectionList list(IpStack stack, int skip, int limit, long nowNs) {
    List<Aged> all = new ArrayList<>();
    stack.forEachConnection(c -> all.add(new Aged(c, nowNs - c.openedNs())));
    all.sort(ORDER);
    int from = Math.min(skip, all.size());
    int to = (int) Math.min(all.size(), (long) from + limit);
    List<ConnectionInfo> page = new ArrayList<>(to - from);
    for (Aged aged : all.subList(from, to)) {
      page.add(info(aged, nowNs));
    }
    return new ConnectionList(all.size(), from, page);
  }

  private static ConnectionInfo info(Aged aged, long nowNs) {
    TcpConnection connection = aged.connection;
    return new ConnectionInfo(
        Addresses.of(connection.localAddress(), connection.localPort()),
        Addresses.of(connection.remoteAddress(), connection.remotePort()),
        Duration.ofNanos(aged.ageNs),
        connection.attachment() instanceof ConnectionOwner owner ? owner.owner() : "accepting",
        connection.info(nowNs));
  }
}
