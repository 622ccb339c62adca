package dev.jktcp.tcp;

/** States of {@link Bbr}, with the gains of draft-ietf-ccwg-bbr-06 §5.6.1. */
enum BbrPhase {
  /** Twice as fast each round, until the bandwidth is found. */
  STARTUP(2.77, 2),
  /** The queue of STARTUP runs dry. */
  DRAIN(0.5, 2),
  /** ProbeBW: the queue of the last probe runs dry. */
  DOWN(0.9, 2),
  /** ProbeBW: at the bandwidth, with room for others. */
  CRUISE(1, 2),
  /** ProbeBW: the path is filled, so that the probe can queue. */
  REFILL(1, 2),
  /** ProbeBW: probes for more bandwidth. */
  UP(1.25, 2.25),
  /** Next to nothing in flight, so that no queue is in the round trip. */
  PROBE_RTT(1, 0.5);

  final double pacingGain;
  final double windowGain;

  BbrPhase(double pacingGain, double windowGain) {
    this.pacingGain = pacingGain;
    this.windowGain = windowGain;
  }

  /** IsInAProbeBWState(). */
  boolean isProbeBandwidth() {
    return this == DOWN || this == CRUISE || this == REFILL || this == UP;
  }

  /** IsProbingBW(): losses are expected, as the result of the probe. */
  boolean accelerates() {
    return this == STARTUP || this == REFILL || this == UP;
  }
}
