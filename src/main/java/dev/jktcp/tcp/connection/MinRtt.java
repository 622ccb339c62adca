package dev.jktcp.tcp.connection;

/**
 * The least round trip of late. It is that of a window of time, so that a connection whose path has
 * become longer learns of it (RFC 8985 §6.2 step 1).
 */
final class MinRtt {
  /** Two make the 5 minutes of Linux's tcp_min_rtt_wlen: time for a standing queue to drain. */
  private static final long HALF_NS = 150_000_000_000L;

  private static final long SECOND_NS = 1_000_000_000L;

  private static final long NONE = Long.MAX_VALUE;

  private long beganNs;
  private long current = NONE;
  private long before = NONE; // of the half window before this one

  void onSample(long rttNs, long nowNs) {
    long age = nowNs - beganNs;
    if (current == NONE) {
      beganNs = nowNs;
    } else if (age >= HALF_NS) {
      before = age >= 2 * HALF_NS ? NONE : current;
      current = NONE;
      beganNs = nowNs;
    }
    current = Math.min(current, rttNs);
  }

  /** 0 = there was no sample yet. */
  long ns() {
    long least = Math.min(current, before);
    return least == NONE ? 0 : least;
  }

  // --- idle times

  void fold(IdleEnd to) {
    to.minRttNs = ns();
    to.minRttSinceS = (int) (beganNs / SECOND_NS);
  }

  void unfold(IdleEnd from) {
    current = from.minRttNs == 0 ? NONE : from.minRttNs;
    beganNs = from.minRttSinceS * SECOND_NS;
  }
}
