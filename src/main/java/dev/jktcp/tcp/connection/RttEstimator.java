package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.TcpProfile;

/** Retransmission timeout of RFC 6298, nanoseconds. */
final class RttEstimator {
  // 2^10 times any initial timeout is far above every profile's maximum.
  private static final int MAX_BACKOFF = 10;

  private static final long TICK_NS = 1_000_000; // G
  private static final long MICROSECOND_NS = 1_000;

  // Of an IdleEnd.
  private static final int SYN_LOST = 1;
  private static final int CAUTIOUS = 2;
  private static final int BACKOFF = 4; // the first of the bits that hold the back-off

  private final TcpProfile profile;
  private long srttNs; // 0 until the first sample
  private long rttVarNs;
  private int backoff;
  private boolean synLost;
  private boolean cautious; // after a spurious timeout, until the next sample
  private long rtoNs; // derived from these; read more often than they change

  RttEstimator(TcpProfile profile) {
    this.profile = profile;
    settle();
  }

  void fold(IdleEnd to) {
    to.srttNs = srttNs;
    to.rttVarNs = rttVarNs;
    to.rtt = (byte) (BACKOFF * backoff | (synLost ? SYN_LOST : 0) | (cautious ? CAUTIOUS : 0));
  }

  void unfold(IdleEnd from) {
    srttNs = from.srttNs;
    rttVarNs = from.rttVarNs;
    backoff = from.rtt / BACKOFF;
    synLost = (from.rtt & SYN_LOST) != 0;
    cautious = (from.rtt & CAUTIOUS) != 0;
    settle();
  }

  /**
   * A round trip was measured.
   *
   * @param samples number of samples expected in a round trip. Each weighs that much less, so that
   *     the average looks back as far as with a single one (RFC 7323 appendix G)
   * @return the round trip in ns
   */
  long onSample(long measuredNs, int samples) {
    // A stop that ended before any timer was due goes unnoticed; the limit keeps it out.
    long rttNs = Math.min(profile.maxRtoNs(), measuredNs);
    if (cautious) { // RFC 4015 §3.1 step 11
      cautious = false;
      srttNs = Math.max(srttNs + 2 * TICK_NS, rttNs);
      rttVarNs = Math.max(rttVarNs, rttNs / 2);
    } else if (srttNs == 0) { // §2.2
      srttNs = rttNs;
      rttVarNs = rttNs / 2;
    } else { // §2.3: beta 1/4, alpha 1/8
      rttVarNs += part(Math.abs(srttNs - rttNs) - rttVarNs, 4, samples);
      srttNs += part(rttNs - srttNs, 8, samples);
    }
    backoff = 0; // Karn's other half: only a clean sample ends the back-off
    settle();
    return rttNs;
  }

  /** With a segment or two in flight, each ACK comes here: it needs no division. */
  private static long part(long ns, int of, int samples) {
    return samples == 1 ? ns / of : ns / ((long) of * samples);
  }

  /** The peer acknowledged data: a timeout that is not adaptive starts over. */
  void onProgress() {
    if (!profile.adaptive() && backoff > 0) {
      backoff = 0;
      settle();
    }
  }

  /** §5.5 */
  void onTimeout() {
    backoff = Math.min(MAX_BACKOFF, backoff + 1);
    settle();
  }

  /** A timeout proved spurious: the next round trip counts in full. */
  void onSpuriousTimeout() {
    cautious = srttNs > 0;
  }

  /**
   * Ends the back-off. Its timeouts prove nothing about the path: they paced probes of a closed
   * window that the peer answered, or the transport was away.
   */
  void forgetTimeouts() {
    backoff = 0;
    settle();
  }

  /** §5.7: the handshake needed more than one SYN. */
  void onSynLost() {
    synLost = true;
    if (profile.rtoAfterSynLossNs() > 0) {
      backoff = 0;
    }
    settle();
  }

  /** Whether timeouts since the last sample have backed the timer off. */
  boolean backedOff() {
    return backoff > 0;
  }

  /** The current retransmission timeout in ns. */
  long rtoNs() {
    return rtoNs;
  }

  private void settle() {
    rtoNs = Math.min(profile.maxRtoNs(), baseNs() << backoff);
  }

  long srttNs() {
    return srttNs;
  }

  long rttVarNs() {
    return rttVarNs;
  }

  private long baseNs() {
    if (srttNs == 0 || !profile.adaptive()) {
      return synLost
          ? Math.max(profile.initialRtoNs(), profile.rtoAfterSynLossNs())
          : profile.initialRtoNs();
    }
    long rto = srttNs + Math.max(profile.minVarianceNs(), 4 * rttVarNs); // §2.3
    if (rto <= profile.minRtoNs()) { // §2.4
      return profile.minRtoNs();
    }
    rto -= rto % MICROSECOND_NS; // or a round trip of nothing would put a timer off by a tick
    return Math.max(profile.minRtoNs(), rto);
  }
}
