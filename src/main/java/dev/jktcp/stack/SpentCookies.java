package dev.jktcp.stack;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The cookies that have made a connection, so that none makes a second one. Without this record, a
 * late duplicate of a connection's first segment would open it again after its end, and the user
 * would see the first bytes twice. TIME-WAIT does the same for other connections, and has the same
 * limit.
 */
final class SpentCookies {
  /** Longer than a cookie is valid. */
  private static final long KEPT_NS = 128_000_000_000L;

  private record Spent(int irs, long sinceNs) {}

  private final int limit;
  private final Map<Long, Spent> byTuple = new LinkedHashMap<>(); // oldest first

  SpentCookies(int limit) {
    this.limit = limit;
  }

  /**
   * Whether the last cookie of this 4-tuple that made a connection was for this ISN of the peer.
   */
  boolean contains(long tuple, int irs, long nowNs) {
    return knows(tuple, nowNs) && byTuple.get(tuple).irs == irs;
  }

  /** Whether a cookie has lately made a connection of this 4-tuple. */
  boolean knows(long tuple, long nowNs) {
    forget(nowNs, limit);
    return byTuple.containsKey(tuple);
  }

  void add(long tuple, int irs, long nowNs) {
    if (limit > 0) {
      forget(nowNs, limit - 1);
      byTuple.remove(tuple); // the new one is the youngest
      byTuple.put(tuple, new Spent(irs, nowNs));
    }
  }

  private void forget(long nowNs, int most) {
    Iterator<Spent> oldest = byTuple.values().iterator();
    while (oldest.hasNext()) {
      boolean aged = nowNs - oldest.next().sinceNs >= KEPT_NS;
      if (!aged && byTuple.size() <= most) {
        return;
      }
      oldest.remove();
    }
  }
}
