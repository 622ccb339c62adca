package dev.jktcp.tcp;

/** The states of RFC 9293 §3.3.2. LISTEN is a listener, not a connection, so it is not here. */
public enum TcpState {
  SYN_SENT,
  SYN_RECEIVED,
  ESTABLISHED,
  FIN_WAIT_1,
  FIN_WAIT_2,
  CLOSE_WAIT,
  CLOSING,
  LAST_ACK,
  TIME_WAIT,
  CLOSED;

  /** Both ends know both initial sequence numbers: every state from ESTABLISHED on. */
  public boolean synchronizedState() {
    return this != SYN_SENT && this != SYN_RECEIVED && this != CLOSED;
  }

  /** Whether the peer may still send data that we take. */
  public boolean receivesData() {
    return this == ESTABLISHED || this == FIN_WAIT_1 || this == FIN_WAIT_2;
  }
}
