package dev.jktcp.stack;

import dev.jktcp.tcp.connection.ByteBudget;
import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.IcmpError;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.PacketWriter;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Path MTU discovery (RFC 1191, RFC 8201): the largest packet that the path to a destination
 * carries, kept if it is smaller than our own link's. It is learnt from ICMP, or from a connection
 * whose large packets vanished without an error (RFC 4821). It is forgotten after a time, so that a
 * path that became wider is used again (RFC 1191 §6.3).
 *
 * <p>An ICMP message is believed only if the connection that it quotes has the quoted segment in
 * flight (RFC 5927 §4.1), or the port has sent the quoted datagram lately. It is believed only
 * downwards: no message raises an estimate (RFC 8201 §4).
 */
final class PathMtus {
  /** RFC 791: every path carries this size. RFC 1191 §3 allows no lower estimate. */
  private static final int LEAST_V4 = 68;

  /** RFC 8200 §5. RFC 8201 §4: a message with a lower MTU is discarded. */
  private static final int LEAST_V6 = 1280;

  /**
   * The first size in bytes of a connection that searches for a larger one: Ethernet's 1500 less a
   * tunnel's headers, and the size that hosts send into a CDTunnel.
   */
  static final int START = 1_400;

  /** RFC 1191 §7.1: common MTUs of links. */
  private static final int[] PLATEAUS = {
    32_000, 17_914, 8_166, 4_352, 2_002, 1_492, 1_006, 508, 296, LEAST_V4
  };

  /** RFC 9293 §3.1: bytes of options that the data offset has room for. */
  private static final int MAX_OPTIONS = 40;

  private enum Kind {
    /** A router said that no larger packet passes. */
    TOLD,
    /** This size passes and more may: a search goes on. */
    OPEN,
    /** A search found that this size passes, and no larger one worth while. */
    SETTLED
  }

  private record Path(int mtu, Kind kind, long sinceNs) {}

  /** Tells the connections over a path, not all of them at once. */
  interface Listener {
    /**
     * @param sourceOrNull the connection that knows the estimate already
     */
    void onPath(IpAddress remote, TcpConnection sourceOrNull, long nowNs);

    /** Sizes that did not pass some time ago may pass now. */
    void onForgotten(IpAddress remote, long nowNs);
  }

  private final StackOptions options;
  private final Listener listener;
  private final StackCounters counters;
  private final ByteBudget budget;
  private final LinkedHashMap<IpAddress, Path> paths = new LinkedHashMap<>(); // oldest first
  private long nextAgedNs; // when the oldest path ages; meaningful only while there is one

  PathMtus(StackOptions options, StackCounters counters, ByteBudget budget, Listener listener) {
    this.options = options;
    this.listener = listener;
    this.counters = counters;
    this.budget = budget;
  }

  int size() {
    return paths.size();
  }

  /**
   * Bytes of the largest packet to this address: the MTU of its path, or our own link's if the path
   * is not known to have a smaller one.
   */
  int of(IpAddress remote) {
    Path path = known(remote);
    boolean open = path == null || (path.kind == Kind.OPEN && options.pathMtuProbing());
    return open ? options.mtu() : Math.min(path.mtu, options.mtu());
  }

  /** The packet size that a connection begins with. */
  private int start(IpAddress remote) {
    Path path = known(remote);
    boolean searched = path != null && path.kind != Kind.TOLD;
    return options.pathMtuProbing()
        ? Math.min(searched ? path.mtu : START, of(remote))
        : of(remote);
  }

  private Path known(IpAddress remote) {
    return paths.isEmpty() ? null : paths.get(remote);
  }

  /** A new connection begins with the known size of its path. */
  void introduce(TcpConnection connection, long nowNs) {
    age(nowNs);
    if (of(connection.remoteAddress()) < options.mtu()) {
      connection.onPathMss(mss(connection.remoteAddress()));
    }
  }

  /** The connection is about to be established, and may search for its path's size. */
  void beginSearch(TcpConnection connection) {
    IpAddress remote = connection.remoteAddress();
    connection.searchPath(start(remote) - PacketWriter.headerLength(remote.isV6(), 0));
  }

  /** A segment that this connection has in flight was too big for its path. */
  void onTooBig(TcpConnection connection, IcmpError error, long nowNs) {
    IpAddress remote = connection.remoteAddress();
    int length = error.quotedLength();
    int mtu = limit(error, remote.isV6());
    if (mtu == 0 || mtu >= length || !canBeOurs(connection, error)) {
      return;
    }
    lower(remote, mtu, connection, nowNs);
    if (length > of(remote)) {
      connection.onTooBig(error.seq());
    }
  }

