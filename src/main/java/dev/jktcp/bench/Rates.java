package dev.jktcp.bench;

import java.util.Arrays;

/** Times of slices as rates; an undisturbed core gives the 99th percentile. */
final class Rates {
  private double[] perNs = new double[8_192];
  private int count;

  void add(double unitsPerNs) {
    if (count == perNs.length) {
      perNs = Arrays.copyOf(perNs, 2 * count);
    }
    perNs[count++] = unitsPerNs;
  }

  int count() {
    return count;
  }

  /** Units per nanosecond. */
  double median() {
    return percentile(0.5);
  }

  /** Units per nanosecond that one slice in a hundred exceeds. */
  double p99() {
    return percentile(0.99);
  }

  private double percentile(double share) {
    double[] sorted = Arrays.copyOf(perNs, count);
    Arrays.sort(sorted);
    return count == 0 ? 0 : sorted[(int) Math.min(count - 1, share * count)];
  }
}
