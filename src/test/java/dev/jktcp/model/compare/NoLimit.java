package dev.jktcp.model.compare;

import dev.jktcp.tcp.CongestionControl;

/** As RFC 9293 §3.10 alone has it: only the peer's window bounds what is in flight. */
final class NoLimit implements CongestionControl {
  @Override
  public void onEstablished(Window window) {}

  @Override
  public int allowance(Window window, int inFlight) {
    return Integer.MAX_VALUE;
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
