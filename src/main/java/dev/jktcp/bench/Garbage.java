package dev.jktcp.bench;

/** What a work allocates in slices, and not between them. Of the thread that does them. */
final class Garbage {
  private final CpuMeter meter;
  private long before = -1;
  private long bytes;
  private int slices;

  Garbage(CpuMeter meter) {
    this.meter = meter;
  }

  void start() {
    before = meter.allocatedBytes();
  }

  /** The next slice does not count, unless {@link #start} is called. */
  void skip() {
    before = -1;
  }

  /** The slice is done; one that {@link #start} was not called for does not count. */
  void stop() {
    if (before >= 0) {
      bytes += meter.allocatedBytes() - before;
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
