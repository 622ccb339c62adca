package dev.jktcp.proof.golden;

import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Holds a sender whose peer reports blocks of SACK to the repair of RFC 8985, RFC 9937, RFC 3522,
 * RFC 3708 and RFC 5682, by the packets of both sides:
 *
 * <ul>
 *   <li>What the peer has reported is not sent again, unless a timeout finds that it reneged.
 *   <li>Nothing is sent again before the reordering window has passed, where there is one.
 *   <li>A segment that others overtook is sent again once the window has passed.
 *   <li>Where ACKs are overdue, a probe leaves two round trips behind what was sent last.
 *   <li>A recovery sends no less than the share that PRR gives it. That it sends no more is said by
 *       {@link SackWatch}, which knows the window.
 *   <li>What the peer's ACKs prove to have been for nothing is undone at once, and leaves cwnd and
 *       ssthresh no lower than they were; nothing is undone without a proof.
 * </ul>
 *
 * <p>Of the core it takes that a timer fired, a probe left, a recovery began or was undone; cwnd,
 * ssthresh, SRTT, and whether the user has more to send.
 */
final class RepairWatch implements Watcher {
  private static final long SLACK_NS = 2_000_000; // the timer's tick
  private static final int THRESHOLD = 3; // DupThresh
  private static final long NEVER = Long.MAX_VALUE;

  /** Bytes in flight, from a key of the map up to the end. */
  private static final class Piece {
    long end;
    long sentNs; // last
    long order; // of that
    int times;
    boolean sacked;
    long overtakenNs = NEVER; // since when something is known to have arrived that left later

    Piece(long end) {
      this.end = end;
    }

    Piece(Piece from, long end) {
      this.end = end;
      sentNs = from.sentNs;
      order = from.order;
      times = from.times;
      sacked = from.sacked;
      overtakenNs = from.overtakenNs;
    }
  }

  /** Data sent again in this step, and how they were in flight. */
  private record Again(long from, Piece before, long stamp) {
    long bytes() {
      return before.end - from;
    }
  }

  private final boolean rack;
  private final TreeMap<Long, Piece> flight = new TreeMap<>();
  private long order;
  private long una;
  private long nxt;
  private long fack; // the end of the highest that arrived
  private long newestArrived; // in the order of sending
  private boolean reorderingSeen;
  private long minRttNs = NEVER;
  private long dsacks;
  private boolean closed; // the peer's window is

  // What repairs.
  private boolean recovery;
  private boolean afterTimeout;
  private long recover;
  private long recoverFlight; // RecoverFS
  private double share; // ssthresh of it; 0 = it is not judged
  private long delivered; // prr_delivered
  private long out; // prr_out
  private boolean probing; // a probe is out, and no round trip was measured since
  private long probeEnd;
  private long probeOrder;
  private long againNs; // when anything was sent again last
  private long busyNs; // when data left last, or SND.UNA moved

  // This step.
  private final List<Again> again = new ArrayList<>();
  private boolean arrived;
  private boolean opens;
  private long flightBefore; // bytes not known to have arrived before this ACK
  private long newly;
  private long sent;
  private final Undo undo = new Undo();
  private TcpInfo last;

  RepairWatch(TcpProfile profile) {
    rack = profile.rack();
  }

  // --- packets

  @Override
  public void onArriving(Seen p, long nowNs) {
    checkProbe(nowNs);
    checkRepair(nowNs);
    arrived = true;
    opens = closed;
    closed = !p.syn() && p.window() == 0;
    if (p.syn()) {
      return;
    }
    flightBefore = waiting();
    undo.onPacket();
    long fackBefore = fack;
    long[] blocks = p.blocks();
    boolean twice = p.twice() != p.ack();
    if (twice) {
      dsacks++;
      undo.onTwice(blocks[0], blocks[1]);
    }
    for (int i = twice ? 2 : 0; i < blocks.length; i += 2) {
      arrive(Math.max(blocks[i], p.ack()), blocks[i + 1], fackBefore, nowNs);
    }
    if (p.ack() > una) {
      undo.onAck(p);
      arrive(una, p.ack(), fackBefore, nowNs);
      probing &= !isAnswered(p.ack());
      flight.headMap(p.ack()).clear();
      una = p.ack();
      busyNs = nowNs;
    }
    markOvertaken(nowNs);
  }

