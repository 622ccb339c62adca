package dev.jktcp.tcp;

/**
 * One measurement of how fast the path delivers (draft-ietf-ccwg-bbr-06 §4.1), by the flight of one
 * segment. The measurement begins at the last ACK before that segment was sent, and ends with the
 * present event. The object is reused like {@link CongestionFacts}.
 *
 * <p>Sizes are bytes of sequence space, times nanoseconds.
 */
public interface RateSample {
  /** Bytes delivered over the connection's life until the segment was sent. */
  long deliveredAtSend();

  /** Bytes delivered over the connection's life until now. */
  long delivered();

  /** The time in which the difference was delivered; 0 = too short to measure, or not delivered. */
  long intervalNs();

  /** Bytes in flight when the segment had been sent, itself included. */
  int inFlightAtSend();

  /** Bytes taken for lost since the segment was sent. */
  int lostSince();

  /** Whether the application, not the policy, limited the flight at that time. */
  boolean applicationLimited();
}
