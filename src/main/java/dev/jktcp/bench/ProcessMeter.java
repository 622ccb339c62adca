package dev.jktcp.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The CPU time of this whole process between two moments, its compiler and collector included. The
 * system counts its CPU time in ticks of 10 ms, so the moments must be far apart.
 */
final class ProcessMeter {
  private static final Path TASKS = Path.of("/proc/self/task"); // Linux has it
  private static final String SWITCHES = "voluntary_ctxt_switches:";

  private final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private long startNs;
  private long startSwitches;
  private long cpuNs;
  private long switches;

  void start() {
    startSwitches = switches();
    startNs = system.getProcessCpuTime();
  }

  void stop() {
    cpuNs += system.getProcessCpuTime() - startNs;
    switches += switches() - startSwitches;
  }

  /** CPU time between starts and stops, in nanoseconds. */
  double cpuNs() {
    return cpuNs;
  }

  /** How often an idle thread was woken; 0 if the system does not tell. */
  double wakeUps() {
    return switches;
  }

  private static long switches() {
    if (!Files.isDirectory(TASKS)) {
      return 0;
    }
    long sum = 0;
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
      for (Path task : tasks) {
        sum += switches(task);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sum;
  }

  private static long switches(Path task) throws IOException {
    try {
      for (String line : Files.readAllLines(task.resolve("status"))) {
        if (line.startsWith(SWITCHES)) {
          return Long.parseLong(line.substring(SWITCHES.length()).trim());
        }
      }
    } catch (NoSuchFileException e) {
      // The thread has ended meanwhile, and its file with it.
    }
    return 0;
  }
}
