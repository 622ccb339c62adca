package dev.jktcp.bench;

/**
 * Times clients and servers of Vert.x over two adapters and over the kernel's loopback, in turn, so
 * that a noisy machine disturbs both.
 */
final class BesideKernel implements AutoCloseable {
  private static final int BLOCK = 20; // slices in one go

  private final BenchOptions options;
  private final Effort effort;
  private final Side stack;
  private final Side kernel;

  /** One of the two, and its times. */
  private static final class Side {
    private final Exchanges exchanges;
    private final ProcessMeter process = new ProcessMeter();
    private Rates rates = new Rates();

    Side(Exchanges exchanges) {
      this.exchanges = exchanges;
    }

    void block(int slices) {
      process.start();
      exchanges.run(slices, ns -> rates.add(exchanges.unitsPerSlice() / ns));
      process.stop();
    }

    void warm(int slices) {
      exchanges.run(slices, ns -> {});
    }

    double wakeUps() {
      return process.wakeUps() / ((double) rates.count() * exchanges.operationsPerSlice());
    }
  }

  BesideKernel(BenchOptions options, Effort effort) {
    this.options = options;
    this.effort = effort;
    stack = new Side(Exchanges.over(ClientServerLab.overStack(options), options));
    try {
      kernel = new Side(Exchanges.over(ClientServerLab.overKernel(options), options));
    } catch (RuntimeException e) {
      stack.exchanges.close();
      throw e;
    }
  }

  /** Takes twice the time that was asked for: to warm up, and to measure. */
  Result run(Runnable onMeasuring) {
    stack.exchanges.verify();
    kernel.exchanges.verify();
    int block = Math.min(BLOCK, effort.block());
    long ns = effort.share(options.seconds() * 1_000_000_000L);
    for (long start = System.nanoTime(); System.nanoTime() - start < ns; ) {
      stack.warm(block);
      kernel.warm(block);
    }
    onMeasuring.run();
    long start = System.nanoTime();
    do {
      stack.block(block);
      kernel.block(block);
    } while (System.nanoTime() - start < ns);
    return result();
  }

  private Result result() {
    boolean bulk = options.kind().isBulk();
    return new Result(options)
        .putRates(stack.rates, bulk)
        .putKernel(kernel.rates, bulk)
        .put(Figure.OF_KERNEL, stack.rates.p99() / kernel.rates.p99())
        .put(Figure.WAKE_UPS, stack.wakeUps())
        .put(Figure.KERNEL_WAKE_UPS, kernel.wakeUps())
        .put(Figure.SLICES, stack.rates.count());
  }

  @Override
  public void close() {
    stack.exchanges.close();
    kernel.exchanges.close();
  }
}
