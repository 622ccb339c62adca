package dev.jktcp.proof.interop;

import dev.jktcp.transport.FaultSpec;

/**
 * What befalls bulk data on its way, at 50 Mbit/s and 20 ms, so that the link decides and not the
 * processor. Bytes are chosen for two to three seconds at what the kernel reaches.
 */
enum PathCase {
  CLEAN("lost by the queue alone", "", 14_000_000, 46.9),
  LOSS_0_1("0.1 % lost", ",loss=0.001", 6_000_000, 22),
  LOSS_1("1 % lost", ",loss=0.01", 3_000_000, 6.5),
  LOSS_5("5 % lost", ",loss=0.05", 1_000_000, 1.6),
  REORDERED("2 % reordered", ",reorder=0.02", 14_000_000, 35.6),
  MARKED("1 % marked", ",mark=0.01", 3_000_000, 6.3),
  // A whole flight vanishes, and what two timeouts send of it again, before it is cut smaller.
  NARROWS("the MTU shrinks to 1300", ",mtu=1300,narrow=600ms", 14_000_000, 17.3);

  /** 42 packets are under way in 10 ms, and as many as in a round trip, 83, may wait. */
  private static final String LINK = "rate=50mbit,delay=10ms,queue=125";

  final String text;
  final long bytes;
  private final double usual;
  private final String faults;

  /**
   * @param usual Mbit/s from kernel to kernel, the median of nine runs; at 0.1 %, where the runs
   *     differ threefold, 1.22·MSS/(RTT·√p)
   */
  PathCase(String text, String faults, long bytes, double usual) {
    this.text = text;
    this.faults = faults;
    this.bytes = bytes;
    this.usual = usual;
  }

  /**
   * What a transfer must reach, Mbit/s. A single transfer whose first loss comes late is much
   * faster than usual, so no more of the kernels' rate counts than they usually have.
   */
  double least(Bulk kernels) {
    return .4 * Math.min(usual, kernels.mbit());
  }

  FaultSpec faults(long seed) {
    return FaultSpec.parse(LINK + faults + ",seed=" + seed);
  }
}
