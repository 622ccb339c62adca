package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Nothing is unbounded: 1 GiB goes through a heap of 64 MB and 32 MB of direct memory while the
 * reader, or the transport, does nothing for 10 s; with adapters in hand, through handles, and
 * through handles and bridges. All run at once, in a JVM each.
 */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class BackPressureIT {
  private static final int LIMIT_S = 590;
  private static final List<String> STALLED = List.of("reader", "transport", "handle", "bridge");

  @TempDir static Path dir;
  private static final Map<String, Process> processes = new HashMap<>();

  @BeforeAll
  static void startAll() throws IOException {
    for (String stalled : STALLED) start(stalled);
  }

  @AfterAll
  static void stopAll() {
    processes.values().forEach(Process::destroyForcibly);
  }

  private static void start(String stalled) throws IOException {
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
    processes.put(stalled, process);
  }

  @ParameterizedTest
  @FieldSource("STALLED")
  void whateverStalls_1GiBInASmallHeap(String stalled) throws Exception {
    Process process = processes.get(stalled);
    boolean ended = process.waitFor(LIMIT_S, TimeUnit.SECONDS);
    String output = Files.readString(dir.resolve(stalled), StandardCharsets.UTF_8);
    assertTrue(ended, () -> "still running:\n" + output);
    assertEquals(0, process.exitValue(), output);
    assertTrue(output.contains("1073741824 bytes"), output);
    assertTrue(output.lines().anyMatch(line -> line.endsWith(": ok")), output);
  }
}
