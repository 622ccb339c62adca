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
  private static final double SECOND_NS = 1e9;

  private static final int LEAST_SLICES = 5_000;

  /** Seconds of a warm-up that would do for each kind, and at most. */
  private static final double WARM = 2;

  private static final double STILL_NOT_STEADY = 20;

  /** A measurement that takes about so long; a short one has a short warm-up. */
  static Effort of(int seconds) {
    double least = Math.min(WARM, 0.4 * seconds);
    double most = Math.min(STILL_NOT_STEADY, 4.0 * seconds);
    return new Effort(LEAST_SLICES, 200, (long) (least * SECOND_NS), (long) (most * SECOND_NS), 1);
  }

  /** Enough to see that a bench works, not what it measures. */
  static final Effort GLANCE = new Effort(5, 1, 1, 1, 1_000);

  long share(long ns) {
    return ns / divisor;
  }
}
