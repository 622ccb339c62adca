package dev.jktcp.proof.model;

import static dev.jktcp.proof.model.Mod32.ahead;
import static dev.jktcp.proof.model.Mod32.less;
import static dev.jktcp.proof.model.Mod32.notMore;
import static dev.jktcp.proof.model.Mod32.within;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * RFC 9293 §3.10, event by event and step by step, with the mitigations of RFC 5961 that §3.10.7.4
 * describes, and of §3.8 what decides whether a segment is sent and which window it shows; with RFC
 * 2018, RFC 2883, and RFC 7323 from §2 to §5, where peers offer their options. Plain, slow, and
 * without a line of the library: there is one connection, no retransmission, no congestion control,
 * and text is a number of octets.
 *
 * <p>Where the text leaves a choice the model takes the plainest: the ACK field of an acceptable
 * segment is processed when it arrives, its text and FIN in sequence; an ACK leaves at once, with
 * text if there is some to send. Where {@link Liberty} names another way, that is taken only if the
 * model was given it.
 */
public final class Model implements End, Cloneable {
  private static final int ISN_TICKS_PER_MS = 250; // §3.4.1: one every 4 µs
  private static final int QUIET_MS = 500;
  private static final int STAMPS_LENGTH = 12; // RFC 7323 §3.2, with its NOPs
  private static final long OUTDATED_MS = 24L * 86_400_000; // §5.5

  private final Surroundings around;
  private EnumSet<Liberty> taken;
  private EnumSet<Liberty> used = EnumSet.noneOf(Liberty.class);
  private long nowMs;

  // §3.3.1
  private State state = State.CLOSED;
  private boolean listening;
  private boolean passive;
  private int iss;
  private int sndUna;
  private int sndNxt;
  private long sndWnd;
  private int sndWl1;
  private int sndWl2;
  private int irs;
  private int rcvNxt;
  private int rcvWnd;
  private boolean rcvUpKnown;
  private int rcvUp;

  // What §3.10 keeps besides
  private long maxSndWnd;
  private int sndShift;
  private boolean scaled; // both offered it (RFC 7323 §2.2)
  private int sndMss;
  private int written; // octets SENT since the connection began
  private boolean closeCalled;
  private boolean probed; // one octet was sent into a closed window
  private boolean userLeft;
  private boolean textLost; // it came after the user had left
  private boolean threwAway; // and was acknowledged nevertheless
  private int unread;
  private BitSet arrived = new BitSet(); // octets ahead of RCV.NXT, by their distance from IRS
  private BitSet fins = new BitSet(); // likewise, where a FIN stands
  private boolean finTaken;
  private boolean restarted; // 2 MSL
  private long timeWaitEndMs;
  private long quietUntilMs;
  private Model rested; // in TIME-WAIT, before another SYN took its place

  // RFC 2018, RFC 2883
  private boolean sack; // both permitted it
  private List<Integer> newest = new ArrayList<>(); // where what is held came, the latest first
  private boolean finHeld;
  private List<Integer> repeats = new ArrayList<>(); // edges of what came twice

  // RFC 7323 §4.3
  private boolean stamped; // both SYNs had timestamps
  private int tsRecent;
  private long tsRecentMs; // when tsRecent came
  private int lastAckSent;

  private boolean validAck; // the fifth step let the segment's ACK pass

  private boolean ackOwed;
  private boolean loneAckOwed; // no other segment may carry it
  private boolean overrideSws;
  private boolean againOwed;
  private EnumSet<Signal> signals = EnumSet.noneOf(Signal.class);
  private List<Seg> sent = new ArrayList<>();

  /**
   * What the model is told of its host.
   *
   * @param iss the first ISS; later ones follow the clock
   * @param rcvBuff RCV.BUFF, at most 65,535: what a SYN can tell
   * @param rcvShift the scale of our window that we offer
   * @param rcvMss the MSS we announce
   * @param sack whether we permit SACK
   * @param stamps whether we offer timestamps
   * @param timeWaitMs 2 MSL
   */
  public record Surroundings(
      int iss,
      int rcvBuff,
      int rcvShift,
      int rcvMss,
      boolean sack,
      boolean stamps,
      long timeWaitMs) {}

  public Model(Surroundings around, Set<Liberty> liberties) {
    this.around = around;
    this.taken = EnumSet.noneOf(Liberty.class);
    this.taken.addAll(liberties);
  }

