package dev.jktcp.tcp;

/** The original jktcp's policy: one segment in flight, small or large. */
final class StopAndWait implements CongestionPolicy {
  static final CongestionControl FACTORY = StopAndWait::new;

  private int segment;

  private StopAndWait(CongestionFacts facts) {
    segment = facts.mss();
  }

  @Override
  public int window() {
    return segment;
  }

  @Override
  public int allowance(int inFlight) {
    return inFlight > 0 ? 0 : segment;
  }

  @Override
  public void onAck(CongestionFacts facts) {}

  @Override
  public void onLoss(CongestionFacts facts) {}

  @Override
  public void onRetransmitTimeout(CongestionFacts facts, boolean first) {}

  @Override
  public void onMss(int mss) {
    segment = Math.max(segment, mss);
  }
}
