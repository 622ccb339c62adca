package dev.jktcp.proof.sim;

import dev.jktcp.proof.script.TestBytes;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.SoftError;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.tcp.connection.Slice;
import dev.jktcp.tcp.connection.TcpConnection;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.LongConsumer;

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
  private final double urgency; // how likely what it writes is urgent

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
  boolean left; // reads no more, writes on
  boolean markedUrgent;
  boolean mayBeUnreachable; // a hard ICMP error has come while it was being opened
  final Set<SoftError> heardOf = EnumSet.of(SoftError.RETRANSMITTING); // what it may tell its user
  long abortsAfterBytes = Long.MAX_VALUE;
  private boolean readScheduled;
  private Progress progress;
  private boolean everHeard; // also before its user looked
  private long heardNs;
  private final SimRandom random;
  CloseReason reason;

  /** The stack would not open it. */
  boolean refusedByStack;

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
    this.random = random.fork();
    urgency = random.chance(0.05) ? 0.2 : 0;
    writeSize = random.oneOf(1 + random.below(100), 1_000, 8_192, 65_536);
    // Slow, but done in less than the patience of a peer that has closed.
    int small = 1 + random.below(5_000) + (int) (otherFileSize / 300);
    readSize = random.oneOf(Integer.MAX_VALUE, Integer.MAX_VALUE, small);
    readEveryNs = random.chance(0.2) ? random.between(1, 50) * 1_000_000 : 0;
  }

  boolean isClosed() {
    return reason != null || refusedByStack;
  }

  /** It has a connection from now on. */
  void begin(TcpConnection connection, TcpProfile profile) {
    this.connection = connection;
    progress = new Progress(this, profile, everHeard ? heardNs : node.clockNs());
  }

  /** Whether its profile cuts segments smaller that vanish again and again (RFC 4821 §7.7). */
  boolean findsBlackHoles() {
    return progress != null && progress.findsBlackHoles();
  }

  /** Its user set how long opening may take. */
  boolean hasConnectTimeout() {
    return progress != null && progress.hasConnectTimeout();
  }

  /** A packet of the other side came in one piece. */
  void onHeard() {
    heardNs = node.clockNs();
    everHeard = true;
    if (progress != null) {
      progress.onHeard();
    }
  }

  /**
   * Its process is about to stop, or its clock to leap.
   *
   * @return to be called when it goes on, with the length of the stop
   */
  LongConsumer beforeStop() {
    return progress == null ? stoppedNs -> {} : progress.beforeStop();
  }

  void lookForProgress() {
    if (progress != null) {
      progress.look();
    }
  }

  void onEvents(int events) {
    check(reason == null, "an event after CLOSED");
    check(
        (events & TcpConnection.URGENT) == 0 || other.markedUrgent, "urgent data that nobody sent");
    check(
        (events & TcpConnection.SOFT_ERROR) == 0 || heardOf.contains(connection.softError()),
        "told its user of " + connection.softError() + ", which nobody reported");
    if ((events & TcpConnection.FIN_ACKED) != 0) {
      check(ended && !finAcked, "FIN_ACKED without a FIN, or twice");
      finAcked = true;
    }
    work();
    if ((events & TcpConnection.CLOSED) != 0) {
      if (connection.closeReason() != CloseReason.ABORTED && !left) {
        readEverything();
      }
      onClosed();
    }
  }

  /** Everything this user can do now. */
  void work() {
    if (connection == null || reason != null || aborted) {
      return;
    }
    if (!stalled && !left) {
      if (readEveryNs == 0) {
        readEverything();
      } else if (!readScheduled && connection.readable() > 0) {
        readScheduled = true;
        node.sim.tally.add(Kind.SLOW_READER);
        node.sim.at(node.sim.nowNs() + readEveryNs, this::slowRead);
      }
    }
    write();
    noticeFin();
    maybeClose();
    if (received + written >= abortsAfterBytes) {
      node.sim.tally.add(Kind.ABORT_AFTER_BYTES);
      reset();
    }
  }

  private void slowRead() {
    readScheduled = false;
    if (reason == null && !aborted && !stalled && !left) {
      readOnce();
      work();
      node.drain();
    }
  }

  private void write() {
    while (written < fileSize && !ended) {
      int size = (int) Math.min(writeSize, fileSize - written);
      byte[] bytes = TestBytes.of(stream, written, size);
      int taken = connection.write(bytes, 0, size, node.steadyNs());
      written += taken;
      if (taken > 0 && random.chance(urgency)) {
        markedUrgent = true;
        node.sim.tally.add(Kind.URGENT_DATA);
        connection.markUrgent();
      }
      if (taken < size) {
        return;
      }
    }
    if (!ended && ending == Ending.END) {
      ended = true;
      node.sim.tally.add(Kind.HALF_CLOSE);
      connection.end();
    }
  }

  private void maybeClose() {
    if (closing || written < fileSize) {
      return;
    }
    boolean now =
        switch (left ? Ending.CLOSE_EARLY : ending) {
          case END -> false;
          case CLOSE_WHEN_DONE -> received == other.fileSize;
          case CLOSE_AFTER_FIN -> finSeen;
          case CLOSE_EARLY -> true;
        };
    if (now) {
      closing = true;
      ended = true;
      // RFC 9293 §3.10.4: what was queued in SYN-SENT is not sent any more.
      flow.mayFail |= connection.state() == TcpState.SYN_SENT;
      node.sim.tally.add(
          switch (ending) {
            case END, CLOSE_EARLY -> Kind.CLOSE_EARLY;
            case CLOSE_WHEN_DONE -> Kind.CLOSE_WHEN_DONE;
            case CLOSE_AFTER_FIN -> Kind.CLOSE_AFTER_FIN;
          });
      if (node.sim.sabotage != Sabotage.FORGETS_CLOSE) {
        connection.close(node.steadyNs());
      }
    }
  }

  /** Bytes that its connection holds out of order, as far as one can ask it. */
  int held() {
    if (node.sim.sabotage == Sabotage.SACKS_WHAT_IS_GONE) {
      return 0;
    }
    return connection == null
        ? Integer.MAX_VALUE - 1
        : connection.info(node.steadyNs()).outOfOrder();
  }

  /** Reads no more; the other side's bytes have nobody to go to. */
  void leave() {
    if (connection != null && reason == null && !closing) {
      left = true;
      flow.mayFail = true;
      node.sim.tally.add(Kind.READER_LEAVES);
      connection.leave(node.steadyNs());
      work();
    }
  }

  boolean reset() {
    if (connection == null || reason != null) {
      return false;
    }
    aborted = true;
    flow.mayFail = true;
    connection.reset();
    return true;
  }

  private void readEverything() {
    while (readOnce()) {
      continue;
    }
  }

  /** Reads so many bytes, if there are, however they lie. */
  private boolean readOnce() {
    int left = readSize;
    Slice slice;
    while (left > 0 && (slice = connection.read(left, node.steadyNs())) != null) {
      check(slice.length() > 0 && slice.length() <= left, "a slice of " + slice.length());
      check(
          TestBytes.mismatch(other.stream, received, slice.bytes(), slice.offset(), slice.length())
              < 0,
          "received bytes differ from those sent near offset " + received);
      received += slice.length();
      left -= slice.length();
      check(received <= other.written, "more received than was written");
    }
    if (left == readSize) {
      noticeFin();
      return false;
    }
    return true;
  }

  private void noticeFin() {
    if (!finSeen && connection.finReceived() && connection.readable() == 0) {
      finSeen = true;
      check(other.ended, "a FIN that nobody sent");
      boolean gone = left || closing && ending == Ending.CLOSE_EARLY; // it reads no more
      boolean reset = connection.closeReason() == CloseReason.OUT_OF_MEMORY; // with what waited
      check(
          gone || reset || received == other.written,
          "a FIN after " + received + " of " + other.written);
    }
  }

  private void onClosed() {
    reason = connection.closeReason();
    check(reason != null, "CLOSED without a reason");
    if (reason == CloseReason.CLOSED) {
      check(ended, "closed, but this side never ended");
      if (!flow.mayFail) {
        check(received == other.written && finSeen, "closed after " + received + " bytes");
      }
    }
    check(
        reason != CloseReason.UNREACHABLE || mayBeUnreachable, "ended by ICMP that may not end it");
    progress.onClosed();
    flow.onSideClosed(this);
  }

  private void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(flow + ": " + what);
    }
  }
}
