package dev.jktcp.tcp.connection;

/**
 * A table of deadlines; several may be armed at once. Times are nanoseconds of a clock that may
 * start anywhere, so they compare by difference.
 */
final class Timers {
  enum Kind {
    /**
     * RFC 6298: something in flight is not acknowledged. In a closed window it paces the probes.
     */
    RETRANSMIT,
    /** RFC 8985 §7.2: ACKs are overdue. */
    PROBE,
    /** RFC 8985 §6.2: what arrives out of order had its time. */
    REORDER,
    /** RFC 9293 §3.8.6.1: data waits, nothing is in flight and the window is too small. */
    PERSIST,
    /** RFC 9293 §3.8.6.3: data in order waits for its ACK. */
    DELAYED_ACK,
    /** RFC 9293 §3.8.4: the peer has been silent for long. */
    KEEP_ALIVE,
    /** The user's patience with an active open. */
    CONNECT,
    /** The user has left with close(); the peer must make progress or be reset. */
    ORPHAN,
    /** The same, and the user's patience for what was written ends here (SO_LINGER). */
    LINGER,
    /** RFC 3168 §6.1.2: a mark came while the window was one segment; no new data before this. */
    ECN_REST,
    /** Something may leave, and its policy's pace lets it no earlier than this. */
    PACE
  }

  private static final Kind[] KINDS = Kind.values();

  private final long[] deadlineNs = new long[KINDS.length];
  private int armed;

  void arm(Kind kind, long deadline) {
    deadlineNs[kind.ordinal()] = deadline;
    armed |= bit(kind);
  }

  void cancel(Kind kind) {
    armed &= ~bit(kind);
  }

  void cancelAll() {
    armed = 0;
  }

  boolean isArmed(Kind kind) {
    return (armed & bit(kind)) != 0;
  }

  /** Only meaningful while it {@link #isArmed}. */
  long deadlineNs(Kind kind) {
    return deadlineNs[kind.ordinal()];
  }

  boolean anyArmed() {
    return armed != 0;
  }

  /** Whether nothing else is armed. */
  boolean armsAtMost(Kind kind) {
    return (armed & ~bit(kind)) == 0;
  }

  /** The earliest deadline; only meaningful while {@link #anyArmed()}. */
  long earliestNs() {
    long earliest = deadlineNs[Integer.numberOfTrailingZeros(armed)];
    for (int rest = armed & armed - 1; rest != 0; rest &= rest - 1) {
      long deadline = deadlineNs[Integer.numberOfTrailingZeros(rest)];
      if (deadline - earliest < 0) {
        earliest = deadline;
      }
    }
    return earliest;
  }

  /** Takes one timer that is due out of the table, in the order of {@link Kind}; null = none. */
  Kind pollDue(long nowNs) {
    for (int rest = armed; rest != 0; rest &= rest - 1) {
      Kind kind = KINDS[Integer.numberOfTrailingZeros(rest)];
      if (deadlineNs[kind.ordinal()] - nowNs <= 0) {
        cancel(kind);
        return kind;
      }
    }
    return null;
  }

  private static int bit(Kind kind) {
    return 1 << kind.ordinal();
  }
}
