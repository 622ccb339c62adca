package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.TcpTuning;

/** RFC 9293 §3.8.4: asks a silent peer for a sign of life. Exists only while keep-alive is on. */
final class KeepAlive {
  private long heardNs;
  private long askedNs; // when the last unanswered probe was due
  private int unanswered;
  private boolean probeToSend;

  /** When the timer fires, while the end is folded. */
  long timerNs;

  KeepAlive(long nowNs) {
    this.heardNs = nowNs;
  }

  /** Any segment of the peer's, data or ACK (MUST-26). */
  void onHeard(long nowNs) {
    heardNs = nowNs;
    unanswered = 0;
    probeToSend = false;
  }

  /**
   * When to look next, at intervals of the user's (MUST-27). Each probe gets its own time, even if
   * the clock leapt over several.
   */
  long deadlineNs(TcpTuning tuning) {
    return unanswered == 0 ? heardNs + tuning.keepAliveNs() : askedNs + tuning.keepAliveRetryNs();
  }

  /**
   * The timer fired; one lost probe or answer proves nothing (MUST-29).
   *
   * @return false = the limit of unanswered probes is reached
   */
  boolean onTimeout(TcpTuning tuning, long nowNs) {
    if (nowNs - deadlineNs(tuning) < 0) {
      return true; // a segment came meanwhile
    }
    if (unanswered >= tuning.keepAliveProbes()) {
      return false;
    }
    unanswered++;
    askedNs = nowNs;
    probeToSend = true;
    return true;
  }

  /** The transport was away: the peer's silence begins anew. */
  void onBack(TcpTuning tuning, long nowNs) {
    onHeard(nowNs);
    timerNs = deadlineNs(tuning);
  }

  boolean probeToSend() {
    return probeToSend;
  }

  void onProbeSent() {
    probeToSend = false;
  }
}
