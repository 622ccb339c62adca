package dev.jktcp.tcp;

/** A policy that does as another one; tests change a part of that. */
public class WrappedPolicy implements CongestionPolicy {
  private final CongestionPolicy own;

  public WrappedPolicy(CongestionPolicy own) {
    this.own = own;
  }

  @Override
  public void onAck(CongestionFacts facts) {
    own.onAck(facts);
  }

  @Override
  public void onLoss(CongestionFacts facts) {
    own.onLoss(facts);
  }

  @Override
  public void onRetransmitTimeout(CongestionFacts facts, boolean first) {
    own.onRetransmitTimeout(facts, first);
  }

  @Override
  public void onRecovered(CongestionFacts facts, int most) {
    own.onRecovered(facts, most);
  }

  @Override
  public void onSegmentLost(CongestionFacts facts) {
    own.onSegmentLost(facts);
  }

  @Override
  public void onEcn(CongestionFacts facts) {
    own.onEcn(facts);
  }

  @Override
  public void onUndo(CongestionFacts facts) {
    own.onUndo(facts);
  }

  @Override
  public void onIdle(CongestionFacts facts) {
    own.onIdle(facts);
  }

  @Override
  public void onRest() {
    own.onRest();
  }

  @Override
  public void onMss(int mss) {
    own.onMss(mss);
  }

  @Override
  public int window() {
    return own.window();
  }

  @Override
  public int slowStartThreshold() {
    return own.slowStartThreshold();
  }

  @Override
  public int allowance(int inFlight) {
    return own.allowance(inFlight);
  }

  @Override
  public boolean wantsSamples() {
    return own.wantsSamples();
  }

  @Override
  public boolean regulatesRecovery() {
    return own.regulatesRecovery();
  }

  @Override
  public long pacingRate() {
    return own.pacingRate();
  }

  @Override
  public int burst() {
    return own.burst();
  }
}
