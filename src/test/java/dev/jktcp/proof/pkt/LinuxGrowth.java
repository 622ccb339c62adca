package dev.jktcp.proof.pkt;

import dev.jktcp.tcp.CongestionFacts;
import dev.jktcp.tcp.CongestionPolicy;
import dev.jktcp.tcp.RateSample;
import dev.jktcp.tcp.WrappedPolicy;

/**
 * How Linux's window grows in slow start: by all that an ACK delivers, where RFC 3465 §2.3 counts
 * two segments of it, and not at all while less than half of the window is used.
 */
final class LinuxGrowth extends WrappedPolicy {
  private final CongestionPolicy own;
  private int out; // the most that was in flight in this round
  private int roundLeft; // bytes of it that are still to be delivered

  LinuxGrowth(CongestionPolicy own) {
    super(own);
    this.own = own;
  }

  @Override
  public void onAck(CongestionFacts facts) {
    if (roundLeft <= 0) {
      out = facts.inFlightBefore();
      roundLeft = out;
    }
    roundLeft -= facts.deliveredBytes();
    out = Math.max(out, facts.inFlightBefore());
    boolean slowStart = own.window() < own.slowStartThreshold();
    if (!slowStart || facts.recovering()) {
      own.onAck(facts);
      return;
    }
    if (own.window() >= 2 * out) {
      return;
    }
    int left = facts.deliveredBytes();
    int acked = facts.ackedBytes();
    do { // in parts that count in full
      int part = Math.min(left, facts.mss());
      int partAcked = left == part ? acked : Math.min(acked, part);
      own.onAck(new Part(facts, part, partAcked, Math.max(facts.inFlightBefore(), own.window())));
      left -= part;
      acked -= partAcked;
    } while (left > 0);
  }

  /** What an ACK of a part would have told. */
  private record Part(CongestionFacts whole, int deliveredBytes, int ackedBytes, int inFlightBefore)
      implements CongestionFacts {
    @Override
    public long nowNs() {
      return whole.nowNs();
    }

    @Override
    public int mss() {
      return whole.mss();
    }

    @Override
    public int inFlight() {
      return whole.inFlight();
    }

    @Override
    public int lostBytes() {
      return whole.lostBytes();
    }

    @Override
    public int markedBytes() {
      return whole.markedBytes();
    }

    @Override
    public boolean recovering() {
      return whole.recovering();
    }

    @Override
    public long roundTripNs() {
      return whole.roundTripNs();
    }

    @Override
    public long smoothedRoundTripNs() {
      return whole.smoothedRoundTripNs();
    }

    @Override
    public long timeoutNs() {
      return whole.timeoutNs();
    }

    @Override
    public long idleNs() {
      return whole.idleNs();
    }

    @Override
    public RateSample sample() {
      return whole.sample();
    }

    @Override
    public long random(long bound) {
      return whole.random(bound);
    }
  }
}
