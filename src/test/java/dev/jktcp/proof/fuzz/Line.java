package dev.jktcp.proof.fuzz;

import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.stack.IpStack;
import dev.jktcp.stack.StackOptions;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import java.util.Arrays;

/**
 * One 4-tuple: what its peer and its user have said, and what must hold for what the stack says on
 * it. What an octet is follows from its sequence number alone, in each direction, so nobody has to
 * remember what was sent.
 */
final class Line {
  private static final int FAR = 1 << 20; // more than is sent in one input
  private static final int MAX_SHIFT = 14;
  private static final int CHUNK = 64 * 1024; // buffers grow by as much

  final int number;
  final byte[] ours;
  final byte[] peers;
  final int ourPort;
  final int peerPort;
  private final StackOptions options;

  /** The last that was opened or accepted here; null: none yet. */
  TcpConnection connection;

  boolean accepted;
  private int restSeq; // of the last that lived, which may be in TIME-WAIT again:
  private int restAck; // RFC 9293 §3.6.1, MAY-2 (2)
  private boolean over; // what is sent next here, while none lives, is of another

  /** What the peer's next SYN says, as long as none can be taken but a first one. */
  int isn;

  /** The last of ours that is no RST; null: none yet. */
  TestPacket lastSent;

  int lastAck; // of ours: what we expect from the peer
  final RightEdge edge; // of what we offered

  private int irs; // of the peer, as our SYN-ACK, or the only SYN there was, has it
  private boolean synSent; // of ours
  private int iss;
  private int sndMax; // behind the furthest of ours
  private int written; // by the user
  private boolean ended;
  private int urgentEnd; // how much was written when the user last called it urgent
  private int readIrs; // of the connection, where there may be a next one
  private int read;
  private boolean left;
  private int eventsSeen;

  /** A timer of the connection fires now. */
  boolean due;

  private int fired; // timers, since the peer last answered a probe or the connection began

  private final Inbox inbox = new Inbox(); // from the peer's ISN + 1
  private int takenFrom; // of the segment to come, by number: what may not be let go of
  private int takenTo;
  private boolean answersProbe; // of the segment to come
  private int peerShift;
  private int peerSynWindow;
  private int maxEdge; // right edge of what the peer offered

  Line(int number, byte[] ours, int ourPort, byte[] peers, int peerPort, StackOptions options) {
    this.number = number;
    this.ours = ours;
    this.peers = peers;
    this.ourPort = ourPort;
    this.peerPort = peerPort;
    this.options = options;
    this.edge = new RightEdge(options, options.mtu() - (ours.length == 16 ? 60 : 40));
  }

  boolean lives() {
    return connection != null && connection.closeReason() == null;
  }

  boolean isSynchronized() {
    return lives() && connection.state().synchronizedState();
  }

  boolean is(TestPacket p) {
    return p.srcPort == ourPort
        && p.dstPort == peerPort
        && Arrays.equals(p.src, ours)
        && Arrays.equals(p.dst, peers);
  }

  boolean is(TcpConnection c) {
    return c.localPort() == ourPort
        && c.remotePort() == peerPort
        && c.localAddress().isV6() == (ours.length == 16);
  }

  /** Nobody reads what an incarnation that is over has left. */
  void leaveTheRest() {
    if (connection != null && !lives()) {
      connection.leave(0);
    }
  }

  /** An incarnation that the user has from now on. */
  void take(TcpConnection opened, boolean active) {
    Checks.that(!lives(), "a second connection on one 4-tuple");
    leaveTheRest();
    connection = opened;
    accepted = active;
    over = true; // once it lives no more
    read = 0;
    left = false;
    fired = 0;
    eventsSeen = 0;
    if (active) {
      irs = isn; // every SYN has it until one is taken
      synSent = false;
      forget();
    }
    readIrs = irs;
  }

  private void forget() {
    written = 0;
    ended = false;
    urgentEnd = 0;
    sndMax = 0;
    edge.forget();
    inbox.clear();
    peerShift = 0;
    peerSynWindow = 0;
  }

  // --- the peer

  private static byte octet(int salt, int seq) {
    int mixed = (seq ^ salt * 0x9E37_79B1) * 0x85EB_CA6B;
    return (byte) (mixed >>> 24 ^ mixed >>> 13);
  }

