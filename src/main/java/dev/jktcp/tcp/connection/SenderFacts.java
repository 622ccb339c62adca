package dev.jktcp.tcp.connection;

import dev.jktcp.tcp.CongestionFacts;
import dev.jktcp.tcp.RateSample;

/**
 * The facts that a sender passes to its policy. One object serves all connections of a stack, so
 * that no event allocates; each event begins with {@link #begin}.
 */
public final class SenderFacts implements CongestionFacts {
  private final SipHash hash;
  private long drawn;

  // Values of the sender whose event this is. A reference to one of its objects would cost a write
  // barrier of the collector for each event, with a fence if the sender is young.
  private long nowNs;
  private long srttNs;
  private long rtoNs;
  private int mss;
  private int inFlight;
  private int inFlightBefore;
  private int acked;
  private int delivered;
  private int lost;
  private int marked;
  private boolean recovering;
  private long roundTripNs;
  private long idleNs;
  private RateSample sample;

  /**
   * @param hash keyed by the stack's entropy
   */
  public SenderFacts(SipHash hash) {
    this.hash = hash;
  }

  /** An event that acknowledges nothing, with the same in flight before and after. */
  SenderFacts begin(RttEstimator rtt, int mss, int inFlight, long idleNs, long nowNs) {
    this.mss = mss;
    this.nowNs = nowNs;
    srttNs = rtt.srttNs();
    rtoNs = rtt.rtoNs();
    this.inFlight = inFlight;
    this.inFlightBefore = inFlight;
    this.idleNs = idleNs;
    acked = 0;
    delivered = 0;
    lost = 0;
    marked = 0;
    recovering = false;
    roundTripNs = 0;
    sample = null;
    return this;
  }

  /** The network was thought to hold so many bytes before the event. */
  SenderFacts before(int inFlight) {
    inFlightBefore = inFlight;
    return this;
  }

  /** The event is an ACK that acknowledges or reports new data. */
  SenderFacts acked(int acked, int delivered, long roundTripNs) {
    this.acked = acked;
    this.delivered = delivered;
    this.roundTripNs = roundTripNs;
    return this;
  }

  /** The event takes so many bytes for lost. */
  SenderFacts lost(int bytes) {
    lost = bytes;
    return this;
  }

  SenderFacts sample(RateSample measured) {
    sample = measured;
    return this;
  }

  SenderFacts marked(int bytes) {
    marked = bytes;
    return this;
  }

  SenderFacts recovering(boolean on) {
    recovering = on;
    return this;
  }

  @Override
  public long nowNs() {
    return nowNs;
  }

  @Override
  public int mss() {
    return mss;
  }

  @Override
  public int inFlight() {
    return inFlight;
  }

  @Override
  public int inFlightBefore() {
    return inFlightBefore;
  }

  @Override
  public int ackedBytes() {
    return acked;
  }

  @Override
  public int deliveredBytes() {
    return delivered;
  }

  @Override
  public int lostBytes() {
    return lost;
  }

  @Override
  public int markedBytes() {
    return marked;
  }

  @Override
  public boolean recovering() {
    return recovering;
  }

  @Override
  public long roundTripNs() {
    return roundTripNs;
  }

  @Override
  public long smoothedRoundTripNs() {
    return srttNs;
  }

  @Override
  public long timeoutNs() {
    return rtoNs;
  }

  @Override
  public long idleNs() {
    return idleNs;
  }

  @Override
  public RateSample sample() {
    return sample;
  }

  @Override
  public long random(long bound) {
    return Long.remainderUnsigned(hash.hash(drawn++), bound);
  }
}
