package dev.jktcp.tcp.connection;

import dev.jktcp.wire.OutSegment;
import dev.jktcp.wire.Seq;
import dev.jktcp.wire.TcpSegment;

/** The receive half: RCV.*, the window we offer, and the bytes that wait for the reader. */
final class Receiver {
  // RFC 7323 §2.3
  private static final int MAX_SHIFT = 14;
  private static final int MAX_CAPACITY = 1 << 30;
  // The largest window before anything was read, as much as a field holds without scaling.
  private static final int FIRST_OFFER = 64 * 1024;
  // In slow start a sender sends twice as much as was acknowledged in the round before.
  private static final int EARNED_BY_A_BYTE_READ = 2;
  // In a burst of losses each segment draws an answer; beyond this number the peer knows enough.
  static final int MAX_DUPLICATE_ACKS = 64;

  private final WindowStyle style;
  private final boolean keepsOutOfOrder;
  private final int mss;
  private final DelayedAck delayedAck; // null: no ACK is delayed
  private final ByteAccount account;
  private final ReceiveBuffer buffer;
  private Reassembler reassembler; // null unless there is a hole
  private EcnReceiver ecn; // null: marks do not count
  private boolean sack; // agreed on
  private int fullSegment; // of the peer: its Eff.snd.MSS at most
  private Repeats repeats; // null unless there are any to report

  private final ReceiveTuning tuning; // null: the capacity stays
  private int capacity;
  private int irs;
  private int rcvNxt;
  private int rightEdge; // RCV.NXT + RCV.WND as the peer knows it; never moves back
  private int shift;
  private boolean established;

  private boolean urgent; // urgent data is not read yet
  private int rcvUp; // RCV.UP, behind its last octet

  private boolean finSeen;
  private int finSeq;
  private boolean finReached;

  private boolean discarding; // the user left: no more is read
  private boolean lostData; // data was thrown away unread: close() becomes an RST
  private boolean threwAway; // and acknowledged nevertheless

  private boolean ackNow;
  private int duplicateAcks;
  private RateLimit ackLimit; // null until needed
  private long bytesReceived;

  /**
   * @param announcedMss bytes; no segment of the peer carries more
   */
  Receiver(ConnectionSettings settings, int announcedMss, ByteAccount account) {
    this.account = account;
    this.capacity = settings.receiveBuffer();
    this.buffer = new ReceiveBuffer(settings.chunks(), settings.lending(), account);
    this.keepsOutOfOrder = settings.profile().keepsOutOfOrder();
    this.mss = announcedMss;
    this.fullSegment = announcedMss;
    this.delayedAck =
        settings.profile().delayedAckNs() > 0 ? new DelayedAck(settings.profile(), mss) : null;
    this.style = settings.windowStyle();
    this.shift = settings.offeredShift();
    int most = settings.maxReceiveBuffer();
    this.tuning = most > capacity ? new ReceiveTuning(capacity, most, account) : null;
  }

  // --- idle times

  /** Whether nothing is unread or owed, so that {@link #fold} loses nothing. */
  boolean folds() {
    return established
        && buffer.held() == 0
        && reassembler == null
        && !urgent
        && !finSeen
        && !discarding
        && !lostData
        && !owesAck()
        && !delaysAck()
        && !deservesUpdate();
  }

  /** Whether the limit of ACKs has no count to keep, so that {@link #fold} may drop it. */
  boolean rests(long nowNs) {
    return ackLimit == null || ackLimit.rests(nowNs);
  }

  void fold(IdleEnd to) {
    to.rcvNxt = rcvNxt;
    EcnReceiver.fold(ecn, to);
    to.rightEdge = rightEdge;
    to.capacity = capacity;
    if (tuning != null) {
      tuning.fold(to);
    }
    to.receiveMss = (char) mss;
    if (delayedAck != null) {
      delayedAck.fold(to);
    }
    to.bytesReceived = bytesReceived;
    to.receiveShift = (byte) shift;
  }

