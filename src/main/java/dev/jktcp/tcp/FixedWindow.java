package dev.jktcp.tcp;

/** A constant window: for known links that lose no packets by congestion. */
final class FixedWindow implements CongestionPolicy {
  private final int bytes;
  private int window;

  FixedWindow(int bytes, int mss) {
    this.bytes = bytes;
    onMss(mss);
  }

  @Override
  public String name() {
    return "fixed-window";
  }

  @Override
  public int window() {
    return window;
  }

  @Override
  public void onAck(CongestionFacts facts) {}

  @Override
  public void onLoss(CongestionFacts facts) {}

  @Override
  public void onRetransmitTimeout(CongestionFacts facts, boolean first) {}

  /** A window below a segment would let nothing out. */
  @Override
  public final void onMss(int mss) {
    window = Math.max(bytes, mss);
  }
}
