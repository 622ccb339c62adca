package dev.jktcp.tcp.connection;

/**
 * What is lost, and so is to be sent again. It is told what leaves and what is acknowledged; how
 * much may leave is the congestion control's business, and it has no way back to the sender.
 */
interface LossRecovery {
  /** What new data acknowledged means to it. */
  enum Progress {
    /** Nothing was being recovered. */
    PLAIN,
    /** Some of what was in flight at the loss; the next hole is lost too. */
    PARTIAL,
    /** All that was in flight at the loss. */
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
   * An ACK that tells of a segment which left the network out of order.
   *
   * @return true when a loss is proved now
   */
  boolean onDuplicateAck(int sndUna, int sndNxt, int mss);

  /** New data was acknowledged. */
  Progress onAck(int ack, int ackedBytes, int mss);

  // --- the sender

  /** The retransmission timer fired: all that is in flight is taken for lost. */
  void onTimeout(int sndUna, int sndNxt);

  /** The path dropped all that is in flight, for its size. */
  void onTooBig(int sndUna, int sndNxt);

  /** What was sent into a closed window was thrown away, and now it is open. */
  void onWindowOpened(int sndUna, int sndNxt);

  /** A closed window is probed with the oldest octet. */
  void onProbe();

  /** A segment that was sent before left again. */
  void onSentAgain(int end);

  /**
   * A segment of new data left.
   *
   * @param beyond whether that exceeded the congestion window
   */
  void onSentNew(int length, boolean beyond);

  // --- what to send

  /** Whether the oldest segment is due again whatever the congestion window says; asked once. */
  boolean takeHead();

  /** Whether there is something else to send again, from {@link #againSeq} on. */
  boolean sendsAgain();

  int againSeq();

  // --- getters

  /** Whether a loss that {@link #onDuplicateAck} proved is being recovered. */
  boolean active();

  /** Bytes in flight that the network is thought not to hold any more; below 0: it holds more. */
  int departed();

  /** Bytes in flight that left beyond the congestion window. */
  int sentBeyond();

  /**
   * The largest congestion window that does not let a burst out when a recovery has ended and so
   * much is in flight.
   */
  int mostAfter(int inFlight, int mss);

  /** Bytes by which an acknowledgment of {@code ackedBytes} may let new ones out. */
  int delivered(int ackedBytes, int mss);
}
