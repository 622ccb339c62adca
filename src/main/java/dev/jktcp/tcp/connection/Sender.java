package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.wire.Seq;
import dev.jktcp.wire.TcpSegment;

/**
 * The send half: SND.*, what is queued, what to send next and what to send again.
 *
 * <p>{@link #plan} is an ordered ladder of reasons to send; after it said yes the {@code plan…}
 * fields describe one segment, which {@link #onPlanSent} accounts for.
 */
final class Sender {
  /** As Linux: 63 s where the timeout begins at 1 s, 12.6 s where it begins at 200 ms. */
  private static final int SYN_ACK_RETRIES = 5;

  private final TcpProfile profile;
  private final CongestionControl congestion;
  private final CongestionControl.Window window = new CongestionControl.Window();
  private final SendBuffer buffer;
  private final ByteAccount account;
  private final RttEstimator rtt;
  private final FastRecovery recovery;
  private final Timers timers;
  private TcpTuning tuning;

  // RFC 9293 §3.3.1
  private int iss;
  private int sndUna;
  private int sndNxt;
  private final SendWindow sndWnd = new SendWindow();
  private int mss;

  private int bufferSeq; // sequence number of the buffer's first byte
  private boolean urgent; // urgent data is not acknowledged yet
  private int sndUp; // SND.UP, behind its last octet
  private boolean finQueued; // the FIN follows the buffer's last byte

  private boolean synToSend;
  private boolean headToSend; // the oldest segment, again, whatever the congestion window says
  private int againNxt; // go back N: [againNxt, againEnd) was in flight when the timer fired
  private int againEnd;
  private int tooBigEnd; // what was in flight when segments became smaller ends here
  private boolean overrideSws; // the persist timer fired: send what fits
  private boolean probing; // the window was closed when we last had to send

  private int retries; // since the peer last made progress
  private long progressNs;
  private long lastSentNs;

  private long bytesSent;
  private long bytesRetransmitted;
  private long bytesAcked;
  private long retransmits;
  private long timeouts;
  private long fastRetransmits;

  // The plan.
  private int planSeq;
  private int planLength;
  private boolean planFin;
  private boolean planPush;

  Sender(ConnectionSettings settings, TcpTuning tuning, Timers timers, ByteAccount account) {
    this.account = account;
    this.tuning = tuning;
    this.profile = settings.profile();
    this.congestion = profile.congestionControl();
    this.buffer = new SendBuffer(settings.chunks(), settings.sendBuffer(), account);
    this.rtt = new RttEstimator(profile);
    this.recovery = new FastRecovery(profile.dupAckThreshold());
    this.timers = timers;
  }

  // --- opening

  /** Chooses the ISS; the SYN is to be sent. */
  void open(int iss, long nowNs) {
    this.iss = iss;
    sndUna = iss;
    sndNxt = iss;
    bufferSeq = iss + 1;
    againNxt = iss;
    againEnd = iss;
    tooBigEnd = iss;
    recovery.open(iss);
    synToSend = true;
    progressNs = nowNs;
  }

  /** A SYN-ACK with this ISS was sent as a cookie, and its ACK has come. */
  void openAnswered(int iss, long nowNs) {
    open(iss, nowNs);
    sndNxt = iss + 1;
    synToSend = false;
  }

  boolean synToSend() {
    return synToSend;
  }

  void sendSynAgain() {
    synToSend = true;
  }

  void onSynSent(long nowNs) {
    synToSend = false;
    if (sndNxt == iss) {
      sndNxt = iss + 1;
      rtt.onSent(sndNxt, nowNs);
    } else {
      rtt.onRetransmitted();
    }
    if (!timers.isArmed(Timers.Kind.RETRANSMIT)) {
      timers.arm(Timers.Kind.RETRANSMIT, nowNs + rtt.rtoNs());
    }
  }

  /** The peer's SYN told what it can take. */
  void onPeerSyn(TcpSegment segment, int effectiveMss, int shift) {
    mss = effectiveMss;
    sndWnd.open(segment, sndUna, shift);
  }

