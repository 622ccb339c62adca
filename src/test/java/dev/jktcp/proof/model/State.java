package dev.jktcp.proof.model;

/** RFC 9293 §3.3.2. CLOSED and LISTEN: there is no connection. */
public enum State {
  CLOSED,
  LISTEN,
  SYN_SENT,
  SYN_RECEIVED,
  ESTABLISHED,
  FIN_WAIT_1,
  FIN_WAIT_2,
  CLOSE_WAIT,
  CLOSING,
  LAST_ACK,
  TIME_WAIT
}
