package dev.jktcp.tcp;

/** The original jktcp's policy: one segment in flight, small or large. */
final class StopAndWait implements CongestionPolicy {
  private int segment;

  StopAndWait(CongestionFacts facts) {
    segment = facts.mss();
  }

  @Override
  public String name() {
    return "stop-and-wait";
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
