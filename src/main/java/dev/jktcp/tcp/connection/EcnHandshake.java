package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.Ecn;
import dev.jktcp.wire.TcpSegment;

/**
 * RFC 3168 §6.1.1: whether a connection uses ECN, as its SYNs and SYN-ACKs decide. Each end may
 * send several, with ECN and without: the rules are about all of them.
 */
public final class EcnHandshake {
  private static final int ASKS = TcpSegment.ECE | TcpSegment.CWR;

  private final Ecn use;
  private boolean gaveUp;
  private boolean setupSent;
  private boolean plainSent;
  private boolean setupHeard;
  private boolean plainHeard;

  EcnHandshake(Ecn use) {
    this.use = use;
  }

  /**
   * The outcome of a SYN and of the SYN-ACK that answered it as a cookie.
   *
   * @param agreed whether both had ECN
   */
  void onCookieAnswered(boolean agreed) {
    setupSent = agreed;
    plainSent = !agreed;
    setupHeard = agreed;
  }

  /** Whether the SYN asks for ECN. */
  public static boolean asks(TcpSegment syn) {
    return (syn.flags() & ASKS) == ASKS;
  }

  // --- ours

  /** ECE and CWR of a SYN that leaves now. */
  int ofSyn() {
    boolean asks = use == Ecn.ON && !gaveUp;
    onSent(asks);
    return asks ? ASKS : 0;
  }

  /** ECE and CWR of a SYN-ACK. A broken peer that reflects our bits would send CWR as well. */
  int ofSynAck() {
    boolean agrees = use != Ecn.OFF && setupHeard && !plainHeard && !plainSent;
    onSent(agrees);
    return agrees ? TcpSegment.ECE : 0;
  }

  private void onSent(boolean setup) {
    setupSent |= setup;
    plainSent |= !setup;
  }

  /**
   * §6.1.1.1: some middleboxes drop a SYN that asks for ECN, or answer it with an RST. As on Linux
   * the next SYN does not ask: a second lost SYN costs more than ECN brings.
   *
   * @return whether another SYN is worth sending because of that
   */
  boolean giveUp() {
    boolean asked = setupSent && !gaveUp;
    gaveUp = true;
    return asked;
  }

  // --- the peer's

  /** A SYN or SYN-ACK of the peer. */
  void onHeard(TcpSegment syn) {
    boolean setup = syn.hasAck() ? (syn.flags() & ASKS) == TcpSegment.ECE : asks(syn);
    setupHeard |= setup;
    plainHeard |= !setup;
  }

  // --- the result

  /** Whether our data segments may be marked. */
  boolean marks() {
    return setupSent && setupHeard && !plainSent && !plainHeard;
  }

  /**
   * Whether marks on the peer's segments count: the peer may not know that our last SYN was without
   * ECN.
   */
  boolean hearsMarks() {
    return setupSent && setupHeard && !plainHeard;
  }
}
