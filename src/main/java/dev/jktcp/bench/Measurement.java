package dev.jktcp.bench;

import dev.jktcp.bench.BenchOptions.Kind;
import java.util.function.Consumer;

/** Times a work in turn with the floor, slice by slice, so that a noisy machine disturbs both. */
public final class Measurement {
  private final Forwarding forwarding;
  private final Consumer<String> progress;

  /**
   * @param forwarding for the kind {@code forward}
   * @param progress gets one line about each step
   */
  public Measurement(Forwarding forwarding, Consumer<String> progress) {
    this.forwarding = forwarding;
    this.progress = progress;
  }

  /**
   * Takes some seconds, on the calling thread.
   *
   * @throws IllegalArgumentException for options out of range, with one line that says what to do
   * @throws IllegalStateException if this machine cannot measure the kind, with one line that says
   *     why
   */
  public Result of(BenchOptions options) {
    return of(options, Effort.of(options.seconds()));
  }

  Result of(BenchOptions options, Effort effort) {
    options.validate();
    String kind = options.kind().text();
    if (options.kind() == Kind.MEMORY) {
      progress.accept(kind + ": opening connections");
      return IdleMemory.measure(options);
    }
    if (Kind.OVER_TUN.contains(options.kind())) {
      progress.accept(kind + ": moving data to be checked, then data to be timed");
      return TunGoodput.measure(options, effort);
    }
    progress.accept(kind + ": warming up");
    if (Kind.BESIDE_KERNEL.contains(options.kind())) {
      try (BesideKernel both = new BesideKernel(options, effort)) {
        return both.run(() -> progress.accept(kind + ": measuring"));
      }
    }
    try (Subject subject = subject(options, forwarding)) {
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

  static Subject subject(BenchOptions options, Forwarding forwarding) {
    return switch (options.kind()) {
      case GOODPUT, RR, CONNECT, FLOOR -> Subject.of(core(options));
      case STREAM, BUS, SOCKET, FORWARD, CDTUNNEL -> new StreamGoodput(options, forwarding);
      case STREAM_RR, BUS_RR, LOOPS_RR -> new StreamRoundTrips(options);
      default -> throw new IllegalArgumentException(options.kind().text() + " has no slices");
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
