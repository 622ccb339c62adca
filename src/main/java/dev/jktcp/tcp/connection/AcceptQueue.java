package dev.jktcp.tcp.connection;

/**
 * What a passive connection tells the listener that it came from, so that its backlog has a bound.
 */
public interface AcceptQueue {
  void onHalfOpen();

  void onHalfOpenGone();

  /**
   * @return false when the listener is gone: the connection ends
   */
  boolean onEstablished();

  /** The user took it. */
  void onAccepted();
}
