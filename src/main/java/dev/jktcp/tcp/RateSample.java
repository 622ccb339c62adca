package dev.jktcp.tcp;

/**
 * One measurement of how fast the path delivers (draft-ietf-ccwg-bbr-06 §4.1), by the flight of one
 * segment. It begins at the last ACK before that segment was sent, and ends with the present event.
 * Reused like the {@link CongestionFacts} that hand it out.
 *
 * <p>Sizes are bytes of sequence space, times nanoseconds.
 */
public interface RateSample {
  /** All that was delivered over the connection's life until the segment was sent. */
  long deliveredAtSend();

  /** All that was delivered until now. */
  long delivered();

  /** How long the delivery of the difference took; 0 = too short to measure, or not delivered. */
  long intervalNs();

  /** What was in flight when the segment had been sent, itself included. */
  int inFlightAtSend();

  /** What was taken for lost since the segment was sent. */
  int lostSince();

  /** Whether the application, and not the policy, limited what was in flight at that time. */
  boolean applicationLimited();
}
