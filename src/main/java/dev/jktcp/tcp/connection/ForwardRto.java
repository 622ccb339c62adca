package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * F-RTO with SACK (RFC 5682 §3.1): after a timeout, new data instead of retransmissions probes
 * whether it was spurious. If segments then arrive that were sent before the timeout and not since,
 * they were in the network all the time.
 */
final class ForwardRto {
  private static final int PROBES = 2; // new segments of step 2 b

  private enum Step {
    OFF,
    /** The oldest segment was sent again; its ACK is awaited. */
    TWO,
    /** New data probes. */
    THREE
  }

  private Step step = Step.OFF;
  private int point; // RecoveryPoint
  private long timeoutNs;
  private int probes; // left to send
  private boolean original; // this ACK covers a segment sent before the timeout and not since

  /**
   * Step 1.
   *
   * @param recovering whether a loss was being recovered when the timer fired. If a timeout repeats
   *     before any ACK, its first firing counts.
   */
  void onTimeout(boolean recovering, long nowNs) {
    if (step == Step.TWO || !recovering) {
      step = Step.TWO;
      timeoutNs = nowNs;
    } else {
      step = Step.OFF;
    }
  }

  /** The processing of an ACK begins. */
  void begin() {
    original = false;
  }

  /** The ACK shows that this entry has arrived. */
  void onDelivered(Flight flight, int i) {
    original |=
        (flight.flags(i) & Flight.EVER_RETRANSMITTED) == 0 && flight.sentNs(i) - timeoutNs < 0;
  }

  /**
   * The processing of the ACK ends.
   *
   * @param advanced whether the ACK moved SND.UNA
   * @param duplicate whether it is a duplicate ACK
   * @param hasNew whether new data waits that the peer's window admits
   * @return true when the timeout was spurious
   */
  boolean onAck(Flight flight, boolean advanced, boolean duplicate, boolean hasNew) {
    if (step == Step.TWO && advanced) {
      boolean asks = hasNew && flight.size() > 0; // 2 a, 2 b
      step = asks ? Step.THREE : Step.OFF;
      point = flight.nxt();
      probes = PROBES;
    } else if (step == Step.THREE && (advanced || duplicate)) {
      step = Step.OFF;
      boolean beyond = Seq.gt(flight.una(), point) || Seq.gt(flight.sackedEnd(), point);
      return original && !beyond; // 3 b, otherwise 3 a
    }
    return false;
  }

  /** Whether new data goes before retransmissions. */
  boolean asks() {
    return step == Step.THREE && probes > 0;
  }

  /** Whether retransmissions wait for the answer. */
  boolean waits() {
    return step == Step.THREE;
  }

  /** New data left. */
  void onSentNew() {
    probes = Math.max(0, probes - 1);
  }

  /** No new data can leave. */
  void onNothingNew() {
    if (probes == PROBES) {
      stop();
    } else {
      probes = 0;
    }
  }

  boolean isOff() {
    return step == Step.OFF;
  }

  /** The recovery is over. */
  void stop() {
    step = Step.OFF;
  }
}
