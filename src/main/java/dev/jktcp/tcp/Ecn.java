package dev.jktcp.tcp;

/** How a connection uses explicit congestion notification (RFC 3168). */
public enum Ecn {
  /** It neither asks for it nor agrees to it. */
  OFF,
  /** It agrees when the peer's SYN asks for it; a SYN of its own does not ask. */
  ACCEPT,
  /** Its own SYN asks for it, too. */
  ON
}
