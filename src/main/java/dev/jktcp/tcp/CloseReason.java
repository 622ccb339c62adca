package dev.jktcp.tcp;

/** Why a connection is over. */
public enum CloseReason {
  /** Both directions ended with a FIN that was acknowledged. */
  CLOSED("connection closed"),
  /** The peer sent an RST. */
  RESET("connection reset"),
  /** The peer answered our SYN with an RST. */
  REFUSED("connection refused"),
  /** ICMP reported during the open that the peer, or its port, cannot be reached. */
  UNREACHABLE("destination unreachable"),
  /** The peer did not answer within the time that the profile allows. */
  TIMED_OUT("connection timed out"),
  /** This side gave the connection up and sent an RST. */
  ABORTED("connection aborted"),
  /**
   * The connection held much memory of which less than a tenth moved in 10 s, and the memory for
   * all connections of its adapter was used up.
   */
  OUT_OF_MEMORY("connection reset to free memory"),
  /** The adapter that held the connection was closed. */
  ADAPTER_CLOSED("adapter closed"),
  /** The transport below the adapter ended. */
  TRANSPORT_LOST("transport lost"),
  /**
   * The transport below the adapter was away for longer than the connection may wait: its gap, or
   * the user's own timeout. The adapter lives on.
   */
  TRANSPORT_AWAY("transport away for too long"),
  /** The transport came back with other addresses, and the connection's was not among them. */
  ADDRESS_GONE("local address gone"),
  /** The event bus between a handle and its adapter lost a message, or one of the two is gone. */
  BUS_LOST("lost on the event bus");

  private final String text;

  CloseReason(String text) {
    this.text = text;
  }

  /** The words with which an error message begins. */
  public String text() {
    return text;
  }
}
