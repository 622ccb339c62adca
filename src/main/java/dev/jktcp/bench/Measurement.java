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
    try (Subject subject = subject(options)) {
      Floor floor = new Floor(options);
      subject.verify();
      floor.verify();
      Warmup.run(subject, effort);
      Warmup.run(Subject.of(floor), effort);
      progress.accept(kind + ": measuring");
      return timed(options, effort, subject, floor);
    }
  }

  static Subject subject(BenchOptions options) {
    return switch (options.kind()) {
      case GOODPUT -> Subject.of(new Goodput(options));
      case RR -> Subject.of(new RoundTrips(options));
      case CONNECT -> Subject.of(new Connects(options));
      case FLOOR -> Subject.of(new Floor(options));
      case STREAM, BUS -> new StreamGoodput(options);
      case STREAM_RR, BUS_RR -> new StreamRoundTrips(options);
      case MEMORY -> throw new IllegalArgumentException("memory is weighed, not timed");
    };
  }

  private static Result timed(BenchOptions options, Effort effort, Subject subject, Floor floor) {
    Rates rates = new Rates();
    Rates floorRates = new Rates();
    double units = subject.unitsPerSlice();
    long enoughNs = effort.share(options.seconds() * 1_000_000_000L);
    long startNs = System.nanoTime();
    Garbage garbage = new Garbage();
    while (rates.count() < effort.leastSlices() || System.nanoTime() - startNs < enoughNs) {
      subject.run(
          effort.block(),
          cpuNs -> {
            rates.add(units / cpuNs);
            garbage.stop();
          },
          () -> {
            floorRates.add(floor.bytesPerSlice() / (double) CpuMeter.cpuNs(floor));
            garbage.start();
          });
    }
    double parts = garbage.slices() * partsOfSlice(options, subject);
    return Result.timed(options, subject, rates, floorRates, garbage.bytes() / parts);
  }

  /** Segments of payload, round trips or connections: what garbage is counted for. */
  private static double partsOfSlice(BenchOptions options, Subject subject) {
    return subject.bytesPerSlice() > 0
        ? subject.bytesPerSlice() / (double) options.segmentBytes()
        : subject.operationsPerSlice();
  }
}