  /** What the peer has from there on. */
  byte[] peersOctets(int seq, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = octet(number, seq + i);
    }
    return bytes;
  }

  /** What RFC 9293 §3.10.7.4 has the stack take of a segment that is valid in all. */
  void onPeerWillSend(TestPacket p) {
    takenFrom = 0;
    takenTo = 0;
    answersProbe = false;
    int control = TestPacket.SYN | TestPacket.RST | TestPacket.FIN | TestPacket.ACK;
    if (!isSynchronized() || left || (p.flags & control) != TestPacket.ACK) {
      return;
    }
    TcpInfo info = connection.info(0);
    int unacked = connection.sndNxt() - p.ack;
    if (unacked < 0 || unacked > info.inFlight()) {
      return;
    }
    int from = p.seq - connection.rcvNxt();
    int to = from + p.payload.length;
    int room = connection.rcvWnd();
    boolean acceptable = from >= 0 && from < room || to > 0 && to <= room;
    answersProbe = info.sendWindow() == 0 && (acceptable || from == 0);
    boolean keeps = from <= 0 || options.profile().keepsOutOfOrder();
    if (connection.state().receivesData() && acceptable && keeps) {
      takenFrom = connection.rcvNxt() + Math.max(0, from);
      takenTo = connection.rcvNxt() + Math.min(to, room);
    }
  }

  void onPeerSends(TestPacket p) {
    fired = answersProbe ? 0 : fired;
    int at = p.seq - irs - 1 + (p.has(TestPacket.SYN) ? 1 : 0);
    if (at > -FAR && at < FAR && p.seq - irs > -FAR) {
      inbox.onSent(at, p.payload.length, p.has(TestPacket.FIN));
    }
    if (p.has(TestPacket.FIN)) {
      inbox.onFin(Math.max(-FAR, Math.min(FAR, at)) + p.payload.length);
    }
    if (takenTo - takenFrom > 0) {
      boolean ofHole = connection.rcvNxt() - takenTo < 0;
      inbox.onTaken(takenFrom - irs - 1, takenTo - irs - 1, ofHole);
    }
    if (p.has(TestPacket.SYN)) {
      peerShift = Math.max(peerShift, shiftIn(p.options));
      peerSynWindow = Math.max(peerSynWindow, p.window);
      offer(iss + 1 + p.window);
    } else if (p.has(TestPacket.ACK) && p.ack - iss >= 0 && p.ack - sndMax <= 0) {
      offer(p.ack + (p.window << peerShift));
    }
  }

  /** No less than what the stack makes of them, however odd they are. */
  private static int shiftIn(byte[] options) {
    int shift = 0;
    for (int i = 0; i + 2 < options.length; i++) {
      if (options[i] == 3 && options[i + 1] == 3) {
        shift = Math.max(shift, Math.min(MAX_SHIFT, options[i + 2] & 0xff));
      }
    }
    return shift;
  }

  private void offer(int rightEdge) {
    maxEdge = rightEdge - maxEdge > 0 ? rightEdge : maxEdge;
  }

  // --- the user

  int write(int length, long nowNs) {
    if (!synSent) {
      return 0; // which numbers these octets get is not known yet
    }
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = octet(~number, iss + 1 + written + i);
    }
    int room = connection.sendRoom();
    int taken = connection.write(bytes, 0, length, nowNs);
    Checks.that(taken == (ended ? 0 : Math.min(room, length)), taken, "what there is room for");
    Arrays.fill(bytes, (byte) 0); // it was copied
    written += taken;
    return taken;
  }

  void markUrgent(long nowNs) {
    urgentEnd = connection.sendQueued() > 0 ? written : urgentEnd;
    connection.markUrgent();
  }

  void onUserEnds() {
    ended = true;
  }

  /** Nobody will read any more. */
  void onUserLeaves() {
    left = true;
  }

  int read(int most, long nowNs) {
    int readable = connection.readable();
    Slice s = connection.read(most, nowNs);
    Checks.that(s == null == (readable == 0), "nothing to read, or not");
    if (s == null) {
      return 0;
    }
    Checks.that(s.length() > 0 && s.length() <= Math.min(most, readable), "a slice's length");
    for (int i = 0; i < s.length(); i++) {
      Checks.that(
          s.bytes()[s.offset() + i] == octet(number, readIrs + 1 + read + i),
          "another octet than the peer's");
    }
    read += s.length();
    Checks.that(!lives() || read <= inbox.whole(), "more than the peer has sent");
    return s.length();
  }

  /** What happens once happens once, and nothing after the end. */
  void onEvents(int events) {
    int once =
        TcpConnection.CONNECTED
            | TcpConnection.ACCEPTED
            | TcpConnection.FIN_RECEIVED
            | TcpConnection.FIN_ACKED
            | TcpConnection.CLOSED;
    Checks.that((events & eventsSeen & once) == 0, "an event twice", events);
    Checks.that((eventsSeen & TcpConnection.CLOSED) == 0, "an event after the end", events);
    Checks.that(
        (events & TcpConnection.CLOSED) != 0 == (connection.closeReason() != null),
        "closed without a word");
    Checks.that((events & TcpConnection.FIN_ACKED) == 0 || ended, "a FIN that nobody sent");
    eventsSeen |= events;
    if (connection.closeReason() == CloseReason.TIMED_OUT) {
      checkPatience();
    }
  }

  /** The timers' time is now; {@code due} says whether one of ours is. */
  void onTick(IpStack stack, long nowNs) {
    due = lives() && isDue(stack, nowNs);
    fired += due ? 1 : 0;
  }

  /** A peer that answers probes is alive however long its window is closed (MUST-37). */
  private void checkPatience() {
    TcpTuning tuning = connection.tuning();
    boolean opened = (eventsSeen & TcpConnection.CONNECTED) != 0;
    boolean others = left || tuning.keepAlive() || tuning.userTimeoutNs() > 0;
    int least = options.profile().maxRetries();
    Checks.that(!opened || others || fired > least, fired, "time-outs and more");
  }

  // --- what the stack sends

  void onSent(TestPacket p) {
    if (p.has(TestPacket.RST)) {
      Checks.that(p.payload.length == 0, "an RST with a payload");
      return;
    }
    if (p.has(TestPacket.SYN)) {
      onSynSent(p);
    } else if (!lives() && p.flags == TestPacket.ACK && p.seq == restSeq && p.ack == restAck) {
      return;
    }
    checkNumbers(p);
    checkUrgent(p);
    if (p.has(TestPacket.ACK)) {
      checkAck(p);
      checkEdge(p);
      lastAck = p.ack;
    }
    lastSent = p;
  }

  private void onSynSent(TestPacket p) {
    boolean answer = p.has(TestPacket.ACK);
    if (!lives()) { // a passive open, which its user has not heard of
      if (over && lastSent != null) {
        restSeq = lastSent.seq + lastSent.segmentLength();
        restAck = lastAck;
      }
      if (over || !synSent || iss != p.seq || irs != p.ack - 1) {
        over = false;
        int shift = peerShift;
        int window = peerSynWindow;
        forget();
        peerShift = shift;
        peerSynWindow = window;
      }
      irs = p.ack - 1;
    } else {
      Checks.that(!answer || p.ack == irs + 1, "an answer to another SYN");
      Checks.that(!synSent || p.seq == iss, "another ISS");
    }
    if (!synSent || iss != p.seq || sndMax == 0) {
      sndMax = p.seq + 1;
      maxEdge = p.seq + 1 + peerSynWindow;
    }
    synSent = true;
    iss = p.seq;
  }

  /** What lies between ISS and the end of what was written, within what the peer offered. */
  private void checkNumbers(TestPacket p) {
    int at = p.seq - iss - 1 + (p.has(TestPacket.SYN) ? 1 : 0);
    int end = at + p.payload.length;
    Checks.that(at >= -1, "a number below the ISS");
    boolean fin = p.has(TestPacket.FIN);
    Checks.that(end <= written + (ended && p.payload.length == 0 ? 1 : 0), "more than was written");
    Checks.that(!fin || ended && end == written, "a FIN before the end");
    for (int i = 0; i < p.payload.length; i++) {
      Checks.that(p.payload[i] == octet(~number, p.seq + i), "not what was written");
    }
    if (p.payload.length > 0) {
      int beyond = p.seq + p.payload.length - maxEdge;
      Checks.that(beyond <= 0 || p.payload.length == 1, "beyond the peer's window", beyond);
      Checks.that(beyond <= 0 || due || p.seq - sndMax < 0, "a probe before its time");
      boolean last = end == written;
      boolean worthIt = due || last || p.payload.length >= segmentWorthSending();
      Checks.that(p.seq != sndMax || worthIt, p.payload.length, "worth a segment (MUST-38)");
    }
    int next = p.seq + p.segmentLength();
    sndMax = next - sndMax > 0 ? next : sndMax;
  }

  /**
   * RFC 9293 MUST-62: the pointer is behind the last urgent octet, or as far as it reaches. Once
   * all that is acknowledged there is none, though a keep-alive probe looks back.
   */
  private void checkUrgent(TestPacket p) {
    int ahead = iss + 1 + urgentEnd - p.seq;
    boolean acked = lives() && connection.sendQueued() <= written - urgentEnd;
    boolean urgent = urgentEnd > 0 && ahead > 0 && !acked && !p.has(TestPacket.SYN);
    Checks.that(p.has(TestPacket.URG) == urgent, "urgent, or not");
    Checks.that(!urgent || p.urgentPointer == Math.min(0xffff, ahead), p.urgentPointer, ahead);
  }

  private int segmentWorthSending() {
    return Math.min(connection.info(0).mss(), connection.maxSndWnd() / 2);
  }

  /** Only what has come is acknowledged. */
  private void checkAck(TestPacket p) {
    int at = p.ack - irs - 1;
    int whole = inbox.whole();
    Checks.that(at >= 0, "acknowledges less than the SYN");
    Checks.that(at <= whole || at == inbox.endBefore(whole) + 1, "acknowledges what never came");
  }

  private void checkEdge(TestPacket p) {
    if (p.has(TestPacket.SYN) || !lives() || connection.finReceived()) {
      edge.forget();
    } else {
      int reader = left ? p.ack : readIrs + 1 + read;
      edge.onShown(p.ack, p.window, 1 << connection.windowShift(), reader);
    }
  }

  // --- what must hold between inputs, when all packets and events are taken

  void check(IpStack stack, long nowNs) {
    if (connection == null) {
      return;
    }
    TcpInfo info = connection.info(nowNs);
    checkMemory(info);
    if (!lives()) {
      Checks.that(!connection.hasDeadline(), "a timer after the end");
      Checks.that(info.sendQueued() == 0, "something to send after the end");
      Checks.that(info.outOfOrder() == 0, "a hole after the end");
      return;
    }
    boolean flies = info.inFlight() > 0;
    Checks.that(info.sendQueued() <= options.sendBuffer(), "too much to send");
    Checks.that(info.inFlight() <= info.sendQueued() + 1, "more in flight than there is");
    boolean waits = flies || info.sendQueued() > 0 || ended && !isFinAcked();
    Checks.that(!waits || connection.hasDeadline(), "nothing will send", info);
    Checks.that(!isDue(stack, nowNs), "a deadline that is over");
    if (info.state().synchronizedState()) {
      checkReceived(info);
    }
    Checks.that(info.state() != TcpState.TIME_WAIT && info.state() != TcpState.CLOSED, "a ghost");
  }

  private boolean isDue(IpStack stack, long nowNs) {
    return connection.hasDeadline() && stack.dueNs(connection) - nowNs <= 0;
  }

  /** Memory is what holds something, and little more. */
  private void checkMemory(TcpInfo info) {
    int received = info.readable() + info.outOfOrder();
    int unit = 1 << connection.windowShift();
    Checks.that(received < edge.room() + unit, received, "room");
    long held = connection.bytesHeld();
    int used = received + info.sendQueued();
    Checks.that(held >= used, held, used);
    Checks.that(held == 0 || used > 0, held, "memory of nothing");
    long pieces = info.outOfOrder() == 0 ? 0 : 64L * Math.max(64, edge.room() / 256 + 1);
    Checks.that(held <= used + 3L * CHUNK + pieces, held, used);
  }

  /** Where each octet is that came, and that the peer hears of it. */
  private void checkReceived(TcpInfo info) {
    int next = connection.rcvNxt() - readIrs - 1 - (connection.finReceived() ? 1 : 0);
    if (left) {
      return;
    }
    Checks.that(read + info.readable() == next, read + info.readable(), next);
    inbox.check(next, info.outOfOrder());
    boolean acked = lastAck == connection.rcvNxt();
    Checks.that(acked || connection.hasDeadline(), "nothing will acknowledge");
    boolean mayCome = info.state().receivesData() && info.readable() == 0;
    boolean wide = connection.rcvWnd() >= edge.leastStep();
    Checks.that(!mayCome || wide, "no window for a reader who waits");
  }

  private boolean isFinAcked() {
    return (eventsSeen & TcpConnection.FIN_ACKED) != 0;
  }
}
