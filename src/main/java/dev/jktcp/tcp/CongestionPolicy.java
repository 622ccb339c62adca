package dev.jktcp.tcp;

/**
 * How many bytes of one connection may be in flight, and how fast they may leave. A policy gets
 * facts, and is asked for a window, a pacing rate and a burst. It has no way back to the
 * connection, and it does not choose the bytes: finding and repairing losses is the business of
 * loss recovery.
 *
 * <p>Sizes are bytes of sequence space, times nanoseconds, rates bytes a second. All calls come on
 * the adapter's context. If a policy throws, its connection fails with that exception as the cause;
 * the adapter and its other connections live. Each connection has a policy for all its life, idle
 * or not: its state should be small.
 */
public interface CongestionPolicy {
  /** The {@link #pacingRate} of a policy that leaves the pace to the ACKs. */
  long UNPACED = Long.MAX_VALUE;

  // --- told

  /**
   * The peer acknowledged new data, possibly while a loss is {@link CongestionFacts#recovering}.
   */
  void onAck(CongestionFacts facts);

  /**
   * A loss was found before a timeout, and a recovery begins; called once for each window of data.
   * {@link CongestionFacts#inFlightBefore} is RFC 5681's FlightSize. If the loss may prove spurious
   * together with the losses and timeouts before it, {@link CongestionFacts#recovering} is true.
   */
  void onLoss(CongestionFacts facts);

  /**
   * The retransmission timer fired: the whole flight is taken for lost. {@link
   * CongestionFacts#recovering} is as in {@link #onLoss}.
   *
   * @param first whether this is the first timeout of the oldest segment
   */
  void onRetransmitTimeout(CongestionFacts facts, boolean first);

  /**
   * The recovery that {@link #onLoss} began is over; {@link #onAck} was called for the ACK that
   * ended it.
   *
   * @param most loss recovery asks for a window of at most this: a larger one would let out a burst
   */
  default void onRecovered(CongestionFacts facts, int most) {}

  /**
   * A segment of {@link CongestionFacts#lostBytes} is taken for lost. {@link
   * CongestionFacts#sample}, if known, describes that segment's flight. {@link #onLoss} is called
   * in addition, once a window.
   */
  default void onSegmentLost(CongestionFacts facts) {}

  /**
   * The peer reports that routers marked our segments (RFC 3168 §6.1.2); called once for each
   * window of data.
   */
  default void onEcn(CongestionFacts facts) {
    onLoss(facts);
  }

  /**
   * The last {@link #onLoss} or timeout proved spurious, and so did those that it continued: the
   * window may be as before all of them. If {@link CongestionFacts#recovering} is true, only the
   * last is proved so far; another call may follow for the others.
   */
  default void onUndo(CongestionFacts facts) {}

  /**
   * New data is about to leave, and nothing is in flight: no ACKs pace it. {@link
   * CongestionFacts#idleNs} tells since when; RFC 5681 §4.1 acts if that is longer than {@link
   * CongestionFacts#timeoutNs}. May be called more than once before the data leaves.
   */
  default void onIdle(CongestionFacts facts) {}

  /**
   * Nothing was in flight for longer than {@link CongestionFacts#timeoutNs}, and no data waits. The
   * policy may drop state that only a transfer needs, for a stack may have many idle connections;
   * its answers must not change.
   */
  default void onRest() {}

  /**
   * Segments have another size in bytes from now on. A window below one segment would let nothing
   * out.
   */
  default void onMss(int mss) {}

  // --- asked

  /**
   * Whether the policy wants {@link CongestionFacts#sample}, which costs memory and work for each
   * segment. Called once, when the policy is made.
   */
  default boolean wantsSamples() {
    return false;
  }

  /** The policy's name, for {@link TcpInfo#congestion}. */
  default String name() {
    return getClass().getSimpleName();
  }

  /** The congestion window: bytes that the network may hold. At least 0. */
  int window();

  /** Where slow start ends, as {@link TcpInfo#ssthresh} shows it. */
  default int slowStartThreshold() {
    return Integer.MAX_VALUE;
  }

  /**
   * Bytes that may join the flight now.
   *
   * @param inFlight bytes that the network is thought to hold
   */
  default int allowance(int inFlight) {
    return Math.max(0, window() - inFlight);
  }

  /**
   * Whether {@link #allowance} holds even during a recovery. If not, proportional rate reduction
   * (RFC 9937) limits the bytes that join the flight meanwhile, on its way to {@link #window}.
   */
  default boolean regulatesRecovery() {
    return false;
  }

  /**
   * Bytes a second at which segments leave, at least 1; {@link #UNPACED} = as fast as the window
   * allows. Probes of a closed window are not paced.
   */
  default long pacingRate() {
    return UNPACED;
  }

  /**
   * Bytes that may leave at once despite {@link #pacingRate}, at least one segment. Two
   * milliseconds' worth may always leave at once: timers are no finer.
   */
  default int burst() {
    return Integer.MAX_VALUE;
  }
}