  /** RFC 8985 §7.3: another probe may leave when a round trip was measured since the last. */
  private boolean isAnswered(long ack) {
    return ack >= probeEnd
        && flight.headMap(ack).values().stream()
            .anyMatch(each -> each.times == 1 && each.order > probeOrder);
  }

  private long waiting() {
    long bytes = 0;
    for (Map.Entry<Long, Piece> each : flight.entrySet()) {
      bytes += each.getValue().sacked ? 0 : each.getValue().end - each.getKey();
    }
    return bytes;
  }

  private void arrive(long from, long to, long fackBefore, long nowNs) {
    split(from);
    split(to);
    for (Map.Entry<Long, Piece> each : flight.subMap(from, to).entrySet()) {
      Piece piece = each.getValue();
      if (piece.sacked) {
        continue;
      }
      piece.sacked = true;
      newly += piece.end - each.getKey();
      fack = Math.max(fack, piece.end);
      if (piece.times == 1) {
        minRttNs = Math.min(minRttNs, nowNs - piece.sentNs);
        reorderingSeen |= piece.end < fackBefore;
        if (recovery && piece.overtakenNs != NEVER) { // taken for lost, it left the network twice
          share = 0;
        }
        newestArrived = Math.max(newestArrived, piece.order);
        undo.onOriginal(piece);
      } else if (nowNs - piece.sentNs >= minRttNs) { // sooner it was an earlier transmission
        newestArrived = Math.max(newestArrived, piece.order);
      }
    }
  }

  private void split(long at) {
    Map.Entry<Long, Piece> around = flight.lowerEntry(at);
    if (around != null && around.getValue().end > at) {
      flight.put(at, new Piece(around.getValue(), around.getValue().end));
      around.getValue().end = at;
    }
  }

  private void markOvertaken(long nowNs) {
    for (Piece piece : flight.values()) {
      if (!piece.sacked && piece.order < newestArrived && piece.overtakenNs == NEVER) {
        piece.overtakenNs = nowNs;
      }
    }
  }

  @Override
  public void onSent(Seen p, long nowNs) {
    checkProbe(nowNs);
    checkRepair(nowNs);
    if (p.syn() || p.length() == 0) {
      return;
    }
    split(p.offset());
    split(p.end());
    Map<Long, Piece> part = flight.subMap(p.offset(), p.end());
    int times = 0;
    for (Map.Entry<Long, Piece> each : part.entrySet()) {
      times = Math.max(times, each.getValue().times);
      again.add(new Again(each.getKey(), each.getValue(), p.stamp()));
    }
    againNs = part.isEmpty() ? againNs : nowNs;
    part.clear();
    Piece piece = new Piece(p.end());
    piece.sentNs = nowNs;
    piece.order = ++order;
    piece.times = times + 1;
    flight.put(p.offset(), piece);
    nxt = Math.max(nxt, p.end());
    sent += p.length();
    busyNs = nowNs;
  }

  // --- what must have happened by now

  /** RFC 8985 §7.2. */
  private void checkProbe(long nowNs) {
    if (!rack || last == null || last.srttNs() == 0 || closed || probing) {
      return;
    }
    if (recovery || afterTimeout || flight.size() < 2 || isReported()) {
      return;
    }
    long silentNs = nowNs - busyNs;
    check(
        silentNs <= 2 * last.srttNs() + 2 * SLACK_NS,
        "no probe of the tail " + silentNs / 1_000 + " us behind it");
  }

  private boolean isReported() {
    return flight.values().stream().anyMatch(each -> each.sacked);
  }

  /** RFC 8985 §6.2 step 5, of the first that is lost. */
  private void checkRepair(long nowNs) {
    if (!rack || afterTimeout || closed || last == null || flight.isEmpty()) {
      return;
    }
    Piece oldest = flight.firstEntry().getValue();
    if (oldest.overtakenNs == NEVER || againNs >= oldest.overtakenNs) {
      return; // PRR says how soon others follow the first
    }
    long windowNs = windowNs(1 + dsacks);
    long lateNs = nowNs - oldest.overtakenNs - windowNs;
    check(
        lateNs <= windowNs + SLACK_NS, // the round trip may have grown meanwhile
        "not sent again " + lateNs / 1_000 + " us behind the reordering window");
  }

