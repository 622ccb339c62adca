package dev.jktcp.tcp.connection;

import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.wire.DropReason;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.OutSegment;
import dev.jktcp.wire.Seq;
import dev.jktcp.wire.TcpSegment;

/**
 * One connection of RFC 9293. Its methods are of four kinds:
 *
 * <ul>
 *   <li><b>inputs</b>, called by the stack: {@link #onSegment}, {@link #onIcmpError}, {@link
 *       #onTimer};
 *   <li><b>output</b>, called by the stack: {@link #pollSegment};
 *   <li><b>commands</b> of the user: {@link #write}, {@link #read}, {@link #end}, {@link #close},
 *       {@link #reset}, {@link #accept}, {@link #tune};
 *   <li><b>getters</b>, which change nothing, but for {@link #takeEvents}.
 * </ul>
 *
 * <p>After any of them the stack may have packets to poll, events to hand out and another deadline.
 * Not thread-safe: one context owns the stack and all its connections. {@code nowNs} is a clock in
 * nanoseconds that does not run backwards: the stack's own time for inputs and the output, the
 * caller's for commands.
 */
public final class TcpConnection extends TimedFlow {
  /** Established; an active open succeeded. */
  public static final int CONNECTED = 1;

  /** Established by a peer's SYN to one of our listeners; {@link #accept} it. */
  public static final int ACCEPTED = 2;

  /** New bytes can be read. */
  public static final int READABLE = 4;

  /** Bytes that were written have been acknowledged: the send buffer has more room. */
  public static final int WRITABLE = 8;

  /** The peer ended its side; the stream ends behind what is still unread. */
  public static final int FIN_RECEIVED = 16;

  /** Our FIN is acknowledged, and so is every byte before it. */
  public static final int FIN_ACKED = 32;

  /** The connection is over, {@link #closeReason} says why. Bytes in order may still be read. */
  public static final int CLOSED = 64;

  /**
   * Trouble on the path, {@link #softError} says which; the connection lives (RFC 9293 §3.9.1.8).
   */
  public static final int SOFT_ERROR = 128;

  /** The peer's urgent pointer moved ahead, {@link #urgentAhead} says how far (MUST-32). */
  public static final int URGENT = 256;

  private static final long MOST_UNPOLLED_NS = 100 * MS; // while the transport is full
  private static final int R1 = 3; // retransmissions; RFC 9293 §3.8.3 (SHLD-10)

  /** The stack, as its connections see it. */
  public interface Host {
    /** Whether the peer is this stack itself. */
    boolean isOurs(IpAddress remote);

    /** There may be something to poll, and {@link #earliestDeadlineNs} may have changed. */
    void onReady(TcpConnection connection);

    /** There are events to take. */
    void onEvents(TcpConnection connection);

    /** The stack's own time, as inputs and the output get it; commands get their caller's. */
    long ownNs(long nowNs);

    /** A time in ns that goes on while the process is stopped, as the time of its peers does. */
    long outsideNs();

    /** Whether the transport is away: no packet reaches a peer elsewhere, or comes from one. */
    boolean isAway();

    /** A segment of the connection was dropped. */
    void onDropped(DropReason reason);

    /** The connection is not quiet any more, or was unfolded: {@link #onLook} is to be called. */
    void onStirred(TcpConnection connection);

    /**
     * The connection is about to be established, and its path's segment size is to be searched for.
     */
    void onPathToSearch(TcpConnection connection);

    /**
     * Segments that arrived or did not show that the path carries this size, and maybe more.
     *
     * @param mss payload in bytes, without options
     * @param settled whether the search is over
     */
    void onPathFound(TcpConnection connection, int mss, boolean settled, long nowNs);

    /** The connection is over and its 4-tuple free, but a last packet may have to be sent. */
    void onClosed(TcpConnection connection);

    /**
     * The connection is over, but its 4-tuple must rest for 2 MSL (RFC 9293 §3.6.1): {@link #rest}.
     */
    void onTimeWait(TcpConnection connection, long nowNs);
  }

  private final Host host;
  private ConnectionSettings settings;
  private TcpTuning tuning;
  private final ByteAccount account;
  // Null while the end is folded. State that both halves share hangs on the sender.
  private Sender sender;
  private Receiver receiver;
  private IdleEnd idle; // null unless the end is folded
  private boolean quiet; // nothing has happened since the last look; always while folded
  private final AcceptQueue acceptQueue; // null: active open (MUST-11)
  private final long openedNs; // by Host.outsideNs

  private TcpState state;
  private CloseReason closeReason;
  private boolean timeWait;
  private boolean resetToSend;
  private boolean strayToAnswer; // with an RST that does not end this connection
  private int strayAck;
  private boolean mayFollow; // another segment may follow the last
  private int pathMss = Integer.MAX_VALUE; // bytes of payload that the path is known to carry
  private boolean left; // the user reads no more
  private boolean closing; // the user writes no more either
  private boolean writeCut; // the last write was not taken whole: the user waits for WRITABLE
  private boolean unaccepted; // established, and counted in its listener's backlog
  private KeepAlive keepAlive; // null while off
  private SoftError softError; // the last; null = none yet
  private int events;
  private Object attachment;
  private long segmentsSent;
  private long segmentsReceived;

  /**
   * Stack only: whether the connection is in the queue of those to poll, and of those with events.
   */
  public boolean inReadyQueue;

  public boolean inEventQueue;

  /** Stack only: whether the timing wheel may have another deadline than the connection. */
  public boolean touched;

  /** Stack only: the place among the connections that are not folded; -1 = none. */
  public int wholePlace = -1;

  private TcpConnection(
      Host host,
      ConnectionSettings settings,
      TcpTuning tuning,
      AcceptQueue acceptQueue,
      IpAddress local,
      int localPort,
      IpAddress remote,
      int remotePort) {
    super(local, localPort, remote, remotePort);
    this.host = host;
    this.settings = settings;
    this.tuning = tuning;
    this.acceptQueue = acceptQueue;
    this.openedNs = host.outsideNs();
    this.account = settings.budget().open(host.isOurs(remote));
    makeHalves(settings.announcedMss(tuning));
    sender.negotiate(new EcnHandshake(settings.profile().ecn()));
  }

  private void makeHalves(int announcedMss) {
    Timers timers = new Timers();
    if (isAway()) {
      timers.hold();
    }
    sender = new Sender(settings, tuning, timers, account);
    receiver = new Receiver(settings, announcedMss, account);
  }

  /** RFC 9293 §3.10.1, active OPEN. */
  public static TcpConnection connect(
      Host host,
      ConnectionSettings settings,
      TcpTuning tuning,
      IpAddress local,
      int localPort,
      IpAddress remote,
      int remotePort,
      int iss,
      long nowNs) {
    TcpConnection connection =
        new TcpConnection(host, settings, tuning, null, local, localPort, remote, remotePort);
    connection.state = TcpState.SYN_SENT;
    connection.sender.open(iss, nowNs);
    if (tuning.connectTimeoutNs() > 0) {
      connection.sender.timers().arm(Timers.Kind.CONNECT, nowNs + tuning.connectTimeoutNs());
    }
    return connection;
  }

