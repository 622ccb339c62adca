package dev.jktcp.stack;

import dev.jktcp.tcp.connection.SipHash;
import dev.jktcp.wire.IpAddress;
import java.util.LinkedHashMap;
import java.util.Objects;

/**
 * Finds a free port at random (RFC 6056 §3.3.1), each as likely as any other, in expected constant
 * time, however many ports are in use.
 *
 * <p>While many ports are free, a few random tries find one. If they all fail, a {@link PortPool}
 * records the ports of that destination that were seen in use: such a port is not looked at again
 * until it is freed, and an empty pool refuses immediately. A port that is picked counts as used.
 * The only possible error of a pool is a candidate that is in use, and the next look corrects it.
 * So code that frees a port, or does not use a picked one, tells the pool; code that takes another
 * port need not.
 */
final class PortChooser {
  /**
   * A space of ports: that of the connections between two addresses and one remote port, or that of
   * all listeners.
   */
  record Destination(IpAddress local, IpAddress remote, int port) {
    static final Destination LISTENING = new Destination(null, null, 0);

    boolean is(IpAddress local, IpAddress remote, int port) {
      return port == this.port
          && Objects.equals(remote, this.remote)
          && Objects.equals(local, this.local);
    }

    // A record's own are built of method handles: a look-up took 26 ns instead of 19.
    @Override
    public boolean equals(Object other) {
      return other instanceof Destination to && is(to.local, to.remote, to.port);
    }

    @Override
    public int hashCode() {
      return 31 * port + Objects.hashCode(remote);
    }
  }

  /** Decides whether a connection to the destination, or a listener, may have a port. */
  interface Look {
    boolean isFree(Destination to, int port);

    /** A quicker look at a port tried at random: true is certain, false may rarely be wrong. */
    default boolean seemsFree(Destination to, int port) {
      return isFree(to, port);
    }
  }

  /** With half the ports in use, all tries fail once in 65,536 times. */
  private static final int TRIES = 16;

  private final SipHash hash;
  private final int first;
  private final int last;
  private final long maxPools;
  private final LinkedHashMap<Destination, PortPool> pools =
      new LinkedHashMap<>(16, 0.75f, true); // in order of use, the latest last
  private Destination latest; // most calls are about the destination of the one before
  private PortPool latestPool; // null: to be looked up
  private long drawn;
  private long looks;

  /**
   * @param maxFlows that can exist at once. Each destination with half its ports in use has a pool,
   *     so all pools together take 8 bytes a flow
   */
  PortChooser(SipHash hash, int first, int last, long maxFlows) {
    this.hash = hash;
    this.first = first;
    this.last = last;
    this.maxPools = 1 + 2 * maxFlows / count();
  }

  /**
   * @return a port to be used now, 0 if all are in use
   */
  int pick(Destination to, Look look) {
    PortPool pool = poolOf(to.local, to.remote, to.port);
    if (pool == null) {
      for (int i = 0; i < TRIES; i++) {
        int port = first + draw(count());
        looks++;
        if (look.seemsFree(to, port)) {
          return port;
        }
      }
      pool = newPool(to);
    }
    while (pool.candidates() > 0) {
      int port = pool.candidate(draw(pool.candidates()));
      pool.exclude(port); // the port is in use, or will be
      looks++;
      if (look.isFree(to, port)) {
        return port;
      }
    }
    return 0;
  }

  /** The pool of the destination, which becomes the last in the order of use; null = none. */
  private PortPool poolOf(IpAddress local, IpAddress remote, int port) {
    if (pools.isEmpty()) {
      return null;
    }
    if (latestPool == null || !latest.is(local, remote, port)) {
      latest = new Destination(local, remote, port);
      latestPool = pools.get(latest);
    }
    return latestPool;
  }

  private PortPool newPool(Destination to) {
    PortPool pool = new PortPool(first, last);
    latestPool = null;
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
    if (!inRange(localPort)) {
      return;
    }
    PortPool pool = poolOf(local, remote, remotePort);
    if (pool != null) {
      pool.include(localPort);
      if (pool.isWhole()) {
        pools.remove(latest);
        latestPool = null;
      }
    }
  }

  /** A listener is gone, and its port is free for every destination. */
  void onFreed(int port) {
    if (inRange(port)) {
      pools.values().forEach(pool -> pool.include(port));
      pools.values().removeIf(PortPool::isWhole);
      latestPool = null;
    }
  }

  private boolean inRange(int port) {
    return port >= first && port <= last;
  }

  /**
   * A number below the bound, uniform: a remainder of 64 bits favours no port measurably. The usual
   * range is a power of two, and needs no division.
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

  /** Bytes of memory behind the pools. */
  long bytesHeld() {
    return 4L * count() * pools.size();
  }
}
