package dev.jktcp.stack;

import dev.jktcp.tcp.connection.SipHash;
import dev.jktcp.wire.IpAddress;

/**
 * SYN cookies (RFC 4987 §3.6): initial sequence numbers that carry the needed facts of a SYN, so
 * that a listener keeps nothing before the peer has shown that it receives at its address.
 *
 * <p>A cookie is the peer's ISN, plus a keyed hash of the 4-tuple, plus the time in steps of 64 s
 * in its upper 8 bits, plus 24 bits: the index of the MSS in a table, and a keyed hash of 21 bits
 * of all these. The first two make it as hard to guess as other ISNs; the time makes it grow by
 * 2^24 a step, about as fast as the clock of RFC 6528. One blind ACK in 2^28 passes as that of a
 * cookie.
 *
 * <p>A cookie has no room for the other options of the SYN. If timestamps are in use, {@link
 * CookieTimestamps} carry them.
 */
final class SynCookies {
  /** At most two steps old: the peer's answer may take 64 s, and never takes 128 s. */
  private static final long STEP_NS = 64_000_000_000L;

  private static final int OLDEST = 1; // steps
  private static final int TIME_SHIFT = 24;
  private static final int INDEX_SHIFT = 21;
  private static final int HASH_MASK = (1 << INDEX_SHIFT) - 1;
  private static final int MAX_REST = (1 << TIME_SHIFT) - 1;
  private static final int MAX_WINDOW = 0xffff;

  /**
   * The least MSS of this stack, two of small paths, and those of the MTUs 1280, 1400, 1500, 9000,
   * 16000.
   */
  private static final int[] MSS_V4 = {28, 256, 536, 1240, 1360, 1460, 8960, 15_960};

  private static final int[] MSS_V6 = {28, 256, 536, 1220, 1340, 1440, 8940, 15_940};

  private final SipHash hash;

  SynCookies(SipHash hash) {
    this.hash = hash;
  }

  /** The 4-tuple of a handshake and the peer's ISN. */
  record Opening(IpAddress local, int localPort, IpAddress remote, int remotePort, int irs) {}

  /** The ISS for an answer to a SYN that offers {@code mss}. */
  int make(Opening opening, int mss, long nowNs) {
    int[] table = table(opening);
    int index = table.length - 1;
    while (index > 0 && table[index] > mss) {
      index--;
    }
    long tuple = tuple(opening);
    int step = step(nowNs);
    int rest = index << INDEX_SHIFT | keyed(opening, tuple, step, index);
    return base(opening, tuple, step) + rest;
  }

  /**
   * The largest MSS of the table that the peer takes, if {@code iss} is a cookie of ours for this
   * opening that has not aged.
   *
   * @return 0 if {@code iss} is no such cookie
   */
  int mssIn(int iss, Opening opening, long nowNs) {
    int[] table = table(opening);
    long tuple = tuple(opening);
    for (int age = 0; age <= OLDEST; age++) {
      int step = step(nowNs) - age;
      int rest = iss - base(opening, tuple, step);
      int index = rest >>> INDEX_SHIFT;
      if (index < table.length && (rest & HASH_MASK) == keyed(opening, tuple, step, index)) {
        return table[index];
      }
    }
    return 0;
  }

  /**
   * Whether a segment that acknowledges {@code iss} may follow the first one of a handshake by
   * cookie: its number is ahead of the peer's ISN by no more than an unscaled window. A segment of
   * no such handshake passes once in 127 times.
   *
   * @param asIfFirst the opening that the segment would complete if it were the first one
   */
  boolean mayBeAhead(int iss, Opening asIfFirst, long nowNs) {
    long tuple = tuple(asIfFirst);
    for (int age = 0; age <= OLDEST; age++) {
      int rest = iss - base(asIfFirst, tuple, step(nowNs) - age) + MAX_WINDOW;
      if (Integer.compareUnsigned(rest, MAX_REST + MAX_WINDOW) <= 0) {
        return true;
      }
    }
    return false;
  }

  /** A name for the opening's 4-tuple; a peer cannot find two with the same name. */
  long nameOf(Opening opening) {
    return tuple(opening);
  }

  private static int[] table(Opening opening) {
    return opening.local.isV6() ? MSS_V6 : MSS_V4;
  }

  private static int step(long nowNs) {
    return (int) Math.floorDiv(nowNs, STEP_NS);
  }

  private static int base(Opening opening, long tuple, int step) {
    return opening.irs + (int) (tuple >>> 32) + (step << TIME_SHIFT);
  }

  private long tuple(Opening o) {
    long ports = (long) o.localPort << 16 | o.remotePort;
    return hash.hash(o.local.hi(), o.local.lo(), o.remote.hi(), o.remote.lo(), ports);
  }

  /** Without this term, a host that has seen one cookie could compute the next. */
  private int keyed(Opening opening, long tuple, int step, int index) {
    return (int) hash.hash(tuple, opening.irs, step, index) & HASH_MASK;
  }
}