  /** Segments are cut to another size from now on, those that are sent again too. */
  void resize(int effectiveMss) {
    if (effectiveMss < mss) {
      tooBigEnd = sndNxt;
    }
    mss = effectiveMss;
    if (window.mss > 0) { // the policy has been told
      window.mss = mss;
      window.cwnd = Math.max(window.cwnd, mss); // or no whole segment would be allowed
    }
  }

  /** Our SYN is acknowledged: data may flow. */
  void onEstablished(int synRetries, long nowNs) {
    synToSend = false;
    lastSentNs = nowNs;
    window.mss = mss;
    congestion.onEstablished(window);
    if (synRetries > 0) {
      // RFC 5681 §3.1: a lost SYN leaves one segment; RFC 6298 §5.7 for the timer.
      congestion.onRetransmitTimeout(window, 0, false, nowNs);
      rtt.onSynLost();
    }
  }

  // --- the user

  int write(byte[] bytes, int offset, int length) {
    return finQueued ? 0 : buffer.append(bytes, offset, length);
  }

  /** RFC 9293 §3.10.2: all that was written is urgent. */
  void markUrgent() {
    urgent = true;
    sndUp = dataEnd();
  }

  /**
   * SEG.UP of a segment (MUST-62: behind the last urgent octet). The field ends at 65,535, so the
   * pointer of a longer run moves on with the segments (MUST-31).
   *
   * @return 0 when it carries no urgent pointer
   */
  int urgentPointer(int seq) {
    return urgent && Seq.gt(sndUp, seq) ? Math.min(0xffff, sndUp - seq) : 0;
  }

  /** The window lets nothing of what waits through. */
  boolean blocked() {
    return Seq.geq(sndNxt, rightEdge());
  }

  void tune(TcpTuning tuning) {
    this.tuning = tuning;
  }

  void queueFin() {
    finQueued = true;
  }

  // --- the peer

  /**
   * An ACK in the range that RFC 5961 §5 accepts.
   *
   * @return how much sequence space it newly acknowledged
   */
  int onAck(TcpSegment segment, long nowNs) {
    int ack = segment.ack();
    boolean wasClosed = sndWnd.closed();
    int acked = 0;
    if (Seq.gt(ack, sndUna)) {
      acked = ack - sndUna;
      onProgress(ack, nowNs);
    } else if (isDuplicateAck(segment) && recovery.onDuplicateAck(sndUna, sndNxt, mss)) {
      congestion.onLoss(window, inFlight() - recovery.sentBeyond(), nowNs);
      fastRetransmits++;
      headToSend = true;
    }
    if (sndWnd.update(segment) && probing && !sndWnd.closed()) {
      onWindowOpened();
    }
    if (wasClosed || sndWnd.closed()) { // MUST-37: a peer that answers is alive, however closed
      retries = 0;
      progressNs = nowNs;
    }
    return acked;
  }

  private void onProgress(int ack, long nowNs) {
    int flight = inFlight();
    int acked = ack - sndUna;
    int data = Math.min(buffer.size(), Math.max(0, Seq.diff(ack, bufferSeq)));
    buffer.drop(data);
    account.moved(data);
    bufferSeq += data;
    bytesAcked += data;
    sndUna = ack;
    urgent &= Seq.gt(sndUp, ack);
    againNxt = Seq.max(againNxt, ack);
    againEnd = Seq.max(againEnd, ack); // left behind, it would look ahead after 2^31 bytes
    headToSend = false;
    retries = 0;
    progressNs = nowNs;
    long sample = rtt.onAcked(ack, nowNs);
    rtt.onProgress();
    if (recovery.isPartial(ack)) {
      recovery.onPartialAck(acked, mss);
      headToSend = true;
    } else {
      boolean recovered = recovery.active();
      // What limited transmit answered with new segments does not let further ones out.
      int delivered = Math.max(Math.min(acked, mss), acked - recovery.departed());
      recovery.onFullAck(ack);
      if (recovered) {
        congestion.onRecovered(window, inFlight(), nowNs);
      } else if (window.mss > 0) { // the ACK of our SYN comes before the policy hears of us
        congestion.onAck(window, delivered, flight, sample, nowNs);
      }
    }
    // RFC 6298 §5.2, §5.3
    if (sndUna == sndNxt) {
      timers.cancel(Timers.Kind.RETRANSMIT);
    } else {
      armRetransmit(nowNs);
    }
  }

