package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.CongestionPolicy;
import dev.jktcp.wire.TcpSegment;

/**
 * What of a {@link Flight} is lost, and so is to be sent again. It is told what leaves and what is
 * acknowledged, marks the flight, and answers what is to be sent again. The policy says how much
 * may leave; while RACK recovers a loss, proportional rate reduction does (RFC 9937). It has no way
 * back to the sender.
 */
interface LossRecovery {
  long NEVER = Long.MIN_VALUE;

  /** What an ACK means to it. */
  enum Progress {
    /** Nothing is being recovered. */
    PLAIN,
    /** A loss is proved now, and a recovery begins. */
    LOSS,
    /** A recovery goes on. */
    RECOVERING,
    /** All that was in flight at the loss has arrived. */
    RECOVERED
  }

  /**
   * @param recover all up to here was sent before any loss that is to be recovered from
   */
  void open(int recover);

  /** Whether {@link #fold} would lose nothing; nothing is in flight. */
  boolean folds();

  void fold(IdleEnd to);

  void unfold(IdleEnd from);

  /** All up to here was sent before any loss that is to be recovered from. */
  int recover();

  // --- the peer

  /**
   * What the segment reports beside its ACK field goes on the flight; the flight has not heard of
   * that field yet.
   *
   * @param echo of this segment
   */
  default void onReport(TcpSegment segment, Echo echo, long nowNs, Flight.Reader reader) {}

  /** The peer got [start, end) twice. */
  default void onDuplicate(int start, int end) {}

  /** By the ACK or by what it reports, this entry has arrived. */
  default void onDelivered(int i, boolean sacked) {}

  /** The ACK measured a round trip. */
  default void onSample() {}

  /**
   * Whether the ACK tells that a tail loss probe has repaired a loss that nothing else tells of.
   *
   * @param duplicate whether it is a duplicate ACK of RFC 5681 §2
   */
  default boolean onProbesAck(boolean duplicate) {
    return false;
  }

  /**
   * Whether the ACK proves that what was taken for lost was only late; that is over then.
   *
   * @param advanced whether it acknowledges anything
   * @param hasNew whether there is new data which the peer's window admits
   */
  default SpuriousRetransmission.Cause undo(boolean advanced, boolean duplicate, boolean hasNew) {
    return SpuriousRetransmission.Cause.NONE;
  }

  /**
   * Whether what {@link #undo} told holds for all reductions that {@link #reducesFurther} joined,
   * and not for the last alone.
   */
  default boolean undoesAll() {
    return true;
  }

  /** How many losses and timeouts {@link #undo} told of. */
  default int undone() {
    return 0;
  }

  /** Whether the loss that was told last is that of a retransmission (RFC 5681 §4.3). */
  default boolean lostAgain() {
    return false;
  }

  /**
   * Whether the loss or timeout that was told last may yet prove to have been none together with
   * those before it.
   */
  default boolean reducesFurther() {
    return false;
  }

  /**
   * The flight has heard of the ACK.
   *
   * @param acked sequence space that it acknowledged
   * @param duplicate whether it is a duplicate ACK of RFC 5681 §2
   * @param reader hears of what is lost
   */
  Progress onAck(int acked, boolean duplicate, int mss, Flight.Reader reader, long nowNs);

  /**
   * Whether nothing is lost, reported, sent again or waited for, so that the ACK of segments that
   * were sent once can only carry on, and nothing but new data is due.
   */
  default boolean isCalm() {
    return false;
  }

  /**
   * Such an ACK, while it {@link #isCalm}: the flight has heard of it, and no other method is told.
   *
   * @param entries of the flight that it acknowledges
   * @param sentNs when the last of them left
   */
  default void onCalmAck(int entries, long sentNs, long nowNs) {}

  /**
   * The policy has heard of the loss.
   *
   * @param delivered what arrived by the ACK that proved it
   */
  default void onLossTold(int delivered, int mss) {}