  /** The same end in the same state, with its own liberties. */
  public Model copyWith(Set<Liberty> liberties) {
    try {
      Model copy = (Model) clone();
      copy.taken = EnumSet.noneOf(Liberty.class);
      copy.taken.addAll(liberties);
      copy.used = EnumSet.noneOf(Liberty.class);
      copy.arrived = (BitSet) arrived.clone();
      copy.fins = (BitSet) fins.clone();
      copy.newest = new ArrayList<>(newest);
      copy.repeats = new ArrayList<>(repeats);
      copy.signals = EnumSet.copyOf(signals);
      copy.sent = new ArrayList<>(sent);
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  /** Liberties it came upon and took. */
  public Set<Liberty> used() {
    return used;
  }

  private boolean may(Liberty liberty) {
    boolean may = taken.contains(liberty);
    if (may) {
      used.add(liberty);
    }
    return may;
  }

  // --- §3.10.1 to §3.10.4: the user's calls

  @Override
  public void listen() {
    listening = true;
  }

  @Override
  public void open() {
    newConnection(false);
    state = State.SYN_SENT;
    emit(synSegment(Seg.SYN));
    sndNxt = iss + 1;
  }

  @Override
  public void send(int octets) {
    written += octets;
    transmit();
  }

  @Override
  public void receive(int octets) {
    unread -= Math.min(unread, octets);
    if (takesText() && roomWorthTelling()) {
      emitAck();
    }
  }

  @Override
  public void close() {
    closeCalled = true; // the FIN follows what was SENT
    switch (state) {
      case ESTABLISHED -> state = State.FIN_WAIT_1;
      case CLOSE_WAIT -> state = State.LAST_ACK;
      default -> {}
    }
    transmit();
  }

  @Override
  public void leave() {
    userLeft = true;
    textLost = unread > 0;
    unread = 0;
    arrived.clear();
    newest.clear();
    finHeld = false;
    if (textLost) {
      resetForLostText();
    } else {
      close();
    }
  }

  /** §3.10.5, ABORT; here only by §3.6.1, SHLD-3. */
  private void abort() {
    boolean withAck = may(Liberty.RST_CARRIES_ACK);
    emitStamped(
        new Seg(withAck ? Seg.RST | Seg.ACK : Seg.RST, nextSeq(), withAck ? rcvNxt : 0, 0, 0));
    signals.add(Signal.ABORTED);
    unread = 0;
    deleteTcb();
  }

  // --- §3.10.7, SEGMENT ARRIVES

  @Override
  public void arrives(Seg seg) {
    switch (stateOrListen()) {
      case CLOSED -> inClosed(seg);
      case LISTEN -> inListen(seg);
      case SYN_SENT -> inSynSent(seg);
      case TIME_WAIT -> inTimeWait(seg);
      default -> inOtherStates(seg);
    }
    transmit();
    if (ackOwed || loneAckOwed || !repeats.isEmpty()) {
      emitAck();
      ackOwed = false;
      loneAckOwed = false;
    }
    repeats.clear();
  }

  private void emitAck() {
    emitStamped(new Seg(Seg.ACK, nextSeq(), rcvNxt, advertise(), 0).withSack(report(0)));
  }

  /** §3.10.7.1 */
  private void inClosed(Seg seg) {
    if (seg.rst()) {
      return;
    }
    if (seg.hasAck()) {
      reset(seg);
    } else {
      emit(new Seg(Seg.RST | Seg.ACK, 0, seg.seq() + seg.len(), 0, 0));
    }
  }

  /** §3.10.7.2 */
  private void inListen(Seg seg) {
    // First
    if (seg.rst() || isAbsurd(seg)) {
      return;
    }
    // Second
    if (seg.hasAck()) {
      reset(seg);
      return;
    }
    // Third
    if (seg.syn()) {
      newConnection(true);
      enterSynReceived(seg);
    }
    // Fourth: dropped
  }

  /** §3.10.7.3 */
  private void inSynSent(Seg seg) {
    // First
    boolean acceptable = false;
    if (seg.hasAck()) {
      if (notMore(seg.ack(), iss) || less(sndNxt, seg.ack())) {
        if (!seg.rst()) {
          reset(seg);
        }
        return;
      }
      acceptable = less(sndUna, seg.ack()) && notMore(seg.ack(), sndNxt);
    }
    // Second; not with RFC 5961, for RCV.NXT is unknown
    if (seg.rst()) {
      if (acceptable) {
        signals.add(may(Liberty.REFUSED_WHILE_OPENING) ? Signal.REFUSED : Signal.RESET);
        deleteTcb();
      }
      return;
    }
    // Third: there is no security to compare. Fourth
    if (seg.syn()) {
      if (seg.hasAck()) {
        sndUna = seg.ack();
      }
      if (less(iss, sndUna)) {
        learnFrom(seg);
        enterEstablished();
        ackOwed = true;
        if (!may(Liberty.TEXT_OF_A_SYN_COMES_AGAIN)) {
          sixthToEighth(withoutSyn(seg));
        }
      } else {
        enterSynReceived(seg);
      }
    }
    // Fifth: dropped
  }

  /** §3.10.7.4 */
  private void inOtherStates(Seg seg) {
    boolean synAgain = seg.syn() && !seg.rst() && seg.seq() == irs;
    if (state == State.SYN_RECEIVED && synAgain && onSynAgain(seg)) {
      return;
    }
    if (first(seg) && second(seg) && fourth(seg)) {
      validAck = false;
      boolean goesOn = fifth(seg);
      if (validAck && may(Liberty.STAMP_OF_A_VALID_ACK)) {
        record(seg);
      }
      if (goesOn) {
        sixthToEighth(seg);
      }
    }
    if (textLost) {
      resetForLostText();
    }
  }

  // The steps; each says whether the next one follows.

  /** First, check sequence number. */
  private boolean first(Seg seg) {
    if (stamped && !seg.rst() && !protects(seg)) {
      return false;
    }
    if (acceptable(seg)) {
      if (!seg.rst() && !may(Liberty.STAMP_OF_A_VALID_ACK)) {
        record(seg);
      }
      return true;
    }
    if (seg.rst()) {
      return seg.seq() == rcvNxt // a closed window: MUST-66
          || (atFilledEdge(seg) && may(Liberty.AT_THE_RIGHT_EDGE));
    }
    boolean nextAtClosedWindow = rcvWnd == 0 && seg.seq() == rcvNxt;
    boolean heard = nextAtClosedWindow || isJustBehind(seg);
    if (heard && seg.hasAck() && !seg.syn()) { // "valid ACKs, URGs, and RSTs"
      if (fifth(seg) && nextAtClosedWindow) {
        sixth(seg);
      }
      if (state == State.CLOSED) {
        return false;
      }
    }
    noteBehind(seg);
    oweAckOf(seg, false);
    return false;
  }

  /** False if a segment is dropped: by RFC 7323 §5.3 R1, or by §3.2 for it has no stamps. */
  private boolean protects(Seg seg) {
    if (!seg.hasStamps()) {
      return may(Liberty.STAMPS_MAY_BE_MISSING);
    }
    if (isOld(seg)) {
      noteBehind(seg);
      oweAckOf(seg, false);
      return false;
    }
    return true;
  }

  /** The condition of R1; nothing is old if TS.Recent is outdated. */
  private boolean isOld(Seg seg) {
    return less(seg.tsVal(), tsRecent) && !isOutdated();
  }

  /** R3, for a segment that passes the test of §4.3 (2). */
  private void record(Seg seg) {
    if (stamped && seg.hasStamps() && !isOld(seg) && notMore(seg.seq(), lastAckSent)) {
      tsRecent = seg.tsVal();
      tsRecentMs = nowMs;
    }
  }

  private boolean isJustBehind(Seg seg) {
    return seg.len() == 0
        && seg.seq() == rcvNxt - 1
        && state != State.SYN_RECEIVED
        && may(Liberty.ACK_JUST_BEHIND_IS_HEARD);
  }

  /** Table 6. */
  private boolean acceptable(Seg seg) {
    if (seg.len() == 0) {
      return rcvWnd == 0
          ? seg.seq() == rcvNxt
          : within(rcvNxt, seg.seq(), rcvWnd)
              || (seg.seq() == rcvNxt + rcvWnd && may(Liberty.AT_THE_RIGHT_EDGE));
    }
    if (rcvWnd == 0) {
      boolean bareFin = seg.fin() && seg.len() == 1 && seg.seq() == rcvNxt;
      return bareFin && state != State.TIME_WAIT && may(Liberty.FIN_NEEDS_NO_ROOM);
    }
    return within(rcvNxt, seg.seq(), rcvWnd) || within(rcvNxt, seg.seq() + seg.len() - 1, rcvWnd);
  }

  /** Second, check the RST bit, with the three checks of RFC 5961 §3. */
  private boolean second(Seg seg) {
    if (!seg.rst()) {
      return true;
    }
    if (seg.seq() == rcvNxt) {
      onReset();
    } else if (within(rcvNxt, seg.seq(), rcvWnd) || atFilledEdge(seg)) {
      ackOwed = true; // the challenge; at the edge, only as a liberty does it come here
    }
    return false;
  }

  /** Text that waits shows that the peer has sent up to the right edge. */
  private boolean atFilledEdge(Seg seg) {
    int edge = rcvNxt + rcvWnd;
    return seg.seq() == edge && rcvWnd > 0 && arrived.get(edge - 1 - irs);
  }

  private void onReset() {
    switch (state) {
      case SYN_RECEIVED -> {
        if (!passive) {
          signals.add(Signal.REFUSED);
        }
      }
      case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT -> signals.add(Signal.RESET);
      default -> { // CLOSING, LAST-ACK, TIME-WAIT
        if (unacknowledged() > 0 && may(Liberty.LOST_WRITES_ARE_TOLD)) {
          signals.add(Signal.RESET);
        }
      }
    }
    if (unread > 0 && !may(Liberty.RECEIVED_IS_KEPT)) {
      unread = 0; // "all segment queues should be flushed"
    }
    deleteTcb();
  }

  /** Fourth, check the SYN bit, with RFC 5961 §4. Third, security, is not here. */
  private boolean fourth(Seg seg) {
    if (!seg.syn()) {
      return true;
    }
    if (state == State.SYN_RECEIVED && passive) {
      deleteTcb(); // "return this connection to the LISTEN state"
    } else {
      ackOwed = true; // the challenge
    }
    return false;
  }

  /** Fifth, check the ACK field, with RFC 5961 §5. */
  private boolean fifth(Seg seg) {
    if (!seg.hasAck()) {
      return false;
    }
    int lowest = sndUna - (int) maxSndWnd;
    if (!(notMore(lowest, seg.ack()) && notMore(seg.ack(), sndNxt))) {
      if (state == State.SYN_RECEIVED && may(Liberty.HALF_OPEN_RESETS_FAR_ACK)) {
        reset(seg);
      } else {
        ackOwed = true;
      }
      return false;
    }
    if (state == State.SYN_RECEIVED) {
      if (!less(sndUna, seg.ack())) {
        reset(seg);
        return false;
      }
      enterEstablished();
      setSendWindow(seg);
    }
    validAck = true;
    boolean finWasAcked = finAcked();
    fifthAsInEstablished(seg);
    boolean finNowAcked = finAcked() && !finWasAcked;
    if (finNowAcked) {
      signals.add(Signal.CLOSE_OK);
    }
    switch (state) {
      case FIN_WAIT_1 -> {
        if (finNowAcked) {
          state = State.FIN_WAIT_2;
        }
      }
      case CLOSING -> {
        if (!finNowAcked) {
          return false;
        }
        enterTimeWait();
      }
      case LAST_ACK -> {
        if (finNowAcked) {
          deleteTcb();
          return false;
        }
      }
      case TIME_WAIT -> { // the FIN that the text means is seldom acceptable: inTimeWait
        if (seg.fin()) {
          ackOwed = true;
          if (!may(Liberty.NOTHING_FOLLOWS_A_FIN)) {
            restartTimeWait();
          }
        }
      }
      default -> {}
    }
    return true;
  }

  private void fifthAsInEstablished(Seg seg) {
    boolean old = less(seg.ack(), sndUna);
    if (less(sndUna, seg.ack())) {
      int before = unacknowledged();
      sndUna = seg.ack();
      if (unacknowledged() < before) {
        signals.add(Signal.SENT_OK);
      }
    }
    if (old) {
      return;
    }
    boolean newer = less(sndWl1, seg.seq()) || (sndWl1 == seg.seq() && notMore(sndWl2, seg.ack()));
    boolean newerAck =
        less(sndWl2, seg.ack()) || (sndWl2 == seg.ack() && notMore(sndWl1, seg.seq()));
    if (newer != newerAck && may(Liberty.WINDOW_OF_THE_NEWEST_ACK)) {
      newer = newerAck;
    }
    if (newer) {
      setSendWindow(seg);
    }
  }

  private void sixthToEighth(Seg seg) {
    sixth(seg);
    seventhAndEighth(seg);
  }

  /** §3.6.1, SHLD-3 */
  private void resetForLostText() {
    boolean over = state == State.CLOSED || state == State.TIME_WAIT;
    if (!over && (unacknowledged() == 0 || !may(Liberty.WRITTEN_DATA_BEFORE_RESET))) {
      abort();
    }
  }

  /** Sixth, check the URG bit. */
  private void sixth(Seg seg) {
    if (!seg.urg() || !takesText()) {
      return;
    }
    int pointer = seg.seq() + seg.up();
    boolean ahead = less(consumed(), pointer);
    if (ahead && !(rcvUpKnown && notMore(pointer, rcvUp))) {
      rcvUpKnown = true;
      rcvUp = pointer;
      signals.add(Signal.URGENT);
    }
  }

  /** Seventh, process the segment text; eighth, check the FIN bit: both in their sequence. */
  private void seventhAndEighth(Seg seg) {
    if (takesText()) {
      if (userLeft && bringsText(seg)) {
        textLost = true;
        boolean waits = unacknowledged() > 0 && may(Liberty.WRITTEN_DATA_BEFORE_RESET);
        if (waits && notMore(seg.seq(), rcvNxt)) {
          throwAway(seg);
        }
        return;
      }
      if (threwAway) {
        return;
      }
      boolean nothing = seg.text() == 0 && !seg.fin();
      boolean inOrder = notMore(seg.seq(), rcvNxt);
      noteRepeat(seg);
      keep(seg);
      if (seg.text() > 0 ? isHeldText(seg.seq()) : seg.fin() && isHeldFin(seg.seq())) {
        newest.add(0, seg.seq());
      }
      advance();
      if (!nothing) {
        oweAckOf(seg, inOrder);
      }
    } else if (seg.fin()
        && seg.seq() + seg.text() == rcvNxt
        && !may(Liberty.NOTHING_FOLLOWS_A_FIN)) {
      takeFin();
      if (state == State.TIME_WAIT) {
        restartTimeWait();
      }
    }
  }

  /**
   * Text that no user reads is acknowledged while the user's own is still to be; a FIN behind it is
   * not taken.
   */
  private void throwAway(Seg seg) {
    int end = seg.seq() + seg.text();
    while (less(rcvNxt, end) && rcvWnd > 0 && !behindFin(rcvNxt)) {
      rcvNxt++;
      rcvWnd--;
    }
    threwAway = true;
    ackOwed = true;
  }

  /** What of the segment lies in the window waits for its turn (SHLD-31). */
  private void keep(Seg seg) {
    for (int i = 0; i < seg.text(); i++) {
      int octet = seg.seq() + i;
      if (within(rcvNxt, octet, rcvWnd) && !(behindFin(octet))) {
        arrived.set(octet - irs);
      }
    }
    int fin = seg.seq() + seg.text();
    if (seg.fin()
        && (within(rcvNxt, fin, rcvWnd)
            || (fin == rcvNxt + rcvWnd && may(Liberty.FIN_NEEDS_NO_ROOM)))
        && !behindFin(fin)) {
      fins.set(fin - irs);
      finHeld = true;
      if (arrived.length() > fin - irs && may(Liberty.NOTHING_FOLLOWS_A_FIN)) {
        arrived.clear(fin - irs, arrived.length());
      }
    }
  }

  private boolean behindFin(int octet) {
    int first = fins.nextSetBit(0);
    return first >= 0 && first <= octet - irs && may(Liberty.NOTHING_FOLLOWS_A_FIN);
  }

  private boolean bringsText(Seg seg) {
    for (int i = 0; i < seg.text(); i++) {
      if (within(rcvNxt, seg.seq() + i, rcvWnd) && !behindFin(seg.seq() + i)) {
        return true;
      }
    }
    return false;
  }

  /** What has its turn is processed: RCV.NXT advances over it. */
  private void advance() {
    while (arrived.get(rcvNxt - irs) && !fins.get(rcvNxt - irs)) {
      arrived.clear(rcvNxt - irs);
      rcvNxt++;
      rcvWnd--; // RCV.NXT + RCV.WND "should not be reduced", nor does it grow here
      unread++;
      signals.add(Signal.TEXT);
    }
    if (fins.get(rcvNxt - irs)) {
      arrived.clear();
      takeFin();
      switch (state) {
        case ESTABLISHED -> state = State.CLOSE_WAIT;
        case FIN_WAIT_1 -> state = State.CLOSING; // were ours ACKed, this were FIN-WAIT-2
        case FIN_WAIT_2 -> enterTimeWait();
        default -> {}
      }
    }
  }

  private void takeFin() {
    finTaken = true;
    signals.add(Signal.CLOSING);
    rcvNxt++;
    rcvWnd = Math.max(0, rcvWnd - 1);
    ackOwed = true;
  }

  // --- RFC 2018 §4 and RFC 2883 §4: what is reported

  /** Of what the segment brings a second time, the first stretch. */
  private void noteRepeat(Seg seg) {
    int end = seg.seq() + seg.len();
    if (!sack || seg.syn() || state == State.TIME_WAIT) {
      return;
    }
    int from = seg.seq();
    while (less(from, end) && !came(from, seg)) {
      from++;
    }
    int to = from;
    while (less(to, end) && came(to, seg)) {
      to++;
    }
    if (from != to) {
      repeats.add(from);
      repeats.add(to);
    }
  }

  /** Of a segment that is dropped: its octets below RCV.NXT have come before, whatever it is. */
  private void noteBehind(Seg seg) {
    int end = seg.seq() + seg.len();
    if (sack && !seg.syn() && state != State.TIME_WAIT && less(seg.seq(), rcvNxt)) {
      int to = less(end, rcvNxt) ? end : rcvNxt;
      if (to != seg.seq()) {
        repeats.add(seg.seq());
        repeats.add(to);
      }
    }
  }

  /** What has this number in the segment, be it text or the FIN. */
  private boolean came(int number, Seg seg) {
    boolean fin = number == seg.seq() + seg.text();
    return less(number, rcvNxt) || (fin ? isHeldFin(number) : isHeldText(number));
  }

  private boolean isHeld(int number) {
    return isHeldText(number) || isHeldFin(number);
  }

  private boolean isHeldText(int number) {
    return less(rcvNxt, number) && arrived.get(number - irs);
  }

  private boolean isHeldFin(int number) {
    return finHeld && less(rcvNxt, number) && fins.nextSetBit(0) == number - irs;
  }

  /** The blocks of a segment with so much text. */
  private List<Integer> report(int text) {
    List<Integer> blocks = new ArrayList<>();
    if (!sack || state == State.TIME_WAIT) {
      return blocks;
    }
    int stamps = stamped ? STAMPS_LENGTH : 0;
    int most = Math.max(28, sndMss + stamps); // RFC 791 §3.2: 68 bytes always pass
    int room = Math.min(40, most - text) - stamps;
    int edges = 2 * Math.min(4, (room - 4) / 8);
    int runsFrom = 0;
    if (!repeats.isEmpty() && edges > 0) {
      int start = repeats.remove(0);
      blocks.add(start);
      blocks.add(repeats.remove(0));
      runsFrom = 2;
      addRunOf(start, blocks, runsFrom, edges);
    }
    for (int number : newest) {
      addRunOf(number, blocks, runsFrom, edges);
    }
    return blocks;
  }

  /** Unless it is there. */
  private void addRunOf(int number, List<Integer> blocks, int runsFrom, int most) {
    if (!isHeld(number) || blocks.size() >= most) {
      return;
    }
    int start = number;
    while (isHeld(start - 1)) {
      start--;
    }
    int end = number;
    while (isHeld(end)) {
      end++;
    }
    for (int i = runsFrom; i < blocks.size(); i += 2) {
      if (blocks.get(i) == start) {
        return;
      }
    }
    blocks.add(start);
    blocks.add(end);
  }

  // --- where liberties are more than a word

  /** In SYN-RECEIVED, the SYN that led there; true = dealt with. */
  private boolean onSynAgain(Seg syn) {
    if (syn.hasAck() && syn.ack() == sndNxt && !passive && may(Liberty.SIMULTANEOUS_SYN_ACK)) {
      record(syn);
      sndUna = syn.ack();
      sndWnd = syn.wnd();
      maxSndWnd = sndWnd;
      sndWl2 = syn.ack();
      enterEstablished();
      ackOwed = true;
      return true;
    }
    if (!syn.hasAck() && may(Liberty.SYN_AGAIN_DRAWS_SYN_ACK)) {
      record(syn);
      emit(synSegment(Seg.SYN | Seg.ACK));
      return true;
    }
    return false;
  }

  private boolean isAbsurd(Seg seg) {
    return seg.syn() && seg.fin() && may(Liberty.SYN_WITH_FIN_IS_DROPPED);
  }

  private void inTimeWait(Seg seg) {
    if (seg.rst() && may(Liberty.TIME_WAIT_IGNORES_RST)) {
      return;
    }
    boolean opens = seg.syn() && !isAbsurd(seg) && !seg.hasAck() && isNewer(seg) && listening;
    if (opens && may(Liberty.TIME_WAIT_YIELDS_TO_NEW_SYN)) { // §3.6.1, MAY-2
      int past = sndNxt;
      rested = copyWith(taken);
      newConnection(true);
      iss = less(iss, past) ? past : iss;
      enterSynReceived(seg);
      return;
    }
    boolean old = stamped && seg.hasStamps() && isOld(seg);
    boolean sameFin = seg.fin() && !seg.syn() && seg.seq() + seg.len() == rcvNxt && !old;
    long end = timeWaitEndMs;
    restarted = false;
    inOtherStates(seg);
    if (state != State.TIME_WAIT) {
      return;
    }
    if (restarted != sameFin && may(Liberty.TIME_WAIT_RESTARTS_ON_FIN)) {
      timeWaitEndMs = sameFin ? nowMs + around.timeWaitMs() : end;
    }
    if (sameFin && may(Liberty.TIME_WAIT_RESTARTS_ON_FIN)) {
      record(seg);
    }
    if (!ackOwed && !loneAckOwed) {
      return;
    }
    if (nowMs < quietUntilMs && !sameFin && may(Liberty.TIME_WAIT_ANSWERS_SELDOM)) {
      ackOwed = false;
      loneAckOwed = false;
    } else {
      quietUntilMs = nowMs + QUIET_MS;
    }
  }

  /** RFC 6191 §2, bullets 1 to 4; RFC 9293's MAY-2 unless both SYN and connection have stamps. */
  private boolean isNewer(Seg syn) {
    boolean later = less(rcvNxt, syn.seq());
    if (!stamped || !syn.hasStamps()) {
      return later;
    }
    return less(tsRecent, syn.tsVal()) || (syn.tsVal() == tsRecent && later);
  }

  // --- what steps share

  private void newConnection(boolean byListener) {
    passive = byListener;
    iss = around.iss() + (int) nowMs * ISN_TICKS_PER_MS;
    written = 0;
    closeCalled = false;
    probed = false;
    userLeft = false;
    textLost = false;
    threwAway = false;
    unread = 0;
    arrived = new BitSet();
    fins = new BitSet();
    finTaken = false;
    sack = false;
    stamped = false;
    newest = new ArrayList<>();
    repeats = new ArrayList<>();
    finHeld = false;
    rcvUpKnown = false;
    rcvWnd = around.rcvBuff();
    quietUntilMs = nowMs;
    sndUna = iss;
    sndNxt = iss;
  }

  private void enterSynReceived(Seg syn) {
    sndUna = iss;
    sndNxt = iss + 1;
    learnFrom(syn);
    state = State.SYN_RECEIVED;
    emit(synSegment(Seg.SYN | Seg.ACK));
    if (syn.text() + syn.len() > 1 && !may(Liberty.TEXT_OF_A_SYN_COMES_AGAIN)) {
      keep(withoutSyn(syn));
    }
  }

  private void learnFrom(Seg syn) {
    irs = syn.seq();
    rcvNxt = irs + 1;
    sndMss = Math.min(around.rcvMss(), syn.mss() > 0 ? syn.mss() : 536); // MUST-15, MUST-16
    sndShift = Math.max(0, syn.shift());
    scaled = syn.shift() >= 0;
    sack = around.sack() && syn.sackOk();
    stamped = around.stamps() && syn.hasStamps();
    if (stamped) {
      tsRecent = syn.tsVal();
      tsRecentMs = nowMs;
      lastAckSent = rcvNxt;
      sndMss -= STAMPS_LENGTH; // RFC 6691 §2
    }
    sndWnd = syn.wnd(); // RFC 7323 §2.2: as it stands
    maxSndWnd = sndWnd;
    sndWl1 = syn.seq();
    sndWl2 = syn.hasAck() ? syn.ack() : iss;
  }

  private static Seg withoutSyn(Seg seg) {
    int ctl = seg.ctl() & ~Seg.SYN;
    return new Seg(ctl, seg.seq() + 1, seg.ack(), seg.wnd(), seg.text()).withUp(seg.up());
  }

  private void enterEstablished() {
    state = closeCalled ? State.FIN_WAIT_1 : State.ESTABLISHED;
    rested = null;
    signals.add(Signal.OPENED);
  }

  private void enterTimeWait() {
    state = State.TIME_WAIT;
    quietUntilMs = nowMs;
    restartTimeWait();
  }

  private void restartTimeWait() {
    restarted = true;
    timeWaitEndMs = nowMs + around.timeWaitMs();
  }

  private void deleteTcb() {
    state = State.CLOSED;
    stamped = false;
    ackOwed = false;
    loneAckOwed = false;
    repeats.clear();
    if (rested != null) { // MAY-2 (2): "returns to TIME-WAIT state"
      restAgain(rested);
      rested = null;
    }
  }

  private void restAgain(Model past) {
    state = past.state;
    passive = past.passive;
    iss = past.iss;
    sndUna = past.sndUna;
    sndNxt = past.sndNxt;
    sndShift = past.sndShift;
    maxSndWnd = past.maxSndWnd;
    irs = past.irs;
    rcvNxt = past.rcvNxt;
    rcvWnd = past.rcvWnd;
    rcvUpKnown = past.rcvUpKnown;
    rcvUp = past.rcvUp;
    written = past.written;
    closeCalled = past.closeCalled;
    userLeft = past.userLeft;
    threwAway = past.threwAway;
    unread = past.unread;
    arrived = (BitSet) past.arrived.clone();
    fins = (BitSet) past.fins.clone();
    finTaken = past.finTaken;
    stamped = past.stamped;
    tsRecent = past.tsRecent;
    tsRecentMs = past.tsRecentMs;
    lastAckSent = past.lastAckSent;
    timeWaitEndMs = past.timeWaitEndMs;
    quietUntilMs = past.quietUntilMs;
  }

  private void setSendWindow(Seg seg) {
    sndWnd = (long) seg.wnd() << sndShift;
    maxSndWnd = Math.max(maxSndWnd, sndWnd);
    sndWl1 = seg.seq();
    sndWl2 = seg.ack();
    if (probed && sndWnd > 0) {
      probed = false;
      againOwed = may(Liberty.PROBE_SENT_AGAIN);
    }
  }

  /** {@code <SEQ=SEG.ACK><CTL=RST>} */
  private void reset(Seg seg) {
    emitStamped(new Seg(Seg.RST, seg.ack(), 0, 0, 0));
  }

  private void oweAckOf(Seg seg, boolean inOrder) {
    if (!inOrder && seg.text() + seg.len() > 0 && may(Liberty.DUPLICATE_ACK_ALONE)) {
      loneAckOwed = true;
    } else {
      ackOwed = true;
    }
  }

  private boolean takesText() {
    return state == State.ESTABLISHED || state == State.FIN_WAIT_1 || state == State.FIN_WAIT_2;
  }

  private boolean aliveAfterClose() {
    return switch (state) {
      case FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK -> true;
      default -> false;
    };
  }

  private int consumed() {
    return rcvNxt - (finTaken ? 1 : 0) - unread;
  }

  private int textEnd() {
    return iss + 1 + written;
  }

  private boolean finSent() {
    return closeCalled && less(textEnd(), sndNxt);
  }

  private boolean finAcked() {
    return closeCalled && less(textEnd(), sndUna);
  }

  /** Octets SENT that the peer has not acknowledged. */
  private int unacknowledged() {
    return (int) Math.max(0, Math.min(written, ahead(sndUna, textEnd())));
  }

  // --- §3.10.2, SEND, and the windows of §3.8.6

  /** §3.8.6.2.1, with PUSH and without Nagle; a FIN needs its octet of the window. */
  private void transmit() {
    while (takesText() || state == State.CLOSE_WAIT || aliveAfterClose()) {
      if (againOwed) {
        sendAgain();
      }
      long usable = ahead(sndNxt, sndUna) + sndWnd; // U
      if (overrideSws && usable <= 0) {
        usable = 1;
        probed = true;
      }
      long unsent = finSent() ? 0 : ahead(sndNxt, textEnd()); // D
      long least = Math.min(unsent, usable);
      boolean worthwhile =
          least >= sndMss || unsent <= usable || 2 * least >= maxSndWnd || overrideSws;
      int text = worthwhile ? (int) Math.max(0, Math.min(least, sndMss)) : 0;
      boolean fin = closeCalled && !finSent() && text == unsent && usable > text;
      if (text == 0 && !fin) {
        return;
      }
      overrideSws = false;
      sendText(sndNxt, text, fin);
      sndNxt += text + (fin ? 1 : 0);
    }
  }

  private void sendText(int seq, int text, boolean fin) {
    boolean last = text > 0 && seq + text == textEnd(); // MUST-61
    int ctl = Seg.ACK | (fin ? Seg.FIN : 0) | (last ? Seg.PSH : 0);
    emitStamped(new Seg(ctl, seq, rcvNxt, advertise(), text).withSack(report(text)));
    ackOwed = false;
  }

  /** What went into the closed window was not kept there. */
  private void sendAgain() {
    againOwed = false;
    if (less(sndUna, sndNxt)) {
      int text = (int) Math.min(ahead(sndUna, sndNxt), ahead(sndUna, textEnd()));
      sendText(sndUna, text, finSent());
    }
  }

  /** §3.8.6.1: the persist timer's one octet. */
  @Override
  public void persist() {
    overrideSws = true;
    transmit();
  }

  /**
   * SEG.WND. §3.8.6.2.2: the right edge moves in worthwhile steps, and never back (SHLD-14): what a
   * scale cannot express is rounded up. Not so by a whole unit beyond the buffer, which RFC 7323
   * §2.4 leaves to the receiver: peers know of it.
   */
  private int advertise() {
    if (roomWorthTelling()) {
      rcvWnd = around.rcvBuff() - unread;
    }
    int unit = scaled ? 1 << around.rcvShift() : 1;
    int field = (rcvWnd + unit - 1) / unit;
    if (field * unit >= around.rcvBuff() - unread + unit) {
      return rcvWnd / unit;
    }
    rcvWnd = field * unit;
    return field;
  }

  private boolean roomWorthTelling() {
    int more = around.rcvBuff() - unread - rcvWnd;
    return more >= Math.min(around.rcvBuff() / 2, around.rcvMss());
  }

  /** SEG.SEQ of what carries nothing: SND.NXT. */
  private int nextSeq() {
    int edge = sndUna + (int) sndWnd;
    boolean beyond = less(edge, sndNxt) && sndUna != iss;
    return beyond && may(Liberty.SEQ_INSIDE_PEERS_WINDOW) ? edge : sndNxt;
  }

  private Seg synSegment(int ctl) {
    boolean offers = ctl == Seg.SYN || scaled;
    Seg syn =
        new Seg(ctl, iss, ctl == Seg.SYN ? 0 : rcvNxt, rcvWnd, 0)
            .withMss(around.rcvMss())
            .withShift(offers ? around.rcvShift() : -1)
            .withSackOk(ctl == Seg.SYN ? around.sack() : sack);
    boolean stamps = ctl == Seg.SYN ? around.stamps() : stamped;
    return stamps ? syn.withStamps(0, ctl == Seg.SYN ? 0 : tsRecent) : syn;
  }

  /** RFC 7323 §3.2: each segment of the connection has stamps; §4.3 (3): TS.Recent is echoed. */
  private void emitStamped(Seg seg) {
    if (seg.hasAck()) {
      lastAckSent = seg.ack();
    }
    emit(stamped ? seg.withStamps(0, seg.hasAck() ? tsRecent : 0) : seg);
  }

  private void emit(Seg seg) {
    sent.add(seg);
  }

  // --- time, and what can be seen

  @Override
  public void pass(int milliseconds) {
    nowMs += milliseconds;
    if (state == State.TIME_WAIT && nowMs >= timeWaitEndMs) { // §3.10.8, TIME-WAIT timeout
      deleteTcb();
    }
  }

  @Override
  public long timeWait() {
    return state == State.TIME_WAIT ? timeWaitEndMs - nowMs : 0;
  }

  private State stateOrListen() {
    return state == State.CLOSED && listening ? State.LISTEN : state;
  }

  @Override
  public Observation observe() {
    State seen = stateOrListen();
    boolean hidden = seen == State.SYN_RECEIVED && passive;
    boolean sends = seen.compareTo(State.SYN_SENT) >= 0 && !hidden;
    boolean receives = seen.compareTo(State.SYN_RECEIVED) >= 0 && !hidden;
    boolean lives = receives && seen != State.TIME_WAIT;
    Observation observation =
        new Observation(
            seen,
            sends && seen != State.TIME_WAIT ? sndUna : 0,
            sends ? sndNxt : 0,
            lives ? (int) sndWnd : 0,
            receives ? rcvNxt : 0,
            lives ? rcvWnd : 0,
            hidden ? 0 : unread,
            takesText() && !hidden ? arrived.cardinality() : 0,
            receives && rcvUpKnown ? (int) Math.max(0, ahead(consumed(), rcvUp)) : 0,
            signals,
            sent);
    signals = EnumSet.noneOf(Signal.class);
    sent = new ArrayList<>();
    return observation;
  }

  // --- what the cells are made of

  /** Octets between RCV.NXT and the first that waits; 0 = none does. */
  public int hole() {
    return Math.max(0, arrived.nextSetBit(rcvNxt - irs) - (rcvNxt - irs));
  }

  public int sndUna() {
    return sndUna;
  }

  public int sndNxt() {
    return sndNxt;
  }

  public int maxSndWnd() {
    return (int) maxSndWnd;
  }

  public int rcvNxt() {
    return rcvNxt;
  }

  public int rcvWnd() {
    return rcvWnd;
  }

  public int rcvBuff() {
    return around.rcvBuff();
  }

  public boolean stamped() {
    return stamped;
  }

  /** RFC 7323 §5.5: TS.Recent is no longer to be believed. */
  public boolean isOutdated() {
    return nowMs - tsRecentMs >= OUTDATED_MS;
  }

  public int tsRecent() {
    return tsRecent;
  }
}
