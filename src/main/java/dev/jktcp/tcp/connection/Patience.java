package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;

/**
 * How long a peer may be silent, R2 of RFC 9293 §3.8.3 or the user timeout, and since when it has
 * been.
 */
final class Patience {
  /** As Linux: 63 s if the timeout begins at 1 s, 12.6 s if it begins at 200 ms. */
  private static final int SYN_ACK_RETRIES = 5;

  private final TcpProfile profile;
  private TcpTuning tuning;
  private int retries; // since the peer last made progress
  private long progressNs;

  Patience(TcpProfile profile, TcpTuning tuning) {
    this.profile = profile;
    this.tuning = tuning;
  }

  void tune(TcpTuning changed) {
    tuning = changed;
  }

  /** The peer has answered. */
  void onProgress(long nowNs) {
    retries = 0;
    progressNs = nowNs;
  }

  /** From now on the peer owes an answer. */
  void onWaitBegins(long nowNs) {
    if (retries == 0) {
      progressNs = nowNs;
    }
  }

  /** The peer did not answer in time. */
  void onSilence() {
    retries++;
  }

  /** The peer's silence begins with the first probe that it does not answer. */
  void onProbe(long nowNs) {
    if (retries++ == 0) {
      progressNs = nowNs;
    }
  }

  /** The transport was away: the silence so far proves nothing, but the user timeout runs on. */
  void onBack(long nowNs) {
    retries = 0;
    if (tuning.userTimeoutNs() <= 0) {
      progressNs = nowNs;
    }
  }

  /** When the current wait began, or the last one. */
  long sinceNs() {
    return progressNs;
  }

  int retries() {
    return retries;
  }

  /** MUST-22. */
  boolean isOverForSyn(long nowNs) {
    return retries >= profile.synMaxRetries() && nowNs - progressNs >= profile.synR2Ns();
  }

  /**
   * MUST-23 is about a user that waits for an active open. A passive open has no such user, and
   * takes a place until the peer completes it.
   */
  boolean isOverForSynAck() {
    return retries >= SYN_ACK_RETRIES;
  }

  /**
   * R2, in retransmissions.
   *
   * @param lossy whether the path is known to lose so many segments that silence proves less
   */
  int mostRetries(boolean lossy) {
    long most = profile.maxRetries() + (lossy ? (long) profile.lossyRetries() : 0);
    return (int) Math.min(Integer.MAX_VALUE, most); // a profile may never give up
  }

  /**
   * @param asked whether the flight has data that the peer could have acknowledged
   * @param lossy as in {@link #mostRetries}
   */
  boolean isOver(boolean asked, boolean lossy, long nowNs) {
    long patience = tuning.userTimeoutNs(); // MUST-21
    if (patience > 0) {
      boolean silence = retries > 0 || asked;
      return silence && nowNs - progressNs >= patience;
    }
    return retries >= mostRetries(lossy) && nowNs - progressNs >= profile.r2Ns();
  }

  /** The deadline, or the end of the user timeout if that comes first. */
  long bounded(long deadlineNs) {
    long patience = tuning.userTimeoutNs();
    boolean sooner = patience > 0 && progressNs + patience - deadlineNs < 0;
    return sooner ? progressNs + patience : deadlineNs;
  }
}
