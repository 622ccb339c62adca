package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.wire.Seq;

/**
 * Which segment leaves next: an ordered ladder of reasons to send. It takes an urgent
 * retransmission, a tail loss probe (RFC 8985 §7.3), an entry taken for lost, new data (RFC 9293
 * §3.8.6.2.1 and §3.7.4), or a speculative retransmission.
 *
 * <p>When {@link #plan(long)} returns true, the {@link Plan} describes that segment.
 */
final class SendLadder {
  private final SendQueue queue;
  private final Flight flight;
  private final SendWindow sndWnd;
  private final SegmentSize size;
  private final Congestion congestion;
  private final LossRecovery recovery;
  private final Plan plan; // the stack's
  private boolean noDelay; // no Nagle
  private boolean overrideSws; // the persist timer fired: send what fits
  private boolean probeToSend; // a tail loss probe

  SendLadder(
      SendQueue queue,
      Flight flight,
      SendWindow sndWnd,
      SegmentSize size,
      Congestion congestion,
      LossRecovery recovery,
      Plan plan) {
    this.queue = queue;
    this.flight = flight;
    this.sndWnd = sndWnd;
    this.size = size;
    this.congestion = congestion;
    this.recovery = recovery;
    this.plan = plan;
  }

  void tune(TcpTuning tuning) {
    noDelay = tuning.noDelay();
  }

  boolean folds() {
    return !overrideSws && !probeToSend;
  }

  // --- told

  /** Whether a tail loss probe is to be sent. */
  void probe(boolean due) {
    probeToSend = due;
  }

  /** RFC 9293 §3.8.6.1: the persist timer fired, so the next segment asks for a window update. */
  void askForWindow() {
    overrideSws = true;
  }

  /** Whether neither a retransmission nor a probe is to be sent. */
  boolean isCalm() {
    return !probeToSend && recovery.isCalm();
  }

  // --- what to send

  /**
   * Decides on the next segment that carries data or a FIN.
   *
   * @return false = no such segment may leave now
   */
  boolean plan(long nowNs) {
    return isCalm() ? planMore(nowNs) : planRepair(nowNs);
  }

  private boolean planRepair(long nowNs) {
    int urgent = recovery.takeUrgent();
    if (urgent >= 0 && planAgain(urgent)) {
      return true;
    }
    if (probeToSend && planProbe()) {
      return true;
    }
    if (recovery.asks() && planAsking(nowNs)) {
      return true;
    }
    int again = recovery.nextToSendAgain();
    if (again >= 0) { // new data waits until the holes are closed
      int most = Math.min(size.mss(), Seq.diff(rightEdge(), flight.seq(again)));
      Repackaging.fill(flight, queue, again, most); // cwnd allows all of it or none
      int length = Math.min(size.mss(), flight.length(again));
      return congestion.allows(length) && paceAllows(nowNs) && planAgain(again);
    }
    return planMore(nowNs);
  }

  /** Once no loss is left to repair: new data, or a speculative retransmission. */
  private boolean planMore(long nowNs) {
    if (congestion.slowedByMarks()) {
      return false;
    }
    if (planNew(nowNs)) {
      return paceAllows(nowNs);
    }
    return planSpeculative(nowNs);
  }

  /**
   * A segment that probes the peer does not wait. For any other, the timer says when it may leave.
   */
  private boolean paceAllows(long nowNs) {
    if (!congestion.paces() || sndWnd.isProbed() || overrideSws) {
      return true;
    }
    return congestion.paceAllows(nowNs);
  }

  private boolean planSpeculative(long nowNs) {
    if (!recovery.active()
        || flight.size() == 0
        || !congestion.allows(size.mss())
        || !paceAllows(nowNs)) {
      return false;
    }
    int index = recovery.takeSpeculative();
    return index >= 0 && planAgain(index);
  }

  /** New data goes before retransmissions. */
  private boolean planAsking(long nowNs) {
    boolean planned = planNew(nowNs);
    if (!planned) {
      recovery.onNothingNew();
    }
    return planned;
  }