  /** RFC 9293 §3.10.7.2, third: a SYN reached a listener. */
  public static TcpConnection accepting(
      Host host,
      ConnectionSettings settings,
      TcpTuning tuning,
      AcceptQueue acceptQueue,
      IpAddress local,
      IpAddress remote,
      TcpSegment syn,
      int iss,
      long nowNs) {
    TcpConnection connection =
        new TcpConnection(
            host, settings, tuning, acceptQueue, local, syn.dstPort(), remote, syn.srcPort());
    connection.state = TcpState.SYN_RECEIVED;
    connection.sender.open(iss, nowNs);
    connection.onPeerSyn(syn);
    acceptQueue.onHalfOpen();
    return connection;
  }

  /**
   * RFC 4987 §3.6: {@code ack} acknowledges a SYN-ACK of which only the number was kept. The
   * connection is made as if it had sent that SYN-ACK, and the caller then gives it the segment.
   *
   * @param agreed the options of the handshake, as the cookie keeps them
   */
  public static TcpConnection answered(
      Host host,
      ConnectionSettings settings,
      TcpTuning tuning,
      AcceptQueue acceptQueue,
      IpAddress local,
      IpAddress remote,
      TcpSegment ack,
      Negotiated agreed,
      long nowNs) {
    TcpConnection connection =
        new TcpConnection(
            host, settings, tuning, acceptQueue, local, ack.dstPort(), remote, ack.srcPort());
    connection.state = TcpState.SYN_RECEIVED;
    connection.sender.openAnswered(ack.ack() - 1, nowNs);
    connection.onPeerSyn(ack, agreed, ack.seq() - 1);
    connection.ecn().onCookieAnswered(agreed.ecn());
    acceptQueue.onHalfOpen();
    return connection;
  }

  // --- idle times

  /**
   * The stack looks at its connections now and then. If one has been quiet since the last look,
   * with nothing under way, it folds its state into a small record until something happens.
   *
   * @return true if it was not quiet: another look may find it ready to fold
   */
  public boolean onLook(long nowNs) {
    if (!quiet) {
      quiet = true;
      return true;
    }
    if (idle == null && folds()) {
      if (!sender.rests(nowNs) || !receiver.rests(nowNs)) {
        return true;
      }
      fold();
    }
    return false;
  }

  public boolean isFolded() {
    return idle != null;
  }

  private boolean folds() {
    return state == TcpState.ESTABLISHED
        && !inReadyQueue
        && !writeCut
        && !left
        && !resetToSend
        && !strayToAnswer
        && !asksForLife()
        && sender.timers().armsAtMost(Timers.Kind.KEEP_ALIVE)
        && !settings.budget().isScarce()
        && sender.folds()
        && receiver.folds();
  }

  private void fold() {
    idle = new IdleEnd();
    sender.fold(idle);
    receiver.fold(idle);
    if (keepAlive != null) { // it may fire before there is a probe to send
      keepAlive.timerNs = sender.timers().deadlineNs(Timers.Kind.KEEP_ALIVE);
    }
    sender = null;
    receiver = null;
  }

  /** Comes first in each input and command: unfolds the halves. */
  private void stir() {
    if (quiet) {
      quiet = false;
      if (idle != null) {
        unfold();
      }
      host.onStirred(this);
    }
  }

  /** For getters, which are no sign of life: the next look folds the end again. */
  private void unfoldToAnswer() {
    if (idle != null) {
      unfold();
      host.onStirred(this);
    }
  }

  private void unfold() {
    IdleEnd folded = idle;
    idle = null;
    makeHalves(folded.receiveMss);
    Negotiated agreed = Negotiated.of(folded.peerMss, folded.sendShift, folded.agreed);
    sender.onAgreed(agreed);
    sender.unfold(folded);
    sender.cut(segmentSize());
    receiver.onAgreed(agreed);
    if (agreed.timestamps()) {
      Timestamps timestamps = newTimestamps();
      timestamps.unfold(folded);
      sender.useTimestamps(timestamps);
    }
    receiver.unfold(folded);
    if (keepAlive != null) {
      sender.timers().arm(Timers.Kind.KEEP_ALIVE, keepAlive.timerNs);
    }
  }

  // --- the transport is away, and comes back

  private boolean isAway() {
    return host.isAway() && !isInward();
  }

  /** The transport is away: nothing leaves, and of all timers only the user's own run. */
  public void onAway(long nowNs) {
    if (idle == null) { // a folded end has nothing under way
      sender.timers().hold();
      sender.onAway(nowNs);
    }
  }

  /**
   * The transport is back. Unanswered segments and owed ACKs go at once, and the peer's silence is
   * counted anew.
   */
  public void onBack(long nowNs) {
    if (keepAlive != null) {
      keepAlive.onBack(tuning, nowNs);
    }
    if (idle != null) {
      return;
    }
    stir();
    Timers timers = sender.timers();
    timers.release();
    sender.onBack(nowNs);
    if (timers.isArmed(Timers.Kind.DELAYED_ACK)) {
      receiver.oweAck();
    }
    orphanAnew(nowNs);
    if (timers.isArmed(Timers.Kind.KEEP_ALIVE)) {
      timers.arm(Timers.Kind.KEEP_ALIVE, keepAlive.timerNs);
    }
    host.onReady(this);
  }

  /**
   * When the connection ends if the transport stays away. If the user timeout is longer than the
   * gap, it decides; an opening with a connect timeout ends by that.
   *
   * @param sinceNs when the transport went away
   * @param gapNs how long connections outlive it
   */
  public long outlivesUntilNs(long sinceNs, long gapNs) {
    if (state != TcpState.SYN_SENT) {
      return sinceNs + Math.max(gapNs, tuning.userTimeoutNs());
    }
    if (sender.timers().isArmed(Timers.Kind.CONNECT)) {
      return sender.timers().deadlineNs(Timers.Kind.CONNECT);
    }
    long waitsSinceNs = sender.waitsSinceNs();
    return (waitsSinceNs - sinceNs > 0 ? waitsSinceNs : sinceNs) + gapNs;
  }

  // --- inputs

  /** RFC 9293 §3.10.7.3 and §3.10.7.4: a segment for this 4-tuple, its checksum verified. */
  public void onSegment(TcpSegment segment, long nowNs) {
    stir();
    segmentsReceived++;
    if (keepAlive != null) {
      keepAlive.onHeard(nowNs);
    }
    if (settings.fastPath().on()
        && !left
        && HeaderPrediction.holds(segment, state, sender, receiver)
        && expectsTimestamps(segment)) {
      onPredicted(segment, nowNs);
    } else if (state == TcpState.SYN_SENT) {
      onSegmentInSynSent(segment, nowNs);
    } else if (state != TcpState.CLOSED) {
      onSegmentSynchronized(segment, nowNs);
      if (timeWait) { // now it is known whether an ACK is owed
        host.onTimeWait(this, nowNs);
      }
    }
    if (state != TcpState.CLOSED || hasLastWord()) {
      host.onReady(this);
    }
  }

