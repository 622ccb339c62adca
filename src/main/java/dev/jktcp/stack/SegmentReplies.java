package dev.jktcp.stack;

import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.RateLimit;
import dev.jktcp.tcp.connection.TimestampOffsets;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.OutSegment;
import dev.jktcp.wire.TcpSegment;

/** Answers to segments without a connection. */
final class SegmentReplies {
  private final IpLayer ip;
  private final StackCounters counters;
  private final TimestampOffsets timestampOffsets;
  private final RateLimit resets;

  SegmentReplies(IpLayer ip, TimestampOffsets timestampOffsets) {
    this.ip = ip;
    this.counters = ip.counters();
    this.timestampOffsets = timestampOffsets;
    this.resets = new RateLimit(ip.options().resetsPerSecond());
  }

  /**
   * RFC 9293 §3.10.7.1: an RST tells the peer that its connection does not exist here; an RST is
   * never answered. Ours has no timestamps, for those of the connection are unknown (RFC 7323
   * §3.2).
   */
  void onStray(IpAddress local, IpAddress remote, TcpSegment segment, TcpTuning tuning, long now) {
    counters.strays++;
    if (segment.rst()) {
      return;
    }
    if (!resets.allow(now)) {
      counters.repliesDropped++;
      return;
    }
    OutSegment reset = addTo(remote);
    if (reset == null) {
      return;
    }
    reset
        .begin(local, segment.dstPort(), remote, segment.srcPort())
        .ip(tuning.ttl(), tuning.dscp());
    if (segment.hasAck()) {
      reset.tcp(TcpSegment.RST, segment.ack(), 0);
    } else {
      reset.tcp(TcpSegment.RST | TcpSegment.ACK, 0, segment.seq() + segment.length());
    }
  }

  /** §3.10.7.4: an ACK tells the peer where the connection ended. */
  void onSegmentInTimeWait(TimeWait timeWait, long now) {
    OutSegment answer = addTo(timeWait.remoteAddress());
    if (answer != null) {
      timeWait.answer(answer, timestampOffsets, now);
    }
  }

  /** An answer to be filled; null when too many wait. */
  private OutSegment addTo(IpAddress remote) {
    OutSegment answer = ip.ways().to(remote).addReply();
    if (answer == null) {
      counters.repliesDropped++;
    }
    return answer;
  }
}
