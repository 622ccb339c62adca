package dev.jktcp.stack;

import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.Flow;
import dev.jktcp.tcp.connection.TimeWaitFacts;
import dev.jktcp.tcp.connection.TimestampOffsets;
import dev.jktcp.tcp.connection.Timestamps;
import dev.jktcp.wire.OutSegment;
import dev.jktcp.wire.Seq;
import dev.jktcp.wire.TcpSegment;

/** The rest of a connection for 2 MSL (RFC 9293 §3.6.1). */
final class TimeWait extends Flow {
  private final int sndNxt;
  private final int rcvNxt;
  private final int maxSndWnd;
  private final char rcvWnd; // as the header has it
  private final byte shift;
  private final TcpTuning tuning;
  private final boolean timestamps; // in the connection's segments
  private int tsRecent; // TS.Recent
  private int edge; // RCV.NXT + RCV.WND as the peer knows it

  /** The records that end before and after this one, as links of a known type. */
  TimeWait previous;

  TimeWait next;

  /** When the 4-tuple is free again. */
  long deadlineNs;

  /** The deadline of the next record. */
  long nextDeadlineNs;

  /** A newer connection has the 4-tuple, and may give it back. */
  boolean lent;

  /** No second answer before this time: two records must not answer each other for ever. */
  long quietUntilNs;

  TimeWait(Flow connection, TimeWaitFacts facts, long nowNs) {
    super(
        connection.localAddress(),
        connection.localPort(),
        connection.remoteAddress(),
        connection.remotePort());
    this.sndNxt = facts.sndNxt();
    this.rcvNxt = facts.rcvNxt();
    this.maxSndWnd = facts.maxSndWnd();
    this.shift = (byte) facts.windowShift();
    this.rcvWnd = (char) facts.window();
    this.edge = facts.edge();
    this.tuning = facts.tuning();
    this.timestamps = facts.timestamps();
    this.tsRecent = facts.tsRecent();
    this.quietUntilNs = nowNs;
  }

  /**
   * RFC 6191 §2, and MAY-2 (2) of RFC 9293: whether a SYN without ACK may have the 4-tuple. If both
   * connections have timestamps, these tell a new connection from an old duplicate, and keep the
   * old one's segments out of the new one.
   *
   * <p>If only the new one would have them, the RFC lets it begin in any case: segments of the old
   * one have none and are dropped. That holds only if timestamps are required.
   *
   * @param uses whether the new connection would have timestamps if its peer offers them
   * @param requires whether it would drop segments without timestamps
   */
  boolean yieldsTo(TcpSegment syn, boolean uses, boolean requires) {
    boolean newer = Seq.gt(syn.seq(), rcvNxt);
    if (!syn.hasTimestamps() || !uses) {
      return newer;
    }
    if (!timestamps) {
      return newer || requires;
    }
    return Seq.gt(syn.tsVal(), tsRecent) || (syn.tsVal() == tsRecent && newer);
  }

  /** RFC 7323 §5.3 R1 for a segment, no RST. */
  boolean isOld(TcpSegment segment) {
    return timestamps && segment.hasTimestamps() && Seq.lt(segment.tsVal(), tsRecent);
  }

  /** R3, for a repeated FIN of the peer, or a segment that {@link #hears} accepts. */
  void noteTimestamp(TcpSegment segment) {
    if (timestamps && segment.hasTimestamps() && Seq.leq(segment.seq(), rcvNxt)) {
      tsRecent = segment.tsVal();
    }
  }

  /**
   * RFC 9293 §3.10.7.4, the steps numbered as there: whether a segment, no RST, is answered with an
   * ACK. A repeated FIN of the peer is, for it is no longer acceptable.
   */
  boolean answers(TcpSegment segment) {
    if (!acceptable(segment.seq(), segment.length())) { // 1st
      return true;
    }
    if (segment.syn() || !segment.hasAck()) { // 4th, RFC 5961 §4; 5th
      return segment.syn();
    }
    // 7th ignores the text; 8th: a FIN is acknowledged, though none can follow the first.
    return isOutside(segment.ack()) || segment.fin();
  }

  /** Whether all steps up to the 5th let it pass, as RFC 7323 §5.3 R3 and RFC 5961 §5 ask. */
  boolean hears(TcpSegment segment) {
    return acceptable(segment.seq(), segment.length())
        && !segment.syn()
        && segment.hasAck()
        && !isOutside(segment.ack());
  }

  /** 5th, RFC 5961 §5. */
  private boolean isOutside(int ack) {
    return Seq.gt(ack, sndNxt) || Seq.lt(ack, sndNxt - maxSndWnd);
  }

  /** Right at the edge as in {@code Receiver.acceptable}. */
  private boolean acceptable(int seq, int length) {
    if (length == 0) {
      return Seq.leq(rcvNxt, seq) && Seq.leq(seq, edge);
    }
    int last = seq + length - 1;
    return (Seq.leq(rcvNxt, seq) && Seq.lt(seq, edge))
        || (Seq.leq(rcvNxt, last) && Seq.lt(last, edge));
  }

  /** Fills in an ACK, which announces the window after the peer's FIN. */
  void answer(OutSegment out, TimestampOffsets offsets, long nowNs) {
    edge = rcvNxt + (rcvWnd << shift);
    begin(out, tuning).tcp(TcpSegment.ACK, sndNxt, rcvNxt).window(rcvWnd);
    if (timestamps) {
      int offset = offsets.of(localAddress(), remoteAddress());
      out.addTimestamps(Timestamps.clock(nowNs, offset), tsRecent);
    }
  }

  int sndNxt() {
    return sndNxt;
  }

  int rcvNxt() {
    return rcvNxt;
  }
}