  /** Whether a connection that is over has a segment to send. */
  private boolean hasLastWord() {
    return timeWait || resetToSend || strayToAnswer;
  }

  /** The MTU of our link has changed, and no other setting. */
  public void onMtu(ConnectionSettings changed) {
    settings = changed;
    resize();
  }

  /** RFC 8201 §5.4: the path to the peer is known to have room for this payload. */
  public void onPathMss(int mss) {
    pathMss = mss;
    resize();
  }

  /**
   * RFC 1191 §6.3: the path took less, no router said why, and that was long ago. One segment of
   * data, not a whole window, tries what the path takes now.
   */
  public void onPathForgotten(int mss) {
    stir();
    if (sender.agreed() != null && sender.search() == null) {
      int known = segmentRoom();
      pathMss = mss;
      searchPath(known);
    } else {
      onPathMss(mss);
    }
  }

  /** RFC 4821 §7.3: larger payloads than this may pass, and are to be tried. */
  public void searchPath(int mss) {
    PathSize.searchAbove(mss, mostRoom(), sender, settings, localAddress().isV6());
  }

  /**
   * RFC 8201 §5.4: a segment in flight was too big for the path. It is sent again at once, cut
   * smaller, with everything behind it.
   */
  public void onTooBig(int seq) {
    stir();
    if (state.synchronizedState() && sender.onTooBig(seq)) {
      host.onReady(this);
    }
  }

  private void resize() {
    stir();
    if (sender.agreed() == null) {
      return;
    }
    PathSize.limit(mostRoom(), sender);
    host.onReady(this);
  }

  private void heedSearch(long nowNs) {
    PathSearch search = sender.search();
    if (search == null) {
      return;
    }
    boolean over = search.isOver();
    if (search.takeNews()) {
      host.onPathFound(this, search.found(), over, nowNs);
    }
    if (over) {
      pathMss = search.isNarrow() ? search.size() : pathMss;
      sender.search(null);
    }
    if (sender.mss() != segmentSize()) {
      sender.resize(segmentSize());
    }
  }

  /**
   * The process was stopped for a while. Round trips under way cannot be timed, and a peer that
   * owes progress may have been stopped as well.
   */
  public void onStop(long nowNs) {
    if (idle != null) {
      return; // nothing is under way
    }
    sender.onStop(nowNs);
    orphanAnew(nowNs);
  }

  /** The peer could not show that it makes progress. */
  private void orphanAnew(long nowNs) {
    if (sender.timers().isArmed(Timers.Kind.ORPHAN)) {
      armOrphan(nowNs);
      host.onReady(this);
    }
  }

  /**
   * RFC 9293 §3.9.2.2: an ICMP message about a packet of ours. Only a message that quotes a segment
   * in flight is believed (RFC 5927 §4.1). Even that may be forged, so in a synchronized state it
   * ends nothing (§5.2 there, against SHLD-26): the user gets a soft error, and timers decide.
   *
   * @param seq the quoted sequence number
   * @return whether it was believed
   */
  public boolean onIcmpError(SoftError error, int seq) {
    stir();
    if (state == TcpState.CLOSED || Seq.lt(seq, sender.sndUna()) || Seq.geq(seq, sender.sndNxt())) {
      return false;
    }
    boolean opening = state == TcpState.SYN_SENT || state == TcpState.SYN_RECEIVED;
    if (opening && error.hard()) {
      softError = error;
      over(CloseReason.UNREACHABLE);
    } else {
      raiseSoftError(error);
    }
    return true;
  }

  /** Fires the timers that are due; before {@link #earliestDeadlineNs} it does nothing. */
  public void onTimer(long nowNs) {
    stir();
    Timers.Kind due;
    while (state != TcpState.CLOSED && (due = sender.timers().pollDue(nowNs)) != null) {
      switch (due) {
        case RETRANSMIT -> onRetransmitTimeout(nowNs);
        case PROBE -> onProbeTimeout(nowNs);
        case REORDER -> sender.onReorderTimeout(nowNs);
        case PERSIST -> {
          if (!sender.onPersistTimeout(nowNs)) {
            over(CloseReason.TIMED_OUT);
          }
        }
        case DELAYED_ACK -> receiver.oweAck();
        case KEEP_ALIVE -> onKeepAlive(nowNs);
        case CONNECT, USER -> over(outOfTime());
        case ORPHAN, LINGER -> abort(outOfTime());
        case RESET -> abort(CloseReason.ABORTED);
        case ECN_REST, PACE -> {} // data may leave
      }
    }
    host.onReady(this);
  }

  /** While the transport is away, the peer is not to blame for the silence. */
  private CloseReason outOfTime() {
    return sender.timers().held() ? CloseReason.TRANSPORT_AWAY : CloseReason.TIMED_OUT;
  }

  /** §3.10.7.3, the steps numbered as there. */
  private void onSegmentInSynSent(TcpSegment segment, long nowNs) {
    boolean ackAcceptable = false;
    if (segment.hasAck()) { // 1st
      if (Seq.leq(segment.ack(), sender.iss()) || Seq.gt(segment.ack(), sender.sndNxt())) {
        if (!segment.rst()) {
          replyReset(segment);
        }
        return;
      }
      ackAcceptable = true;
    }
    if (segment.rst()) { // 2nd
      if (ackAcceptable && ecn().giveUp()) {
        sender.sendSynAgain();
      } else if (ackAcceptable) {
        over(CloseReason.REFUSED);
      }
      return;
    }
    if (!segment.syn()) { // 5th
      return;
    }
    onPeerSyn(segment); // 4th
    if (ackAcceptable) {
      onSynAcked(segment, nowNs);
    } else { // a simultaneous open (MUST-10)
      state = TcpState.SYN_RECEIVED;
      sender.sendSynAgain();
    }
  }

  private void onPeerSyn(TcpSegment syn) {
    ecn().onHeard(syn);
    Negotiated ours = Negotiated.offer(settings, tuning);
    onPeerSyn(syn, Negotiated.of(syn, localAddress().isV6(), ours), syn.seq());
  }

  private void onPeerSyn(TcpSegment segment, Negotiated agreed, int irs) {
    if (agreed.timestamps()) {
      Timestamps timestamps = newTimestamps();
      timestamps.open(segment.tsVal(), irs + 1, host.outsideNs());
      sender.useTimestamps(timestamps);
    }
    sender.onAgreed(agreed);
    receiver.onAgreed(agreed);
    boolean active = acceptQueue == null; // BSD's listener answers before it has a buffer
    if (active) {
      receiver.onMss(mostRoom());
    }
    receiver.open(irs, active);
    sender.onPeerSyn(segment, segmentSize(), agreed.shift());
  }

