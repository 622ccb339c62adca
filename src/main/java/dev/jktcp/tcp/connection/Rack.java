package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * RACK (RFC 8985 §6): a segment is lost when one that left later has arrived, and the time in which
 * the network may have changed their order has passed. That holds for retransmissions too, so one
 * that is lost is found as the first transmission was.
 *
 * <p>For each ACK: {@link #begin}, {@link #onDelivered} for each segment that it tells of, {@link
 * #end}, then {@link #detect}. Work is bounded: a segment that was sent once is judged in the order
 * of sequence numbers, which is that of sending; one that was sent again in that of {@link
 * SentAgain}; each once for each time that it was sent.
 */
final class Rack {
  /** §6.2 step 4: a window that grew stays for so many recoveries without a DSACK. */
  private static final int PERSIST = 16;

  private static final int MOST_STEPS = 127; // of the window; SRTT bounds it before

  private static final int SEEN = 2 * PERSIST; // in an IdleEnd, beside how long the window stays

  private final MinRtt minRtt;
  private final FlightPool pool;
  private final ByteAccount account;
  private SentAgain sentAgain; // null before anything is

  // RACK.segment, of those delivered the one that left last
  private boolean any;
  private long xmitNs;
  private int endSeq;

  private long rttNs; // RACK.rtt
  private int fack;
  private boolean reorderingSeen;
  private int steps = 1; // RACK.reo_wnd_mult
  private int persist;
  private boolean inDsackRound;
  private int dsackRound;

  private long lostAgainNs; // when the last retransmission left that detect() found lost
  private boolean lostAgain;

  private int unjudged; // all before it that was sent once is judged

  // This ACK.
  private Echo echo;
  private long nowNs;
  private long latestNs; // of what it tells, when the last left
  private boolean measured;
  private int highest;
  private boolean grew;

  /**
   * @param minRtt is told here of each segment that measures it
   */
  Rack(MinRtt minRtt, FlightPool pool, ByteAccount account) {
    this.minRtt = minRtt;
    this.pool = pool;
    this.account = account;
  }

  /** Nothing is in flight, and what is sent next begins here. */
  void open(int seq) {
    fack = seq;
    endSeq = seq;
    unjudged = seq;
  }

  // --- idle times; nothing is in flight

  void fold(IdleEnd to) {
    to.reorderingSteps = (byte) steps;
    to.reorderingPersist = (byte) (persist | (reorderingSeen ? SEEN : 0));
  }

  void unfold(IdleEnd from) {
    open(from.sndNxt);
    reorderingSeen = (from.reorderingPersist & SEEN) != 0;
    steps = from.reorderingSteps;
    persist = from.reorderingPersist & ~SEEN;
  }

  // --- §6.1

  /** Nothing more will be asked. */
  void drop() {
    forgetSentAgain();
  }

  private void forgetSentAgain() {
    if (sentAgain != null) {
      sentAgain.clear();
    }
  }

  /** Entry {@code i} has just left again. */
  void onSentAgain(Flight flight, int i) {
    if (any && xmitNs == flight.sentNs(i)) {
      // RACK.segment has arrived in the instant in which it left, so it left before this one. The
      // order of their numbers would call this one lost at each ACK: with a round trip of 0, as to
      // an end of the same stack, it would be sent again without end.
      xmitNs--;
    }
    if (sentAgain == null) {
      sentAgain = new SentAgain(pool, account);
    }
    sentAgain.note(flight, i);
  }

  // --- §6.2, an ACK

  void begin(Flight flight, Echo echo, long nowNs) {
    this.echo = echo;
    this.nowNs = nowNs;
    measured = false;
    highest = flight.una();
  }

  /** Steps 1 to 3, for one segment; the order in which segments come does not matter. */
  void onDelivered(Flight flight, int i, boolean sacked) {
    boolean again = (flight.flags(i) & Flight.EVER_RETRANSMITTED) != 0;
    long sentNs = flight.sentNs(i);
    int end = flight.end(i);
    if (!again) {
      minRtt.onSample(Math.max(1, nowNs - sentNs), nowNs);
      reorderingSeen |= Seq.lt(end, fack);
    }
    highest = Seq.max(highest, end);
    if (!again || !isFirst(sentNs, sacked)) {
      onSegment(sentNs, end);
    }
  }

  /**
   * Step 2: whether what arrived may be an earlier transmission than the last. The ACK's echo is of
   * the segment that moved SND.UNA, so it tells nothing of one that arrived out of order.
   */
  private boolean isFirst(long sentNs, boolean sacked) {
    return (!sacked && echo.isBefore(sentNs)) || minRtt.exceeds(nowNs - sentNs, nowNs);
  }

  private void onSegment(long sentNs, int end) {
    if (!measured || sentNs - latestNs >= 0) { // the last in the order of sending decides
      measured = true;
      latestNs = sentNs;
      rttNs = nowNs - sentNs;
    }
    if (!any || isSentAfter(sentNs, end, xmitNs, endSeq)) {
      any = true;
      xmitNs = sentNs;
      endSeq = end;
    }
  }

  /**
   * Step 4: the window grows once in a round trip in which the peer got something twice.
   *
   * @param dsack whether the ACK says so of what we sent again for a loss
   */
  void end(Flight flight, boolean dsack) {
    fack = Seq.max(fack, Seq.max(highest, flight.una()));
    if (inDsackRound && Seq.geq(flight.una(), dsackRound)) {
      inDsackRound = false;
    }
    grew = dsack && !inDsackRound;
    if (grew) {
      inDsackRound = true;
      dsackRound = flight.nxt();
      steps = Math.min(MOST_STEPS, steps + 1);
      persist = PERSIST;
    }
  }

  /** Step 4: a recovery is over, with the ACK that was told of last. */
  void onRecovered() {
    if (!grew && --persist <= 0) {
      persist = 0;
      steps = 1;
    }
  }

  /**
   * A recovery proved to have been for nothing: its segments were only late. Step 3 cannot see
   * that, for they had been sent again.
   */
  void onReordering() {
    reorderingSeen = true;
  }

  /**
   * Step 4: RACK.reo_wnd.
   *
   * @param proved whether a recovery is under way, or DupThresh segments were reported: unless
   *     there was reordering before, nothing is waited for
   */
  long reorderingWindowNs(boolean proved, long srttNs) {
    if (!reorderingSeen && proved) {
      return 0;
    }
    return windowNs(steps, minRtt, srttNs);
  }

  /** The same before any reordering, and while nothing is lost. */
  static long firstWindowNs(MinRtt minRtt, long srttNs) {
    return windowNs(1, minRtt, srttNs);
  }

  private static long windowNs(int steps, MinRtt minRtt, long srttNs) {
    return Math.min(steps * minRtt.ns() / 4, srttNs);
  }

  /**
   * Step 5: marks what is lost.
   *
   * @param reader hears of it
   * @return how long until the first of those that left before RACK.segment counts as lost; 0 =
   *     there is none. (The RFC waits for the last of them, which needs a walk over all.)
   */
  long detect(Flight flight, long windowNs, Flight.Reader reader, long nowNs) {
    if (flight.size() == 0) {
      unjudged = flight.nxt(); // left behind, it would look ahead after 2^31 bytes
      forgetSentAgain();
      return 0;
    }
    if (!any) {
      return 0;
    }
    long first = detectFirst(flight, windowNs, reader, nowNs);
    long again = detectAgain(flight, windowNs, reader, nowNs);
    return first == 0 || again == 0 ? first + again : Math.min(first, again);
  }

  /** Of what was sent once. */
  private long detectFirst(Flight flight, long windowNs, Flight.Reader reader, long nowNs) {
    long left = 0;
    int i = firstUnjudged(flight);
    for (; i < flight.size(); i = flight.missingFrom(i + 1)) {
      if (!isFirstCopy(flight, i)) {
        continue;
      }
      if (!isSentAfter(xmitNs, endSeq, flight.sentNs(i), flight.end(i))) {
        break;
      }
      left = leftNs(flight, i, windowNs, nowNs);
      if (left > 0) {
        break;
      }
      lose(flight, i, reader, nowNs);
    }
    unjudged = i < flight.size() ? flight.seq(i) : flight.nxt();
    return Math.max(0, left);
  }

  private int firstUnjudged(Flight flight) {
    if (Seq.leq(unjudged, flight.una())) {
      return flight.missingFrom(0);
    }
    return unjudged == flight.nxt() ? flight.size() : flight.missingFrom(flight.indexOf(unjudged));
  }

  /** Whether it is in the network as it was sent first. */
  private static boolean isFirstCopy(Flight flight, int i) {
    return (flight.flags(i) & (Flight.SACKED | Flight.LOST | Flight.RETRANSMITTED)) == 0;
  }

  /** Of what was sent again. */
  private long detectAgain(Flight flight, long windowNs, Flight.Reader reader, long nowNs) {
    lostAgain = false;
    for (int i; (i = oldestSentAgain(flight)) >= 0; ) {
      if (!isSentAfter(xmitNs, endSeq, flight.sentNs(i), flight.end(i))) {
        return 0;
      }
      long left = leftNs(flight, i, windowNs, nowNs);
      if (left > 0) {
        return left;
      }
      lostAgain = true;
      lostAgainNs = flight.sentNs(i);
      lose(flight, i, reader, nowNs);
      sentAgain.dropOldest();
    }
    return 0;
  }

  private int oldestSentAgain(Flight flight) {
    return sentAgain == null ? -1 : sentAgain.oldest(flight);
  }

  private static void lose(Flight flight, int i, Flight.Reader reader, long nowNs) {
    if (flight.lose(i)) {
      reader.onLost(flight, i, nowNs);
    }
  }

  private long leftNs(Flight flight, int i, long windowNs, long nowNs) {
    return flight.sentNs(i) + rttNs + windowNs - nowNs;
  }

  /** Whether {@link #detect} found lost what had left again at that time or later. */
  boolean lostAgainSince(long ns) {
    return lostAgain && lostAgainNs - ns >= 0;
  }

  // --- nothing lost

  /**
   * Whether nothing but SND.UNA and the last time of sending has changed when the oldest segments
   * are acknowledged, which were sent once. None of those behind them left before them, so none is
   * judged.
   */
  boolean isCalm(Flight flight) {
    return !inDsackRound
        && (sentAgain == null || sentAgain.isEmpty())
        && Seq.leq(fack, flight.una())
        && Seq.leq(unjudged, flight.una());
  }

  /** Steps 1 to 5 for such an ACK. */
  void onCalmAck(Flight flight, long left, long now) {
    minRtt.onSample(Math.max(1, now - left), now);
    any = true;
    xmitNs = left;
    endSeq = flight.una();
    rttNs = now - left;
    fack = endSeq;
    unjudged = endSeq;
  }

  // --- §6.3

  /** The retransmission timer fired: the oldest segment is lost, others if they are old enough. */
  void onTimeout(Flight flight, long windowNs, long nowNs) {
    flight.lose(0);
    int i = firstUnjudged(flight);
    for (; i < flight.size(); i = flight.missingFrom(i + 1)) {
      if (isFirstCopy(flight, i)) {
        if (leftNs(flight, i, windowNs, nowNs) > 0) {
          break;
        }
        flight.lose(i);
      }
    }
    unjudged = i < flight.size() ? flight.seq(i) : flight.nxt();
    while ((i = oldestSentAgain(flight)) >= 0 && leftNs(flight, i, windowNs, nowNs) <= 0) {
      flight.lose(i);
      sentAgain.dropOldest();
    }
  }

  /** What was judged in flight is not so any more: it was found, or the peer has reneged. */
  void judgeAgain(Flight flight) {
    unjudged = flight.una();
  }

  /** RACK_sent_after; what leaves in one instant leaves in the order of its numbers. */
  private static boolean isSentAfter(long ns1, int seq1, long ns2, int seq2) {
    return ns1 - ns2 > 0 || (ns1 == ns2 && Seq.gt(seq1, seq2));
  }

  // --- getters

  /** Of those behind the oldest that did not arrive, how many left after all that did. */
  int unanswered(Flight flight, int most) {
    int count = 0;
    for (int i = flight.missingFrom(1);
        i < flight.size() && count < most;
        i = flight.missingFrom(i + 1)) {
      boolean later = isSentAfter(flight.sentNs(i), flight.end(i), xmitNs, endSeq);
      count += !any || later ? 1 : 0;
    }
    return count;
  }

  boolean reorderingSeen() {
    return reorderingSeen;
  }

  long rttNs() {
    return rttNs;
  }

  /** Bytes of memory behind it, out of the pool. */
  int held() {
    return sentAgain == null ? 0 : sentAgain.held();
  }
}