  /** RFC 5681 §2; at a closed window it is the answer to a probe. */
  private boolean isDuplicateAck(TcpSegment segment) {
    return segment.ack() == sndUna
        && segment.length() == 0
        && inFlight() > 0
        && !sndWnd.closed()
        && sndWnd.announcedBy(segment) == sndWnd.size();
  }

  /**
   * What was sent into the closed window was thrown away: send it now, not at the next time-out.
   * That one may be a minute off: it paced probes that the peer answered.
   */
  private void onWindowOpened() {
    probing = false;
    rtt.onWindowOpened();
    timers.cancel(Timers.Kind.RETRANSMIT);
    goBackN();
  }

  /**
   * RFC 8201 §5.4: the path dropped a segment that was cut before the path's limit was known, and
   * so all segments of that size. They are sent again once, however many messages tell of them.
   * This loss is no sign of congestion.
   *
   * @return whether there is anything to send again
   */
  boolean onTooBig(int seq) {
    if (Seq.geq(seq, tooBigEnd) || Seq.leq(tooBigEnd, sndUna)) {
      return false;
    }
    tooBigEnd = sndUna;
    recovery.onTimeout(sndNxt); // what arrives twice brings duplicate ACKs, as after a timeout
    goBackN();
    return true;
  }

  private void goBackN() {
    headToSend = false;
    againNxt = sndUna;
    againEnd = sndNxt;
  }

  // --- time

  /** A SYN or SYN-ACK stayed unanswered; false = R2 is reached (MUST-22). */
  boolean onSynTimeout(long nowNs) {
    boolean usersPatience = timers.isArmed(Timers.Kind.CONNECT);
    if (!usersPatience
        && retries >= profile.synMaxRetries()
        && nowNs - progressNs >= profile.synR2Ns()) {
      return false;
    }
    repeatSyn();
    return true;
  }

  /**
   * The SYN-ACK of a passive open stayed unanswered. MUST-23 is about a user that waits for an
   * active open. Here no user waits, and an opening that no peer completes holds a place.
   *
   * @return false when its patience is at its end
   */
  boolean onSynAckTimeout() {
    if (retries >= SYN_ACK_RETRIES) {
      return false;
    }
    repeatSyn();
    return true;
  }

  private void repeatSyn() {
    retries++;
    timeouts++;
    retransmits++;
    rtt.onTimeout();
    synToSend = true;
  }

  int retries() {
    return retries;
  }

  /** RFC 6298 §5.4–5.6; false = R2 is reached (MUST-20). */
  boolean onRetransmitTimeout(long nowNs) {
    if (gaveUp(nowNs)) {
      return false;
    }
    timeouts++;
    rtt.onTimeout();
    if (sndWnd.closed()) {
      onProbe(nowNs);
      probing = true;
      headToSend = true;
    } else {
      retries++;
      // RFC 5681 §4.3: the loss of a retransmission lowers ssthresh a second time. What duplicate
      // ACKs let out beyond cwnd would raise it.
      int flight =
          recovery.active()
              ? Math.min(inFlight(), window.cwnd)
              : inFlight() - recovery.sentBeyond();
      congestion.onRetransmitTimeout(window, flight, retries == 1, nowNs);
      recovery.onTimeout(sndNxt);
      goBackN();
    }
    return true;
  }

  /** RFC 9293 §3.8.6.1; false = the peer has stopped answering. */
  boolean onPersistTimeout(long nowNs) {
    if (gaveUp(nowNs)) {
      return false;
    }
    onProbe(nowNs);
    rtt.onTimeout();
    overrideSws = true;
    return true;
  }

  /** The peer's silence begins with the first probe that it does not answer. */
  private void onProbe(long nowNs) {
    if (retries++ == 0) {
      progressNs = nowNs;
    }
  }

  private boolean gaveUp(long nowNs) {
    long patience = tuning.userTimeoutNs(); // MUST-21
    if (patience > 0) {
      boolean silence = retries > 0 || (inFlight() > 0 && !sndWnd.closed());
      return silence && nowNs - progressNs >= patience;
    }
    return retries >= profile.maxRetries() && nowNs - progressNs >= profile.r2Ns();
  }