  /**
   * How much may leave now that an ACK has told of so much.
   *
   * @param target where the policy wants inflight in the end
   */
  default void regulate(int delivered, boolean advanced, int target, int mss) {}

  // --- the sender

  /** The retransmission timer fired: what is in flight is taken for lost. */
  void onTimeout(long nowNs);

  /**
   * The time is over in which the network may have changed the order of segments.
   *
   * @return whether a recovery begins
   */
  default boolean onReorderTimeout(Flight.Reader reader, long nowNs) {
    return false;
  }

  /**
   * All that is in flight was dropped for no congestion: by the path for its size, or because the
   * transport went away.
   */
  void onAllDropped();

  /** The connection is over: no memory is held any more. */
  default void drop() {}

  /** What was sent into a closed window was thrown away, and now it is open. */
  void onWindowOpened();

  /** A closed window is probed with the oldest octet. */
  void onProbe();

  /**
   * Entry {@code i} has left again.
   *
   * @param probes whether as a tail loss probe
   */
  default void onSentAgain(int i, boolean probes, long nowNs) {}

  /**
   * A segment of new data has joined the flight.
   *
   * @param probes whether as a tail loss probe
   * @param congestion says whether that exceeds the congestion window
   */
  void onSentNew(int length, boolean probes, CongestionPolicy congestion);

  /** Whether the last segment, which is in flight now, has exceeded the congestion window. */
  static boolean exceeds(int length, CongestionPolicy congestion, Flight flight) {
    return length > congestion.allowance(flight.bytes() - length);
  }

  // --- what to send

  /**
   * The entry of the flight that is due again whatever the congestion window says, told once; -1 =
   * none.
   */
  int takeUrgent();

  /**
   * An entry to send again although it is not taken for lost, when there is nothing else to send
   * that the window has room for; -1 = none.
   */
  default int takeSpeculative() {
    return -1;
  }

  /** Whether new data goes before what is lost, to ask whether it is. */
  default boolean asks() {
    return false;
  }

  /** There is none that could. */
  default void onNothingNew() {}

  /** The entry that is to be sent again next; -1 = there is none. */
  int nextToSendAgain();

  /** Whether a tail loss probe may leave when ACKs are overdue. */
  default boolean mayProbe() {
    return false;
  }

  /** When it is due, if it may leave. */
  default long probeDeadlineNs(long nowNs) {
    return NEVER;
  }

  /** When more of the flight may count as lost; {@link #NEVER}. */
  default long reorderDeadlineNs() {
    return NEVER;
  }

  // --- getters

  /**
   * How many segments behind the oldest left after all that arrived, and have no answer yet, as far
   * as the peer reports.
   *
   * @param most to count to
   */
  default int unanswered(int most) {
    return 0;
  }

  /** Bytes of memory behind what it remembers. */
  default int held() {
    return 0;
  }

  default boolean reorderingSeen() {
    return false;
  }

  /** How long a segment that others overtook is waited for. */
  default long reorderingWindowNs() {
    return 0;
  }

  /** Whether a loss that an ACK proved is being recovered. */
  boolean active();

  /** RFC 5681's FlightSize, without what limited transmit let out beyond the window. */
  int flightSize();

  /**
   * Bytes that are known from an ACK to have arrived now.
   *
   * @param acked bytes that it acknowledged
   * @param delivered bytes of which the flight did not know it before
   */
  default int delivered(int acked, int delivered, int mss) {
    return delivered;
  }

  /** How much may join the flight now. */
  default int allowance(CongestionPolicy congestion, Flight flight) {
    return congestion.allowance(Math.max(0, flight.inNetwork()));
  }

  /**
   * The largest congestion window that does not let a burst out when a recovery has ended and so
   * much is in flight. With SACK the pipe has kept to the window all the time, or has come down to
   * ssthresh (RFC 9937 §6.4).
   */
  default int mostAfter(int inFlight, int mss) {
    return Integer.MAX_VALUE;
  }
}
