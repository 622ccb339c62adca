package dev.jktcp.bench;

import java.util.function.LongConsumer;

/** A work in the thread it belongs to: the caller's, or an event loop's. */
interface Subject extends AutoCloseable {
  /** Bytes of payload that a slice moves; 0 if the work does not count bytes. */
  long bytesPerSlice();

  /** Round trips or connections of a slice; 0 if the work does not count them. */
  long operationsPerSlice();

  /**
   * Does slices, and returns when they are done.
   *
   * @param cpuNs gets the CPU time of each slice, in the thread of the work
   * @param between runs after each slice in the same thread, and is not timed
   */
  void run(int slices, LongConsumer cpuNs, Runnable between);

  /**
   * Does some slices and checks each byte of them. Not timed.
   *
   * @throws IllegalStateException when something is wrong
   */
  void verify();

  /** Meters the threads that do the work; called in one of them. */
  default CpuMeter meter() {
    return CpuMeter.THREAD;
  }

  @Override
  default void close() {}

  /** The units of a slice in a rate. */
  default double unitsPerSlice() {
    return bytesPerSlice() + operationsPerSlice();
  }

  /** A work in the caller's thread. */
  static Subject of(Work work) {
    return new Subject() {
      @Override
      public long bytesPerSlice() {
        return work.bytesPerSlice();
      }

      @Override
      public long operationsPerSlice() {
        return work.operationsPerSlice();
      }

      @Override
      public void run(int slices, LongConsumer cpuNs, Runnable between) {
        for (int i = 0; i < slices; i++) {
          cpuNs.accept(CpuMeter.cpuNs(work));
          between.run();
        }
      }

      @Override
      public void verify() {
        work.verify();
      }
    };
  }
}
