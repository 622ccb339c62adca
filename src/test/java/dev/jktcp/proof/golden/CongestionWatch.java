package dev.jktcp.proof.golden;

import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpProfile;

/**
 * Holds a sender to the letter of RFC 5681 or RFC 9438, of RFC 6582, RFC 6928 and RFC 3042: each
 * change of cwnd and ssthresh, and all that is sent, is within what the packets so far allow. What
 * it must know it works out from the packets; of the core it takes cwnd, ssthresh and the count of
 * time-outs.
 *
 * <p>The core keeps cwnd free of what the RFC adds to it for duplicate ACKs; here that is {@code
 * inflation}. It grows by bytes acknowledged, not by a segment an ACK: that liberty is taken on
 * purpose (see its NewReno) and granted here.
 *
 * <p>Where the peer reports blocks of SACK, what is lost is the core's to find. Then a recovery
 * must have such a report as its reason, and what was sent behind the highest one is within cwnd.
 */
final class CongestionWatch implements Watcher {
  private final boolean cubic; // RFC 9438 in place of RFC 5681, else the same
  private final boolean sack;
  private int most; // the largest segment that may be tried
  private int mss; // of now
  private long una;
  private long nxt;
  private int window = -1;
  private boolean established;

  private int duplicates;
  private long limited; // sent on the first two of them beyond cwnd
  private boolean recovery;
  private long reported; // the end of the highest block
  private long recover = -1; // the ISN: payload begins at 0
  private long entered; // SND.NXT when the third duplicate came
  private long inflation;

  private TcpInfo last;
  private long cwnd; // the most it may be after this step
  private long credit; // acknowledged since it last grew in congestion avoidance
  private boolean enters;
  private boolean timed; // the head was retransmitted by the timer since the last progress
  private long flightBefore;
  private boolean sentNew;
  private long lastSentNs;
  private long probe = -1; // where the last segment above the size of now begins (RFC 4821)
  private long probeEnd;
  private boolean quiet; // what is recovered is that one alone

  CongestionWatch(TcpProfile profile) {
    cubic = profile.congestionControl() == CongestionControl.CUBIC;
    sack = profile.sack();
  }

  @Override
  public void onArriving(Seen p, long nowNs) {
    if (p.syn()) {
      window = p.window();
      return;
    }
    flightBefore = nxt - una;
    entered = sack ? nxt : entered;
    long ahead = p.reported() > p.ack() ? flightBefore : 0;
    reported = Math.max(reported, p.reported());
    if (p.ack() > una) {
      onProgress(p.ack(), ahead);
    } else if (!sack
        && p.ack() == una
        && p.length() == 0
        && !p.fin()
        && flightBefore > 0
        && p.window() == window
        && window > 0) {
      onDuplicate();
    }
    if (p.ack() >= una) {
      window = p.window();
    }
  }

  /**
   * @param ahead bytes more that may have arrived: the core counts those with the first ACK that
   *     tells of them, whether that moves SND.UNA or not
   */
  private void onProgress(long ack, long ahead) {
    long acked = ack - una + ahead;
    una = ack;
    timed = false;
    if (recovery && ack < recover) { // RFC 6582 §3.2 step 3, partial
      inflation -= acked;
      if (acked >= mss) {
        inflation += mss;
      }
      return;
    }
    if (recovery) { // full: no more than ssthresh
      cwnd = quiet ? cwnd : last.ssthresh();
    } else if (cwnd < last.ssthresh()) { // RFC 5681 §3.1, but of bytes, see above
      cwnd += Math.min(acked, Math.max(0, last.ssthresh() - cwnd) + mss);
    } else if (cubic) {
      cwnd += acked / 2 + 1; // RFC 9438 §4.2: at most 1.5 cwnd a round trip
    } else {
      credit += acked;
      cwnd += credit >= whole(cwnd) ? mss : 0;
    }
    recovery = false;
    duplicates = 0;
    limited = 0;
    inflation = 0;
  }

  /** What a round trip brings of a window, for a sender of full segments. */
  private long whole(long window) {
    return window - window % mss;
  }

  private void onDuplicate() {
    duplicates++;
    if (recovery) {
      inflation += mss; // RFC 5681 §3.2 step 4
    } else if (duplicates == 3) {
      enters = una > recover; // RFC 6582 §3.2 step 2
      entered = nxt;
    }
  }

