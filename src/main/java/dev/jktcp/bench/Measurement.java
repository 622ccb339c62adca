package dev.jktcp.bench;

import java.util.function.Consumer;

/** Times a work in turn with the floor, slice by slice, so that a noisy machine disturbs both. */
public final class Measurement {
  private Measurement() {}

  /**
   * Takes some seconds, on the calling thread.
   *
   * @param progress told in one line what is being done
   * @throws IllegalArgumentException for options out of range, with one line that says what to do
   */
  public static Result of(BenchOptions options, Consumer<String> progress) {
    return of(options, Effort.FULL, progress);
  }

  static Result of(BenchOptions options, Effort effort, Consumer<String> progress) {
    options.validate();
    String kind = options.kind().text();
    if (options.kind() == BenchOptions.Kind.MEMORY) {
      progress.accept(kind + ": opening connections");
      return IdleMemory.measure(options);
    }
    progress.accept(kind + ": warming up");
    Work work = work(options);
    Floor floor = new Floor(options);
    work.verify();
    floor.verify();
    Warmup.run(work, effort);
    Warmup.run(floor, effort);
    progress.accept(kind + ": measuring");
    return timed(options, effort, work, floor);
  }

  static Work work(BenchOptions options) {
    return switch (options.kind()) {
      case GOODPUT -> new Goodput(options);
      case RR -> new RoundTrips(options);
      case CONNECT -> new Connects(options);
      case FLOOR -> new Floor(options);
      case MEMORY -> throw new IllegalArgumentException("memory is weighed, not timed");
    };
  }

  private static Result timed(BenchOptions options, Effort effort, Work work, Floor floor) {
    Rates rates = new Rates();
    Rates floorRates = new Rates();
    double units = work.bytesPerSlice() + work.operationsPerSlice();
    long enoughNs = effort.share(options.seconds() * 1_000_000_000L);
    long startNs = CpuMeter.cpuNs();
    long garbage = 0;
    while (rates.count() < effort.leastSlices() || CpuMeter.cpuNs() - startNs < enoughNs) {
      long before = CpuMeter.allocatedBytes();
      rates.add(units / CpuMeter.cpuNs(work));
      garbage += CpuMeter.allocatedBytes() - before;
      floorRates.add(floor.bytesPerSlice() / (double) CpuMeter.cpuNs(floor));
    }
    double parts = rates.count() * partsOfSlice(options, work);
    return Result.timed(options, work, rates, floorRates, garbage / parts);
  }

  /** Segments of payload, round trips or connections: what garbage is counted for. */
  private static double partsOfSlice(BenchOptions options, Work work) {
    return work.bytesPerSlice() > 0
        ? work.bytesPerSlice() / (double) options.segmentBytes()
        : work.operationsPerSlice();
  }
}
