package dev.jktcp.tcp;

/**
 * What a {@link CongestionPolicy} is told about its connection. The object is reused for all
 * connections of a stack: read it during the call and do not keep it. A fact that was not measured
 * has the value that its getter calls unknown.
 *
 * <p>Sizes are bytes of sequence space, times nanoseconds.
 */
public interface CongestionFacts {
  /** The stack's time; only differences mean anything. */
  long nowNs();

  /** The largest payload of a segment now (SMSS). */
  int mss();

  /** What the network is thought to hold after the event. */
  int inFlight();

  /** What it was thought to hold before. */
  int inFlightBefore();

  /** What this ACK acknowledged for the first time; 0 outside {@link CongestionPolicy#onAck}. */
  int ackedBytes();

  /**
   * What is known from this ACK to have arrived, and was not known before: acknowledged or
   * selectively acknowledged. 0 outside {@link CongestionPolicy#onAck}.
   */
  int deliveredBytes();

  /** What is taken for lost from this event on; 0 = nothing, or unknown. */
  int lostBytes();

  /**
   * How many of {@link #deliveredBytes} may have arrived with a mark of congestion: all, if the ACK
   * carries an ECN-Echo, which after one mark all do for about a round trip. Such an ACK should not
   * make the window larger (RFC 3168 §6.1.2). 0 = none, or ECN is not in use.
   */
  int markedBytes();

  /**
   * Whether a loss is being recovered, or was until this ACK. Of another loss, a timeout or an
   * undo: whether it is one of several that may be undone together.
   */
  boolean recovering();

  /** The round trip that this ACK measured; 0 = unknown. */
  long roundTripNs();

  /** SRTT of RFC 6298; 0 = unknown. */
  long smoothedRoundTripNs();

  /** The retransmission timeout as it is armed now. */
  long timeoutNs();

  /** How long ago the last segment with data left. */
  long idleNs();

  /**
   * How fast the newest segment of what this ACK delivered was; in {@link
   * CongestionPolicy#onSegmentLost}, of the lost segment's flight. null = unknown, or not {@link
   * CongestionPolicy#wantsSamples wanted}.
   */
  RateSample sample();

  /**
   * A number from the stack's entropy: runs of one entropy repeat.
   *
   * @param bound above 0, and above the number
   */
  long random(long bound);
}
