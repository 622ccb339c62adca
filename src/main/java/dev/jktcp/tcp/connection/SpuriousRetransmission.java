package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * Whether what was taken for lost was only late, so that the policy may have its window back. For a
 * recovery that is proved by Eifel detection (RFC 3522): the peer answers to a segment that is
 * older than its first retransmission; or by DSACK (RFC 3708): all that was sent again arrived
 * twice; or, where several ACKs are taken before a packet leaves, by all of it arriving before it
 * is sent again. For a timeout, moreover, by {@link ForwardRto}.
 *
 * <p>A recovery may reduce the window more than once, for retransmissions that seem lost in their
 * turn or at a timeout, and another may begin while DSACKs of the one before may still come. The
 * last reduction is proved by what was sent again since; all of them by all that was.
 */
final class SpuriousRetransmission {
  /** What was begun for a loss. */
  enum Cause {
    NONE,
    FAST,
    TIMEOUT
  }

  /** Shared by all connections that have lost nothing: ACKs and segments do not change it. */
  static final SpuriousRetransmission NONE = new SpuriousRetransmission();

  // Each is null until it is needed.
  private ForwardRto forwardRto;
  private RetransmissionEvidence all;
  private RetransmissionEvidence last; // where all is more

  private Cause cause = Cause.NONE; // of the last reduction
  private int open; // reductions not undone
  private int undone; // by the last proof
  private boolean several; // all are more than the last
  private boolean timeouts; // one of all was for a timeout
  private boolean apart; // all are of more than one recovery
  private int watchedTo; // a DSACK comes before the ACK of what is sent behind this
  private boolean over;
  private boolean lastProved;
  private boolean proved; // all were for nothing: DSACKs are heard still

  /**
   * A recovery begins.
   *
   * @param further whether it is the one under way, which reduces the window once more
   */
  void onRecovery(Flight flight, boolean further) {
    begin(Cause.FAST, flight, further);
    stopForwardRto();
  }

  /**
   * The retransmission timer fired.
   *
   * @param recovering whether a loss was being recovered by then
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
    boolean going = cause != Cause.NONE && !proved && !lastProved && !all.isEmpty();
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
    lastProved = false;
    proved = false;
  }

  /** Whether the reduction that began last may be undone with those before it. */
  boolean isOfSeveral() {
    return several;
  }

  /** So much left again to repair a loss. */
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
   * @return whether that is of a recovery that is watched
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

  /** An ACK is looked at; nothing of it has reached the flight. */
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

  /** It tells that this entry has arrived. */
  void onDelivered(Flight flight, int i) {
    if (forwardRto != null) {
      forwardRto.onDelivered(flight, i);
    }
  }

  /**
   * It has been looked at.
   *
   * @return what was for nothing, once: that is over now
   */
  Cause onAck(Flight flight, boolean advanced, boolean duplicate, boolean hasNew) {
    boolean forward = forwardRto != null && forwardRto.onAck(flight, advanced, duplicate, hasNew);
    if (over && Seq.gt(flight.una(), watchedTo)) {
      cause = Cause.NONE;
    }
    if (cause == Cause.NONE || proved) {
      return Cause.NONE;
    }
    if (provesAll(flight, forward)) {
      proved = true;
      undone = open;
      onRecovered(flight);
      return timeouts ? Cause.TIMEOUT : Cause.FAST;
    }
    if (several && !lastProved && provesLast(last, flight, forward)) {
      lastProved = true;
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
   * @param forward whether F-RTO says so
   */
  private boolean provesLast(RetransmissionEvidence since, Flight flight, boolean forward) {
    boolean timeout = cause == Cause.TIMEOUT;
    boolean eifel = since.isLate() && (timeout || flight.againInNetwork() == 0);
    // All that was taken for lost may have come before any of it was sent again.
    boolean arrived = !timeout && !over && since.isEmpty() && flight.bytesToSendAgain() == 0;
    return eifel || since.isDoubled() || arrived || (forward && timeout);
  }

  /** Whether what {@link #onAck} told was so of all, and not of the last alone. */
  boolean isProvedWholly() {
    return proved;
  }

  /** How many reductions {@link #onAck} told of. */
  int undone() {
    return undone;
  }

  /** A loss was proved that none of this tells of: what it costs is not given back. */
  void forget() {
    cause = Cause.NONE;
  }

  /** All that was in flight at the loss is acknowledged; DSACKs may still come. */
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

  /** Whether there is nothing that it watches. */
  boolean isOff() {
    return cause == Cause.NONE && (forwardRto == null || forwardRto.isOff());
  }

  /** Whether retransmissions wait for an answer to new data. */
  boolean waits() {
    return forwardRto != null && forwardRto.waits();
  }

  /** Whether new data is to ask. */
  boolean asks() {
    return forwardRto != null && forwardRto.asks();
  }

  /** There is no new data that could leave. */
  void onNothingNew() {
    if (forwardRto != null) {
      forwardRto.onNothingNew();
    }
  }
}
