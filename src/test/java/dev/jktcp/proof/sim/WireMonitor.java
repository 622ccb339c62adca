package dev.jktcp.proof.sim;

import dev.jktcp.proof.script.TestBytes;
import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.tcp.connection.TcpConnection;

/**
 * Watches one direction of one connection on the wire and asserts what must not be. Offsets count
 * the sender's stream bytes from 0; the SYN is offset -1.
 */
final class WireMonitor {
  private final int stream;
  private final int receiveBuffer;
  private final boolean oneInFlight;

  final EcnJudge ecn;
  private final SackJudge sack;
  private final TimestampJudge timestamps = new TimestampJudge();

  /** The other direction's watcher. */
  WireMonitor reverse;

  /** The user's side of the sender. */
  Side sender;

  private boolean synSent;
  private boolean twice; // opened twice: only the users' checks are left
  private int isn;
  private int scale = -1;
  private boolean agreedOnTimestamps; // in a SYN-ACK
  private boolean bareHasTimestamps; // the packet sent last, as it was before a Guise
  private int announcedMss;
  private long highestSent; // end offset of data sent so far
  private long finOffset = -1;
  private long highestAck = -1; // of the reverse stream, as sent
  private long advertisedEdge; // right edge of the reverse stream, as sent
  private long permittedEdge; // right edge of this stream, as it reached the sender
  private long grantedEdge; // the same where it went back: what the newest segment grants
  private long newestAck = -1; // of this stream, in what reached the sender
  private int newestSeq; // of the peer's segments, in what reached the sender
  private boolean anyArrived;
  private long acknowledged; // of this stream, as it reached the sender

  WireMonitor(int stream, int receiveBuffer, boolean oneInFlight, Tally tally) {
    this.stream = stream;
    this.receiveBuffer = receiveBuffer;
    this.oneInFlight = oneInFlight;
    this.ecn = new EcnJudge(tally);
    this.sack = new SackJudge(tally);
  }

  boolean synSent() {
    return synSent;
  }

  /** Two sets of numbers are about, so that nobody can say from here what is in flight. */
  boolean isAmbiguous() {
    return twice;
  }

  boolean isSyn(int seq) {
    return synSent && seq == isn;
  }

  /** Whether the sender, whose connection this is, has sent it and has no ACK of it. */
  boolean inFlight(int seq, TcpConnection connection) {
    int offset = seq - isn - 1;
    if (!synSent || !connection.state().synchronizedState()) {
      return isSyn(seq);
    }
    long acked = connection.bytesAcked() + (connection.state() == TcpState.FIN_WAIT_2 ? 1 : 0);
    return offset >= acked && offset < highestSent + (finOffset >= 0 ? 1 : 0);
  }

  /** The same before a {@link Guise}, which has bits of its own in the IP header. */
  void onBareSent(TestPacket p) {
    bareHasTimestamps = p.timestamp(0) != null;
    if (!twice) {
      boolean lives = sender.connection != null && !sender.isClosed();
      ecn.onSent(p, lives);
      sack.onSent(p, p.sackEdges().length == 0 ? 0 : sender.held());
      timestamps.onSent(p, lives);
    }
  }

  /**
   * The sender's stack hands this packet to the network.
   *
   * @param ownWindow the field as the stack wrote it: a {@link Guise} shows less in a SYN
   */
  void onSent(TestPacket p, int ownWindow) {
    if (p.has(TestPacket.RST)) {
      return;
    }
    if (p.has(TestPacket.SYN)) {
      onSyn(p, ownWindow);
    }
    if (twice) {
      return;
    }
    check(synSent, "a segment before the SYN");
    long offset = p.seq - isn - (p.has(TestPacket.SYN) ? 0 : 1);
    long end = offset + p.payload.length;
    if (p.payload.length > 0) {
      onData(p, offset, end);
    }
    if (p.has(TestPacket.FIN)) {
      check(sender.ended, "a FIN that the user did not ask for");
      check(end == sender.written, "a FIN at " + end + " of " + sender.written + " bytes");
      // It takes a number, and may be what probes a closed window.
      boolean probe = p.payload.length == 0 && end == permittedEdge;
      check(end < permittedEdge || probe, "a FIN at " + end + ", window to " + permittedEdge);
      boolean again = finOffset >= 0;
      boolean small = p.payload.length == 0 && end == grantedEdge;
      check(again || end < grantedEdge || small, "a FIN at " + end + shrunk());
      finOffset = end;
    }
    if (p.has(TestPacket.ACK) && reverse.synSent) {
      onAckSent(p, ownWindow);
    }
  }

  private void onSyn(TestPacket p, int ownWindow) {
    boolean other = isn != p.seq || highestAck > 0; // a cookie is the same for a minute
    if (synSent && (sender.isClosed() || (other && sender.connection == null))) {
      // A late copy of the peer's SYN made a listener open again: two sets of numbers are about.
      twice = true;
      reverse.twice = true;
    }
    check(twice || !synSent || isn == p.seq, "another ISN in a SYN sent again");
    synSent = true;
    isn = p.seq;
    scale = p.option("wscale");
    agreedOnTimestamps |= p.has(TestPacket.ACK) && p.timestamp(0) != null;
    int mss = p.option("mss");
    // RFC 9293 MUST-15; RFC 791's smallest packet has room for 28 bytes.
    int announced = mss >= 0 ? Math.max(28, mss) : p.src.length == 16 ? 1220 : 536;
    announcedMss = Math.max(announcedMss, announced); // one sent again may say another
    if (advertisedEdge == 0) {
      advertisedEdge = ownWindow;
    }
  }

