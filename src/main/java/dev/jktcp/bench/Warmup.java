package dev.jktcp.bench;

/** Runs a work until it gets no faster: by then the compilers are done and the caches filled. */
final class Warmup {
  private static final int PATIENCE = 8; // blocks without a better one
  private static final double BETTER = 1.02;

  private Warmup() {}

  static void run(Subject subject, Effort effort) {
    long startNs = System.nanoTime();
    double best = 0;
    int sinceBest = 0;
    long usedNs = 0;
    while (usedNs < effort.mostWarmupNs()
        && (usedNs < effort.leastWarmupNs() || sinceBest < PATIENCE)) {
      double rate = block(subject, effort.block());
      sinceBest = rate > best * BETTER ? 0 : sinceBest + 1;
      best = Math.max(best, rate);
      usedNs = System.nanoTime() - startNs;
    }
  }

  private static double block(Subject subject, int slices) {
    Rates rates = new Rates();
    subject.run(slices, cpuNs -> rates.add(1.0 / cpuNs), () -> {});
    return rates.p99();
  }
}
