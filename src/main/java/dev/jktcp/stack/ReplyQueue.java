package dev.jktcp.stack;

import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.PacketWriter;
import java.util.ArrayDeque;

/** Answers that belong to no connection: RSTs to strays, ACKs from TIME-WAIT. Bounded. */
final class ReplyQueue {
  private static final byte[] NO_OPTIONS = {};

  /** A segment that carries nothing. */
  record Reply(
      IpAddress from,
      int fromPort,
      IpAddress to,
      int toPort,
      int seq,
      int ack,
      int flags,
      int window,
      TcpTuning tuning) {}

  private final int limit;
  private final ArrayDeque<Reply> queue = new ArrayDeque<>();

  ReplyQueue(int limit) {
    this.limit = limit;
  }

  /**
   * @return false when the queue is full and the answer was dropped
   */
  boolean offer(Reply reply) {
    return queue.size() < limit && queue.add(reply);
  }

  int poll(byte[] to, int offset) {
    Reply reply = queue.poll();
    if (reply == null) {
      return 0;
    }
    return PacketWriter.tcp(
        to,
        offset,
        reply.from,
        reply.to,
        reply.fromPort,
        reply.toPort,
        reply.seq,
        reply.ack,
        reply.flags,
        reply.window,
        0,
        NO_OPTIONS,
        0,
        0,
        reply.tuning.ttl(),
        reply.tuning.dscp());
  }
}