  /** Null once the negotiation is over. */
  private EcnHandshake ecn() {
    return sender.negotiation();
  }

  private boolean expectsTimestamps(TcpSegment segment) {
    Timestamps timestamps = sender.timestamps();
    return timestamps == null || timestamps.expects(segment, tuning);
  }

  private Timestamps newTimestamps() {
    return settings.timestampOffsets().timestamps(localAddress(), remoteAddress());
  }

  private int timestampOffset() {
    return settings.timestampOffsets().of(localAddress(), remoteAddress());
  }

  private int segmentSize() {
    return PathSize.segment(mostRoom(), sender);
  }

  private int segmentRoom() {
    return PathSize.room(mostRoom(), sender);
  }

  /** The same without a search: the room that peer, link and path have announced. */
  private int mostRoom() {
    return SegmentSizes.room(sender.agreed(), settings, pathMss, tuning);
  }

  /** §3.10.7.4, the steps numbered as there, with the checks of RFC 5961 in their places. */
  private void onSegmentSynchronized(TcpSegment segment, long nowNs) {
    if (state == TcpState.SYN_RECEIVED && onPeersSynAgain(segment, nowNs)) {
      return;
    }
    if (segment.rst()) { // 1st and 2nd: an RST is judged by its SEG.SEQ alone
      onReset(segment, nowNs);
      return;
    }
    if (sender.timestamps() != null && !passesPaws(segment, nowNs)) { // 1st, RFC 7323 §5.3 R1
      return;
    }
    if (!receiver.acceptable(segment)) { // 1st, R2
      onUnacceptable(segment, nowNs);
      return;
    }
    if (segment.syn()) { // 4th
      onSyn(nowNs);
      return;
    }
    if (!segment.hasAck() || !onAck(segment, nowNs)) { // 5th
      if (timeWait) {
        noteTimestamp(segment); // a later SYN is compared with it (RFC 6191 §2)
      }
      return;
    }
    noteTimestamp(segment); // R3, behind RFC 5961 §5: a blind attacker would freeze the connection
    if (state.receivesData()) { // 6th, 7th and 8th
      onUrgent(segment);
      if (receiver.onText(segment, !sender.drained())) {
        raise(READABLE);
      }
      hearMark(segment);
      tuneReceiver(segment, nowNs);
      delayAck(nowNs);
      if (receiver.finReached()) {
        onFin();
      }
    }
    resetIfDataWasLost();
  }

  /**
   * The peer's SYN again, in SYN-RECEIVED. Either the peer did not see our SYN-ACK, or both ends
   * opened at once and this is the SYN-ACK of figure 7.
   *
   * @return whether the segment was one of these
   */
  private boolean onPeersSynAgain(TcpSegment segment, long nowNs) {
    if (!segment.syn() || segment.rst() || segment.seq() != receiver.irs()) {
      return false;
    }
    if (segment.hasAck() && (acceptQueue != null || segment.ack() != sender.sndNxt())) {
      return false;
    }
    if (sender.timestamps() != null && !sender.timestamps().isOld(segment, host.outsideNs())) {
      noteTimestamp(segment); // the SYN-ACK echoes the SYN that it answers
    }
    ecn().onHeard(segment);
    if (!segment.hasAck()) {
      if (allowAck(nowNs)) {
        sender.sendSynAgain();
      }
      return true;
    }
    onSynAcked(segment, nowNs);
    return true;
  }

  /** Protection against wrapped sequence numbers (RFC 7323 §5), for any segment but an RST. */
  private boolean passesPaws(TcpSegment segment, long nowNs) {
    if (sender.timestamps().isOld(segment, host.outsideNs())) {
      host.onDropped(DropReason.OLD_TIMESTAMP);
      answerUnacceptable(segment, nowNs);
      return false;
    }
    if (tuning.requireTimestamps() && !segment.hasTimestamps()) { // §3.2
      host.onDropped(DropReason.NO_TIMESTAMP);
      return false;
    }
    return true;
  }

  /** RFC 7323 §5.3 R3. */
  private void noteTimestamp(TcpSegment segment) {
    Timestamps timestamps = sender.timestamps();
    if (timestamps != null && timestamps.advancesBy(segment)) {
      timestamps.advance(segment, host.outsideNs());
    }
  }

  /**
   * 1st, not acceptable: an ACK tells the peer our RCV.NXT. At a closed window the ACK field of the
   * next segment is still processed (§3.10.7.4), or two closed windows would never open. The same
   * holds for {@link Receiver#justBehind}.
   */
  private void onUnacceptable(TcpSegment segment, long nowNs) {
    boolean closedWindow = receiver.window() == 0 && segment.seq() == receiver.rcvNxt();
    boolean justBehind = state != TcpState.SYN_RECEIVED && receiver.justBehind(segment);
    boolean heard = closedWindow || justBehind;
    if (heard && segment.hasAck() && !segment.syn()) {
      if (!onAck(segment, nowNs) && !timeWait) {
        return;
      }
      if (closedWindow && state.receivesData()) { // MUST-66
        onUrgent(segment);
        hearMark(segment);
      }
      resetIfDataWasLost();
      if (state == TcpState.CLOSED && !timeWait) {
        return;
      }
    }
    answerUnacceptable(segment, nowNs);
  }

  private void answerUnacceptable(TcpSegment segment, long nowNs) {
    if (segment.payloadLength() > 0) {
      receiver.onRepeated(segment);
      receiver.oweDuplicateAck();
    } else if (allowAck(nowNs)) {
      receiver.onRepeated(segment);
      receiver.oweAck();
    }
  }

  /**
   * 2nd, RFC 5961 §3: only an RST at RCV.NXT resets, even in a closed window (MUST-66). One
   * elsewhere in the window is challenged. The user can tell a reset from an end (MUST-12).
   */
  private void onReset(TcpSegment segment, long nowNs) {
    if (segment.seq() != receiver.rcvNxt()) {
      if (receiver.challengesRst(segment.seq())) {
        challenge(nowNs);
      }
      return;
    }
    if (state == TcpState.SYN_RECEIVED) {
      // MUST-11: a passive open goes back to its listener, an active one was refused.
      over(acceptQueue == null ? CloseReason.REFUSED : CloseReason.RESET);
      return;
    }
    boolean finishing = state == TcpState.CLOSING || state == TcpState.LAST_ACK;
    over(finishing && sender.drained() ? CloseReason.CLOSED : CloseReason.RESET);
  }

  /**
   * 4th: a passive open goes back to its listener; any other connection sends a challenge ACK (RFC
   * 5961 §4).
   */
  private void onSyn(long nowNs) {
    if (state == TcpState.SYN_RECEIVED && acceptQueue != null) {
      over(CloseReason.RESET);
    } else {
      challenge(nowNs);
    }
  }

