package dev.jktcp.tcp;

/** How a connection uses explicit congestion notification (RFC 3168). */
public enum Ecn {
  /** The connection neither asks for ECN nor agrees to it. */
  OFF,
  /** The connection agrees when the peer's SYN asks for ECN; its own SYN does not ask. */
  ACCEPT,
  /** The connection's own SYN asks for ECN as well. */
  ON
}
