package dev.jktcp.tcp.connection;

/**
 * The listener as its passive connections call it, to bound those that wait there for their user.
 */
public interface AcceptQueue {
  void onHalfOpen();

  void onHalfOpenGone();

  /**
   * Whether one more connection may wait for its user. If not, the ACK that completes a handshake
   * counts as lost: the peer's next one, or its answer to our next SYN-ACK, may find room.
   */
  boolean takesAnother();

  /**
   * A half-open connection is established and waits for its user.
   *
   * @return false when the listener is gone: the connection ends
   */
  boolean onEstablished();

  /** The user took a connection. */
  void onAccepted();
}