  /** 5th; false = the segment needs no further steps. */
  private boolean onAck(TcpSegment segment, long nowNs) {
    int ack = segment.ack();
    if (state == TcpState.SYN_RECEIVED) {
      if (Seq.leq(ack, sender.sndUna()) || Seq.gt(ack, sender.sndNxt())) {
        replyReset(segment);
        return false;
      }
      if (acceptQueue != null && !acceptQueue.takesAnother()) {
        return false;
      }
      onSynAcked(segment, nowNs);
      return state != TcpState.CLOSED;
    }
    // RFC 5961 §5: too old, or for data that was never sent.
    if (Seq.gt(ack, sender.sndNxt()) || Seq.lt(ack, sender.sndUna() - sender.maxSndWnd())) {
      challenge(nowNs);
      return false;
    }
    boolean finWasAcked = sender.finAcked();
    int queued = sender.queue().size();
    if (sender.onAck(segment, nowNs) > 0) {
      heedSearch(nowNs);
      if (sender.queue().size() < queued) {
        raise(WRITABLE);
      }
      if (sender.finAcked() && !finWasAcked) {
        onFinAcked(nowNs);
      } else if (left) {
        armOrphan(nowNs);
      }
    }
    return state != TcpState.CLOSED;
  }

  /** §3.10.7.4 for a segment that {@link HeaderPrediction} lets through. */
  private void onPredicted(TcpSegment segment, long nowNs) {
    noteTimestamp(segment);
    boolean data = segment.payloadLength() > 0;
    int acked = sender.onPredictedAck(segment, nowNs);
    if (acked > 0) { // 5th
      heedSearch(nowNs);
      settings.fastPath().onPredictedAck();
      raise(WRITABLE);
    }
    if (data) { // 7th
      settings.fastPath().onPredictedData();
      receiver.acceptExpected(segment);
      raise(READABLE);
      tuneReceiver(segment, nowNs);
      delayAck(nowNs);
    }
  }

  private void hearMark(TcpSegment segment) {
    if (receiver.hearMark(segment)) {
      sender.counts().marksReceived++;
    }
  }

  private void tuneReceiver(TcpSegment segment, long nowNs) {
    if (segment.payloadLength() > 0) {
      receiver.tune(segment, sender.timestamps(), sender.rtt(), nowNs);
    }
  }

  private void delayAck(long nowNs) {
    if (receiver.delaysAck() && !sender.timers().isArmed(Timers.Kind.DELAYED_ACK)) {
      long delayNs = receiver.ackDelayNs(sender.rtt().srttNs());
      sender.timers().arm(Timers.Kind.DELAYED_ACK, nowNs + delayNs);
    }
  }

  /** 6th */
  private void onUrgent(TcpSegment segment) {
    if (segment.urg() && receiver.onUrgent(segment)) {
      raise(URGENT);
    }
  }

  /** Our SYN is acknowledged, by the peer's SYN or behind that. */
  private void onSynAcked(TcpSegment segment, long nowNs) {
    int synRetries = sender.retries();
    sender.onSynAcked(segment, nowNs);
    if (segment.syn()) {
      sender.onPeerSyn(segment, segmentSize(), sender.agreed().shift());
      receiver.oweAck();
    }
    establish(synRetries, nowNs);
  }

  private void establish(int synRetries, long nowNs) {
    if (settings.pathMtuProbing()) {
      host.onPathToSearch(this);
    }
    sender.onEstablished(synRetries, nowNs);
    receiver.onMss(mostRoom());
    receiver.onEstablished(nowNs);
    useEcn();
    sender.timers().cancel(Timers.Kind.CONNECT);
    if (acceptQueue != null && !acceptQueue.onEstablished()) {
      abort(CloseReason.ABORTED); // the listener closed meanwhile
      return;
    }
    unaccepted = acceptQueue != null;
    watchPeer(nowNs);
    state = sender.queue().finQueued() ? TcpState.FIN_WAIT_1 : TcpState.ESTABLISHED;
    raise(acceptQueue == null ? CONNECTED : CONNECTED | ACCEPTED);
  }

  private void useEcn() {
    EcnHandshake ecn = ecn();
    if (ecn.marks()) {
      sender.useEcn();
    }
    if (ecn.hearsMarks()) {
      receiver.useEcn();
    }
    sender.negotiate(null);
  }

  private void onFinAcked(long nowNs) {
    raise(FIN_ACKED);
    sender.timers().cancel(Timers.Kind.LINGER);
    switch (state) {
      case FIN_WAIT_1 -> {
        state = TcpState.FIN_WAIT_2;
        if (left) {
          armOrphan(nowNs);
        }
      }
      case CLOSING -> enterTimeWait();
      case LAST_ACK -> over(CloseReason.CLOSED);
      default -> {}
    }
  }

  /** 8th: everything up to the peer's FIN is in. */
  private void onFin() {
    raise(FIN_RECEIVED);
    switch (state) {
      case ESTABLISHED -> state = TcpState.CLOSE_WAIT;
      case FIN_WAIT_1 -> state = TcpState.CLOSING; // ours is not acknowledged yet
      case FIN_WAIT_2 -> enterTimeWait();
      default -> {}
    }
  }

  private void enterTimeWait() {
    timeWait = true; // its record is made when the segment is done with
    release(CloseReason.CLOSED);
  }

  /** Stack only, once: the facts for the record in TIME-WAIT. */
  public TimeWaitFacts rest() {
    return TimeWaitFacts.of(sender, receiver, tuning);
  }

  /** SHLD-3: the user left, and data was thrown away unread: an RST tells the peer. */
  private void resetIfDataWasLost() {
    if (closing && receiver.lostData() && sender.drained() && state != TcpState.CLOSED) {
      abort(CloseReason.ABORTED);
    }
  }

  /** No RST at R2: the path dropped all retransmissions and would drop an RST as well. */
  private void onRetransmitTimeout(long nowNs) {
    boolean goesOn =
        switch (state) {
          case SYN_SENT -> onSynTimeout(nowNs);
          case SYN_RECEIVED -> isHalfOpen() ? sender.onSynAckTimeout() : sender.onSynTimeout(nowNs);
          default -> {
            if (!sender.windowClosed()) {
              PathSize.doubt(mostRoom(), sender, settings, localAddress().isV6());
              heedSearch(nowNs);
            }
            yield sender.onRetransmitTimeout(nowNs);
          }
        };
    onRetransmission(goesOn);
  }

  private void onProbeTimeout(long nowNs) {
    onRetransmission(sender.onProbeTimeout(nowNs));
  }

  private void onRetransmission(boolean goesOn) {
    if (!goesOn) {
      over(CloseReason.TIMED_OUT);
    } else if (sender.retries() == R1) {
      raiseSoftError(SoftError.RETRANSMITTING); // MUST-20, SHLD-9
    }
  }

  private boolean onSynTimeout(long nowNs) {
    ecn().giveUp();
    return sender.onSynTimeout(nowNs);
  }

