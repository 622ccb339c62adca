package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * F-RTO with SACK (RFC 5682 §3.1): whether a timeout was spurious is asked by new data instead of
 * retransmissions. If segments arrive then that had been sent before the timeout and not since,
 * they were in the network all the time.
 */
final class ForwardRto {
  private static final int PROBES = 2; // new segments of step 2 b

  private enum Step {
    OFF,
    /** The oldest segment was sent again; its ACK is awaited. */
    TWO,
    /** New data asks. */
    THREE
  }

  private Step step = Step.OFF;
  private int point; // RecoveryPoint
  private long timeoutNs;
  private int probes; // left to send
  private boolean original; // this ACK is of what was sent before the timeout and not since

  /**
   * Step 1.
   *
   * @param recovering whether a loss was being recovered when the timer fired. Of a timeout that
   *     repeats itself before any ACK this is asked once.
   */
  void onTimeout(boolean recovering, long nowNs) {
    if (step == Step.TWO || !recovering) {
      step = Step.TWO;
      timeoutNs = nowNs;
    } else {
      step = Step.OFF;
    }
  }

  /** An ACK is looked at. */
  void begin() {
    original = false;
  }

  /** It tells that this entry has arrived. */
  void onDelivered(Flight flight, int i) {
    original |=
        (flight.flags(i) & Flight.EVER_RETRANSMITTED) == 0 && flight.sentNs(i) - timeoutNs < 0;
  }

  /**
   * It has been looked at.
   *
   * @param advanced whether it moved SND.UNA
   * @param duplicate whether it is one that could have
   * @param hasNew whether there is new data which the peer's window admits
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
      return original && !beyond; // 3 b, or else 3 a
    }
    return false;
  }

  /** Whether new data goes before what is to be sent again. */
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

  /** There is no new data that could leave. */
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
