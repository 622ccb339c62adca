package dev.jktcp.bench;

/**
 * Times the slices of a subject, and after each one a slice of the works that it is compared with.
 */
final class Timing {
  /** Multiples of the time asked for, after which fewer slices must do: a real link may be slow. */
  private static final int MOST = 10;

  private final BenchOptions options;
  private final Effort effort;
  private final Subject subject;
  private final Rates rates = new Rates();
  private final Garbage garbage;
  private final ProcessMeter process = new ProcessMeter();
  private final Companion floor;
  private final Companion alone;

  /** A work that takes its turn after each slice of the subject. */
  private static final class Companion {
    private final Work work;
    private final double units;
    private final Rates rates = new Rates();

    Companion(Work work) {
      this.work = work;
      units = work.bytesPerSlice() + work.operationsPerSlice();
    }

    void slice() {
      rates.add(units / CpuMeter.cpuNs(work));
    }
  }

  /**
   * @param floor null for a work without a floor
   * @param alone the same work without company; null if it has none
   */
  Timing(BenchOptions options, Effort effort, Subject subject, Work floor, Work alone) {
    this.options = options;
    this.effort = effort;
    this.subject = subject;
    this.garbage = new Garbage(subject.meter());
    this.floor = floor == null ? null : new Companion(floor);
    this.alone = alone == null ? null : new Companion(alone);
  }

  Result run() {
    double units = subject.unitsPerSlice();
    long enoughNs = effort.share(options.seconds() * 1_000_000_000L);
    long startNs = System.nanoTime();
    long ranNs = 0;
    while (ranNs < enoughNs || rates.count() < effort.leastSlices() && ranNs < MOST * enoughNs) {
      garbage.skip();
      process.start();
      subject.run(
          effort.block(),
          cpuNs -> {
            garbage.stop();
            rates.add(units / cpuNs);
          },
          this::between);
      process.stop();
      ranNs = System.nanoTime() - startNs;
    }
    return result();
  }

  private void between() {
    if (floor != null) {
      floor.slice();
    }
    if (alone != null) {
      alone.slice();
    }
    garbage.start();
  }

  private Result result() {
    boolean bulk = subject.bytesPerSlice() > 0;
    Result result = new Result(options).putRates(rates, bulk).put(Figure.SLICES, rates.count());
    double parts = bulk ? segmentsPerSlice() : subject.operationsPerSlice();
    result.put(Figure.GARBAGE_BYTES, garbage.bytes() / (garbage.slices() * parts));
    if (floor != null) {
      result.putFloor(floor.rates);
    }
    if (alone != null) {
      result.put(Figure.KEPT, rates.p99() / alone.rates.p99());
    }
    if (subject.meter() != CpuMeter.THREAD) {
      double operations = (double) rates.count() * subject.operationsPerSlice();
      result.put(Figure.PROCESS_MICROS, process.cpuNs() / 1e3 / operations);
      result.put(Figure.WAKE_UPS, process.wakeUps() / operations);
    }
    return result;
  }

  private double segmentsPerSlice() {
    return subject.bytesPerSlice() / (double) options.segmentBytes();
  }
}