  /** MUST-26: only while nothing is outstanding; otherwise the retransmission timer asks. */
  private void onKeepAlive(long nowNs) {
    if (!sender.idle()) {
      keepAlive.onHeard(nowNs);
    } else if (!keepAlive.onTimeout(tuning, nowNs)) {
      abort(CloseReason.TIMED_OUT);
      return;
    }
    sender.timers().arm(Timers.Kind.KEEP_ALIVE, keepAlive.deadlineNs(tuning));
  }

  /** MUST-24: only if the user asks for it. */
  private void watchPeer(long nowNs) {
    keepAlive = tuning.keepAlive() ? new KeepAlive(nowNs) : null;
    if (keepAlive == null) {
      sender.timers().cancel(Timers.Kind.KEEP_ALIVE);
    } else {
      sender.timers().arm(Timers.Kind.KEEP_ALIVE, keepAlive.deadlineNs(tuning));
    }
  }

  private void challenge(long nowNs) {
    if (allowAck(nowNs)) {
      receiver.oweAck();
    }
  }

  /**
   * Limits the ACKs that answer segments without new data: challenge ACKs (RFC 5961 §7) and answers
   * to segments out of the window. Otherwise two confused ends could answer each other for ever.
   * Each connection has its own limit: a shared count would tell an attacker about others.
   */
  private boolean allowAck(long nowNs) {
    return receiver.allowsAck(settings.acksPerSecond(), nowNs);
  }

  // --- commands

  /**
   * Copies bytes into the send buffer.
   *
   * @return how many were taken: fewer than asked when the buffer is full, none after {@link #end}
   *     or {@link #close}
   */
  public int write(byte[] bytes, int offset, int length, long nowNs) {
    stir();
    if (state == TcpState.CLOSED || closing) {
      return 0;
    }
    int taken = sender.queue().write(bytes, offset, length);
    writeCut |= taken < length;
    if (taken > 0) {
      long now = host.ownNs(nowNs); // the time since which memory may be scarce
      if (sender.timers().held()) {
        sender.onWrittenAway(now);
      }
      host.onReady(this);
    }
    return taken;
  }

  /**
   * All bytes written so far become urgent (RFC 9293 §3.8.5): they travel in line, and the urgent
   * pointer marks their end. A closed window holds up the bytes, but not the pointer. SHLD-13 asks
   * new applications not to use urgent data.
   */
  public void markUrgent() {
    stir();
    if (state == TcpState.CLOSED || sender.queue().size() == 0) {
      return;
    }
    sender.queue().markUrgent();
    if (state.synchronizedState() && sender.blocked()) {
      receiver.oweAck();
    }
    host.onReady(this);
  }

  /**
   * Reads the next bytes in order; the window opens by as much. The stack reuses its one {@link
   * Slice}: the bytes are valid until the next call to the stack, or to {@code read} of any
   * connection.
   *
   * @return null if there are no bytes to read
   */
  public Slice read(int maxBytes, long nowNs) {
    stir();
    Slice slice = receiver.take(maxBytes);
    if (slice != null && state.receivesData() && receiver.owesUpdate()) {
      receiver.oweAck();
      host.onReady(this);
    }
    return slice;
  }

  /** Changes the connection's tuning. A connect timeout always counts from the open. */
  public void tune(TcpTuning changed, long nowNs) {
    stir();
    boolean watch =
        changed.keepAlive() != tuning.keepAlive() || changed.keepAliveNs() != tuning.keepAliveNs();
    boolean resized = changed.maxSegment() != tuning.maxSegment();
    tuning = changed;
    if (state == TcpState.CLOSED) {
      return; // a timer armed now would never be over
    }
    sender.tune(changed);
    if (resized) {
      resize();
    }
    long now = host.ownNs(nowNs);
    if (watch && state.synchronizedState()) {
      watchPeer(now);
    }
    if (sender.timers().held()) {
      sender.watchUser();
    }
    host.onReady(this);
  }

  public TcpProfile profile() {
    return settings.profile();
  }

  /** The fixed receive buffer in bytes; 0 = it is tuned. */
  public int fixedReceiveBuffer() {
    return settings.fixedReceiveBuffer();
  }

  public TcpTuning tuning() {
    return tuning;
  }

  /** Half-close: a FIN follows the last byte written; reading goes on. */
  public void end() {
    stir();
    if (state == TcpState.CLOSED || sender.queue().finQueued()) {
      return;
    }
    queueFin();
    host.onReady(this);
  }

  private void queueFin() {
    sender.queue().queueFin();
    if (state == TcpState.ESTABLISHED) {
      state = TcpState.FIN_WAIT_1;
    } else if (state == TcpState.CLOSE_WAIT) {
      state = TcpState.LAST_ACK;
    }
  }

  /**
   * The user reads no more, but still writes; {@link #close} follows. From here on the peer must
   * make progress, or the connection is reset: no user is left to notice that it is stuck. If the
   * linger time is 0, it is reset now, behind the bytes that may leave at once.
   */
  public void leave(long nowNs) {
    leave(nowNs, false);
  }

  /**
   * The same for a user at the other end of a handle.
   *
   * @param unread whether data was read here that has not reached that user
   */
  public void leave(long nowNs, boolean unread) {
    stir();
    if (state == TcpState.CLOSED) {
      receiver.drop();
      return;
    }
    if (!left) {
      stopReading(unread, nowNs);
      host.onReady(this);
    }
  }

  private void stopReading(boolean unread, long nowNs) {
    left = true;
    receiver.discard(unread);
    long now = host.ownNs(nowNs);
    if (tuning.lingerNs() == 0) {
      resetBehind(now);
      return;
    }
    linger(now);
    armOrphan(now);
  }

  /**
   * A socket's write sends at once all that the windows take, and a close with a linger time of 0
   * drops only the rest. Here a write waits for the next poll, and so does such a close.
   */
  private void resetBehind(long nowNs) {
    boolean unsent = sender.queue().hasUnsent(sender.sndNxt());
    if (!unsent || !state.synchronizedState() || sender.timers().held()) {
      abort(CloseReason.ABORTED);
      return;
    }
    sender.timers().arm(Timers.Kind.RESET, nowNs + MOST_UNPOLLED_NS);
  }

  /** Whether an RST is sent once no data may leave. */
  private boolean resetFollows() {
    return sender.timers().isArmed(Timers.Kind.RESET);
  }

  /**
   * The user leaves: bytes already written are still sent, then the connection ends. If data is
   * unread, or comes later, it ends with an RST (RFC 9293 §3.6.1, SHLD-3). While bytes are still to
   * be acknowledged, so is such data, though nobody reads it.
   */
  public void close(long nowNs) {
    stir();
    if (state == TcpState.CLOSED || closing) {
      return;
    }
    if (state == TcpState.SYN_SENT) {
      over(CloseReason.ABORTED);
      return;
    }
    if (!left) {
      stopReading(false, nowNs);
    }
    if (state == TcpState.CLOSED || resetFollows()) {
      return;
    }
    closing = true;
    if (receiver.lostData()) {
      resetIfDataWasLost();
    } else if (!sender.queue().finQueued()) {
      queueFin();
    }
    host.onReady(this);
  }