  /** RFC 8985 §6.2 step 4. */
  private long windowNs(long steps) {
    return Math.min(steps * minRttNs / 4, last.srttNs());
  }

  // --- the step

  @Override
  public void onStep(TcpInfo info, long nowNs) {
    if (last != null) {
      onEvents(info, nowNs);
    }
    again.clear();
    arrived = false;
    opens = false;
    newly = 0;
    sent = 0;
    last = info;
  }

  private void onEvents(TcpInfo info, long nowNs) {
    boolean timeout = info.timeouts() > last.timeouts() && !closed;
    boolean probe = info.probes() > last.probes();
    if (timeout) {
      onTimeout();
    }
    if (probe) {
      probing = true;
      probeOrder = order;
      probeEnd = nxt;
    }
    if ((recovery || afterTimeout) && una >= recover) {
      recovery = false;
      afterTimeout = false;
    }
    boolean repairs = !timeout && !probe && !closed && !opens && !again.isEmpty();
    if (repairs && !recovery && !afterTimeout) {
      onRecovery(info);
    } else if (info.fastRetransmits() > last.fastRetransmits() && recovery) {
      undo.onFurther();
      share = 0; // not judged: it has begun anew
    }
    if (repairs) {
      checkAgain(nowNs);
    }
    if (!probe && !closed && !opens) {
      again.forEach(undo::onAgain);
    }
    undo.judge(info);
    if (recovery) {
      delivered += newly;
      out += sent;
      checkShare(info);
    }
  }

  private void onTimeout() {
    Piece oldest = flight.isEmpty() ? null : flight.firstEntry().getValue();
    boolean reneged = again.stream().anyMatch(each -> each.from == una && each.before.sacked);
    if (reneged || !rack) { // RFC 2018 §8
      flight.values().forEach(each -> each.sacked = false);
    } else {
      again.forEach(RepairWatch::checkReported);
    }
    undo.onTimeout(recovery || afterTimeout);
    recovery = false;
    afterTimeout = oldest != null;
    recover = nxt;
    probing = false;
  }

  private void onRecovery(TcpInfo info) {
    recovery = true;
    recover = nxt;
    recoverFlight = Math.max(1, flightBefore);
    share = info.ssthresh();
    delivered = 0;
    out = 0;
    probing = false;
    undo.onRecovery();
  }

  private void checkAgain(long nowNs) {
    int reported = 0;
    for (Piece piece : flight.values()) {
      reported += piece.sacked ? 1 : 0;
    }
    for (Again each : again) {
      checkReported(each);
      boolean proved = !reorderingSeen && (out > 0 || reported >= THRESHOLD);
      if (!rack || afterTimeout || proved || minRttNs == NEVER) {
        continue;
      }
      long leastNs = minRttNs + windowNs(1);
      long ageNs = nowNs - each.before.sentNs;
      check(
          ageNs >= leastNs - SLACK_NS / 2,
          "sent again " + ageNs / 1_000 + " us old, before the reordering window has passed");
    }
  }

  private static void checkReported(Again each) {
    check(!each.before.sacked, "sent again what the peer has reported: " + each.from);
  }

