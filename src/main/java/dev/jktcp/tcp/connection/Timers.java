package dev.jktcp.tcp.connection;

import java.util.Arrays;

/**
 * A table of deadlines; several may be armed at once. It has room only for armed ones, which are
 * few. Times are nanoseconds of a clock that may start anywhere, so they compare by difference.
 */
final class Timers {
  enum Kind {
    /** RFC 6298: the flight is not acknowledged. At a closed window this timer paces the probes. */
    RETRANSMIT,
    /** RFC 8985 §7.2: ACKs are overdue. */
    PROBE,
    /** RFC 8985 §6.2: the time that reordering may take is over. */
    REORDER,
    /** RFC 9293 §3.8.6.1: data waits, nothing is in flight and the window is too small. */
    PERSIST,
    /** RFC 9293 §3.8.6.3: data in order waits for its ACK. */
    DELAYED_ACK,
    /** RFC 9293 §3.8.4: the peer has been silent for long. */
    KEEP_ALIVE,
    /** The connect timeout of an active open. */
    CONNECT,
    /** The user has left with close(); the peer must make progress or be reset. */
    ORPHAN,
    /** The user has left with close(); the time for written data to arrive ends (SO_LINGER). */
    LINGER,
    /**
     * The user has left with close(), and the linger time is 0. An RST follows the data that may
     * leave now. If the transport is full for so long, it goes without them.
     */
    RESET,
    /** RFC 3168 §6.1.2: a mark came while the window was one segment; new data waits until then. */
    ECN_REST,
    /** The next segment may leave, at the pace of the policy. */
    PACE,
    /** RFC 9293 §3.8.3: the user timeout while the transport is away. */
    USER;

    private final int bit = 1 << ordinal();
  }

  /** While the transport is away only a user's own limits run. */
  private static final int OF_USERS =
      Kind.CONNECT.bit | Kind.LINGER.bit | Kind.RESET.bit | Kind.USER.bit;

  private static final Kind[] KINDS = Kind.values();

  // RFC 8985 §8: these are one timer, which waits for one thing at a time.
  private static final int FLIGHT = Kind.RETRANSMIT.bit | Kind.PROBE.bit | Kind.REORDER.bit;

  private static final long[] NO_MORE = {};
  private static final int FEW = 2; // most ends never wait for more at once

  private int armed;
  private long flightNs;
  private long otherNs; // the first of those armed, in the order of their kinds
  private long[] moreNs = NO_MORE; // the others
  private boolean held;

  /** Timers of the protocol stand still: no peer can answer, so its silence means nothing. */
  void hold() {
    held = true;
  }

  /** Timers of the protocol run again; those that fell due meanwhile are due now. */
  void release() {
    held = false;
  }

  boolean held() {
    return held;
  }

  private int running() {
    return held ? armed & OF_USERS : armed;
  }

  /** Arms a timer. A timer of the flight replaces the one of the flight armed before. */
  void arm(Kind kind, long deadline) {
    if (isOfFlight(kind)) {
      armed = armed & ~FLIGHT | kind.bit;
      flightNs = deadline;
      return;
    }
    int place = place(kind);
    if (!isArmed(kind)) {
      insert(place);
      armed |= kind.bit;
    }
    setOther(place, deadline);
  }

  void cancel(Kind kind) {
    if ((armed & kind.bit) != 0) {
      if (!isOfFlight(kind)) {
        remove(place(kind));
      }
      armed &= ~kind.bit;
    }
  }

  /** Cancels the timer of the flight, whichever it is. */
  void cancelFlight() {
    armed &= ~FLIGHT;
  }

  boolean isFlightArmed() {
    return (armed & FLIGHT) != 0;
  }

  void cancelAll() {
    armed = 0;
  }

  boolean isArmed(Kind kind) {
    return (armed & kind.bit) != 0;
  }

  /** In ns; only meaningful while {@link #isArmed}. */
  long deadlineNs(Kind kind) {
    return isOfFlight(kind) ? flightNs : other(place(kind));
  }

  boolean anyArmed() {
    return running() != 0;
  }

  /** Whether no timer but this is armed. */
  boolean armsAtMost(Kind kind) {
    return (armed & ~kind.bit) == 0;
  }

  /** The earliest running deadline in ns; only meaningful while {@link #anyArmed()}. */
  long earliestNs() {
    int running = running();
    long earliest = deadlineNs(first(running));
    for (int rest = running & running - 1; rest != 0; rest &= rest - 1) {
      long deadline = deadlineNs(first(rest));
      if (deadline - earliest < 0) {
        earliest = deadline;
      }
    }
    return earliest;
  }

  /** Takes a due timer out of the table, in the order of {@link Kind}; null = none is due. */
  Kind pollDue(long nowNs) {
    for (int rest = running(); rest != 0; rest &= rest - 1) {
      Kind kind = first(rest);
      if (deadlineNs(kind) - nowNs <= 0) {
        cancel(kind);
        return kind;
      }
    }
    return null;
  }

  // --- the table

  /** Number of armed timers that are not of the flight. */
  private int others() {
    return Integer.bitCount(armed & ~FLIGHT);
  }

  /** Index of the deadline of one of them, armed or not. */
  private int place(Kind kind) {
    return Integer.bitCount(armed & ~FLIGHT & kind.bit - 1);
  }

  private void insert(int at) {
    int others = others();
    if (others > moreNs.length) {
      moreNs = Arrays.copyOf(moreNs, FEW * others);
    }
    for (int i = others; i > at; i--) {
      setOther(i, other(i - 1));
    }
  }

  private void remove(int at) {
    int others = others();
    for (int i = at + 1; i < others; i++) {
      setOther(i - 1, other(i));
    }
  }

  private long other(int place) {
    return place == 0 ? otherNs : moreNs[place - 1];
  }

  private void setOther(int place, long deadline) {
    if (place == 0) {
      otherNs = deadline;
    } else {
      moreNs[place - 1] = deadline;
    }
  }

  private static boolean isOfFlight(Kind kind) {
    return (kind.bit & FLIGHT) != 0;
  }

  private static Kind first(int bits) {
    return KINDS[Integer.numberOfTrailingZeros(bits)];
  }
}
