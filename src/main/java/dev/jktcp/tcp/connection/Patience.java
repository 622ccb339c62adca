package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;

/**
 * How long a peer may be silent: R2 of RFC 9293 §3.8.3 or the user timeout, and since when it is.
 */
final class Patience {
  /** As Linux: 63 s where the timeout begins at 1 s, 12.6 s where it begins at 200 ms. */
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

  /** From now on there is something that the peer may be silent about. */
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

  /** The transport was away: the silence so far proves nothing, but a user's patience goes on. */
  void onBack(long nowNs) {
    retries = 0;
    if (tuning.userTimeoutNs() <= 0) {
      progressNs = nowNs;
    }
  }

  /** When the wait that is under way, or the last one, began. */
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
   * MUST-23 is about a user that waits for an active open. Here no user waits, and an opening that
   * no peer completes holds a place.
   */
  boolean isOverForSynAck() {
    return retries >= SYN_ACK_RETRIES;
  }

  /**
   * R2, in retransmissions.
   *
   * @param lossy whether the path is known to lose so much that silence proves less
   */
  int mostRetries(boolean lossy) {
    long most = profile.maxRetries() + (lossy ? (long) profile.lossyRetries() : 0);
    return (int) Math.min(Integer.MAX_VALUE, most); // a profile may never give up
  }

  /**
   * @param asked whether something is in flight that the peer could have acknowledged
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

  /** A user's patience may end before a timer would fire. */
  long bounded(long deadlineNs) {
    long patience = tuning.userTimeoutNs();
    boolean sooner = patience > 0 && progressNs + patience - deadlineNs < 0;
    return sooner ? progressNs + patience : deadlineNs;
  }
}
