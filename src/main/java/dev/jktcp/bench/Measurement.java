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
      Work floor = options.kind().isBulk() ? warm(new Floor(options), effort) : null;
      Work alone = options.isAlone() ? null : warm(core(options.alone()), effort);
      subject.verify();
      Warmup.run(subject, effort);
      progress.accept(kind + ": measuring");
      return new Timing(options, effort, subject, floor, alone).run();
    }
  }

  private static Work warm(Work work, Effort effort) {
    work.verify();
    Warmup.run(Subject.of(work), effort);
    return work;
  }

  static Subject subject(BenchOptions options) {
    return switch (options.kind()) {
      case GOODPUT, RR, CONNECT, FLOOR -> Subject.of(core(options));
      case STREAM, BUS -> new StreamGoodput(options);
      case STREAM_RR, BUS_RR, LOOPS_RR -> new StreamRoundTrips(options);
      case MEMORY -> throw new IllegalArgumentException("memory is weighed, not timed");
    };
  }

  private static Work core(BenchOptions options) {
    return switch (options.kind()) {
      case GOODPUT -> new Goodput(options);
      case RR -> new RoundTrips(options);
      case CONNECT -> new Connects(options);
      case FLOOR -> new Floor(options);
      default -> throw new IllegalArgumentException(options.kind() + " is not a work of the core");
    };
  }
}
