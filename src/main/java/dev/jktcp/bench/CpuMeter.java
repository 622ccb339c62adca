package dev.jktcp.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What this thread has used so far. */
final class CpuMeter {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private CpuMeter() {}

  /** CPU time of the calling thread, user and system, in nanoseconds. */
  static long cpuNs() {
    return THREADS.getCurrentThreadCpuTime();
  }

  /** Bytes that the calling thread has allocated. */
  static long allocatedBytes() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }

  /** CPU time of one slice. */
  static long cpuNs(Work work) {
    long startNs = cpuNs();
    work.slice();
    return Math.max(1, cpuNs() - startNs);
  }
}
