package dev.jktcp.tcp.connection;

import static dev.jktcp.time.Nanos.SECOND;

import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.wire.OutSegment;
import dev.jktcp.wire.Seq;
import dev.jktcp.wire.TcpSegment;

/**
 * The timestamps of one connection (RFC 7323): those that its segments carry and echo, and
 * protection against wrapped sequence numbers. Timestamps compare like sequence numbers, modulo
 * 2^32 (§5.2).
 */
public final class Timestamps {
  // §5.4: 1 ms to 1 s. At 1 ms the sign bit wraps in 24.8 days.
  private static final long TICK_NS = 1_000_000L;
  // §5.5: after this time TS.Recent is no longer valid.
  private static final int OUTDATED_S = 24 * 86_400;

  private final TimestampClock clock;
  private final int offset;
  private int recent; // TS.Recent
  private int recentSinceS; // by Host.outsideNs
  private int lastAckSent; // Last.ACK.sent

  /**
   * @param offset of {@link TimestampOffsets}
   */
  Timestamps(TimestampClock clock, int offset) {
    this.clock = clock;
    this.offset = offset;
  }

  /** Timestamps with their own clock. */
  Timestamps(int offset) {
    this(new TimestampClock(), offset);
  }

  /**
   * The timestamp clock at an offset, in ms.
   *
   * @param nowNs the stack's own time: it stands still while the process is stopped, so no round
   *     trip measured by it includes the stop
   */
  public static int clock(long nowNs, int offset) {
    return (int) Math.floorDiv(nowNs, TICK_NS) + offset;
  }

  /**
   * The peer's SYN brought the first timestamp.
   *
   * @param outsideNs a time that goes on while the process is stopped, as the peer's does
   */
  void open(int tsVal, int rcvNxt, long outsideNs) {
    recent = tsVal;
    recentSinceS = seconds(outsideNs);
    lastAckSent = rcvNxt;
  }

  // --- idle times

  void fold(IdleEnd to) {
    to.tsRecent = recent;
    to.tsRecentSinceS = recentSinceS;
  }

  /** No ACK is owed, so the last one was of RCV.NXT. */
  void unfold(IdleEnd from) {
    recent = from.tsRecent;
    recentSinceS = from.tsRecentSinceS;
    lastAckSent = from.rcvNxt;
  }

  // --- what is sent

  /** Adds the option to any segment but a SYN. An RST without ACK has nothing to echo (§3.2). */
  void add(OutSegment out, int flags, int ack, long nowNs) {
    boolean echoes = (flags & TcpSegment.ACK) != 0;
    out.addTimestamps(value(nowNs), echoes ? recent : 0);
    if (echoes) {
      lastAckSent = ack;
    }
  }

  /** TSval of a segment that leaves now. */
  int value(long nowNs) {
    return clock.ticks(nowNs) + offset;
  }

  /**
   * The time since a segment of ours carried this timestamp.
   *
   * @return nanoseconds, at least 1; 0 = no segment carried it between {@code earliestNs} and now
   */
  long sinceNs(int tsVal, long earliestNs, long nowNs) {
    int ticks = value(nowNs) - tsVal;
    return ticks >= 0 && Seq.geq(tsVal, value(earliestNs)) ? Math.max(1, ticks * TICK_NS) : 0;
  }

  /** TS.Recent, which an ACK echoes (§4.3). */
  int recent() {
    return recent;
  }

  // --- what arrives

  /** §5.3 R1, for any segment but an RST: whether its timestamp is older than one seen before. */
  boolean isOld(TcpSegment segment, long outsideNs) {
    return segment.hasTimestamps()
        && Seq.lt(segment.tsVal(), recent)
        && seconds(outsideNs) - recentSinceS < OUTDATED_S;
  }

  /**
   * Whether header prediction may take the segment; outdated timestamps are left to the plain path.
   */
  boolean expects(TcpSegment segment, TcpTuning tuning) {
    return segment.hasTimestamps() ? Seq.geq(segment.tsVal(), recent) : !tuning.requireTimestamps();
  }

  /**
   * Whether the segment echoes one that left after a time, given as a tick of {@link #clock}
   * without offset.
   */
  boolean echoesLater(TcpSegment segment, int tick) {
    return Seq.gt(segment.tsEcr(), tick + offset);
  }

  /**
   * §5.3 R3, for a segment that is not old and is acceptable. A segment that begins after the last
   * acknowledged octet is not echoed: if one ACK answers several, the peer's measurement needs the
   * timestamp of the first (§4.3).
   */
  boolean advancesBy(TcpSegment segment) {
    return segment.hasTimestamps()
        && segment.tsVal() != recent
        && Seq.leq(segment.seq(), lastAckSent);
  }

  void advance(TcpSegment segment, long outsideNs) {
    recent = segment.tsVal();
    recentSinceS = seconds(outsideNs);
  }

  /** Seconds, of which 2^31 are 68 years. */
  private static int seconds(long ns) {
    return (int) Math.floorDiv(ns, SECOND);
  }
}