  // --- what to send

  /**
   * Decides on the next segment that carries data or a FIN.
   *
   * @return false when there is none now
   */
  boolean plan(long nowNs) {
    boolean planned = planNext(nowNs);
    if (!planned && inFlight() > 0) {
      // It fired while the transport took nothing, and by now the window is closed: nobody else
      // would ask the peer to open it.
      armIfNot(nowNs);
    }
    return planned;
  }

  private boolean planNext(long nowNs) {
    if (headToSend) {
      headToSend = false;
      if (planAgain(sndUna)) {
        return true;
      }
    }
    if (Seq.lt(againNxt, againEnd)) {
      int flight = againNxt - sndUna;
      // New data waits until the hole is closed.
      return (flight == 0 || congestion.allowance(window, flight) >= mss) && planAgain(againNxt);
    }
    if (planNew(nowNs)) {
      return true;
    }
    watchWindow(nowNs);
    return false;
  }

  /** Something from [seq, SND.NXT) again, no further than the window's right edge (SHLD-16). */
  private boolean planAgain(int seq) {
    int dataEnd = dataEnd();
    int length = Math.max(0, Math.min(mss, Seq.diff(Seq.min(sndNxt, dataEnd), seq)));
    int room = Seq.diff(rightEdge(), seq);
    if (room <= 0 && probing) {
      room = 1;
    }
    length = Math.min(length, room);
    boolean fin = finSent() && seq + length == dataEnd && room > length;
    if (length <= 0 && !fin) {
      return false;
    }
    return planned(seq, length, fin);
  }

  private boolean planNew(long nowNs) {
    boolean finToSend = finQueued && !finSent();
    int unsent = finSent() ? 0 : Seq.diff(dataEnd(), sndNxt);
    if (unsent == 0 && !finToSend) {
      return false;
    }
    int usable = Seq.diff(rightEdge(), sndNxt);
    if (overrideSws && usable <= 0) {
      probing = true;
      usable = 1; // a probe: one octet of new data, or the FIN
    }
    if (inFlight() == 0 && nowNs - lastSentNs > rtt.rtoNs()) {
      congestion.onIdle(window, nowNs);
    }
    int allowance = congestion.allowance(window, Math.max(0, inFlight() - recovery.departed()));
    int length = Math.min(Math.min(unsent, mss), Math.min(usable, allowance));
    if (length < 0 || (length == 0 && unsent > 0)) {
      return false;
    }
    boolean tail = length == unsent;
    if (unsent > 0 && length < mss && !tail && !overrideSws && !worthwhile(length, usable)) {
      return false;
    }
    if (!tuning.noDelay() && !finToSend && !urgent && Nagle.mustWait(length, mss, inFlight())) {
      return false;
    }
    boolean fin = finToSend && tail && usable > length && (length > 0 || allowance > 0);
    if (length == 0 && !fin) {
      return false;
    }
    return planned(sndNxt, length, fin);
  }

  /**
   * RFC 9293 §3.8.6.2.1 (MUST-38): a piece below MSS is worth sending at half the largest window.
   */
  private boolean worthwhile(int length, int usable) {
    return length == usable && length >= sndWnd.largest() / 2;
  }

  private boolean planned(int seq, int length, boolean fin) {
    planSeq = seq;
    planLength = length;
    planFin = fin;
    planPush = length > 0 && seq + length == dataEnd(); // MUST-61
    return true;
  }

  /** Data waits, nothing is in flight to bring a window update: then the persist timer must. */
  private void watchWindow(long nowNs) {
    boolean waiting = !finSent() && (Seq.lt(sndNxt, dataEnd()) || finQueued);
    if (!waiting || inFlight() > 0) {
      timers.cancel(Timers.Kind.PERSIST);
    } else if (!timers.isArmed(Timers.Kind.PERSIST)) {
      if (retries == 0) {
        progressNs = nowNs;
      }
      timers.arm(Timers.Kind.PERSIST, nowNs + rtt.rtoNs()); // SHLD-29, SHLD-30
    }
  }

