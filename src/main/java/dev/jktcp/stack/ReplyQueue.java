package dev.jktcp.stack;

import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.PacketWriter;
import dev.jktcp.wire.TcpOptions;
import java.util.ArrayDeque;

/**
 * Answers that belong to no connection: RSTs to strays, ACKs from TIME-WAIT, SYN-ACKs of which
 * nothing is kept. Bounded.
 */
final class ReplyQueue {
  /**
   * A segment that carries nothing.
   *
   * @param mss of its option; 0 = it has none
   */
  record Reply(
      IpAddress from,
      int fromPort,
      IpAddress to,
      int toPort,
      int seq,
      int ack,
      int flags,
      int window,
      int mss,
      TcpTuning tuning) {}

  private final int limit;
  private final ArrayDeque<Reply> queue = new ArrayDeque<>();
  private final byte[] options = new byte[TcpOptions.MSS_LENGTH];

  ReplyQueue(int limit) {
    this.limit = limit;
  }

  /**
   * @return false when the queue is full and the answer was dropped
   */
  boolean offer(Reply reply) {
    return queue.size() < limit && queue.add(reply);
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  int poll(byte[] to, int offset) {
    Reply reply = queue.poll();
    if (reply == null) {
      return 0;
    }
    int optionsLength = reply.mss == 0 ? 0 : TcpOptions.putMss(options, 0, reply.mss);
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
        options,
        optionsLength,
        0,
        reply.tuning.ttl(),
        reply.tuning.dscp());
  }
}
