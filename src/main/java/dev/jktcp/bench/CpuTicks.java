package dev.jktcp.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * CPU time of this process without the calling thread, user and system apart, as Linux counts it:
 * in ticks of 10 ms.
 */
record CpuTicks(double userSeconds, double systemSeconds) {
  private static final double TICKS_A_SECOND = 100; // USER_HZ, proc(5)
  private static final int UTIME = 14; // proc(5) numbers the fields from 1

  static CpuTicks now() {
    return read("/proc/self/stat").minus(read("/proc/thread-self/stat"));
  }

  CpuTicks minus(CpuTicks other) {
    return new CpuTicks(userSeconds - other.userSeconds, systemSeconds - other.systemSeconds);
  }

  private static CpuTicks read(String file) {
    try {
      return parse(Files.readString(Path.of(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static CpuTicks parse(String stat) {
    // The second field is a name in parentheses, which may contain blanks and parentheses.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    int utime = UTIME - 3;
    return new CpuTicks(
        Long.parseLong(fields[utime]) / TICKS_A_SECOND,
        Long.parseLong(fields[utime + 1]) / TICKS_A_SECOND);
  }
}
