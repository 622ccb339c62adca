package dev.jktcp.tcp;

/**
 * The common part of policies that take loss for congestion: slow start by bytes, the restart after
 * an idle time, the answers to loss, to timeouts and to ECN marks, and their undo. The subclass
 * decides how the window grows after slow start, and how far it falls.
 */
abstract class LossBased implements CongestionPolicy {
  // RFC 6928: ten segments.
  private static final int INITIAL_SEGMENTS = 10;

  // 1 GiB, the largest window that RFC 7323 can announce; keeps sums of two windows in an int.
  static final int MAX_WINDOW = 1 << 30;

  // RFC 3465 §2.3: L.
  private static final int MOST_SEGMENTS_AN_ACK = 2;

  private static final int STRETCHED = 1 << 31;

  int cwnd;
  int ssthresh = Integer.MAX_VALUE;
  // Bytes in flight at a timeout and not yet acknowledged. To save memory in idle connections, a
  // negative sign records that the last ACK covered more than L segments.
  private int fromTimeout;
  private Before before; // the congestion events to undo; null = none

  /** The state that {@link #onUndo} brings back: from before the first of the events. */
  static class Before {
    private final int cwnd;
    private final int ssthresh;
    private Before last = this; // from before the last event; null = that is undone

    Before(LossBased now) {
      cwnd = now.cwnd;
      ssthresh = now.ssthresh;
    }
  }

  LossBased(CongestionFacts facts) {
    cwnd = initialWindow(facts.mss());
  }

  /** RFC 6928 §2: at most 10 segments, and no more than 14,600 bytes unless that is below two. */
  static int initialWindow(int mss) {
    return Math.min(INITIAL_SEGMENTS * mss, Math.max(2 * mss, 14_600));
  }

  // --- for the subclass

  /** Bytes by which the window grows at this ACK in slow start. */
  int slowStart(CongestionFacts facts, int counted) {
    return counted;
  }

  /** The window after this ACK in congestion avoidance. */
  abstract int avoid(CongestionFacts facts, int delivered);

  /** New data is acknowledged, without loss or mark. */
  void onProgress(CongestionFacts facts) {}

  /** The window was not in use, so this ACK proves nothing about it. */
  void onUnused(CongestionFacts facts) {}

  /** The share of the flight that a loss by congestion leaves. */
  abstract double beta();

  /** The share of the flight that this loss leaves. */
  double lossShare() {
    return beta();
  }

  /** The share of the window that a mark leaves in congestion avoidance (RFC 8511). */
  abstract double betaEcn();

  /** A congestion event: {@link #cwnd} is as before it. */
  abstract void onEvent();

  /** The window falls after an idle time or a timeout; slow start follows. */
  abstract void onRestart(boolean timeout);

  Before remember() {
    return new Before(this);
  }

  void restore(Before state) {
    cwnd = state.cwnd;
    ssthresh = state.ssthresh;
  }

  // --- told

  @Override
  public final void onAck(CongestionFacts facts) {
    int counted = counted(facts);
    if (facts.recovering() || facts.markedBytes() > 0) { // RFC 3168 §6.1.2
      return;
    }
    if (facts.ackedBytes() == 0) { // RFC 3042 §2: a duplicate ACK changes no window
      return;
    }
    onProgress(facts);
    // If the sender does not fill the window, ACKs do not test it (RFC 7661 §4.2).
    if (facts.inFlightBefore() + facts.mss() <= cwnd / 2) {
      onUnused(facts);
      return;
    }
    int grown =
        cwnd < ssthresh
            ? Math.min(ssthresh, cwnd + slowStart(facts, counted))
            : avoid(facts, facts.deliveredBytes());
    cwnd = Math.min(MAX_WINDOW, grown);
  }