  /** A datagram, which its port did send, was too big for its path. */
  void onDatagramTooBig(IcmpError error, long nowNs) {
    int mtu = limit(error, error.dst().isV6());
    if (mtu != 0 && mtu < error.quotedLength()) {
      lower(error.dst(), mtu, null, nowNs);
    }
  }

  private void lower(IpAddress remote, int mtu, TcpConnection sourceOrNull, long nowNs) {
    if (mtu < of(remote)) {
      counters.pathMtusLowered++;
      learn(remote, new Path(mtu, Kind.TOLD, nowNs));
      if (sourceOrNull != null) {
        sourceOrNull.onPathMss(mss(remote)); // at once, for it sends again
      }
      listener.onPath(remote, sourceOrNull, nowNs);
    }
  }

  /**
   * A connection has found a size by itself. Others over the path are told if it is smaller; new
   * ones begin with it.
   *
   * @param settled whether its search is over
   */
  void onFound(TcpConnection connection, int mss, boolean settled, long nowNs) {
    IpAddress remote = connection.remoteAddress();
    int mtu = mss + PacketWriter.headerLength(remote.isV6(), 0);
    if (mtu < start(remote)) {
      counters.blackHoles++;
    }
    learn(remote, new Path(mtu, settled ? Kind.SETTLED : Kind.OPEN, nowNs));
    if (of(remote) < options.mtu()) {
      listener.onPath(remote, connection, nowNs);
    }
  }

  /**
   * Whether the quoted segment can be ours: no SYN is too big for a path, and no segment reaches
   * beyond SND.NXT.
   */
  private static boolean canBeOurs(TcpConnection connection, IcmpError error) {
    int headers = PacketWriter.headerLength(connection.localAddress().isV6(), MAX_OPTIONS);
    return connection.state().synchronizedState()
        && error.quotedLength() - headers <= connection.sndNxt() - error.seq();
  }

  /** The MTU that the message reports; 0 = an impossible one. */
  private static int limit(IcmpError error, boolean v6) {
    long said = error.nextHopMtu();
    if (said == 0 && !v6) {
      return plateauBelow(error.quotedLength());
    }
    return said >= (v6 ? LEAST_V6 : LEAST_V4) && said <= 0xffff ? (int) said : 0;
  }

  /** RFC 1191 §5: an old router does not say, so the next lower plateau is tried. */
  private static int plateauBelow(int length) {
    for (int plateau : PLATEAUS) {
      if (plateau < length) {
        return plateau;
      }
    }
    return 0;
  }

  private void learn(IpAddress remote, Path path) {
    if (paths.remove(remote) != null) {
      budget.release(ByteBudget.PATH);
    }
    while (!paths.isEmpty()
        && (paths.size() >= options.maxPaths() || !budget.admits(ByteBudget.PATH))) {
      removeOldest();
    }
    paths.put(remote, path); // at the end, as the youngest
    budget.charge(ByteBudget.PATH);
    watchOldest();
  }

  /**
   * RFC 1191 §6.3: an old estimate is forgotten, because the path may have become wider. If it has
   * not, the next packet that is too big draws a message. Cheap, because every input calls it.
   */
  void age(long nowNs) {
    while (!paths.isEmpty() && nowNs - nextAgedNs >= 0) {
      Map.Entry<IpAddress, Path> aged = removeOldest();
      watchOldest();
      IpAddress remote = aged.getKey();
      if (aged.getValue().kind == Kind.SETTLED || options.pathMtuProbing()) {
        listener.onForgotten(remote, nowNs);
      } else {
        listener.onPath(remote, null, nowNs);
      }
    }
  }

  private Map.Entry<IpAddress, Path> removeOldest() {
    Iterator<Map.Entry<IpAddress, Path>> oldest = paths.entrySet().iterator();
    Map.Entry<IpAddress, Path> removed = oldest.next();
    oldest.remove();
    budget.release(ByteBudget.PATH);
    return removed;
  }

  private void watchOldest() {
    for (Map.Entry<IpAddress, Path> oldest : paths.entrySet()) {
      nextAgedNs = oldest.getValue().sinceNs + options.pathMtuNs();
      return;
    }
  }

  /** Bytes of the largest payload of a segment without options to this address. */
  int mss(IpAddress remote) {
    return of(remote) - PacketWriter.headerLength(remote.isV6(), 0);
  }
}