  private void onData(TestPacket p, long offset, long end) {
    check(offset >= 0, "data before the stream's start");
    check(end <= sender.written, "data that the user did not write");
    check(
        TestBytes.mismatch(stream, offset, p.payload, 0, p.payload.length) < 0,
        "other bytes than the user wrote, at offset " + offset);
    check(p.payload.length <= reverse.announcedMss, "a segment above the peer's MSS");
    // RFC 9293 §3.8.6.1: a probe of a zero window is one byte beyond it.
    boolean probe = p.payload.length == 1 && offset == permittedEdge;
    check(end <= permittedEdge || probe, "data to " + end + ", window to " + permittedEdge);
    check(finOffset < 0 || end <= finOffset, "data behind the FIN");
    if (end > highestSent) {
      // §3.8.6, SHLD-15: where it shrank, nothing new goes beyond it, but for the probe.
      boolean newProbe = p.payload.length == 1 && offset == grantedEdge;
      check(end <= grantedEdge || newProbe, "new data to " + end + shrunk());
      check(
          !oneInFlight || acknowledged >= highestSent || offset < highestSent,
          "a second segment in flight");
      highestSent = end;
    }
  }

  /**
   * A cookie's SYN-ACK agreed on scale, and its ACK had lost the timestamp that told of it: the
   * sender does not scale, and the other end believes that it does (RFC 4987 §3.6).
   */
  private boolean forgotScale() {
    return agreedOnTimestamps && !bareHasTimestamps;
  }

  private String shrunk() {
    return ", the window shrank to " + grantedEdge;
  }

  private void onAckSent(TestPacket p, int ownWindow) {
    long ack = p.ack - reverse.isn - 1;
    long limit = reverse.highestSent + (reverse.finOffset >= 0 ? 1 : 0);
    check(ack >= 0 && ack <= limit, "an ACK of " + ack + ", sent were " + limit);
    check(ack >= highestAck, "an ACK of " + ack + " after " + highestAck);
    highestAck = ack;
    boolean unscaled = !p.has(TestPacket.SYN) && forgotScale();
    long edge = ack + (p.has(TestPacket.SYN) ? ownWindow : unscaled ? p.window : windowOf(p));
    // RFC 7323 §2.4: what scaling cannot express may round the edge back, never by a whole unit.
    long unit = reverse.scale >= 0 && scale >= 0 ? 1L << scale : 1;
    check(edge > advertisedEdge - unit, "right edge back from " + advertisedEdge + " to " + edge);
    advertisedEdge = Math.max(advertisedEdge, edge);
    boolean afterFin = reverse.finOffset >= 0 && ack > reverse.finOffset;
    long promised = sender.received + receiveBuffer + unit;
    check(
        sender.closing || sender.left || afterFin || edge <= promised,
        "right edge " + edge + " above what the buffer holds " + promised);
  }

  /** An undamaged packet of this direction reached the other end. */
  void onArrived(TestPacket p) {
    reverse.sack.onArrived(p);
    reverse.timestamps.onArrived(p);
    reverse.ecn.onArrived(p, synSent && reverse.isNextToSender(p, p.seq - isn - 1));
    if (p.has(TestPacket.ACK) && !p.has(TestPacket.RST) && reverse.synSent) {
      long ack = p.ack - reverse.isn - 1;
      reverse.acknowledged = Math.max(reverse.acknowledged, ack);
      reverse.onGranted(p, ack, ack + windowOf(p), p.seq - isn - 1);
    } else if (p.has(TestPacket.SYN)) {
      reverse.permittedEdge = Math.max(reverse.permittedEdge, p.window);
      reverse.grantedEdge = Math.max(reverse.grantedEdge, p.window);
    }
  }

  /**
   * The peer's segment reached the sender. A segment in order, newer than all others before, must
   * have been taken and says what is granted now (RFC 9293 §3.10.7.4, fifth), unless its timestamp
   * is older than theirs (RFC 7323 §5.3); of any other nobody knows from here whether it was, so
   * that it can only grant more.
   */
  private void onGranted(TestPacket p, long ack, long edge, long offset) {
    permittedEdge = Math.max(permittedEdge, edge);
    boolean newest = !anyArrived || (ack >= newestAck && p.seq - newestSeq >= 0);
    boolean taken = newest && isNextToSender(p, offset);
    if (taken && edge < grantedEdge) {
      sender.node.sim.tally.add(Kind.SENDER_SEES_SHRUNK_WINDOW);
    }
    grantedEdge = taken ? edge : Math.max(grantedEdge, edge);
    newestAck = Math.max(newestAck, ack);
    newestSeq = !anyArrived || p.seq - newestSeq > 0 ? p.seq : newestSeq;
    anyArrived = true;
  }

  private boolean isNextToSender(TestPacket p, long offset) {
    TcpConnection c = sender.connection;
    boolean open =
        c != null && c.state().synchronizedState() && c.closeReason() == null && !sender.left;
    return open
        && !p.has(TestPacket.SYN)
        && !timestamps.isLate() // RFC 7323 §5.3: its mark is not heard, either
        && !sender.closing
        && offset == sender.received + c.readable() + (c.finReceived() ? 1 : 0);
  }

  private long windowOf(TestPacket p) {
    boolean scaled = !p.has(TestPacket.SYN) && scale >= 0 && reverse.scale >= 0;
    return (long) p.window << (scaled ? scale : 0);
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("on the wire: " + what);
    }
  }
}