  void unfold(IdleEnd from) {
    irs = from.rcvNxt - 1;
    ecn = EcnReceiver.unfold(from);
    rcvNxt = from.rcvNxt;
    rightEdge = from.rightEdge;
    capacity = from.capacity;
    if (tuning != null) {
      tuning.unfold(from);
    }
    bytesReceived = from.bytesReceived;
    shift = from.receiveShift;
    established = true;
    if (delayedAck != null) {
      delayedAck.unfold(from);
    }
  }

  // --- the window

  /**
   * The scale we offer: unless one is asked for, the smallest that can express the whole buffer.
   */
  static int shiftFor(WindowStyle style, int capacity) {
    if (!style.scales()) {
      return 0;
    }
    if (style.shift() >= 0) {
      return style.shift();
    }
    int shift = 0;
    while (shift < MAX_SHIFT && capacity > 0xffff << shift) {
      shift++;
    }
    return shift;
  }

  /** Bytes that may wait for the reader. */
  int capacity() {
    return capacity;
  }

  int offeredShift() {
    return shift;
  }

  /** The peer's SYN has settled which options are in use. */
  void onAgreed(Negotiated agreed) {
    if (!agreed.scales()) { // RFC 7323 §2.2: no scaling unless both offered it
      shift = 0;
    }
    sack = agreed.sack();
    fullSegment = Math.max(1, mss - SegmentSizes.optionBytes(agreed));
  }

  /** The window field of a SYN, which is never scaled. */
  int synWindow() {
    return Math.min(0xffff, capacity);
  }

  /**
   * The peer's SYN is known.
   *
   * @param wide whether a style that accepts more than it advertises may do so from the start
   */
  void open(int irs, boolean wide) {
    this.irs = irs;
    this.rcvNxt = irs + 1;
    this.rightEdge = rcvNxt + (wide && !style.roundsUp() ? capacity : synWindow());
  }

  /**
   * The handshake is over: from now on the edge may move. Before, our SYN may have to be sent
   * again: its unscaled window would take the edge back.
   */
  void onEstablished(long nowNs) {
    established = true;
    if (tuning != null) {
      tuning.begin(0, nowNs);
    }
  }

  /** Data has come: the window may grow, by the amount read in a round trip. */
  void tune(TcpSegment segment, Timestamps timestamps, RttEstimator rtt, long nowNs) {
    if (tuning != null && tuning.isOver(segment, timestamps, rtt, nowNs)) {
      capacity = tuning.next(capacity, bytesRead(), nowNs);
    }
  }

  private long bytesRead() {
    return bytesReceived - buffer.size();
  }

  /**
   * Both MSS are known.
   *
   * @param mss payload of a full segment without options, in either direction
   */
  void onMss(int mss) {
    if (style.wholeSegments()) {
      capacity = Math.min(MAX_CAPACITY, (capacity + mss - 1) / mss * mss);
    }
  }

  /**
   * The window field of a segment that leaves now. The right edge moves in steps of a segment or
   * half a buffer (RFC 9293 MUST-39) and never back (SHLD-14). If scaling cannot express the
   * window, the field is rounded up, as RFC 7323 §2.4 has peers expect. It may be rounded beyond
   * the buffer only once, or a peer that sends many small segments would push the edge ahead of a
   * reader that stands still.
   */
  int advertise() {
    int room = room();
    if (Seq.leq(highestEdge(room), rightEdge) && window() == windowField() << shift) {
      return windowField(); // there is nothing to move or to round
    }
    int wanted = wantedEdge(room);
    if (edgeGain(wanted) >= step() || movesEagerly(wanted)) {
      rightEdge = wanted;
    }
    if (!style.roundsUp()) {
      return windowField();
    }
    int unit = 1 << shift;
    int field = Math.min(0xffff, (window() + unit - 1) >>> shift);
    if (Seq.geq(rcvNxt + (field << shift), wanted + unit)) {
      return windowField();
    }
    rightEdge = Seq.max(rightEdge, rcvNxt + (field << shift));
    return field;
  }

  /** The window field of a segment that changes nothing. */
  int windowField() {
    return Math.min(0xffff, window() >>> shift);
  }

