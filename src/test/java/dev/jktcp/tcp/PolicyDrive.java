package dev.jktcp.tcp;

import static dev.jktcp.time.Nanos.MS;

/**
 * A policy and the facts of its next event, set by hand. Segments are 1000 bytes; time stands until
 * a test moves it.
 */
final class PolicyDrive implements CongestionFacts {
  static final int MSS = 1_000;

  final CongestionPolicy policy;
  long nowNs = 5_000 * MS;
  long smoothedNs = 100 * MS;
  long roundTripNs = 100 * MS;
  long timeoutNs = 300 * MS;
  long idleNs;
  boolean recovering;
  private int inFlight;
  private int inFlightBefore;
  private int acked;

  PolicyDrive(CongestionControl control) {
    policy = control.open(this);
  }

  /** The window, in segments. */
  double window() {
    return policy.window() / (double) MSS;
  }

  double threshold() {
    return policy.slowStartThreshold() / (double) MSS;
  }

  private static int bytes(double segments) {
    return (int) Math.round(segments * MSS);
  }

  private void event(int before, int ackedBytes) {
    inFlightBefore = before;
    acked = ackedBytes;
    inFlight = before - ackedBytes;
  }

  /** An ACK of so many segments while the window is full. */
  PolicyDrive ack(double segments) {
    return ackOf(segments, policy.window() / (double) MSS);
  }

  /** An ACK of so many segments of a flight. */
  PolicyDrive ackOf(double segments, double flight) {
    event(bytes(flight), bytes(segments));
    policy.onAck(this);
    return this;
  }

  /** A round trip: its time passes, and the window is acknowledged segment by segment. */
  PolicyDrive round() {
    int segments = policy.window() / MSS;
    long beganNs = nowNs;
    for (int i = 1; i <= segments; i++) {
      nowNs = beganNs + i * smoothedNs / segments;
      ack(1);
    }
    return this;
  }

  PolicyDrive loss() {
    event(policy.window(), 0);
    policy.onLoss(this);
    return this;
  }

  PolicyDrive lossOf(double flight) {
    event(bytes(flight), 0);
    policy.onLoss(this);
    return this;
  }

  PolicyDrive mark() {
    event(policy.window(), 0);
    policy.onEcn(this);
    return this;
  }

  PolicyDrive timeout(boolean first) {
    event(policy.window(), 0);
    policy.onRetransmitTimeout(this, first);
    return this;
  }

  PolicyDrive undo() {
    event(policy.window(), 0);
    policy.onUndo(this);
    return this;
  }

  PolicyDrive recovered() {
    policy.onRecovered(this, Integer.MAX_VALUE);
    return this;
  }

  /** Nothing was sent for so long, and now something is about to leave. */
  PolicyDrive idle(long ns) {
    nowNs += ns;
    idleNs = ns;
    event(0, 0);
    policy.onIdle(this);
    return this;
  }

  PolicyDrive pass(long ns) {
    nowNs += ns;
    return this;
  }

  @Override
  public long nowNs() {
    return nowNs;
  }

  @Override
  public int mss() {
    return MSS;
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
    return acked;
  }

  @Override
  public int lostBytes() {
    return 0;
  }

  @Override
  public int markedBytes() {
    return 0;
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
    return smoothedNs;
  }

  @Override
  public long timeoutNs() {
    return timeoutNs;
  }

  @Override
  public long idleNs() {
    return idleNs;
  }

  @Override
  public RateSample sample() {
    return null;
  }

  @Override
  public long random(long bound) {
    return 0;
  }
}
