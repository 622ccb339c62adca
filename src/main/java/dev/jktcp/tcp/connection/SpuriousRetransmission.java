package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * Whether segments taken for lost were only late, so that the policy gets its window back. A
 * recovery has three proofs. Eifel detection (RFC 3522): the peer answers a segment that is older
 * than its first retransmission. DSACK (RFC 3708): all bytes sent again arrived twice. Or all of
 * them arrive before they are sent again, if several ACKs are processed before a packet leaves. A
 * timeout has {@link ForwardRto} as a further proof.
 *
 * <p>A recovery may reduce the window more than once, when retransmissions seem lost as well or a
 * timeout fires, and another may begin while DSACKs of the one before may still come. Evidence on
 * the segments sent again since the last reduction proves that one spurious; evidence on all of
 * them proves all.
 */
final class SpuriousRetransmission {
  /** The reaction to a loss. */
  enum Cause {
    NONE,
    FAST,
    TIMEOUT
  }

  /** The reductions that have proved needless. */
  private enum Proof {
    NONE,
    OF_LAST,
    /** DSACKs still count. */
    OF_ALL
  }

  /** Shared by all connections without a loss: ACKs and segments do not change it. */
  static final SpuriousRetransmission NONE = new SpuriousRetransmission();

  // Each is null until it is needed.
  private ForwardRto forwardRto;
  private RetransmissionEvidence all;
  private RetransmissionEvidence last; // null while it would equal all

  private Cause cause = Cause.NONE; // of the last reduction
  private int open; // reductions not undone
  private int undone; // number undone by the last proof
  private boolean several; // all reductions are more than the last
  private boolean timeouts; // one of all reductions was for a timeout
  private boolean apart; // all reductions belong to more than one recovery
  private int watchedTo; // a DSACK comes before the ACK of data sent after this
  private boolean over;
  private Proof proof = Proof.NONE;

  /**
   * A recovery begins.
   *
   * @param further whether it continues the current one, which reduces the window once more
   */
  void onRecovery(Flight flight, boolean further) {
    begin(Cause.FAST, flight, further);
    stopForwardRto();
  }

  /**
   * The retransmission timer fired.
   *
   * @param recovering whether a recovery was under way
   */
  void onTimeout(Flight flight, boolean recovering, long nowNs) {
    if (forwardRto == null) {
      forwardRto = new ForwardRto();
    }
    forwardRto.onTimeout(recovering, nowNs);
    // RFC 4015 §3.1: not begun anew by further timeouts of the same segment.
    boolean again = cause == Cause.TIMEOUT && !over && recovering;
    if (!again || flight.una() != (several ? last : all).from()) {
      begin(Cause.TIMEOUT, flight, recovering);
    }
  }

  private void begin(Cause why, Flight flight, boolean further) {
    boolean going = cause != Cause.NONE && proof == Proof.NONE && !all.isEmpty();
    several = going && (further || (over && Seq.leq(flight.una(), watchedTo)));
    if (several) {
      open++;
      apart |= !further;
      last = last == null ? new RetransmissionEvidence() : last;
      last.begin(flight.una());
    } else {
      open = 1;
      apart = false;
      timeouts = false;
      all = all == null ? new RetransmissionEvidence() : all;
      all.begin(flight.una());
    }
    cause = why;
    timeouts |= why == Cause.TIMEOUT;
    over = false;
    proof = Proof.NONE;
  }

  /** Whether the reduction that began last may be undone with those before it. */
  boolean isOfSeveral() {
    return several;
  }

  /** So many bytes left again to repair a loss. */
  void onSentAgain(int length, long nowNs) {
    if (cause == Cause.NONE || over) {
      return;
    }
    all.onSentAgain(length, nowNs);
    if (several) {
      last.onSentAgain(length, nowNs);
    }
  }

  /** A segment of new data left. */
  void onSentNew() {
    if (forwardRto != null) {
      forwardRto.onSentNew();
    }
  }

