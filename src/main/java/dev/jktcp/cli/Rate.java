package dev.jktcp.cli;

/**
 * Bytes a second over the last few samples: steadier than over two, faster to follow than over all.
 */
final class Rate {
  private static final int SAMPLES = 9; // at two a second, of the last four seconds

  private final long[] atNs = new long[SAMPLES];
  private final long[] bytes = new long[SAMPLES];
  private int count;

  void sample(long nowNs, long total) {
    int at = count++ % SAMPLES;
    atNs[at] = nowNs;
    bytes[at] = total;
  }

  long perSecond() {
    if (count < 2) {
      return 0;
    }
    int last = (count - 1) % SAMPLES;
    int first = count <= SAMPLES ? 0 : count % SAMPLES;
    double seconds = (atNs[last] - atNs[first]) / 1e9;
    return seconds <= 0 ? 0 : (long) ((bytes[last] - bytes[first]) / seconds);
  }
}
