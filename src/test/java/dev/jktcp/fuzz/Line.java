package dev.jktcp.fuzz;

import dev.jktcp.script.TestPacket;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import java.util.Arrays;
import java.util.BitSet;

/**
 * One 4-tuple: what its peer and its user have said, and what must hold for what the stack says on
 * it. What an octet is follows from its sequence number alone, in each direction, so nobody has to
 * remember what was sent.
 */
final class Line {
  private static final int FAR = 1 << 20; // more than is sent in one input
  private static final int MAX_SHIFT = 14;

  final int number;
  final byte[] ours;
  final byte[] peers;
  final int ourPort;
  final int peerPort;

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
  boolean edgeKnown;
  int edge; // right edge of what we offered

  private int irs; // of the peer, as our SYN-ACK, or the only SYN there was, has it
  private boolean synSent; // of ours
  private int iss;
  private int sndMax; // behind the furthest of ours
  private int written; // by the user
  private boolean ended;
  private int readIrs; // of the connection, where there may be a next one
  private int read;
  private int eventsSeen;

  private final BitSet sent = new BitSet(); // by the peer, from its ISN + 1
  private final BitSet fins = new BitSet(); // and where it said that it ended
  private int peerShift;
  private int peerSynWindow;
  private int maxEdge; // right edge of what the peer offered

  Line(int number, byte[] ours, int ourPort, byte[] peers, int peerPort) {
    this.number = number;
    this.ours = ours;
    this.peers = peers;
    this.ourPort = ourPort;
    this.peerPort = peerPort;
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

  /** An incarnation that the user has from now on. */
  void take(TcpConnection opened, boolean active) {
    Checks.that(!lives(), "a second connection on one 4-tuple");
    connection = opened;
    accepted = active;
    over = true; // once it lives no more
    read = 0;
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
    sndMax = 0;
    edgeKnown = false;
    sent.clear();
    fins.clear();
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

  void onPeerSends(TestPacket p) {
    int at = p.seq - irs - 1 + (p.has(TestPacket.SYN) ? 1 : 0);
    if (at > -FAR && at < FAR && p.seq - irs > -FAR) {
      sent.set(Math.max(0, at), Math.max(0, at + p.payload.length));
      if (p.has(TestPacket.FIN) && at + p.payload.length >= 0) {
        fins.set(at + p.payload.length);
      }
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

  void onUserEnds() {
    ended = true;
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
    Checks.that(!lives() || read <= sent.nextClearBit(0), "more than the peer has sent");
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
    }
    int next = p.seq + p.segmentLength();
    sndMax = next - sndMax > 0 ? next : sndMax;
  }

  /** Only what has come is acknowledged. */
  private void checkAck(TestPacket p) {
    int at = p.ack - irs - 1;
    int whole = sent.nextClearBit(0);
    Checks.that(at >= 0, "acknowledges less than the SYN");
    Checks.that(at <= whole || at == endOf(whole) + 1, "acknowledges what never came");
  }

  private int endOf(int whole) {
    int fin = fins.previousSetBit(whole);
    return fin < 0 ? -2 : fin;
  }

  private void checkEdge(TestPacket p) {
    if (p.has(TestPacket.SYN) || !lives() || connection.finReceived()) {
      edgeKnown = false; // other numbers, or a FIN in them
      return;
    }
    int unit = 1 << connection.windowShift();
    int offered = p.ack + p.window * unit;
    // RFC 7323 §2.4: what scaling cannot express may round the edge back, by less than its unit.
    Checks.that(!edgeKnown || offered - edge > -unit, "the right edge went back");
    edge = edgeKnown && edge - offered > 0 ? edge : offered;
    edgeKnown = true;
  }

  // --- what must hold between inputs, when all packets and events are taken

  void check(long nowNs, int sendBuffer, int receiveBuffer) {
    if (connection == null) {
      return;
    }
    TcpInfo info = connection.info(nowNs);
    Checks.that(info.readable() + info.outOfOrder() <= receiveBuffer, "too much to read");
    if (!lives()) {
      Checks.that(!connection.hasDeadline(), "a timer after the end");
      Checks.that(info.sendQueued() == 0, "something to send after the end");
      Checks.that(info.outOfOrder() == 0, "a hole after the end");
      return;
    }
    boolean flies = info.inFlight() > 0;
    Checks.that(info.sendQueued() <= sendBuffer, "too much to send");
    Checks.that(info.inFlight() <= info.sendQueued() + 1, "more in flight than there is");
    boolean waits = flies || info.sendQueued() > 0 || ended && !isFinAcked();
    Checks.that(!waits || connection.hasDeadline(), "nothing will send", info);
    Checks.that(
        !connection.hasDeadline() || connection.earliestDeadlineNs() - nowNs > 0,
        "a deadline that is over");
    Checks.that(info.state() != TcpState.TIME_WAIT && info.state() != TcpState.CLOSED, "a ghost");
  }

  private boolean isFinAcked() {
    return (eventsSeen & TcpConnection.FIN_ACKED) != 0;
  }
}
