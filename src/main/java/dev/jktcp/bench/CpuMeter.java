package dev.jktcp.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** CPU time and garbage of threads so far. */
interface CpuMeter {
  /** CPU time, user and system, in nanoseconds. */
  long cpuNs();

  /** Bytes allocated. */
  long allocatedBytes();

  /** A meter of the calling thread. */
  CpuMeter THREAD =
      new CpuMeter() {
        private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        @Override
        public long cpuNs() {
          return threads.getCurrentThreadCpuTime();
        }

        @Override
        public long allocatedBytes() {
          return threads.getCurrentThreadAllocatedBytes();
        }
      };

  /** A meter of several threads together. */
  static CpuMeter of(long... ids) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return new CpuMeter() {
      @Override
      public long cpuNs() {
        long sum = 0;
        for (long id : ids) {
          sum += threads.getThreadCpuTime(id);
        }
        return sum;
      }

      @Override
      public long allocatedBytes() {
        long sum = 0;
        for (long id : ids) {
          sum += threads.getThreadAllocatedBytes(id);
        }
        return sum;
      }
    };
  }

  /** CPU time of one slice in the calling thread. */
  static long cpuNs(Work work) {
    long startNs = THREAD.cpuNs();
    work.slice();
    return Math.max(1, THREAD.cpuNs() - startNs);
  }
}
