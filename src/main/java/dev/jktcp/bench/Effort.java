package dev.jktcp.bench;

/**
 * How long is warmed up and measured.
 *
 * @param leastSlices that are timed; of a full effort one in a hundred decides, so fifty do
 * @param block slices that are done in one go, and of the warm-up compared with others
 * @param leastWarmupNs CPU time of the warm-up, however steady it looks
 * @param mostWarmupNs CPU time after which what is not steady is measured as it is
 * @param divisor by which the time asked for is divided
 */
record Effort(int leastSlices, int block, long leastWarmupNs, long mostWarmupNs, int divisor) {
  private static final long SECOND_NS = 1_000_000_000L;

  static final Effort FULL = new Effort(5_000, 200, 2 * SECOND_NS, 20 * SECOND_NS, 1);

  /** Enough to see that a bench works, not what it measures. */
  static final Effort GLANCE = new Effort(5, 1, 1, 1, 1_000);

  long share(long ns) {
    return ns / divisor;
  }
}