  /**
   * An entry of the flight is sent again. Entries behind it in the same state come along if they
   * fit into the segment, up to the window's right edge (SHLD-16).
   */
  private boolean planAgain(int i) {
    int room = Seq.diff(rightEdge(), flight.seq(i));
    if (room <= 0 && sndWnd.isProbed() && i == 0) {
      room = 1; // one octet asks the peer; those behind it, lost or not, wait
    }
    if (room <= 0) {
      return false;
    }
    int most = Math.min(size.mss(), room);
    Repackaging.fill(flight, queue, i, most);
    int data = Repackaging.dataIn(flight, queue, i);
    int length = Math.min(data, most);
    boolean fin = length == data && flight.length(i) > data && room > length;
    int taken = length + (fin ? 1 : 0);
    if (taken < flight.length(i)) {
      flight.split(i, taken);
    }
    return planned(i, flight.seq(i), length, fin);
  }

  /**
   * RFC 8985 §7.3: a segment of new data regardless of the congestion window, or the last segment
   * again.
   */
  private boolean planProbe() {
    probeToSend = false;
    int sndNxt = flight.nxt();
    int unsent = queue.finSent(sndNxt) ? 0 : Seq.diff(queue.dataEnd(), sndNxt);
    int length = Math.min(unsent, size.mss());
    boolean planned =
        length > 0 && Seq.diff(rightEdge(), sndNxt) >= length && flight.hasRoom()
            ? planned(-1, sndNxt, length, false)
            : planTail();
    plan.probes = planned;
    return planned;
  }

  private boolean planTail() {
    return planAgain(Repackaging.tail(flight, queue, size.mss()));
  }

  private boolean planNew(long nowNs) {
    int sndNxt = flight.nxt();
    int unsent = queue.unsent(sndNxt);
    if (unsent == 0 || !flight.hasRoom()) {
      return false; // half of all calls end here
    }
    boolean finToSend = queue.finQueued();
    return planUnsent(sndNxt, finToSend ? unsent - 1 : unsent, finToSend, nowNs);
  }

  private boolean planUnsent(int sndNxt, int unsent, boolean finToSend, long nowNs) {
    // MUST-34: if the window has shrunk, it may be below 0.
    int usable = Seq.diff(rightEdge(), sndNxt);
    if (overrideSws && usable <= 0) {
      sndWnd.probe();
      usable = 1; // a probe: one octet of new data, or the FIN
    }
    if (flight.bytes() == 0) {
      congestion.onIdle(nowNs);
    }
    int allowance = congestion.allowance();
    if (size.search() != null && !overrideSws) {
      int probe = congestion.probeSize(Math.min(unsent, usable));
      if (probe > 0) { // if there is no room, the next ACKs make some
        boolean fits = allowance >= probe || flight.bytes() == 0;
        return fits && planned(-1, sndNxt, probe, false);
      }
    }
    return planFitting(sndNxt, unsent, finToSend, usable, allowance);
  }

  /**
   * @param usable bytes that the peer's window has room for
   * @param allowance bytes that congestion control lets out
   */
  private boolean planFitting(
      int sndNxt, int unsent, boolean finToSend, int usable, int allowance) {
    int mss = size.mss();
    int length = Math.min(Math.min(unsent, mss), Math.min(usable, allowance));
    if (length < 0 || (length == 0 && unsent > 0)) {
      return false;
    }
    // MUST-60: the end of the written data waits for no push.
    boolean tail = length == unsent;
    if (unsent > 0 && length < mss && !tail && !overrideSws && !worthwhile(length, usable)) {
      return false;
    }
    // MUST-17: the user may switch off Nagle's algorithm.
    if (!noDelay && !finToSend && !queue.urgent() && Nagle.mustWait(length, mss, flight.bytes())) {
      return false;
    }
    boolean fin = finToSend && tail && usable > length && (length > 0 || allowance > 0);
    if (length == 0 && !fin) {
      return false;
    }
    return planned(-1, sndNxt, length, fin);
  }

  /**
   * RFC 9293 §3.8.6.2.1 (MUST-38): a piece below MSS is worth sending from half the largest window
   * on.
   */
  private boolean worthwhile(int length, int usable) {
    return length == usable && length >= sndWnd.largest() / 2;
  }

  private boolean planned(int index, int seq, int length, boolean fin) {
    Plan next = plan;
    next.index = index;
    next.seq = seq;
    next.length = length;
    next.fin = fin;
    next.push = length > 0 && seq + length == queue.dataEnd(); // MUST-61
    next.probes = false;
    return true;
  }

  private int rightEdge() {
    return flight.una() + sndWnd.size();
  }

  /** The planned segment was written to the wire. */
  void onPlanSent() {
    overrideSws = false;
  }
}
