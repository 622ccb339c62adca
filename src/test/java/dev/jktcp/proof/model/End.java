package dev.jktcp.proof.model;

/**
 * One end of a connection, as its user, its peer and its clock see it: the model, or what is
 * compared with it.
 */
public interface End {
  /** Passive OPEN; stands for as long as the end lives. */
  void listen();

  /** Active OPEN. */
  void open();

  /** SEND, pushed. */
  void send(int octets);

  /** RECEIVE of what is there, at most so much. */
  void receive(int octets);

  /** CLOSE; the user still RECEIVEs. */
  void close();

  /** CLOSE by a user who does not RECEIVE any more (RFC 9293 §3.6.1, MAY-1). */
  void leave();

  /** The persist timer fires (RFC 9293 §3.8.6.1). */
  void persist();

  /** Time passes, in which no timer fires. */
  void pass(int milliseconds);

  /** SEGMENT ARRIVES. */
  void arrives(Seg segment);

  /** How many milliseconds are left of 2 MSL, found by letting them pass; 0 = not in TIME-WAIT. */
  long timeWait();

  /** What it looks like now, and what it sent and signalled since the last call. */
  Observation observe();
}
