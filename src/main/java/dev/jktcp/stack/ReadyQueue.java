package dev.jktcp.stack;

import dev.jktcp.tcp.connection.TcpConnection;
import java.util.ArrayDeque;

/**
 * What may have packets to send on one way out: answers that belong to no connection, and
 * connections, one packet each in turn. No packet is kept: each is written when it is asked for.
 */
final class ReadyQueue {
  private final long mostReady;
  private final ReplyQueue replies;
  private final ReplyQueue cookies;
  private final FaultyConnections faulty;
  private final ArrayDeque<TcpConnection> ready = new ArrayDeque<>();

  /**
   * @param faulty gets the connections out of which an exception came
   */
  ReadyQueue(StackOptions options, FaultyConnections faulty) {
    mostReady = 2L * options.maxConnections() + options.maxHalfOpen();
    replies = new ReplyQueue(options.replyQueue());
    cookies = new ReplyQueue(options.cookieQueue());
    this.faulty = faulty;
  }

  /** It may have something to send. */
  void add(TcpConnection connection) {
    if (!connection.inReadyQueue) {
      connection.inReadyQueue = true;
      ready.add(connection);
    }
  }

  /**
   * @return false when too many wait and the answer was dropped
   */
  boolean offer(ReplyQueue.Reply reply) {
    return replies.offer(reply);
  }

  /** Likewise a SYN-ACK that carries a cookie. */
  boolean offerCookie(ReplyQueue.Reply synAck) {
    return cookies.offer(synAck);
  }

  boolean isEmpty() {
    return ready.isEmpty() && replies.isEmpty() && cookies.isEmpty();
  }

  /** Writes the next answer of no connection; 0 = there is none. */
  int pollReply(byte[] to, int offset) {
    int length = replies.poll(to, offset);
    return length > 0 ? length : cookies.poll(to, offset);
  }

  /** Writes the next packet of a connection; 0 = there is none. */
  int pollConnection(byte[] to, int offset, long nowNs) {
    TcpConnection connection;
    while ((connection = ready.poll()) != null) {
      int length = poll(connection, to, offset, nowNs);
      if (length > 0) {
        ready.add(connection);
        return length;
      }
      connection.inReadyQueue = false;
    }
    return 0;
  }

  private int poll(TcpConnection connection, byte[] to, int offset, long nowNs) {
    try {
      return connection.pollPacket(to, offset, nowNs);
    } catch (RuntimeException | AssertionError thrown) {
      connection.inReadyQueue = false;
      faulty.add(connection);
      throw thrown;
    }
  }

  /**
   * Connections that are over wait here to send their RST or last ACK. If the transport takes
   * nothing they would pile up. Beyond a limit they go without it, and the peer learns of the end
   * by its next segment.
   */
  void dropLastWordsOfTooMany() {
    if (ready.size() > mostReady) {
      ready.removeIf(
          connection -> {
            boolean over = connection.closeReason() != null;
            connection.inReadyQueue = !over;
            return over;
          });
    }
  }
}
