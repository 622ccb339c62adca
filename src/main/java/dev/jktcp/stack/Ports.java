package dev.jktcp.stack;

import dev.jktcp.tcp.connection.SipHash;
import java.util.function.IntPredicate;

/** Ephemeral ports of RFC 6335 §6, chosen at random (RFC 6056 §3.3.1). */
final class Ports {
  static final int FIRST = 49_152;
  static final int LAST = 65_535;

  private static final int COUNT = LAST - FIRST + 1;

  private final SipHash hash;
  private long drawn;

  Ports(SipHash hash) {
    this.hash = hash;
  }

  /**
   * A port that {@code isFree}; the first try is random, the search goes on from there.
   *
   * @return 0 when none is free
   */
  int pick(IntPredicate isFree) {
    int start = (int) Long.remainderUnsigned(hash.hash(1, drawn++, 0, 0, 0, 0), COUNT);
    for (int i = 0; i < COUNT; i++) {
      int port = FIRST + (start + i) % COUNT;
      if (isFree.test(port)) {
        return port;
      }
    }
    return 0;
  }
}
