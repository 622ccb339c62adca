package dev.jktcp.stack;

import dev.jktcp.tcp.connection.SipHash;
import dev.jktcp.wire.IpAddress;
import java.util.LinkedHashMap;

/**
 * Finds a free port at random (RFC 6056 §3.3.1), each free one as likely as any other, in expected
 * constant time however many are used.
 *
 * <p>A few random tries find one while many are free. Where they all fail, a {@link PortPool}
 * remembers for that destination which ports were seen to be used: such a port is not looked at
 * again until it is freed, and an empty pool refuses immediately. A port that is picked counts as
 * used. The one error that a pool can have is a candidate that is used, and the next look corrects
 * it. So code that frees a port, or does not use what was picked, tells the pool; code that takes
 * another one need not.
 */
final class PortChooser {
  /**
   * What shares a port space: the connections between two addresses and one remote port, or all
   * listeners.
   */
  record Destination(IpAddress local, IpAddress remote, int port) {
    static final Destination LISTENING = new Destination(null, null, 0);
  }

  /** Says of a port whether a connection to that destination, or a listener, may have it. */
  interface Look {
    boolean isFree(Destination to, int port);
  }

  /** If half the ports are used, all tries fail once in 65,536 times. */
  private static final int TRIES = 16;

  private final SipHash hash;
  private final int first;
  private final int last;
  private final long maxPools;
  private final LinkedHashMap<Destination, PortPool> pools =
      new LinkedHashMap<>(16, 0.75f, true); // by use, the latest last
  private long drawn;
  private long looks;

  /**
   * @param maxFlows that can be at once; each destination with half its ports used has a pool, and
   *     so all pools together take 8 bytes a flow
   */
  PortChooser(SipHash hash, int first, int last, long maxFlows) {
    this.hash = hash;
    this.first = first;
    this.last = last;
    this.maxPools = 1 + 2 * maxFlows / count();
  }

  /**
   * @return a port to be used now, 0 when none is free
   */
  int pick(Destination to, Look look) {
    PortPool pool = pools.isEmpty() ? null : pools.get(to);
    if (pool == null) {
      for (int i = 0; i < TRIES; i++) {
        int port = first + draw(count());
        if (isFree(to, port, look)) {
          return port;
        }
      }
      pool = newPool(to);
    }
    while (pool.candidates() > 0) {
      int port = pool.candidate(draw(pool.candidates()));
      pool.exclude(port); // it is used, or will be
      if (isFree(to, port, look)) {
        return port;
      }
    }
    return 0;
  }

  private PortPool newPool(Destination to) {
    PortPool pool = new PortPool(first, last);
    pools.put(to, pool);
    if (pools.size() > maxPools) {
      pools.remove(pools.keySet().iterator().next());
    }
    return pool;
  }

  /**
   * A connection, or its TIME-WAIT record, has given up this port to this destination, or never had
   * it.
   */
  void onFreed(IpAddress local, int localPort, IpAddress remote, int remotePort) {
    if (pools.isEmpty() || !inRange(localPort)) {
      return;
    }
    Destination to = new Destination(local, remote, remotePort);
    PortPool pool = pools.get(to);
    if (pool != null) {
      pool.include(localPort);
      if (pool.isWhole()) {
        pools.remove(to);
      }
    }
  }

  /** A listener is gone, which kept its port from every destination. */
  void onFreed(int port) {
    if (inRange(port)) {
      pools.values().forEach(pool -> pool.include(port));
      pools.values().removeIf(PortPool::isWhole);
    }
  }

  private boolean inRange(int port) {
    return port >= first && port <= last;
  }

  private boolean isFree(Destination to, int port, Look look) {
    looks++;
    return look.isFree(to, port);
  }

  /**
   * Uniform below the bound: a remainder of 64 bits favours no port measurably. The range that is
   * usual is a power of two, and needs no division.
   */
  private int draw(int bound) {
    long random = hash.hash(drawn++);
    boolean power = (bound & bound - 1) == 0;
    return (int) (power ? random & bound - 1 : Long.remainderUnsigned(random, bound));
  }

  private int count() {
    return last - first + 1;
  }

  /** Ports looked at since the beginning. */
  long looks() {
    return looks;
  }

  int pools() {
    return pools.size();
  }

  /** Memory behind the pools. */
  long bytesHeld() {
    return 4L * count() * pools.size();
  }
}
