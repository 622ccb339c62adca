package dev.jktcp.proof.model.compare;

import dev.jktcp.tcp.CongestionFacts;
import dev.jktcp.tcp.CongestionPolicy;

/** As RFC 9293 §3.10 alone has it: only the peer's window bounds what is in flight. */
final class NoLimit implements CongestionPolicy {
  @Override
  public int window() {
    return 0; // as TcpInfo shows it
  }

  @Override
  public int allowance(int inFlight) {
    return Integer.MAX_VALUE;
  }

  @Override
  public void onAck(CongestionFacts facts) {}

  @Override
  public void onLoss(CongestionFacts facts) {}

  @Override
  public void onRetransmitTimeout(CongestionFacts facts, boolean first) {}
}
