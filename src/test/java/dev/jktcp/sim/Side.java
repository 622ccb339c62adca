package dev.jktcp.sim;

import dev.jktcp.script.TestBytes;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;

/**
 * The user of one end of a flow: writes its file, reads the other's, and closes as the seed drew.
 */
final class Side {
  /** What a side does when it has written its file. */
  enum Ending {
    /** Half-close at once, read on. */
    END,
    /** Close when the other file is complete. */
    CLOSE_WHEN_DONE,
    /** Close when the other side's FIN has come. */
    CLOSE_AFTER_FIN,
    /** Close whatever is still to come: the other side is reset. */
    CLOSE_EARLY
  }

  final Flow flow;
  final SimNode node;
  final int stream;
  final long fileSize;
  final Ending ending;
  final int writeSize;
  final int readSize;
  final long readEveryNs; // 0 = as it comes

  Side other;
  TcpConnection connection;
  long written;
  long received;
  boolean ended;
  boolean closing;
  boolean stalled;
  boolean finSeen;
  boolean finAcked;
  boolean aborted;
  private boolean readScheduled;
  CloseReason reason;

  Side(
      Flow flow,
      SimNode node,
      int stream,
      SimRandom random,
      long fileSize,
      long otherFileSize,
      Ending ending) {
    this.flow = flow;
    this.node = node;
    this.stream = stream;
    this.fileSize = fileSize;
    this.ending = ending;
    writeSize = random.oneOf(1 + random.below(100), 1_000, 8_192, 65_536);
    // Slow, but done in less than the patience of a peer that has closed.
    int small = 1 + random.below(5_000) + (int) (otherFileSize / 300);
    readSize = random.oneOf(Integer.MAX_VALUE, Integer.MAX_VALUE, small);
    readEveryNs = random.chance(0.2) ? random.between(1, 50) * 1_000_000 : 0;
  }

  boolean isClosed() {
    return reason != null;
  }

  void onEvents(int events, long nowNs) {
    check(reason == null, "an event after CLOSED");
    if ((events & TcpConnection.FIN_ACKED) != 0) {
      check(ended && !finAcked, "FIN_ACKED without a FIN, or twice");
      finAcked = true;
    }
    work(nowNs);
    if ((events & TcpConnection.CLOSED) != 0) {
      if (connection.closeReason() != CloseReason.ABORTED) {
        readEverything(nowNs);
      }
      onClosed(nowNs);
    }
  }

  /** Everything this user can do now. */
  void work(long nowNs) {
    if (connection == null || reason != null || aborted) {
      return;
    }
    if (!stalled) {
      if (readEveryNs == 0) {
        readEverything(nowNs);
      } else if (!readScheduled && connection.readable() > 0) {
        readScheduled = true;
        node.sim.at(nowNs + readEveryNs, () -> slowRead());
      }
    }
    write(nowNs);
    noticeFin();
    maybeClose(nowNs);
  }

  private void slowRead() {
    readScheduled = false;
    if (reason == null && !aborted && !stalled) {
      readOnce(node.sim.nowNs());
      work(node.sim.nowNs());
      node.drain();
    }
  }

  private void write(long nowNs) {
    while (written < fileSize && !ended) {
      int size = (int) Math.min(writeSize, fileSize - written);
      byte[] bytes = TestBytes.of(stream, written, size);
      int taken = connection.write(bytes, 0, size, nowNs);
      written += taken;
      if (taken < size) {
        return;
      }
    }
    if (!ended && ending == Ending.END) {
      ended = true;
      connection.end(nowNs);
    }
  }

  private void maybeClose(long nowNs) {
    if (closing || written < fileSize) {
      return;
    }
    boolean now =
        switch (ending) {
          case END -> false;
          case CLOSE_WHEN_DONE -> received == other.fileSize;
          case CLOSE_AFTER_FIN -> finSeen;
          case CLOSE_EARLY -> true;
        };
    if (now) {
      closing = true;
      ended = true;
      connection.close(nowNs);
    }
  }

  void reset(long nowNs) {
    if (connection != null && reason == null) {
      aborted = true;
      flow.mayFail = true;
      connection.reset(nowNs);
    }
  }

  private void readEverything(long nowNs) {
    while (readOnce(nowNs)) {
      continue;
    }
  }

  private boolean readOnce(long nowNs) {
    Slice slice = connection.read(readSize, nowNs);
    if (slice == null) {
      noticeFin();
      return false;
    }
    check(slice.length() > 0 && slice.length() <= readSize, "a slice of " + slice.length());
    check(
        TestBytes.mismatch(other.stream, received, slice.bytes(), slice.offset(), slice.length())
            < 0,
        "received bytes differ from those sent near offset " + received);
    received += slice.length();
    check(received <= other.written, "more received than was written");
    return true;
  }

  private void noticeFin() {
    if (!finSeen && connection.finReceived() && connection.readable() == 0) {
      finSeen = true;
      check(other.ended, "a FIN that nobody sent");
      boolean left = closing && ending == Ending.CLOSE_EARLY; // who leaves early reads no more
      check(left || received == other.written, "a FIN after " + received + " of " + other.written);
    }
  }

  private void onClosed(long nowNs) {
    reason = connection.closeReason();
    check(reason != null, "CLOSED without a reason");
    if (reason == CloseReason.CLOSED) {
      check(ended, "closed, but this side never ended");
      if (!flow.mayFail) {
        check(received == other.written && finSeen, "closed after " + received + " bytes");
      }
    }
    flow.onSideClosed(this, nowNs);
  }

  private void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(flow + ": " + what);
    }
  }
}
