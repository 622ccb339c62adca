package dev.jktcp.stack;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The cookies that have made a connection, so that none makes two. Without this record, a late
 * duplicate of a connection's first segment would open it again once it is over, and its reader
 * would see the first bytes twice. TIME-WAIT does the same for other connections, and has the same
 * limit.
 */
final class SpentCookies {
  /** Longer than a cookie is good for. */
  private static final long KEPT_NS = 128_000_000_000L;

  private final int limit;
  private final Map<Long, Long> spentNs = new LinkedHashMap<>(); // oldest first

  SpentCookies(int limit) {
    this.limit = limit;
  }

  boolean contains(long name, long nowNs) {
    forget(nowNs, limit);
    return spentNs.containsKey(name);
  }

  void add(long name, long nowNs) {
    if (limit > 0) {
      forget(nowNs, limit - 1);
      spentNs.put(name, nowNs);
    }
  }

  private void forget(long nowNs, int most) {
    Iterator<Long> oldest = spentNs.values().iterator();
    while (oldest.hasNext()) {
      boolean aged = nowNs - oldest.next() >= KEPT_NS;
      if (!aged && spentNs.size() <= most) {
        return;
      }
      oldest.remove();
    }
  }
}