  /** RCV.WND as the peer knows it. */
  int window() {
    return rightEdge - rcvNxt;
  }

  /** The reader made enough room to tell a peer that is short of window. */
  boolean deservesUpdate() {
    int offer = Math.min(largestWindow(), earned());
    int part = offer / style.updatePart();
    int room = room();
    if (edgeGain(highestEdge(room)) < part && window() >= 2 * fullSegment) {
      return false; // whatever memory there is
    }
    int gain = edgeGain(wantedEdge(room));
    return gain >= Math.max(1, part) || (gain >= step() && window() < 2 * fullSegment);
  }

  /** The same, when no ACK is due that would announce the window anyway. */
  boolean owesUpdate() {
    return !ackNow && deservesUpdate();
  }

  private int wantedEdge(int room) {
    if (!established) {
      return rightEdge;
    }
    boolean allRead = buffer.size() == 0 && outOfOrder() == 0;
    return rcvNxt + (int) Math.max(0, Math.min(room, account.window(allRead)));
  }

  /** The right edge we would offer if memory did not count. */
  private int highestEdge(int room) {
    return rcvNxt + Math.max(0, room);
  }

  private int room() {
    return Math.min(earned() - buffer.size(), largestWindow());
  }

  /** Bytes that may wait unread: few at the beginning, more as the reader reads. */
  private int earned() {
    if (!style.earned()) {
      return capacity;
    }
    return (int) Math.min(capacity, FIRST_OFFER + EARNED_BY_A_BYTE_READ * bytesRead());
  }

  /** The largest window that the field can express: 65,535 if the peer does not scale. */
  private int largestWindow() {
    return style.roundsUp() ? Math.min(capacity, 0xffff << shift) : capacity;
  }

  /** Small steps of the edge do no harm while the window itself is not small. */
  private boolean movesEagerly(int wanted) {
    return style.eager() && Seq.gt(wanted, rightEdge) && wanted - rcvNxt >= step();
  }

  private int edgeGain(int wanted) {
    return Seq.diff(wanted, rightEdge);
  }

  private int step() {
    return Math.max(1, Math.min(account.windowStep(), Math.min(largestWindow() / 2, fullSegment)));
  }

  // --- RFC 9293 §3.10.7.4

  /** First check: the four cases of the acceptability table. */
  boolean acceptable(TcpSegment segment) {
    int seq = segment.seq();
    int length = segment.length();
    if (length == 0) {
      return inWindowOrAtEdge(seq);
    }
    // A FIN needs no room. BSD and its heirs send it into a closed window, over and over, and Linux
    // takes it.
    boolean bareFin = seq == rcvNxt && length == 1 && segment.fin();
    return bareFin || (window() > 0 && (inWindow(seq) || inWindow(seq + length - 1)));
  }

  /**
   * For an ACK without payload. The table asks for SEG.SEQ below RCV.NXT + RCV.WND unless the
   * window is 0. But if a peer has filled our window, its ACKs stand right at the edge, even while
   * a hole keeps the window from being 0. If they were dropped, our direction would stall until the
   * hole is filled.
   */
  private boolean inWindowOrAtEdge(int seq) {
    return Seq.leq(rcvNxt, seq) && Seq.leq(seq, rightEdge);
  }

  /**
   * Appendix A.2: an ACK without payload whose SEQ is that of the last octet received. A peer sends
   * it if it counts its FIN only when that is acknowledged, or probes at the same time as we do. If
   * it were dropped, both ends would answer each other until one gives up.
   */
  boolean justBehind(TcpSegment segment) {
    return segment.length() == 0 && segment.seq() == rcvNxt - 1;
  }

  private boolean inWindow(int seq) {
    return Seq.leq(rcvNxt, seq) && Seq.lt(seq, rightEdge);
  }

