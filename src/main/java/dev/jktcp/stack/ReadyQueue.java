package dev.jktcp.stack;

import dev.jktcp.tcp.connection.TcpConnection;
import dev.jktcp.wire.OutSegment;
import dev.jktcp.wire.PacketWriter;

/**
 * The senders on one way out: answers that belong to no connection, and connections, one packet
 * each in turn. No packet is kept: each is written when it is polled.
 */
final class ReadyQueue {
  private final long mostReady;
  private final ReplyQueue replies;
  private final ReplyQueue cookies;
  private int answers; // in both queues
  private final FaultyConnections faulty;
  private final StackTime time;
  private final TurnQueue<TcpConnection> ready = TurnQueue.ofConnections();
  private final OutSegment out = new OutSegment();

  /**
   * @param faulty gets the connections that throw
   * @param time is told of connections whose deadline may have changed by the poll
   */
  ReadyQueue(StackOptions options, FaultyConnections faulty, StackTime time) {
    mostReady = 2L * options.maxConnections() + options.maxHalfOpen();
    replies = new ReplyQueue(options.replyQueue());
    cookies = new ReplyQueue(options.cookieQueue());
    this.faulty = faulty;
    this.time = time;
  }

  /** The connection may have a packet to send. */
  void add(TcpConnection connection) {
    if (!connection.inReadyQueue) {
      connection.inReadyQueue = true;
      ready.add(connection);
    }
  }

  /** A place for an answer, to be filled; null when too many wait. */
  OutSegment addReply() {
    return counted(replies.add());
  }

  /** A place for a SYN-ACK with a cookie, to be filled; null when too many wait. */
  OutSegment addCookie() {
    return counted(cookies.add());
  }

  private OutSegment counted(OutSegment placeOrNull) {
    answers += placeOrNull == null ? 0 : 1;
    return placeOrNull;
  }

  boolean isEmpty() {
    return ready.isEmpty() && answers == 0;
  }

  /** Writes the next answer without a connection; 0 = none, as nearly always. */
  int pollReply(byte[] to, int offset) {
    if (answers == 0) {
      return 0;
    }
    answers--;
    OutSegment reply = replies.poll();
    return PacketWriter.tcp(to, offset, reply == null ? cookies.poll() : reply);
  }

  /**
   * Drops all answers without a connection: their source may be an address that is gone.
   *
   * @return how many there were
   */
  int dropAnswers() {
    int dropped = answers;
    answers = 0;
    replies.clear();
    cookies.clear();
    return dropped;
  }

  /** Writes the next packet of a connection; 0 = none. */
  int pollConnection(byte[] to, int offset, long nowNs) {
    TcpConnection connection;
    while ((connection = ready.poll()) != null) {
      time.touch(connection);
      boolean filled = poll(connection, nowNs);
      if (filled && connection.mayFollow()) {
        ready.add(connection);
      } else {
        connection.inReadyQueue = false;
      }
      if (filled) {
        return PacketWriter.tcp(to, offset, out);
      }
    }
    return 0;
  }

  private boolean poll(TcpConnection connection, long nowNs) {
    try {
      return connection.pollSegment(out, nowNs);
    } catch (RuntimeException | AssertionError thrown) {
      connection.inReadyQueue = false;
      faulty.add(connection);
      throw thrown;
    }
  }

  /**
   * Connections that are over wait here to send their RST or last ACK, and would pile up while the
   * transport takes no packets. Beyond a limit they go without sending, and the answer to the
   * peer's next segment tells it of the end.
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