  /**
   * RFC 9293 §3.10.5, ABORT: an RST at once; both queues are dropped. In CLOSING and LAST-ACK,
   * where the RFC sends none, we send one as well: a lost FIN would never be repeated.
   */
  public void reset() {
    reset(CloseReason.ABORTED, true);
  }

  /** The stack ends every connection: with or without telling the peer. */
  public void reset(CloseReason reason, boolean tellPeer) {
    stir();
    if (state == TcpState.CLOSED) {
      receiver.drop();
      return;
    }
    if (tellPeer) {
      abort(reason);
    } else {
      over(reason);
    }
    if (reason == CloseReason.OUT_OF_MEMORY) {
      account.onReset();
    }
    if (reason == CloseReason.ABORTED || reason == CloseReason.OUT_OF_MEMORY) {
      receiver.drop();
    }
  }

  /** Drops data out of order, even if SACK blocks reported it (RFC 2018 §8). */
  public void dropDisorder() {
    if (idle == null) { // a folded end has none
      receiver.dropDisorder();
    }
  }

  /** There may be more memory: a window held back may open, and a write that was cut may go on. */
  public void onMemory() {
    if (state == TcpState.CLOSED || idle != null) { // folded with all of its window open
      return;
    }
    if (writeCut && sender.queue().room() > 0) {
      writeCut = false;
      raise(WRITABLE);
    }
    if (state.receivesData() && receiver.deservesUpdate()) {
      receiver.oweAck();
      host.onReady(this);
    }
  }

  /** Takes the connection out of its listener's backlog, once {@link #ACCEPTED} announced it. */
  public void accept() {
    if (unaccepted) {
      unaccepted = false;
      acceptQueue.onAccepted();
    }
  }

  /** The linger time runs until our FIN is acknowledged, whatever progress the peer makes. */
  private void linger(long nowNs) {
    if (tuning.lingerNs() > 0 && !sender.finAcked()) {
      sender.timers().arm(Timers.Kind.LINGER, nowNs + tuning.lingerNs());
    }
  }

  /** In addition to R2 (SHLD-11): on a silent path the retransmission timer gives up. */
  private void armOrphan(long nowNs) {
    long patience =
        state == TcpState.FIN_WAIT_2
            ? settings.finWait2Ns()
            : settings.orphanNs() + settings.profile().r2Ns();
    sender.timers().arm(Timers.Kind.ORPHAN, nowNs + patience);
  }

  private void abort(CloseReason reason) {
    if (state != TcpState.SYN_SENT) {
      resetToSend = true;
    }
    over(reason);
    host.onReady(this);
  }

  private void over(CloseReason reason) {
    release(reason);
    host.onClosed(this);
  }

  /** Lets go of everything but the bytes that the user may still read. */
  private void release(CloseReason reason) {
    boolean neverSeen = isHalfOpen();
    if (neverSeen) {
      acceptQueue.onHalfOpenGone();
    }
    state = TcpState.CLOSED;
    closeReason = reason;
    sender.timers().cancelAll();
    sender.drop();
    receiver.dropOutOfOrder();
    if (!neverSeen) {
      raise(CLOSED);
    }
  }

  /** MUST-47. Before its listener has announced the connection, no user can hear of the error. */
  private void raiseSoftError(SoftError error) {
    softError = error;
    if (acceptQueue == null || state != TcpState.SYN_RECEIVED) {
      raise(SOFT_ERROR);
    }
  }

  private void raise(int event) {
    events |= event;
    host.onEvents(this);
  }

  // --- output

  /**
   * Fills {@code out} with one segment, if there is one to send: an ordered ladder of reasons. Its
   * payload is to be written before anything else happens to this connection.
   *
   * @return false = no segment to send
   */
  public boolean pollSegment(OutSegment out, long nowNs) {
    boolean filled = fill(out, nowNs);
    if (filled) {
      segmentsSent++;
    }
    return filled;
  }

  /**
   * Whether another segment may follow the last one filled. If not, the next can come only after an
   * input or command.
   */
  public boolean mayFollow() {
    return mayFollow;
  }

  private boolean fill(OutSegment out, long nowNs) {
    mayFollow = true;
    if (resetToSend) {
      resetToSend = false;
      begin(out, TcpSegment.RST | TcpSegment.ACK, sender.bareSeq(), receiver.rcvNxt(), nowNs);
      return true;
    }
    if (strayToAnswer) {
      strayToAnswer = false;
      begin(out, TcpSegment.RST, strayAck, 0, nowNs);
      return true;
    }
    if (state == TcpState.CLOSED) {
      return fillLastAck(out, nowNs);
    }
    if (sender.synToSend()) {
      fillSyn(out, nowNs);
      mayFollow = receiver.owesAck();
      return true;
    }
    if (state.synchronizedState() && sender.plan(nowNs)) { // its payload and FIN, with our ACK
      int window = receiver.advertise();
      Plan plan = sender.planned();
      fillAck(out, plan.seq, window, nowNs);
      addSack(out, plan.length);
      sender.fillPlan(out);
      sender.onPlanSent(nowNs);
      onAckSent(false);
      mayFollow = !sender.isThrough(nowNs) || asksForLife() || receiver.owesAck() || resetFollows();
      return true;
    }
    if (resetFollows()) {
      abort(CloseReason.ABORTED);
      return fill(out, nowNs);
    }
    if (asksForLife()) {
      fillKeepAlive(out, nowNs);
      return true;
    }
    if (receiver.owesAck() && state != TcpState.SYN_SENT) {
      onAckSent(true);
      fillAck(out, sender.bareSeq(), receiver.advertise(), nowNs);
      addSack(out, 0);
      mayFollow = receiver.owesAck() || !sender.isCalm();
      return true;
    }
    return false;
  }

  /** The ACK of the FIN that brought us to TIME-WAIT; from then on the stack's record answers. */
  private boolean fillLastAck(OutSegment out, long nowNs) {
    if (!timeWait || !receiver.owesAck()) {
      return false;
    }
    receiver.oweNothing();
    fillAck(out, sender.bareSeq(), receiver.windowField(), nowNs);
    mayFollow = false;
    return true;
  }

  /**
   * SEG.SEQ = SND.NXT-1 makes the peer answer; without data (SHLD-12). The peer does not accept the
   * segment, so its ACK and window go unread: an ACK owed before is still owed.
   */
  private void fillKeepAlive(OutSegment out, long nowNs) {
    keepAlive.onProbeSent();
    fillAck(out, sender.sndNxt() - 1, receiver.windowField(), nowNs);
  }

  private void onAckSent(boolean pure) {
    receiver.onAckSent(pure);
    sender.timers().cancel(Timers.Kind.DELAYED_ACK);
  }

