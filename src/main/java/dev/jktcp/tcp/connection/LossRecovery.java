package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.CongestionPolicy;
import dev.jktcp.wire.TcpSegment;

/**
 * Finds the losses of a {@link Flight} and chooses what is sent again. The sender reports what
 * leaves and what is acknowledged; recovery marks the flight and names the next entry to send
 * again. The policy limits the bytes that leave; while RACK recovers a loss, proportional rate
 * reduction does (RFC 9937). Recovery has no way back to the sender.
 */
interface LossRecovery {
  long NEVER = Long.MIN_VALUE;

  /** The effect of an ACK on the recovery. */
  enum Progress {
    /** Nothing is being recovered. */
    PLAIN,
    /** The ACK proves a loss, and a recovery begins. */
    LOSS,
    /** A recovery goes on. */
    RECOVERING,
    /** Everything that was in flight at the loss has arrived. */
    RECOVERED
  }

  /**
   * @param recover everything up to here was sent before any loss to recover from
   */
  void open(int recover);

  /** Whether {@link #fold} would lose nothing; the flight is empty. */
  boolean folds();

  void fold(IdleEnd to);

  void unfold(IdleEnd from);

  /** Everything up to here was sent before any loss to recover from. */
  int recover();

  // --- the peer

  /**
   * Marks on the flight what the segment reports beside its ACK field, before that field is
   * processed.
   *
   * @param echo of this segment
   */
  default void onReport(TcpSegment segment, Echo echo, long nowNs, Flight.Reader reader) {}

  /** The peer got [start, end) twice. */
  default void onDuplicate(int start, int end) {}

  /** The ACK or its SACK blocks show that this entry has arrived. */
  default void onDelivered(int i, boolean sacked) {}

  /** The ACK measured a round trip. */
  default void onSample() {}

  /**
   * Whether the ACK shows that a tail loss probe has repaired a loss that leaves no other sign.
   *
   * @param duplicate whether it is a duplicate ACK of RFC 5681 §2
   */
  default boolean onProbesAck(boolean duplicate) {
    return false;
  }

  /**
   * Whether the ACK proves that segments taken for lost were only late; if so, their recovery ends.
   *
   * @param advanced whether the ACK acknowledges new data
   * @param hasNew whether new data waits that the peer's window admits
   */
  default SpuriousRetransmission.Cause undo(boolean advanced, boolean duplicate, boolean hasNew) {
    return SpuriousRetransmission.Cause.NONE;
  }

  /**
   * Whether the answer of {@link #undo} holds for all reductions that {@link #reducesFurther}
   * joined, not only for the last.
   */
  default boolean undoesAll() {
    return true;
  }

  /** Number of losses and timeouts in the last answer of {@link #undo}. */
  default int undone() {
    return 0;
  }

  /** Whether the last reported loss is that of a retransmission (RFC 5681 §4.3). */
  default boolean lostAgain() {
    return false;
  }

  /**
   * Whether the last reported loss or timeout may yet prove spurious together with those before it.
   */
  default boolean reducesFurther() {
    return false;
  }

  /**
   * The flight has processed the ACK.
   *
   * @param acked sequence space acknowledged by it
   * @param duplicate whether it is a duplicate ACK of RFC 5681 §2
   * @param reader is told of each loss
   */
  Progress onAck(int acked, boolean duplicate, int mss, Flight.Reader reader, long nowNs);

  /**
   * Whether no segment is lost, reported, sent again or waited for. Then an ACK of segments sent
   * once only moves SND.UNA, and only new data is due.
   */
  default boolean isCalm() {
    return false;
  }

  /**
   * Such an ACK while {@link #isCalm}. The flight has processed it, and no other method is called
   * for it.
   *
   * @param entries of the flight acknowledged by it
   * @param sentNs when the last of these entries left
   */
  default void onCalmAck(int entries, long sentNs, long nowNs) {}

  /**
   * The policy was told of the loss.
   *
   * @param delivered bytes that arrived by the ACK that proved it
   */
  default void onLossTold(int delivered, int mss) {}

  /**
   * Sets how much may leave after an ACK that delivered so many bytes.
   *
   * @param target bytes in flight that the policy aims at
   */
  default void regulate(int delivered, boolean advanced, int target, int mss) {}

  // --- the sender

  /** The retransmission timer fired: the whole flight is taken for lost. */
  void onTimeout(long nowNs);

  /**
   * The time that reordering may take is over.
   *
   * @return whether a recovery begins
   */
  default boolean onReorderTimeout(Flight.Reader reader, long nowNs) {
    return false;
  }

  /**
   * The whole flight was dropped, but not by congestion: the path dropped it for its size, or the
   * transport went away.
   */
  void onAllDropped();

  /** The connection is over: all memory is given back. */
  default void drop() {}

  /** The window has opened; the peer threw away the data sent while it was closed. */
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
   * @param congestion tells whether that exceeds the congestion window
   */
  void onSentNew(int length, boolean probes, CongestionPolicy congestion);

  /** Whether the last segment, which is in flight now, has exceeded the congestion window. */
  static boolean exceeds(int length, CongestionPolicy congestion, Flight flight) {
    return length > congestion.allowance(flight.bytes() - length);
  }

  // --- what to send

  /**
   * The entry of the flight to send again regardless of the congestion window, returned once; -1 =
   * none.
   */
  int takeUrgent();

  /**
   * An entry to send again although it is not taken for lost, when the window has room for nothing
   * better; -1 = none.
   */
  default int takeSpeculative() {
    return -1;
  }

  /** Whether new data goes before retransmissions, to probe whether the losses are real. */
  default boolean asks() {
    return false;
  }

  /** {@link #asks} was true, but no new data can leave. */
  default void onNothingNew() {}

  /** The next entry to send again; -1 = none. */
  int nextToSendAgain();

  /** Whether a tail loss probe may leave when ACKs are overdue. */
  default boolean mayProbe() {
    return false;
  }

  /** When the probe is due, if {@link #mayProbe}. */
  default long probeDeadlineNs(long nowNs) {
    return NEVER;
  }

  /** When more of the flight may count as lost, or {@link #NEVER}. */
  default long reorderDeadlineNs() {
    return NEVER;
  }

  // --- getters

  /**
   * Number of segments behind the oldest that left after the last one that arrived, and are
   * unanswered by the peer's reports.
   *
   * @param most to count to
   */
  default int unanswered(int most) {
    return 0;
  }

  /** Bytes of memory behind the recovery's state. */
  default int held() {
    return 0;
  }

  default boolean reorderingSeen() {
    return false;
  }

  /** How long to wait for a segment that others overtook, in ns. */
  default long reorderingWindowNs() {
    return 0;
  }

  /** Whether a loss that an ACK proved is being recovered. */
  boolean active();

  /** RFC 5681's FlightSize, without the bytes that limited transmit let out beyond the window. */
  int flightSize();

  /**
   * Bytes newly known to have arrived, by an ACK.
   *
   * @param acked bytes acknowledged by it
   * @param delivered bytes that the flight counts as newly arrived
   */
  default int delivered(int acked, int delivered, int mss) {
    return delivered;
  }

  /** Bytes that may join the flight now. */
  default int allowance(CongestionPolicy congestion, Flight flight) {
    return congestion.allowance(Math.max(0, flight.inNetwork()));
  }

  /**
   * The largest congestion window that lets no burst out at the end of a recovery, with so many
   * bytes in flight. With SACK the pipe has kept to the window all the time, or has come down to
   * ssthresh (RFC 9937 §6.4).
   */
  default int mostAfter(int inFlight, int mss) {
    return Integer.MAX_VALUE;
  }
}
