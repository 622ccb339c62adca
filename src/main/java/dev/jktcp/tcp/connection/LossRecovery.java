package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.CongestionPolicy;
import dev.jktcp.wire.TcpSegment;

/**
 * What of a {@link Flight} is lost, and so is to be sent again. It is told what leaves and what is
 * acknowledged, and marks the flight; how much may leave is the congestion control's business, and
 * it has no way back to the sender.
 */
interface LossRecovery {
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

  /** Whether {@link #open} with {@link #recover} would make it what it is; nothing is in flight. */
  boolean folds();

  int recover();

  // --- the peer

  /**
   * What the segment reports beside its ACK field goes on the flight; the flight has not heard of
   * that field yet.
   */
  default void onReport(TcpSegment segment, Flight.Reader reader) {}

  /**
   * The flight has heard of the ACK.
   *
   * @param acked sequence space that it acknowledged
   * @param duplicate whether it is a duplicate ACK of RFC 5681 §2
   * @param reader hears of what is lost
   */
  Progress onAck(int acked, boolean duplicate, int mss, Flight.Reader reader, long nowNs);

  // --- the sender

  /** The retransmission timer fired: all that is in flight is taken for lost. */
  void onTimeout();

  /** The path dropped all that is in flight, for its size. */
  void onTooBig();

  /** What was sent into a closed window was thrown away, and now it is open. */
  void onWindowOpened();

  /** A closed window is probed with the oldest octet. */
  void onProbe();

  /** An entry of the flight left again. */
  default void onSentAgain(int index) {}

  /**
   * A segment of new data is about to join the flight.
   *
   * @param beyond whether that exceeds the congestion window
   */
  void onSendsNew(int length, boolean beyond);

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

  // --- getters

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
   * much is in flight.
   */
  int mostAfter(int inFlight, int mss);
}
