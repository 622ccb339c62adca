package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing is unbounded: 1 GiB goes through a heap of 64 MB and 32 MB of direct memory while the
 * reader, or the transport, does nothing for 10 s. Both run at once, in a JVM each.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class BackPressureIT {
  private static final int LIMIT_S = 170;

  @TempDir static Path dir;
  private static final List<Process> processes = new ArrayList<>();
  private static Process reader;
  private static Process transport;

  @BeforeAll
  static void startBoth() throws IOException {
    reader = start("reader");
    transport = start("transport");
  }

  @AfterAll
  static void stopBoth() {
    processes.forEach(Process::destroyForcibly);
  }

  private static Process start(String stalled) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Process process =
        new ProcessBuilder(
                java,
                "-Xmx64m",
                "-XX:MaxDirectMemorySize=32m",
                "-XX:+ExitOnOutOfMemoryError",
                "-ea",
                "-cp",
                classPath,
                BackPressureRun.class.getName(),
                stalled)
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve(stalled).toFile())
            .start();
    processes.add(process);
    return process;
  }

  private static void check(Process process, String stalled) throws Exception {
    boolean ended = process.waitFor(LIMIT_S, TimeUnit.SECONDS);
    String output = Files.readString(dir.resolve(stalled), StandardCharsets.UTF_8);
    assertTrue(ended, () -> "still running:\n" + output);
    assertEquals(0, process.exitValue(), output);
    assertTrue(output.contains("1073741824 bytes"), output);
    assertTrue(output.strip().endsWith(": ok"), output);
  }

  @Test
  void stalledReader_1GiBInASmallHeap() throws Exception {
    check(reader, "reader");
  }

  @Test
  void stalledTransport_1GiBInASmallHeap() throws Exception {
    check(transport, "transport");
  }
}