  /** RFC 9937 §6.2, where data waits, the peer has room and the network has come down. */
  private void checkShare(TcpInfo info) {
    long mss = info.mss();
    boolean waits = info.sendQueued() > info.inFlight() + mss;
    boolean room = info.sendWindow() > info.inFlight() + mss;
    if (!rack || !arrived || newly == 0 || share == 0 || !waits || !room) {
      return;
    }
    double least = Math.min(delivered * share / recoverFlight, delivered) - 3 * mss;
    check(out >= least, "PRR lets " + (long) least + " leave, and only " + out + " left");
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("repair: " + what);
    }
  }

  // --- undo

  /** Judges one reduction. Of several in a row {@link SackWatch} counts what is given back. */
  private final class Undo {
    private boolean watches;
    private boolean several; // not judged: which is undone depends on what the sender remembers
    private boolean timeout;
    private boolean recovering; // when the timer fired
    private long cwnd;
    private long ssthresh;
    private long undos;
    private long point; // SND.NXT then
    private final TreeMap<Long, Long> ranges = new TreeMap<>(); // sent again, by the start: the end
    private long againBytes;
    private long firstStamp; // of the first retransmission

    // DSACK
    private long twiceBytes;

    // Eifel
    private long answered; // bytes of it that are acknowledged
    private boolean late; // each such ACK echoes what is older than the first retransmission
    private boolean apart; // one tells of more than what SND.UNA waited for

    // F-RTO
    private long timeoutOrder; // of what was sent before
    private int acks; // behind it, that moved SND.UNA
    private boolean asked; // new data could ask, and the next ACK answers
    private long askedTo; // SND.NXT before
    private boolean original; // this ACK tells of what was sent before, and not since

    private boolean heard; // an ACK, in this step
    private boolean moved;
    private boolean hadNew;
    private long nxtThen;

    void onRecovery() {
      begin(false);
    }

    void onTimeout(boolean again) {
      if (watches && timeout && acks == 0 && again) {
        return; // RFC 4015 §3.1: the same one
      }
      begin(true);
      recovering = again;
      timeoutOrder = order - RepairWatch.this.again.size();
    }

    /** The window is reduced once more. */
    void onFurther() {
      several = true;
    }

    private void begin(boolean forTimeout) {
      several = watches;
      watches = true;
      timeout = forTimeout;
      cwnd = last.cwnd();
      ssthresh = last.ssthresh();
      undos = last.undos();
      point = nxt;
      ranges.clear();
      againBytes = 0;
      twiceBytes = 0;
      answered = 0;
      late = true;
      apart = false;
      acks = 0;
      asked = false;
      original = false;
    }

    void onAgain(Again each) {
      if (watches) {
        firstStamp = againBytes == 0 ? each.stamp : firstStamp;
        againBytes += each.bytes();
        ranges.put(each.from, each.before.end);
      }
    }

    void onTwice(long from, long to) {
      Map.Entry<Long, Long> of = ranges.floorEntry(from);
      twiceBytes += watches && of != null && of.getValue() >= to ? to - from : 0;
    }

    void onOriginal(Piece piece) {
      original |= watches && timeout && piece.order <= timeoutOrder;
    }

    void onPacket() {
      heard = true;
      hadNew = last != null && last.sendQueued() > last.inFlight();
      nxtThen = nxt;
    }

    void onAck(Seen p) {
      moved = true;
      Map<Long, Long> part = ranges.subMap(una, p.ack());
      if (watches && !part.isEmpty()) {
        part.forEach((from, end) -> answered += end - from);
        late &= p.stamp() != Seen.NO_STAMP && p.stamp() < firstStamp;
        apart |= part.size() > 1 || !part.containsKey(una);
      }
    }

    void judge(TcpInfo info) {
      boolean undone = info.undos() > last.undos();
      boolean doubled = againBytes > 0 && twiceBytes >= againBytes;
      boolean eifel = answered > 0 && late;
      boolean forward = asked && heard && original && una <= askedTo && fack <= askedTo;
      if (watches && !several && rack) {
        boolean nothing = againBytes == 0; // all had arrived before it was sent again
        check(!undone || doubled || eifel || forward || nothing, "undone without a proof");
        boolean alone = eifel && answered == againBytes && !apart;
        if (doubled || alone || (forward && !recovering)) {
          checkUndone(info, doubled ? "DSACK" : alone ? "Eifel" : "F-RTO");
          watches = false;
        }
      }
      if (undone) {
        watches = false;
        recovery = false;
        afterTimeout = false;
      }
      if (heard) {
        asked = watches && timeout && moved && ++acks == 1 && hadNew && !flight.isEmpty();
        askedTo = nxtThen;
      }
      watches &= una <= point; // the next loss is another one
      original = false;
      heard = false;
      moved = false;
    }

    /** RFC 4015 §3.2 step 7, RFC 9438 §4.9. */
    private void checkUndone(TcpInfo info, String proof) {
      check(info.undos() > undos, "not undone, though proved by " + proof);
      boolean smaller = last.cwnd() < cwnd; // a window that has grown since stays as it is
      check(
          info.cwnd() >= cwnd && (!smaller || info.ssthresh() >= ssthresh),
          "undone, but cwnd is %d and was %d, ssthresh %d and was %d"
              .formatted(info.cwnd(), cwnd, info.ssthresh(), ssthresh));
    }
  }
}
