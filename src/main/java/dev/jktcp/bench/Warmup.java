package dev.jktcp.bench;

/** Runs a work until it gets no faster: compilers are done then, and caches filled. */
final class Warmup {
  private static final int PATIENCE = 8; // blocks without a better one
  private static final double BETTER = 1.02;

  private Warmup() {}

  static void run(Work work, Effort effort) {
    long startNs = CpuMeter.cpuNs();
    double best = 0;
    int sinceBest = 0;
    long usedNs = 0;
    while (usedNs < effort.mostWarmupNs()
        && (usedNs < effort.leastWarmupNs() || sinceBest < PATIENCE)) {
      double rate = block(work, effort.warmupBlock());
      sinceBest = rate > best * BETTER ? 0 : sinceBest + 1;
      best = Math.max(best, rate);
      usedNs = CpuMeter.cpuNs() - startNs;
    }
  }

  private static double block(Work work, int slices) {
    Rates rates = new Rates();
    for (int i = 0; i < slices; i++) {
      rates.add(1.0 / CpuMeter.cpuNs(work));
    }
    return rates.p99();
  }
}
