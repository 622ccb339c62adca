package dev.jktcp.proof.pkt;

import java.util.TreeSet;

/**
 * Where Linux sets PSH. RFC 9293 MUST-61 asks for it at the end of what was written and leaves the
 * rest to the sender; Linux also marks the end of each write but those that say that more comes,
 * and each half of the largest window that the peer offered.
 */
final class LinuxPush {
  private static final int LARGEST = 65_000; // what one record may hold, about

  private final TreeSet<Long> marks = new TreeSet<>();
  private long end;
  private long marked;
  private long tail; // where the last record begins

  /**
   * A write.
   *
   * @param sent up to where data has left: a record that did is not added to
   */
  void onWrite(int length, boolean more, long sent, int mss, int maxWindow) {
    int half = maxWindow / 2;
    int record = Math.max(mss, Math.min(LARGEST, half) / mss * mss);
    long target = end + length;
    if (marks.contains(end) && sent < end && length > 0 && end - tail < record) {
      marks.remove(end); // the record goes on
    }
    while (end < target) {
      if (sent >= end || end - tail >= record) {
        tail = end;
      }
      end = Math.min(target, tail + record);
      if (end < target && end - marked > half) {
        mark(end);
      }
    }
    if (length > 0 && (!more || end - marked > half)) {
      mark(end);
    }
  }

  /** All that waits is pushed out, by an option or a timer. */
  void markEnd() {
    mark(end);
  }

  private void mark(long at) {
    marks.add(at);
    marked = at;
  }

  /** Whether a segment that ends here has PSH. */
  boolean at(long offset) {
    return marks.contains(offset);
  }

  /** A burst left as one: its PSH stays with its end. */
  void onBurst(long offset) {
    marks.add(offset);
  }
}