  private void fillSyn(OutSegment out, long nowNs) {
    boolean answer = state == TcpState.SYN_RECEIVED;
    Negotiated offered = answer ? sender.agreed() : Negotiated.offer(settings, tuning);
    sender.onSynSent(nowNs);
    if (answer) {
      receiver.onAckSent(false);
      int flags = TcpSegment.SYN | TcpSegment.ACK | ecn().ofSynAck();
      begin(out, tuning).tcp(flags, sender.iss(), receiver.rcvNxt());
    } else {
      begin(out, tuning).tcp(TcpSegment.SYN | ecn().ofSyn(), sender.iss(), 0);
    }
    out.window(receiver.synWindow());
    SynOptions.add(
        out,
        settings.announcedMss(tuning),
        offered,
        receiver.offeredShift(),
        offered.timestamps() ? Timestamps.clock(nowNs, timestampOffset()) : 0,
        sender.timestamps() == null ? 0 : sender.timestamps().recent());
  }

  /** A keep-alive probe is due. */
  private boolean asksForLife() {
    return keepAlive != null && keepAlive.probeToSend();
  }

  private void fillAck(OutSegment out, int seq, int window, long nowNs) {
    int echo = receiver.echoesMarks() ? TcpSegment.ECE : 0;
    begin(out, TcpSegment.ACK | echo, seq, receiver.rcvNxt(), nowNs);
    out.window(window).urgent(sender.queue().urgentPointer(seq));
  }

  /** Adds SACK blocks as far as a segment with so much payload has room. */
  private void addSack(OutSegment out, int payload) {
    if (receiver.reportsSack()) {
      receiver.addSack(out, SegmentSizes.optionRoom(segmentRoom(), payload));
    }
  }

  /** RFC 7323 §3.2: once agreed on, timestamps are in every segment, even in an RST. */
  private void begin(OutSegment out, int flags, int seq, int ack, long nowNs) {
    begin(out, tuning).tcp(flags, seq, ack);
    Timestamps timestamps = sender.timestamps();
    if (timestamps != null) {
      timestamps.add(out, flags, ack, nowNs);
    }
  }

  /** §3.10.7.3 first, §3.10.7.4 fifth: {@code <SEQ=SEG.ACK><CTL=RST>}. */
  private void replyReset(TcpSegment segment) {
    strayToAnswer = true;
    strayAck = segment.ack();
  }

  // --- getters

  /** The events since the last call, cleared. */
  public int takeEvents() {
    int taken = events;
    events = 0;
    return taken;
  }

  public boolean hasEvents() {
    return events != 0;
  }

  public boolean hasDeadline() {
    return idle == null ? sender.timers().anyArmed() : keepAlive != null && !isAway();
  }

  /** When, by the stack's own time, {@link #onTimer} has work; only while {@link #hasDeadline}. */
  public long earliestDeadlineNs() {
    return idle == null ? sender.timers().earliestNs() : keepAlive.timerNs;
  }

  public TcpState state() {
    return timeWait ? TcpState.TIME_WAIT : state;
  }

  /** SYN-RECEIVED of a passive open. */
  public boolean isHalfOpen() {
    return state == TcpState.SYN_RECEIVED && acceptQueue != null;
  }

  /** Whether the connection ever got beyond SYN-RECEIVED. */
  public boolean wasEstablished() {
    return idle != null || sender.isEstablished();
  }

  /** Whether the peer is this stack itself. */
  public boolean isInward() {
    return account.isInward();
  }

  /** Null while the connection lives. */
  public CloseReason closeReason() {
    return closeReason;
  }

  /** The last reported trouble on the path; null = none. */
  public SoftError softError() {
    return softError;
  }

  /** Bytes in order that {@link #read} would give. */
  public int readable() {
    unfoldToAnswer();
    return receiver.readable();
  }

  /** Bytes from the next one to read to the end of what the peer called urgent (MUST-33). */
  public int urgentAhead() {
    unfoldToAnswer();
    return receiver.urgentAhead();
  }

  /** The peer's FIN is reached; the stream ends when {@link #readable} is 0. */
  public boolean finReceived() {
    unfoldToAnswer();
    return receiver.finReached();
  }

  /** Bytes that {@link #write} would take. */
  public int sendRoom() {
    unfoldToAnswer();
    return state == TcpState.CLOSED ? 0 : sender.queue().room();
  }

  /** Limit of bytes written and unacknowledged; tuned to the path unless the options fix it. */
  public int sendBuffer() {
    unfoldToAnswer();
    return sender.queue().capacity();
  }

  /** Bytes written and not yet acknowledged. */
  public int sendQueued() {
    unfoldToAnswer();
    return sender.queue().size();
  }

  /** Payload acknowledged by the peer. */
  public long bytesAcked() {
    unfoldToAnswer();
    return sender.bytesAcked();
  }

  /** Steps over entries in flight and runs held out of order so far, for tests that bound them. */
  public long steps() {
    unfoldToAnswer();
    return sender.flight().steps() + receiver.steps();
  }

  /** Bytes of memory behind this connection's buffers, summed part by part. */
  public long bytesHeld() {
    unfoldToAnswer();
    return sender.held() + receiver.held();
  }

  /** Where this connection's memory is counted, including the shell's part. */
  public ByteAccount account() {
    return account;
  }

  /** The listener's queue that the connection came by; null for an active open. */
  public AcceptQueue acceptQueue() {
    return acceptQueue;
  }

  public Object attachment() {
    return attachment;
  }

  /** The user's own note on this connection. */
  public void attach(Object attachment) {
    this.attachment = attachment;
  }

  public int sndNxt() {
    unfoldToAnswer();
    return sender.sndNxt();
  }

  public int rcvNxt() {
    unfoldToAnswer();
    return receiver.rcvNxt();
  }

  /** RCV.WND as the peer knows it. */
  public int rcvWnd() {
    unfoldToAnswer();
    return receiver.window();
  }

  public int windowShift() {
    unfoldToAnswer();
    return receiver.offeredShift();
  }

  public int maxSndWnd() {
    unfoldToAnswer();
    return sender.maxSndWnd();
  }

  /** When the connection was opened, or the peer's SYN came, in ns of the stack's caller. */
  public long openedNs() {
    return openedNs;
  }

  /** Smoothed round trip in ns; 0 before the first sample. A folded end stays folded. */
  public long srttNs() {
    return idle == null ? sender.rtt().srttNs() : idle.srttNs;
  }

  /**
   * A snapshot. A folded end is folded again afterwards: a list of all must not cost the memory of
   * all.
   */
  public TcpInfo info(long nowNs) {
    boolean folded = idle != null;
    if (folded) {
      unfold();
    }
    try {
      int pathMtu =
          PathSize.packet(Math.min(settings.localMss(), pathMss), sender, localAddress().isV6());
      return Snapshot.of(
          state(), sender.agreed(), sender, receiver, pathMtu, segmentsSent, segmentsReceived);
    } finally {
      if (folded) {
        fold();
      }
    }
  }
}
