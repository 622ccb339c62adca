package dev.jktcp.bench;

/** What a thread allocates in slices, and not between them. Of that thread. */
final class Garbage {
  private long before = -1;
  private long bytes;
  private int slices;

  void start() {
    before = CpuMeter.allocatedBytes();
  }

  /** The slice is done; one that {@link #start} was not called for does not count. */
  void stop() {
    if (before >= 0) {
      bytes += CpuMeter.allocatedBytes() - before;
      slices++;
    }
  }

  double bytes() {
    return bytes;
  }

  int slices() {
    return Math.max(1, slices);
  }
}