  /**
   * RFC 3465 §2.2 counts bytes, §2.3 at most L segments of one ACK, since an ACK of many lets out a
   * burst. But if a peer acknowledges in batches (RFC 9293 MUST-58), every ACK covers many, and the
   * sender would starve; the packets come in bursts anyway. So from the second such ACK in a row
   * on, all bytes count. After a timeout L is 1 until the flight of the timeout is acknowledged: an
   * ACK may cover bytes that arrived long before, and would restore the old window as if nothing
   * had been lost.
   */
  private int counted(CongestionFacts facts) {
    int delivered = facts.deliveredBytes();
    boolean inARow = fromTimeout < 0;
    int unacknowledged = fromTimeout & ~STRETCHED;
    if (unacknowledged > 0) {
      mark(Math.max(0, unacknowledged - facts.ackedBytes()), inARow);
      return Math.min(delivered, facts.mss());
    }
    int most = MOST_SEGMENTS_AN_ACK * facts.mss();
    boolean stretched = delivered > most;
    mark(0, stretched);
    return stretched && !inARow ? most : delivered;
  }

  private void mark(int unacknowledged, boolean stretched) {
    fromTimeout = stretched ? unacknowledged | STRETCHED : unacknowledged;
  }

  @Override
  public final void onLoss(CongestionFacts facts) {
    remember(facts.recovering());
    int flight = flight(facts);
    onEvent();
    ssthresh = atLeast(2 * facts.mss(), lossShare() * flight); // RFC 5681 §3.1 (4), RFC 9438 §4.6
    cwnd = ssthresh;
  }

  /** RFC 3168 §6.1.2, and RFC 8511 §3: in congestion avoidance a mark costs less than a loss. */
  @Override
  public final void onEcn(CongestionFacts facts) {
    before = null; // a mark is never spurious
    double left = (cwnd < ssthresh ? beta() : betaEcn()) * flight(facts);
    onEvent();
    ssthresh = atLeast(2 * facts.mss(), left);
    cwnd = atLeast(facts.mss(), left); // RFC 9438 §4.6: down to one segment
  }

  @Override
  public final void onRetransmitTimeout(CongestionFacts facts, boolean first) {
    if (first) { // RFC 5681 §3.1: a segment lost again does not lower ssthresh again.
      remember(facts.recovering());
      int flight = flight(facts);
      onEvent();
      ssthresh = atLeast(2 * facts.mss(), lossShare() * flight);
    }
    // MUST-19
    cwnd = facts.mss(); // the loss window
    mark(facts.inFlightBefore(), fromTimeout < 0);
    onRestart(true);
  }

  /**
   * @param further whether the event may be undone together with those before it
   */
  private void remember(boolean further) {
    Before now = remember();
    if (further && before != null) {
      before.last = now;
    } else {
      before = now;
    }
  }

  /** FlightSize without the bytes that limited transmit sent beyond cwnd (RFC 5681 §3.2 step 2). */
  private int flight(CongestionFacts facts) {
    return Math.min(facts.inFlightBefore(), cwnd);
  }

  private static int atLeast(int least, double bytes) {
    return Math.max(least, (int) bytes);
  }

  @Override
  public void onRecovered(CongestionFacts facts, int most) {
    cwnd = Math.min(ssthresh, most); // RFC 6582 §3.2 step 3, full acknowledgment
  }

  /**
   * RFC 9438 §4.9. If the undo comes late, when the window is larger anyway, it changes nothing.
   */
  @Override
  public final void onUndo(CongestionFacts facts) {
    Before first = before;
    if (first == null) {
      return;
    }
    boolean lastAlone = facts.recovering();
    Before state = lastAlone ? first.last : first;
    first.last = null;
    before = lastAlone ? first : null;
    if (state != null && cwnd < state.cwnd) {
      mark(0, fromTimeout < 0);
      restore(state);
    }
  }

  @Override
  public void onIdle(CongestionFacts facts) {
    if (facts.idleNs() <= facts.timeoutNs()) {
      onUnused(facts);
      return;
    }
    // RFC 5681 §4.1: min(IW, cwnd); a burst of the old window would overrun the path's queue. As on
    // Linux, slow start leads back to most of it.
    ssthresh = Math.max(ssthresh, cwnd / 4 * 3);
    cwnd = Math.min(cwnd, initialWindow(facts.mss()));
    before = null;
    onRestart(false);
  }

  @Override
  public void onRest() {
    before = null;
  }

  @Override
  public void onMss(int mss) {
    cwnd = Math.max(cwnd, mss);
  }

  // --- asked

  @Override
  public int window() {
    return cwnd;
  }

  @Override
  public int slowStartThreshold() {
    return ssthresh;
  }
}