  /**
   * RFC 5961 §3.2: an RST in the window. An RST right at the edge lies outside, unless data behind
   * a hole shows that the peer has sent that far. Such a peer is gone and will not fill the hole:
   * only its answer to a challenge can end the wait of the reader.
   */
  boolean challengesRst(int seq) {
    boolean filled = reassembler != null && reassembler.end() == rightEdge;
    return inWindow(seq) || (filled && seq == rightEdge);
  }

  /**
   * Seventh and eighth: takes the new part of an acceptable segment's payload and FIN.
   *
   * @param acknowledgesLost whether text that no user will read is acknowledged, if it is in order:
   *     a peer that writes until it is read would not read what is still on its way from here
   * @return true when bytes were added for the reader
   */
  boolean onText(TcpSegment segment, boolean acknowledgesLost) {
    int seq = segment.seq();
    int from = segment.payloadOffset();
    int length = segment.payloadLength();
    boolean fin = segment.fin();
    if (length == 0 && !fin) {
      return false;
    }
    boolean repeats = Seq.lt(seq, rcvNxt);
    if (repeats) { // the old part
      int old = Math.min(length, rcvNxt - seq);
      seq += old;
      from += old;
      length -= old;
    }
    int room = Seq.diff(rightEdge, seq);
    if (length > room) { // the part beyond the window, with the FIN
      length = Math.max(0, room);
      fin = false;
    }
    if (finSeen && Seq.gt(seq + length, finSeq)) { // nothing follows a FIN
      length = Math.max(0, Seq.diff(finSeq, seq));
      fin = false;
    }
    boolean inOrder = seq == rcvNxt;
    if (discarding && length > 0) {
      lostData = true;
      if (inOrder && acknowledgesLost) {
        throwAway(length);
      }
      return false;
    }
    if (threwAway) {
      return false; // a FIN would say that the user has all before it
    }
    if (!inOrder && Seq.lt(seq, rcvNxt)) { // all of it is old
      onRepeated(segment);
      oweDuplicateAck();
      return false;
    }
    if (inOrder && length > 0 && !hasMemoryFor(length)) { // as if it had been lost
      account.onDropped();
      length = largePartOf(length);
      fin = false;
      if (length == 0) {
        return false;
      }
    }
    if (fin && (inOrder || keepsOutOfOrder)) {
      onFinAt(seq + length);
    }
    if (repeats && inOrder) {
      ackNow = true; // the peer has missed an ACK
      onRepeated(segment);
    }
    boolean added =
        inOrder ? takeInOrder(segment, from, length, fin) : hold(segment, seq, from, length, fin);
    if (finSeen && !finReached && rcvNxt == finSeq) {
      finReached = true;
      rcvNxt++;
      rightEdge = Seq.max(rightEdge, rcvNxt);
      ackNow = true;
    }
    return added;
  }

  private void throwAway(int length) {
    threwAway = true;
    rcvNxt += length;
    bytesReceived += length;
    ackNow = true;
  }

  /** Of two FINs the first in sequence counts, and data held beyond it is dropped. */
  private void onFinAt(int seq) {
    if (finSeen && seq == finSeq) {
      return;
    }
    finSeen = true;
    finSeq = seq;
    if (reassembler != null) {
      reassembler.dropFrom(seq);
      if (reassembler.isEmpty()) {
        reassembler = null;
      }
    }
  }

  /**
   * Sixth: RCV.UP = max(RCV.UP, SEG.UP).
   *
   * @return true when the pointer moved ahead of the next octet to read: the user is told (MUST-32)
   */
  boolean onUrgent(TcpSegment segment) {
    int pointer = segment.seq() + segment.urgentPointer();
    if (Seq.leq(pointer, readNxt()) || (urgent && Seq.leq(pointer, rcvUp))) {
      return false;
    }
    urgent = true;
    rcvUp = pointer;
    return true;
  }

  /** Octets from the next one to read to the end of urgent data (MUST-33). */
  int urgentAhead() {
    return urgent ? Math.max(0, Seq.diff(rcvUp, readNxt())) : 0;
  }

  /** The sequence number of the next octet to read. */
  private int readNxt() {
    return rcvNxt - (finReached ? 1 : 0) - buffer.size();
  }

