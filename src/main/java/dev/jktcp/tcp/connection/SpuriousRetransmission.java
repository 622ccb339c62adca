package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * Whether what was taken for lost was only late, so that the policy may have its window back. For a
 * recovery that is proved by Eifel detection (RFC 3522): the peer answers to a segment that is
 * older than its first retransmission; or by DSACK (RFC 3708): all that was sent again arrived
 * twice; or, where several ACKs are taken before a packet leaves, by all of it arriving before it
 * is sent again. For a timeout, moreover, by {@link ForwardRto}.
 */
final class SpuriousRetransmission {
  /** What was begun for a loss. */
  enum Cause {
    NONE,
    FAST,
    TIMEOUT
  }

  private final ForwardRto forwardRto = new ForwardRto();

  private Cause cause = Cause.NONE;
  private int from; // SND.UNA when it began
  private int watchedTo; // a DSACK comes before the ACK of what is sent behind this
  private boolean over;
  private boolean proved; // to have been for nothing: DSACKs are heard still
  private long againNs; // of the first retransmission; RetransmitTS
  private long againBytes;
  private long doubledBytes;
  private boolean late; // Eifel: a segment arrived as it was sent before
  private boolean needed; // another arrived only as it was sent again, or that cannot be told

  /** A recovery begins. */
  void onRecovery(Flight flight) {
    begin(Cause.FAST, flight);
    forwardRto.stop();
  }

  /**
   * The retransmission timer fired.
   *
   * @param recovering whether a loss was being recovered by then
   */
  void onTimeout(Flight flight, boolean recovering, long nowNs) {
    forwardRto.onTimeout(recovering, nowNs);
    // RFC 4015 §3.1: not begun anew by further timeouts of the same recovery.
    if (cause != Cause.TIMEOUT || over || !recovering) {
      begin(Cause.TIMEOUT, flight);
    }
  }

  private void begin(Cause why, Flight flight) {
    cause = why;
    from = flight.una();
    over = false;
    proved = false;
    againBytes = 0;
    doubledBytes = 0;
    late = false;
    needed = false;
  }

  /** So much left again to repair a loss. */
  void onSentAgain(int length, long nowNs) {
    if (cause == Cause.NONE || over) {
      return;
    }
    if (againBytes == 0) {
      againNs = nowNs;
    }
    againBytes += length;
  }

  /** A segment of new data left. */
  void onSentNew() {
    forwardRto.onSentNew();
  }

  /**
   * The peer got [start, end) twice, and not because of a tail loss probe.
   *
   * @return whether that is of a recovery that is watched
   */
  boolean onDsack(int start, int end, Flight flight) {
    boolean watched =
        againBytes > 0
            && cause != Cause.NONE
            && Seq.lt(start, end)
            && Seq.geq(start, from)
            && Seq.leq(end, flight.nxt());
    doubledBytes += watched ? Seq.diff(end, start) : 0;
    return watched;
  }

  /** An ACK is looked at; nothing of it has reached the flight. */
  void begin(Flight flight, int ack, Echo echo) {
    forwardRto.begin();
    if (cause == Cause.NONE || againBytes == 0 || Seq.leq(ack, flight.una())) {
      return;
    }
    if ((flight.flags(0) & Flight.EVER_RETRANSMITTED) != 0 && flight.sentNs(0) - againNs >= 0) {
      boolean earlier = echo.isBefore(againNs);
      late |= earlier;
      needed |= !earlier;
    }
  }

  /** It tells that this entry has arrived. */
  void onDelivered(Flight flight, int i) {
    forwardRto.onDelivered(flight, i);
  }

  /**
   * It has been looked at.
   *
   * @return what was for nothing, once: that is over now
   */
  Cause onAck(Flight flight, boolean advanced, boolean duplicate, boolean hasNew) {
    boolean forward = forwardRto.onAck(flight, advanced, duplicate, hasNew);
    if (over && Seq.gt(flight.una(), watchedTo)) {
      cause = Cause.NONE;
      return Cause.NONE;
    }
    if (cause == Cause.NONE || proved) {
      return Cause.NONE;
    }
    boolean eifel = late && !needed && (cause == Cause.TIMEOUT || flight.againInNetwork() == 0);
    boolean doubled = againBytes > 0 && doubledBytes >= againBytes;
    if (!eifel && !doubled && !arrived(flight) && !(forward && cause == Cause.TIMEOUT)) {
      return Cause.NONE;
    }
    proved = true;
    onRecovered(flight);
    return cause;
  }

  /** Whether all that the recovery took for lost has come before any of it was sent again. */
  private boolean arrived(Flight flight) {
    return cause == Cause.FAST && !over && againBytes == 0 && flight.bytesToSendAgain() == 0;
  }

  /** All that was in flight at the loss is acknowledged; DSACKs may still come. */
  void onRecovered(Flight flight) {
    over = true;
    watchedTo = flight.nxt();
    forwardRto.stop();
  }

  /** Whether there is nothing that it watches. */
  boolean isOff() {
    return cause == Cause.NONE && forwardRto.isOff();
  }

  /** Whether retransmissions wait for an answer to new data. */
  boolean waits() {
    return forwardRto.waits();
  }

  /** Whether new data is to ask. */
  boolean asks() {
    return forwardRto.asks();
  }

  /** There is no new data that could leave. */
  void onNothingNew() {
    forwardRto.onNothingNew();
  }
}
