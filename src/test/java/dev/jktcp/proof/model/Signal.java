package dev.jktcp.proof.model;

/** What RFC 9293 §3.10 tells the user. */
public enum Signal {
  /** The OPEN succeeded. */
  OPENED,
  /** There is text to RECEIVE. */
  TEXT,
  /** Octets that were SENT are acknowledged. */
  SENT_OK,
  /** "connection closing": the peer's FIN. */
  CLOSING,
  /** The CLOSE is acknowledged. */
  CLOSE_OK,
  /** There is urgent data ahead. */
  URGENT,
  /** "connection reset". */
  RESET,
  /** "connection refused". */
  REFUSED,
  /** This side gave up. */
  ABORTED
}
