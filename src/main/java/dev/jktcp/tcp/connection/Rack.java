package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * RACK (RFC 8985 §6): a segment is lost when one that left later has arrived and the time that
 * reordering may take has passed. The rule holds for retransmissions as well: their loss is found
 * like that of a first transmission.
 *
 * <p>For each ACK: {@link #begin}, {@link #onDelivered} for each segment that it delivers, {@link
 * #end}, then {@link #detect}. Work is bounded: each transmission of a segment is judged once.
 * Segments sent once come in the order of sequence numbers, which is that of sending, those sent
 * again in that of {@link SentAgain}.
 */
final class Rack {
  /** §6.2 step 4: a window that grew stays so for this number of recoveries without a DSACK. */
  private static final int PERSIST = 16;

  private static final int MOST_STEPS = 127; // of the window; SRTT bounds it earlier

  private static final int SEEN = 2 * PERSIST; // a flag in IdleEnd, beside the count of PERSIST

  private final MinRtt minRtt;
  private final FlightPool pool;
  private final ByteAccount account;
  private SentAgain sentAgain; // null before the first retransmission

  // RACK.segment: of the delivered segments the one that left last
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

  private long lostAgainNs; // when the last retransmission that detect() found lost had left
  private boolean lostAgain;

  private int unjudged; // every segment before it that was sent once is judged

  // This ACK.
  private Echo echo;
  private long nowNs;
  private long latestNs; // when the last segment that it delivers had left
  private boolean measured;
  private int highest;
  private boolean grew;

  /**
   * @param minRtt gets a sample from each segment that measures the round trip
   */
  Rack(MinRtt minRtt, FlightPool pool, ByteAccount account) {
    this.minRtt = minRtt;
    this.pool = pool;
    this.account = account;
  }

  /** The flight is empty, and the next segment begins at {@code seq}. */
  void open(int seq) {
    fack = seq;
    endSeq = seq;
    unjudged = seq;
  }

  // --- idle times; the flight is empty

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

  /** Gives back memory; no calls follow. */
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

  /** Steps 1 to 3, for one segment; segments may come in any order. */
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
   * Step 2: whether the arrival may be that of an earlier transmission than the last. The ACK
   * echoes the segment that moved SND.UNA, so the echo proves nothing of one that arrived out of
   * order.
   */
  private boolean isFirst(long sentNs, boolean sacked) {
    return (!sacked && echo.isBefore(sentNs)) || minRtt.exceeds(nowNs - sentNs, nowNs);
  }

  private void onSegment(long sentNs, int end) {
    if (!measured || sentNs - latestNs >= 0) { // the last in sending order decides
      measured = true;
      latestNs = sentNs;
      rttNs = Math.max(0, nowNs - sentNs);
    }
    if (!any || isSentAfter(sentNs, end, xmitNs, endSeq)) {
      any = true;
      xmitNs = sentNs;
      endSeq = end;
    }
  }

  /**
   * Step 4: the window grows once in a round trip in which the peer got data twice.
   *
   * @param dsack whether the ACK reports this of data sent again for a loss
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

  /** Step 4: the last ACK has ended a recovery. */
  void onRecovered() {
    if (!grew && --persist <= 0) {
      persist = 0;
      steps = 1;
    }
  }

  /**
   * A recovery proved needless: its segments were only late. Step 3 cannot see that, for they had
   * been sent again.
   */
  void onReordering() {
    reorderingSeen = true;
  }

  /**
   * Step 4: RACK.reo_wnd.
   *
   * @param proved whether a recovery is under way, or DupThresh segments were reported: then the
   *     window is 0 unless reordering was seen before
   */
  long reorderingWindowNs(boolean proved, long srttNs) {
    if (!reorderingSeen && proved) {
      return 0;
    }
    return windowNs(steps, minRtt, srttNs);
  }

  /** RACK.reo_wnd before any reordering or loss. */
  static long firstWindowNs(MinRtt minRtt, long srttNs) {
    return windowNs(1, minRtt, srttNs);
  }

  private static long windowNs(int steps, MinRtt minRtt, long srttNs) {
    return Math.min(steps * minRtt.ns() / 4, srttNs);
  }

  /**
   * Step 5: marks what is lost.
   *
   * @param reader is told of each loss
   * @return ns until the next of the segments that left before RACK.segment counts as lost; 0 = no
   *     such segment. (The RFC waits for the last of them, which needs a walk over all.)
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

  /** Detects losses of segments sent once. */
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

  /** Whether the entry's first copy is in the network. */
  private static boolean isFirstCopy(Flight flight, int i) {
    return (flight.flags(i) & (Flight.SACKED | Flight.LOST | Flight.RETRANSMITTED)) == 0;
  }

  /** Detects losses of segments sent again. */
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

  /** Whether {@link #detect} found a retransmission lost that had left at that time or later. */
  boolean lostAgainSince(long ns) {
    return lostAgain && lostAgainNs - ns >= 0;
  }

  // --- nothing lost

  /**
   * Whether an ACK of the oldest segments, sent once, changes only SND.UNA and the last time of
   * sending. No segment behind them left before them, so none has to be judged.
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
    rttNs = Math.max(0, now - left);
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

  /** Judges the flight again: a lost segment was found, or the peer has reneged. */
  void judgeAgain(Flight flight) {
    unjudged = flight.una();
  }

  /** RACK_sent_after; of one time, segments have left in the order of their numbers. */
  private static boolean isSentAfter(long ns1, int seq1, long ns2, int seq2) {
    return ns1 - ns2 > 0 || (ns1 == ns2 && Seq.gt(seq1, seq2));
  }

  // --- getters

  /** Number of missing segments behind the oldest that left after all that arrived. */
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

  /** Bytes of memory taken from the pool. */
  int held() {
    return sentAgain == null ? 0 : sentAgain.held();
  }
}