  private boolean takeInOrder(TcpSegment segment, int from, int length, boolean fin) {
    int before = rcvNxt;
    boolean fillsHole = reassembler != null; // RFC 5681 §4.2: then at once
    if (length > 0) {
      buffer.receive(segment.bytes(), from, length);
      rcvNxt += length;
    }
    if (reassembler != null) {
      if (before == segment.seq() && reassembler.repeatsBelow(fin ? rcvNxt + 1 : rcvNxt)) {
        reportRepeat(reassembler.repeatStart(), reassembler.repeatEnd());
      }
      rcvNxt = reassembler.drainInto(buffer, rcvNxt);
      if (reassembler.isEmpty()) {
        reassembler = null;
      }
    }
    ackNow |= delayedAck == null || delayedAck.onData(length, largestWindow()) || fillsHole;
    duplicateAcks = 0; // the ACK of the new edge says more
    bytesReceived += rcvNxt - before;
    return rcvNxt != before;
  }

  /** Whether there is memory for a segment in order; data behind a hole is dropped for it. */
  private boolean hasMemoryFor(int length) {
    if (buffer.growth(length) <= account.room()) {
      return true;
    }
    return dropDisorder() && buffer.growth(length) <= account.room();
  }

  /**
   * The part of a too long segment for which there is memory. The peer sends the whole segment
   * again, and would give up if memory never sufficed for any of it.
   */
  private int largePartOf(int length) {
    long part = account.room() + length - buffer.growth(length);
    return part >= ByteBudget.LEAST_SHARE / 4 ? (int) Math.min(length, part) : 0;
  }

  /**
   * Drops data out of order when memory is scarce: it was not acknowledged, so it comes again.
   *
   * @return whether there was any
   */
  boolean dropDisorder() {
    if (reassembler == null) {
      return false;
    }
    if (sack && reassembler.size() > 0) {
      account.onReneged();
    }
    dropOutOfOrder();
    repeats = null; // their runs are gone; a repeat alone would look like a run (RFC 2883)
    account.onDisorderDropped();
    return true;
  }

  private boolean hold(TcpSegment segment, int seq, int from, int length, boolean fin) {
    if (keepsOutOfOrder && (length > 0 || fin)) {
      if (reassembler == null) {
        reassembler = new Reassembler(capacity, account);
      }
      if (!reassembler.insert(seq, segment.bytes(), from, length)) {
        account.onDisorderDropped();
      }
      if (fin) {
        reassembler.insertFin(seq + length);
      }
      if (reassembler.repeatStart() != reassembler.repeatEnd()) {
        reportRepeat(reassembler.repeatStart(), reassembler.repeatEnd());
      }
      if (reassembler.isEmpty()) {
        reassembler = null;
      }
    }
    if (delayedAck != null) {
      delayedAck.onDisorder();
    }
    oweDuplicateAck(); // MAY-13: at once, for the peer's fast retransmit counts them
    return false;
  }

  // --- selective acknowledgments

  /** A segment with octets from before RCV.NXT is owed an ACK. */
  void onRepeated(TcpSegment segment) {
    int seq = segment.seq();
    if (Seq.lt(seq, rcvNxt) && !segment.syn()) {
      reportRepeat(seq, Seq.min(seq + segment.length(), rcvNxt));
    }
  }

  private void reportRepeat(int start, int end) {
    if (sack && start != end) {
      if (repeats == null) {
        repeats = new Repeats();
      }
      repeats.add(start, end);
    }
  }

  /**
   * RFC 2018 §3: while data is held out of order, ACKs report it.
   *
   * @param room bytes for options
   */
  void addSack(OutSegment out, int room) {
    if (!sack) {
      return;
    }
    SackReport.add(out, room, repeats, reassembler);
    if (repeats != null && repeats.isEmpty()) {
      repeats = null;
    }
  }

  /** Whether {@link #addSack} has blocks to report. */
  boolean reportsSack() {
    return sack && (repeats != null || reassembler != null);
  }

  // --- header prediction

