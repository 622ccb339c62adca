package dev.jktcp.stack;

import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.tcp.connection.RateLimit;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.TcpSegment;

/** Answers to segments that no connection gets. */
final class SegmentReplies {
  private final IpLayer ip;
  private final StackCounters counters;
  private final RateLimit resets;

  SegmentReplies(IpLayer ip) {
    this.ip = ip;
    this.counters = ip.counters();
    this.resets = new RateLimit(ip.options().resetsPerSecond());
  }

  /**
   * RFC 9293 §3.10.7.1: an RST tells the peer that its connection is not here; an RST is never
   * answered.
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
    if (segment.hasAck()) {
      reply(local, remote, segment, segment.ack(), 0, TcpSegment.RST, 0, tuning);
    } else {
      int ack = segment.seq() + segment.length();
      reply(local, remote, segment, 0, ack, TcpSegment.RST | TcpSegment.ACK, 0, tuning);
    }
  }

  /** §3.10.7.4: an ACK tells the peer where the connection ended. */
  void onSegmentInTimeWait(
      TimeWait timeWait, IpAddress local, IpAddress remote, TcpSegment segment) {
    reply(
        local,
        remote,
        segment,
        timeWait.sndNxt(),
        timeWait.rcvNxt(),
        TcpSegment.ACK,
        timeWait.window(),
        timeWait.tuning());
  }

  private void reply(
      IpAddress local,
      IpAddress remote,
      TcpSegment segment,
      int seq,
      int ack,
      int flags,
      int window,
      TcpTuning tuning) {
    int from = segment.dstPort();
    int to = segment.srcPort();
    if (!ip.ways()
        .to(remote)
        .offer(new ReplyQueue.Reply(local, from, remote, to, seq, ack, flags, window, 0, tuning))) {
      counters.repliesDropped++;
    }
  }
}