  /** The planned segment was written to the wire. */
  void onPlanSent(long nowNs) {
    int end = planSeq + planLength + (planFin ? 1 : 0);
    overrideSws = false;
    lastSentNs = nowNs;
    timers.cancel(Timers.Kind.PERSIST);
    if (Seq.lt(planSeq, sndNxt)) {
      rtt.onRetransmitted();
      retransmits++;
      bytesRetransmitted += planLength;
      againNxt = Seq.max(againNxt, end);
      if (planSeq == sndUna) { // RFC 6298 §5: not again within one RTO
        armRetransmit(nowNs);
      }
    } else {
      if (inFlight() == 0 && retries == 0) {
        progressNs = nowNs;
      }
      int length = end - planSeq;
      if (recovery.limitedTransmit() && length > congestion.allowance(window, inFlight())) {
        recovery.onSentBeyond(length);
      }
      rtt.onSent(end, nowNs);
      bytesSent += planLength;
      sndNxt = end;
    }
    armIfNot(nowNs);
  }

  private void armIfNot(long nowNs) {
    if (!timers.isArmed(Timers.Kind.RETRANSMIT)) {
      armRetransmit(nowNs);
    }
  }

  /** A user's patience may end before the timer would fire; at a closed window it may not. */
  private void armRetransmit(long nowNs) {
    long deadline = nowNs + rtt.rtoNs();
    long patience = tuning.userTimeoutNs();
    if (patience > 0 && !sndWnd.closed() && progressNs + patience - deadline < 0) {
      deadline = progressNs + patience;
    }
    timers.arm(Timers.Kind.RETRANSMIT, deadline);
  }

  int planSeq() {
    return planSeq;
  }

  int planLength() {
    return planLength;
  }

  boolean planFin() {
    return planFin;
  }

  boolean planPush() {
    return planPush;
  }

  void copyPlan(byte[] to, int offset) {
    if (planLength > 0) {
      buffer.copy(planSeq - bufferSeq, to, offset, planLength);
    }
  }

  /** The connection is over. */
  void drop() {
    buffer.clear();
    synToSend = false;
  }

  // --- getters

  private int rightEdge() {
    return sndUna + sndWnd.size();
  }

  private int dataEnd() {
    return bufferSeq + buffer.size();
  }

  boolean finQueued() {
    return finQueued;
  }

  private boolean finSent() {
    return finQueued && Seq.gt(sndNxt, dataEnd());
  }

  boolean finAcked() {
    return finQueued && Seq.gt(sndUna, dataEnd());
  }

  /** Everything the user wrote is acknowledged. */
  boolean drained() {
    return buffer.size() == 0;
  }

  /** Nothing is in flight, and nothing waits for the window. */
  boolean idle() {
    return inFlight() == 0 && !timers.isArmed(Timers.Kind.PERSIST);
  }

  int inFlight() {
    return sndNxt - sndUna;
  }

  int iss() {
    return iss;
  }

  int sndUna() {
    return sndUna;
  }

  int sndNxt() {
    return sndNxt;
  }

  /**
   * SEG.SEQ of a segment that carries nothing: SND.NXT, but not beyond what the peer's window
   * takes. Behind a probe, or when the window shrank, a segment at SND.NXT fails the peer's
   * acceptance test (RFC 9293 §3.10.7.4), and Linux ignores its ACK and RST too: the other
   * direction would stall.
   */
  int bareSeq() {
    boolean synAcked = sndUna != iss;
    return synAcked ? Seq.min(sndNxt, rightEdge()) : sndNxt;
  }

  int maxSndWnd() {
    return sndWnd.largest();
  }

  int sendWindow() {
    return sndWnd.size();
  }

  int mss() {
    return mss;
  }

  int queued() {
    return buffer.size();
  }

  int room() {
    return finQueued ? 0 : buffer.room();
  }

  int held() {
    return buffer.held();
  }

  RttEstimator rtt() {
    return rtt;
  }

  CongestionControl.Window window() {
    return window;
  }

  long bytesSent() {
    return bytesSent;
  }

  long bytesRetransmitted() {
    return bytesRetransmitted;
  }

  long bytesAcked() {
    return bytesAcked;
  }

  long retransmits() {
    return retransmits;
  }

  long timeouts() {
    return timeouts;
  }

  long fastRetransmits() {
    return fastRetransmits;
  }
}