  @Override
  public void onSent(Seen p, long nowNs) {
    if (p.syn() || p.length() == 0) {
      return;
    }
    check(p.length() <= most || !established, "a segment above MSS");
    if (established && p.length() > mss) {
      probe = p.end() - p.length();
      probeEnd = p.end();
    }
    if (p.end() > nxt) {
      if (established && window > 0 && nxt == una && nowNs - lastSentNs > last.rtoNs()) {
        cwnd = Math.min(cwnd, initialWindow()); // RFC 5681 §4.1
        credit = 0;
      }
      if (established && !recovery && isLimited() && p.end() - una > cwnd) {
        limited += p.end() - Math.max(nxt, una + cwnd); // RFC 3042
      }
      sentNew = true;
      nxt = p.end();
    }
    lastSentNs = nowNs;
  }

  /** RFC 3042. */
  private boolean isLimited() {
    return duplicates == 1 || duplicates == 2;
  }

  @Override
  public void onStep(TcpInfo info, long nowNs) {
    if (!established) {
      if (info.state().synchronizedState() && info.cwnd() > 0) {
        onEstablished(info, nowNs);
      }
    } else {
      if (info.fastRetransmits() > last.fastRetransmits()) {
        onFastRetransmit(info);
      } else {
        check(!enters, "three duplicate ACKs without a fast retransmit");
      }
      if (info.timeouts() > last.timeouts() && window > 0) {
        onTimeout(info);
      }
      if (info.mss() > last.mss()) { // a window is a segment at least, of whatever size
        cwnd = Math.max(cwnd, info.mss());
      }
      check(info.cwnd() <= cwnd, "cwnd " + info.cwnd() + ", at most " + cwnd + " is allowed");
      if (info.cwnd() > last.cwnd() && last.cwnd() >= last.ssthresh()) {
        credit = Math.min(credit - whole(last.cwnd()), mss); // more would pay for another round
      }
      credit = Math.min(credit, info.cwnd()); // of what it had no use for
      cwnd = info.cwnd();
    }
    if (established && sentNew && sack) {
      long behind = nxt - Math.max(una, reported);
      check(behind <= cwnd, "sent " + behind + " behind the last report, cwnd " + cwnd);
    } else if (established && sentNew) {
      long extra = recovery ? inflation : Math.min(2, duplicates) * (long) mss;
      boolean probeAlone = probe == una && nxt == probeEnd; // RFC 4821 §7.4, on an idle path
      check(
          probeAlone || nxt - una <= cwnd + extra,
          "flight " + (nxt - una) + " beyond cwnd " + cwnd + " and " + extra);
    }
    sentNew = false;
    enters = false;
    last = info;
    mss = established ? info.mss() : mss;
  }

  private void onEstablished(TcpInfo info, long nowNs) {
    established = true;
    mss = info.mss();
    most = mss;
    lastSentNs = nowNs;
    // RFC 5681 §3.1: after a lost SYN one segment.
    cwnd = info.timeouts() > 0 ? mss : initialWindow();
    check(info.cwnd() <= cwnd, "initial window " + info.cwnd() + ", at most " + cwnd);
    cwnd = info.cwnd();
  }

  private int initialWindow() {
    return Math.min(10 * mss, Math.max(2 * mss, 14_600)); // RFC 6928 §2
  }

  private void onFastRetransmit(TcpInfo info) {
    if (sack) {
      check(reported > una && una >= recover, "a recovery without a report of new data");
    } else {
      check(enters, "a fast retransmit without three duplicate ACKs of new data");
    }
    quiet = una == probe; // RFC 4821 §7.6: lost for its size
    recovery = true;
    recover = entered;
    inflation = 3L * mss;
    if (!quiet) {
      checkFallen(info, flightBefore - limited);
      cwnd = info.ssthresh();
      credit = 0;
    }
  }

  private void onTimeout(TcpInfo info) {
    long flight = nxt - una;
    if (timed || (recovery && !quiet)) { // §4.3: the loss of a retransmission lowers it again
      int least = 2 * info.mss(); // which may have grown (RFC 4821)
      check(
          info.ssthresh() <= Math.max(last.ssthresh(), least),
          "ssthresh grew as a retransmission was lost");
    } else {
      checkFallen(info, flight);
    }
    timed = true;
    recovery = false;
    recover = nxt;
    duplicates = 0;
    inflation = 0;
    limited = 0;
    credit = 0;
    cwnd = mss; // RFC 5681 §3.1: the loss window
  }

  /** RFC 5681 §3.1 equation (4), RFC 9438 §4.6. */
  private void checkFallen(TcpInfo info, long flight) {
    long most = Math.max((long) (flight * (cubic ? 0.7 : 0.5)), 2L * mss);
    check(info.ssthresh() <= most, "ssthresh " + info.ssthresh() + " of a flight of " + flight);
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("congestion control: " + what);
    }
  }
}
