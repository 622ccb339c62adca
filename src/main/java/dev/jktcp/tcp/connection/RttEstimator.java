package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.wire.Seq;

/** Retransmission timeout of RFC 6298, nanoseconds. One segment is timed at a time. */
final class RttEstimator {
  // 2^10 times any initial timeout is far above every profile's maximum.
  private static final int MAX_BACKOFF = 10;

  private final TcpProfile profile;
  private long srttNs; // 0 until the first sample
  private long rttVarNs;
  private int backoff;
  private boolean synLost;

  private boolean timing;
  private int timedSeq;
  private long timedSinceNs;

  RttEstimator(TcpProfile profile) {
    this.profile = profile;
  }

  /** Whether no segment is being timed. */
  boolean folds() {
    return !timing;
  }

  void fold(IdleEnd to) {
    to.srttNs = srttNs;
    to.rttVarNs = rttVarNs;
    to.backoff = (byte) backoff;
    to.synLost = synLost;
  }

  void unfold(IdleEnd from) {
    srttNs = from.srttNs;
    rttVarNs = from.rttVarNs;
    backoff = from.backoff;
    synLost = from.synLost;
  }

  /** A segment that ends before {@code endSeq} leaves for the first time. */
  void onSent(int endSeq, long nowNs) {
    if (!timing) {
      timing = true;
      timedSeq = endSeq;
      timedSinceNs = nowNs;
    }
  }

  /** Karn's rule (§3): what was sent twice gives no sample. */
  void onRetransmitted() {
    timing = false;
  }

  /** The process was stopped. The time of a stop is not the path's. */
  void onStop() {
    timing = false;
  }

  /**
   * @return the sample that this acknowledgment completed, or 0
   */
  long onAcked(int ack, long nowNs) {
    if (!timing || Seq.lt(ack, timedSeq)) {
      return 0;
    }
    timing = false;
    // A stop that ended before any timer was due goes unnoticed; the limit keeps it out.
    long rttNs = Math.max(1, Math.min(profile.maxRtoNs(), nowNs - timedSinceNs));
    if (srttNs == 0) { // §2.2
      srttNs = rttNs;
      rttVarNs = rttNs / 2;
    } else { // §2.3: beta 1/4, alpha 1/8
      rttVarNs += (Math.abs(srttNs - rttNs) - rttVarNs) / 4;
      srttNs += (rttNs - srttNs) / 8;
    }
    backoff = 0; // Karn's other half: only a clean sample ends the back-off
    return rttNs;
  }

  /** The peer acknowledged something: a timeout that is not adaptive starts over. */
  void onProgress() {
    if (!profile.adaptive()) {
      backoff = 0;
    }
  }

  /** §5.5 */
  void onTimeout() {
    backoff = Math.min(MAX_BACKOFF, backoff + 1);
  }

  /** Probes of a closed window, which the peer answered, backed the timer off: nothing was lost. */
  void onWindowOpened() {
    backoff = 0;
  }

  /** §5.7: the handshake needed more than one SYN. */
  void onSynLost() {
    synLost = true;
    if (profile.rtoAfterSynLossNs() > 0) {
      backoff = 0;
    }
  }

  /** Timeouts since the last sample: the next one comes later than the path's own times ask for. */
  boolean backedOff() {
    return backoff > 0;
  }

  /** What the timer is armed with now. */
  long rtoNs() {
    return Math.min(profile.maxRtoNs(), baseNs() << backoff);
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
    return Math.max(profile.minRtoNs(), rto); // §2.4
  }
}
