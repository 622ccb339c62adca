package dev.jktcp.tcp;

/** The original jktcp's policy: one segment in flight, small or large. */
final class StopAndWait implements CongestionControl {
  @Override
  public void onEstablished(Window window) {
    window.cwnd = window.mss;
  }

  @Override
  public int allowance(Window window, int inFlight) {
    return inFlight > 0 ? 0 : window.mss;
  }

  @Override
  public void onAck(Window window, int ackedBytes, int inFlight, long rttNs, long nowNs) {}

  @Override
  public void onLoss(Window window, int inFlight, long nowNs) {}

  @Override
  public void onRecovered(Window window, int inFlight, long nowNs) {}

  @Override
  public void onRetransmitTimeout(Window window, int inFlight, boolean first, long nowNs) {}
}
