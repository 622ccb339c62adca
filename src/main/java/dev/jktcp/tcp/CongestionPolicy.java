package dev.jktcp.tcp;

/**
 * How much of one connection may be in flight, and how fast it may leave. A policy is told facts
 * and is asked for a window, a pacing rate and a burst. It has no way back to the connection, and
 * it does not choose the bytes: what is lost and sent again is loss recovery's business.
 *
 * <p>Sizes are bytes of sequence space, times nanoseconds, rates bytes a second. All calls come on
 * the adapter's context. What a policy throws fails its connection, with that as the cause; the
 * adapter and its other connections live. Each connection has a policy for all its life, idle or
 * not: its state should be small.
 */
public interface CongestionPolicy {
  /** The {@link #pacingRate} of a policy that leaves the pace to the ACKs. */
  long UNPACED = Long.MAX_VALUE;

  // --- told

  /** The peer acknowledged new data, maybe while a loss is {@link CongestionFacts#recovering}. */
  void onAck(CongestionFacts facts);

  /**
   * A loss was found otherwise than by a timeout, and a recovery begins; once for each window of
   * data. {@link CongestionFacts#inFlightBefore} is RFC 5681's FlightSize. Where it may prove to
   * have been none together with the losses and timeouts before it, {@link
   * CongestionFacts#recovering} is true.
   */
  void onLoss(CongestionFacts facts);

  /**
   * The retransmission timer fired: all that is in flight is taken for lost. {@link
   * CongestionFacts#recovering} is as in {@link #onLoss}.
   *
   * @param first whether this is the first timeout of the oldest segment
   */
  void onRetransmitTimeout(CongestionFacts facts, boolean first);

  /**
   * The recovery that {@link #onLoss} began is over; {@link #onAck} has told of the ACK that ended
   * it.
   *
   * @param most loss recovery asks for a window no larger than this: more would leave as a burst
   */
  default void onRecovered(CongestionFacts facts, int most) {}

  /**
   * A segment is taken for lost, {@link CongestionFacts#lostBytes} of it. If it is known, {@link
   * CongestionFacts#sample} tells of that segment's flight. {@link #onLoss} comes beside this, once
   * a window.
   */
  default void onSegmentLost(CongestionFacts facts) {}

  /**
   * The peer reports that routers marked what we sent (RFC 3168 §6.1.2); once for each window of
   * data.
   */
  default void onEcn(CongestionFacts facts) {
    onLoss(facts);
  }

  /**
   * No loss was behind the last {@link #onLoss} or timeout, and none behind those that it went on
   * from: the window may be as before all of them. If {@link CongestionFacts#recovering} is true,
   * that holds for the last alone; of the others it may be told later.
   */
  default void onUndo(CongestionFacts facts) {}

  /**
   * New data is about to leave, and nothing is in flight: no ACKs pace it. {@link
   * CongestionFacts#idleNs} tells since when; RFC 5681 §4.1 acts if that is longer than {@link
   * CongestionFacts#timeoutNs}. It may be told more than once before the data leaves.
   */
  default void onIdle(CongestionFacts facts) {}

  /**
   * Nothing was in flight for longer than {@link CongestionFacts#timeoutNs}, and nothing waits.
   * What only a transfer needs may go, for a stack may have many idle connections; no answer may
   * change.
   */
  default void onRest() {}

  /** Segments have another size from now on. A window below one would let nothing out. */
  default void onMss(int mss) {}

  // --- asked

  /**
   * Whether {@link CongestionFacts#sample} is wanted: it costs memory and work for each segment.
   * Asked once, when the policy is made.
   */
  default boolean wantsSamples() {
    return false;
  }

  /** What {@link TcpInfo#congestion} calls it. */
  default String name() {
    return getClass().getSimpleName();
  }

  /** The congestion window: how much the network may hold. At least 0. */
  int window();

  /** Where slow start ends, as {@link TcpInfo#ssthresh} shows it. */
  default int slowStartThreshold() {
    return Integer.MAX_VALUE;
  }

  /**
   * How much may join the flight now.
   *
   * @param inFlight what the network is thought to hold
   */
  default int allowance(int inFlight) {
    return Math.max(0, window() - inFlight);
  }

  /**
   * Whether {@link #allowance} holds during a recovery, too. Otherwise proportional rate reduction
   * (RFC 9937) says meanwhile how much may join the flight, on its way to {@link #window}.
   */
  default boolean regulatesRecovery() {
    return false;
  }

  /**
   * At least 1; {@link #UNPACED} = as fast as the window allows. Probes of a closed window do not
   * wait, and are not asked for it.
   */
  default long pacingRate() {
    return UNPACED;
  }

  /**
   * How much may leave at once although {@link #pacingRate} spreads it; at least one segment. Where
   * that is less than two milliseconds' worth, these may: timers are no finer.
   */
  default int burst() {
    return Integer.MAX_VALUE;
  }
}
