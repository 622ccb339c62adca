package dev.jktcp.bench;

/**
 * Bytes that a work allocates within slices, but not between them. In the thread that does them.
 */
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

  /** The slice is done. It counts only if {@link #start} was called for it. */
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
