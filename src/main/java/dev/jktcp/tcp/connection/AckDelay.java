package dev.jktcp.tcp.connection;

import static dev.jktcp.time.Nanos.MS;

/**
 * RFC 8985 §7.2 TLP.max_ack_delay: how long the peer may delay the ACK of a segment that is alone
 * in flight. The RFC recommends 200 ms, since no field tells a sender the peer's timer. The peer's
 * ACKs do: if the ACK of a single segment came later than the path takes, twice that delay is
 * granted from then on. If that proves too little, because a probe arrived twice, the RFC's 200 ms
 * are granted for good: a wrong guess costs a connection one segment.
 *
 * <p>After disorder, and at the start of a connection, receivers acknowledge each segment at once.
 * If that happened to one of two segments that left together, no delay is granted to the other.
 */
final class AckDelay {
  /** The longest ACK delay of Linux and the BSDs. */
  static final long MOST_NS = 200_000_000L;

  /**
   * A shorter delay does not come from a timer. The shortest of Linux and the BSDs is 40 ms. Ours
   * is 5 ms, of which a tick of 1 ms may count in the round trip that is subtracted.
   */
  private static final long LEAST_NS = 4_000_000L;

  private static final int GRANTED = 2; // times the longest seen: the delay follows the round trip
  private static final long TOGETHER_NS = MS; // a tick
  private static final int MOST_MS = (int) (MOST_NS / MS / GRANTED);

  private int seenMs; // the longest delay; 0 = none was seen, or is no longer believed
  private boolean prompt; // the last ACK of a single segment was not delayed
  private long promptNs; // when its segment left
  private boolean wrong;

  /**
   * An ACK of a single segment that was sent once, without disorder.
   *
   * @param sentNs when the segment left
   * @param leastNs the round trip of the path alone
   */
  void onAck(long sentNs, long leastNs, long nowNs) {
    long delayNs = nowNs - sentNs - leastNs;
    prompt = delayNs < LEAST_NS && !wrong;
    promptNs = sentNs;
    if (delayNs >= LEAST_NS && !wrong) {
      seenMs = Math.max(seenMs, (int) Math.min(MOST_MS, (delayNs + MS - 1) / MS));
    }
  }

  /** The flight is empty: the next segment leaves at a later time. */
  void onAllArrived() {
    prompt = false;
    promptNs = 0;
  }

  /** A probe proved needless, since the ACK was only late. */
  void onNeedlessProbe() {
    wrong = true;
    prompt = false;
    seenMs = 0;
  }

  /** The delay in ns granted to the ACK of the segment that left at that time. */
  long ns(long sentNs) {
    if (prompt && sentNs - promptNs <= TOGETHER_NS) {
      return 0;
    }
    return seenMs == 0 ? MOST_NS : GRANTED * seenMs * MS;
  }

  // --- idle times

  void fold(IdleEnd to) {
    to.ackDelayMs = (byte) (wrong ? -1 : seenMs);
  }

  void unfold(IdleEnd from) {
    wrong = from.ackDelayMs < 0;
    seenMs = Math.max(0, from.ackDelayMs);
  }
}
