package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.RateSample;
import dev.jktcp.wire.Seq;

/**
 * Delivery rate samples of draft-ietf-ccwg-bbr-06 §4.1: how fast the path delivers, computed from
 * the state that the flight kept when each segment left. Exists only if the policy wants samples.
 */
final class DeliveryRate {
  private static final long NEVER = Long.MIN_VALUE;

  /** One object for all events: a policy reads it during the call. */
  private static final class Sample implements RateSample {
    private long deliveredAtSend;
    private long delivered;
    private long intervalNs;
    private int inFlightAtSend;
    private int lostSince;
    private boolean applicationLimited;

    @Override
    public long deliveredAtSend() {
      return deliveredAtSend;
    }

    @Override
    public long delivered() {
      return delivered;
    }

    @Override
    public long intervalNs() {
      return intervalNs;
    }

    @Override
    public int inFlightAtSend() {
      return inFlightAtSend;
    }

    @Override
    public int lostSince() {
      return lostSince;
    }

    @Override
    public boolean applicationLimited() {
      return applicationLimited;
    }
  }

  private final Flight flight;
  private final Sample sample = new Sample();

  // The connection's state, C in the draft. A folded end does not keep it.
  private long deliveredNs;
  private long firstSentNs;
  private long limitedUntil = NEVER; // samples are limited until more than this is delivered
  private long leastRttNs;

  // The newest segment that this ACK delivered.
  private long nowNs;
  private boolean any;
  private int end;
  private long priorDelivered;
  private long priorLost;
  private int inFlightThen;
  private boolean limited;
  private boolean untimed;
  private long sendingNs;
  private long ackingNs;

  /**
   * The flight is empty: the application has left a gap.
   *
   * @param leastRttNs the shortest round trip so far, in ns; 0 = unknown
   */
  DeliveryRate(Flight flight, long leastRttNs) {
    this.flight = flight;
    flight.sample(true);
    limitedUntil = flight.delivered();
    this.leastRttNs = leastRttNs == 0 ? Long.MAX_VALUE : leastRttNs;
  }

  // --- sent

  /**
   * A segment is about to be recorded in the flight. If the network holds none, the measurement
   * begins with it.
   */
  void beforeSent(long nowNs) {
    if (flight.inNetwork() <= 0) {
      firstSentNs = nowNs;
      deliveredNs = nowNs;
    }
  }

  /** Entry {@code i} has been recorded, as new or as sent again. */
  void onSent(int i) {
    flight.rateAtSend(
        i, flight.delivered(), deliveredNs, firstSentNs, flight.lost(), flight.inNetwork());
    if (limitedUntil != NEVER) {
      flight.addFlags(i, Flight.APP_LIMITED);
    } else {
      flight.dropFlags(i, Flight.APP_LIMITED);
    }
  }

  /**
   * All data has left, and the policy would let out more: the application, not the path, causes the
   * gap that follows.
   */
  void onGap() {
    limitedUntil = flight.delivered() + Math.max(0, flight.inNetwork());
  }

  // --- delivered

  /** An ACK begins. */
  void begin(long nowNs) {
    this.nowNs = nowNs;
    any = false;
  }

  /** UpdateRateSample(): of the segments that an ACK delivers, the newest counts. */
  void onDelivered(int i) {
    deliveredNs = nowNs;
    long sentNs = flight.sentNs(i);
    if (any && !isNewer(sentNs, flight.end(i))) {
      return;
    }
    any = true;
    end = flight.end(i);
    priorDelivered = flight.deliveredAtSend(i);
    priorLost = flight.lostAtSend(i);
    inFlightThen = flight.inFlightAtSend(i);
    limited = (flight.flags(i) & Flight.APP_LIMITED) != 0;
    untimed = (flight.flags(i) & Flight.UNTIMED) != 0;
    sendingNs = sentNs - flight.firstSentNs(i);
    ackingNs = nowNs - flight.deliveredNsAtSend(i);
    firstSentNs = sentNs;
  }

  private boolean isNewer(long sentNs, int itsEnd) {
    return sentNs - firstSentNs > 0 || (sentNs == firstSentNs && Seq.gt(itsEnd, end));
  }

  /**
   * GenerateRateSample(): the ACK was processed, and the losses that it proves are known.
   *
   * @param roundTripNs the round trip that this ACK measured, in ns; 0 = none
   * @return null if the ACK delivered nothing
   */
  RateSample sample(long roundTripNs) {
    if (limitedUntil != NEVER && flight.delivered() > limitedUntil) {
      limitedUntil = NEVER;
    }
    if (roundTripNs > 0) {
      leastRttNs = Math.min(leastRttNs, roundTripNs);
    }
    if (!any) {
      return null;
    }
    long intervalNs = Math.max(sendingNs, ackingNs);
    // An interval below a round trip is not to be trusted: the ACK is that of a needless copy's
    // original.
    boolean reliable = intervalNs >= leastRttNs && !untimed;
    return fill(priorDelivered, reliable ? intervalNs : 0, inFlightThen, priorLost, limited);
  }

  /** Entry {@code i} is taken for lost: the sample of its flight, without a delivery. */
  RateSample ofLost(int i) {
    boolean wasLimited = (flight.flags(i) & Flight.APP_LIMITED) != 0;
    long delivered = flight.deliveredAtSend(i);
    return fill(delivered, 0, flight.inFlightAtSend(i), flight.lostAtSend(i), wasLimited);
  }

  private RateSample fill(
      long deliveredAtSend, long intervalNs, int inFlightAtSend, long lostAtSend, boolean limited) {
    sample.deliveredAtSend = deliveredAtSend;
    sample.delivered = flight.delivered();
    sample.intervalNs = intervalNs;
    sample.inFlightAtSend = inFlightAtSend;
    sample.lostSince = (int) (flight.lost() - lostAtSend);
    sample.applicationLimited = limited;
    return sample;
  }
}
