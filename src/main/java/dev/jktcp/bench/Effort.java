package dev.jktcp.bench;

/**
 * The length of warm-up and measurement.
 *
 * @param leastSlices least slices to time; in a full effort one in a hundred decides, so fifty do
 * @param block slices done in one go, which the warm-up compares with each other
 * @param leastWarmupNs least CPU time of the warm-up, however steady it looks
 * @param mostWarmupNs CPU time after which an unsteady work is measured as it is
 * @param divisor by which the time asked for is divided
 */
record Effort(int leastSlices, int block, long leastWarmupNs, long mostWarmupNs, int divisor) {
  private static final double SECOND_NS = 1e9;

  private static final int LEAST_SLICES = 5_000;

  /** Least and most seconds of a warm-up that does for each kind. */
  private static final double WARM = 2;

  private static final double STILL_NOT_STEADY = 20;

  /** A measurement of about this length; a short one has a short warm-up. */
  static Effort of(int seconds) {
    double least = Math.min(WARM, 0.4 * seconds);
    double most = Math.min(STILL_NOT_STEADY, 4.0 * seconds);
    return new Effort(LEAST_SLICES, 200, (long) (least * SECOND_NS), (long) (most * SECOND_NS), 1);
  }

  /** Enough to see that a bench works; its figures need more. */
  static final Effort GLANCE = new Effort(5, 1, 1, 1, 1_000);

  long share(long ns) {
    return ns / divisor;
  }
}