  /**
   * The peer got [start, end) twice, and not because of a tail loss probe.
   *
   * @return whether the duplicate belongs to a watched recovery
   */
  boolean onDsack(int start, int end, Flight flight) {
    if (cause == Cause.NONE) {
      return false;
    }
    if (several) {
      last.onDsack(start, end, flight);
    }
    return all.onDsack(start, end, flight);
  }

  /** The processing of an ACK begins; the flight has not processed it yet. */
  void begin(Flight flight, int ack, Echo echo) {
    if (forwardRto != null) {
      forwardRto.begin();
    }
    if (cause == Cause.NONE || all.isEmpty() || Seq.leq(ack, flight.una())) {
      return;
    }
    if (several) {
      last.onAnswer(flight, echo);
    }
    if (!apart) { // a later recovery's originals are younger than the first retransmission of all
      all.onAnswer(flight, echo);
    }
  }

  /** The ACK shows that this entry has arrived. */
  void onDelivered(Flight flight, int i) {
    if (forwardRto != null) {
      forwardRto.onDelivered(flight, i);
    }
  }

  /**
   * The processing of the ACK ends.
   *
   * @return the reaction that proved needless, returned once; it is over now
   */
  Cause onAck(Flight flight, boolean advanced, boolean duplicate, boolean hasNew) {
    boolean forward = forwardRto != null && forwardRto.onAck(flight, advanced, duplicate, hasNew);
    if (over && Seq.gt(flight.una(), watchedTo)) {
      cause = Cause.NONE;
    }
    if (cause == Cause.NONE || proof == Proof.OF_ALL) {
      return Cause.NONE;
    }
    if (provesAll(flight, forward)) {
      proof = Proof.OF_ALL;
      undone = open;
      onRecovered(flight);
      return timeouts ? Cause.TIMEOUT : Cause.FAST;
    }
    if (several && proof == Proof.NONE && provesLast(last, flight, forward)) {
      proof = Proof.OF_LAST;
      undone = 1;
      open--;
      onRecovered(flight);
      return cause;
    }
    return Cause.NONE;
  }

  private boolean provesAll(Flight flight, boolean forward) {
    if (!several) {
      return provesLast(all, flight, forward);
    }
    return all.isDoubled() || (!apart && all.isLate() && flight.againInNetwork() == 0);
  }

  /**
   * @param forward whether F-RTO proves it
   */
  private boolean provesLast(RetransmissionEvidence since, Flight flight, boolean forward) {
    boolean timeout = cause == Cause.TIMEOUT;
    boolean eifel = since.isLate() && (timeout || flight.againInNetwork() == 0);
    // All segments taken for lost may have come before any was sent again.
    boolean arrived = !timeout && !over && since.isEmpty() && flight.bytesToSendAgain() == 0;
    return eifel || since.isDoubled() || arrived || (forward && timeout);
  }

  /** Whether the last proof of {@link #onAck} holds for all reductions, not only for the last. */
  boolean isProvedWholly() {
    return proof == Proof.OF_ALL;
  }

  /** Number of reductions that the last proof of {@link #onAck} undid. */
  int undone() {
    return undone;
  }

  /** A loss of another kind was proved: its reduction is not undone. */
  void forget() {
    cause = Cause.NONE;
  }

  /** Everything in flight at the loss is acknowledged; DSACKs may still come. */
  void onRecovered(Flight flight) {
    over = true;
    watchedTo = flight.nxt();
    stopForwardRto();
  }

  private void stopForwardRto() {
    if (forwardRto != null) {
      forwardRto.stop();
    }
  }

  /** Whether no reduction is watched. */
  boolean isOff() {
    return cause == Cause.NONE && (forwardRto == null || forwardRto.isOff());
  }

  /** Whether retransmissions wait for an answer to new data. */
  boolean waits() {
    return forwardRto != null && forwardRto.waits();
  }

  /** Whether new data is to probe for the answer. */
  boolean asks() {
    return forwardRto != null && forwardRto.asks();
  }

  /** No new data can leave. */
  void onNothingNew() {
    if (forwardRto != null) {
      forwardRto.onNothingNew();
    }
  }
}
