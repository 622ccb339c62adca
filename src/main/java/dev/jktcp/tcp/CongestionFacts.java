package dev.jktcp.tcp;

/**
 * The facts that a {@link CongestionPolicy} gets about its connection. The object is reused for all
 * connections of a stack: read it during the call and do not keep it. A fact that was not measured
 * has the value that its getter calls unknown.
 *
 * <p>Sizes are bytes of sequence space, times nanoseconds.
 */
public interface CongestionFacts {
  /** The stack's time; only differences are meaningful. */
  long nowNs();

  /** The largest payload of a segment now (SMSS). */
  int mss();

  /** Bytes that the network is thought to hold after the event. */
  int inFlight();

  /** Bytes that the network was thought to hold before the event. */
  int inFlightBefore();

  /**
   * Bytes that this ACK acknowledged for the first time; 0 outside {@link CongestionPolicy#onAck}.
   */
  int ackedBytes();

  /**
   * Bytes newly known to have arrived by this ACK, acknowledged or selectively acknowledged. 0
   * outside {@link CongestionPolicy#onAck}.
   */
  int deliveredBytes();

  /** Bytes that this event takes for lost; 0 = none, or unknown. */
  int lostBytes();

  /**
   * The part of {@link #deliveredBytes} that may have arrived with a congestion mark: all, if the
   * ACK carries an ECN-Echo. After one mark every ACK does so for about a round trip. Such an ACK
   * should not make the window larger (RFC 3168 §6.1.2). 0 = none, or ECN is not in use.
   */
  int markedBytes();

  /**
   * Whether a loss is being recovered, or was until this ACK. If the event is a loss, a timeout or
   * an undo: whether it is one of several that may be undone together.
   */
  boolean recovering();

  /** The round trip that this ACK measured; 0 = unknown. */
  long roundTripNs();

  /** SRTT of RFC 6298; 0 = unknown. */
  long smoothedRoundTripNs();

  /** The current retransmission timeout. */
  long timeoutNs();

  /** How long ago the last segment with data left. */
  long idleNs();

  /**
   * The delivery rate by the newest segment that this ACK delivered; in {@link
   * CongestionPolicy#onSegmentLost}, that of the lost segment's flight. null = unknown, or not
   * {@link CongestionPolicy#wantsSamples wanted}.
   */
  RateSample sample();

  /**
   * A random number from the stack's entropy: runs with the same entropy repeat.
   *
   * @param bound above 0; the number is below it
   */
  long random(long bound);
}