  /** Whether so many bytes in order need only be appended. */
  boolean expects(int length) {
    return reassembler == null
        && !finSeen
        && !discarding
        && length <= window()
        && buffer.growth(length) <= account.room();
  }

  /** Seventh, for data that is {@link #expects expected}. */
  void acceptExpected(TcpSegment segment) {
    takeInOrder(segment, segment.payloadOffset(), segment.payloadLength(), false);
  }

  // --- RFC 3168

  /** §6.1.1: the handshake has settled that the peer's data segments may be marked. */
  void useEcn() {
    ecn = new EcnReceiver();
  }

  /**
   * §6.1.3: a segment that is acceptable, or a window probe (§6.1.6), may have been marked.
   *
   * @return whether it was
   */
  boolean hearMark(TcpSegment segment) {
    if (ecn == null) {
      return false;
    }
    if (ecn.onSegment(segment) && delaysAck()) {
      ackNow = true;
    }
    return EcnReceiver.isMarked(segment);
  }

  /** Whether ACKs carry ECN-Echo. */
  boolean echoesMarks() {
    return ecn != null && ecn.echoes();
  }

  // --- what the peer is owed

  /** Whether the limit allows an ACK to a segment that brought nothing new. */
  boolean allowsAck(int perSecond, long nowNs) {
    if (ackLimit == null) {
      ackLimit = new RateLimit(perSecond);
    }
    return ackLimit.allow(nowNs);
  }

  void oweAck() {
    ackNow = true;
  }

  void oweDuplicateAck() {
    duplicateAcks = Math.min(MAX_DUPLICATE_ACKS, duplicateAcks + 1);
  }

  boolean owesAck() {
    return ackNow || duplicateAcks > 0 || repeats != null;
  }

  /** An ACK is due within the profile's delay, but not yet. */
  boolean delaysAck() {
    return delayedAck != null && delayedAck.waits() && !ackNow;
  }

  /** How long an ACK may be delayed, in ns; {@code srttNs} is 0 while unknown. */
  long ackDelayNs(long srttNs) {
    return delayedAck.delayNs(srttNs);
  }

  /** A segment with a current ACK field leaves; {@code pure} = it carries only that. */
  void onAckSent(boolean pure) {
    if (!ackNow && duplicateAcks > 0 && pure) {
      duplicateAcks--;
    }
    ackNow = false;
    if (delayedAck != null) {
      delayedAck.onAckSent();
    }
  }

  void oweNothing() {
    ackNow = false;
    duplicateAcks = 0;
    repeats = null;
  }

  // --- the reader

  /** Shows the next bytes; null if there are no bytes to read. */
  Slice take(int maxBytes) {
    Slice slice = buffer.take(maxBytes);
    if (urgent) {
      urgent &= Seq.gt(rcvUp, readNxt()); // left behind, it would look ahead after 2^31 bytes
    }
    return slice;
  }

  /**
   * The user left without reading the rest.
   *
   * @param unread whether bytes taken from here were not read either
   */
  void discard(boolean unread) {
    discarding = true;
    lostData |= unread || buffer.size() > 0;
    drop();
  }

  /** Forgets everything; the connection is over for the user. */
  void drop() {
    buffer.clear();
    dropOutOfOrder();
  }

  /** The connection is over: bytes in order may still be read, the others are dropped. */
  void dropOutOfOrder() {
    if (reassembler != null) {
      reassembler.clear();
      reassembler = null;
    }
  }

  boolean lostData() {
    return lostData;
  }

  boolean finReached() {
    return finReached;
  }

  int irs() {
    return irs;
  }

  int rcvNxt() {
    return rcvNxt;
  }

  int readable() {
    return buffer.size();
  }

  int outOfOrder() {
    return reassembler == null ? 0 : reassembler.size();
  }

  /** Runs looked at while there was a hole; 0 = there is no hole. */
  long steps() {
    return reassembler == null ? 0 : reassembler.steps();
  }

  int held() {
    return buffer.held() + (reassembler == null ? 0 : reassembler.held());
  }

  long bytesReceived() {
    return bytesReceived;
  }
}
