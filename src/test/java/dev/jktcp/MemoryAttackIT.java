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
 * Peers that make an adapter hold what they can, in a heap of 256 MB: a good connection beside them
 * goes on, new ones are served, and the memory that all may have is not exceeded. All run at once,
 * in a JVM each.
 */
@Timeout(value = 100, unit = TimeUnit.SECONDS)
class MemoryAttackIT {
  private static final int LIMIT_S = 90;
  private static final List<String> ATTACKS = List.of("NEVER_TAKE", "HOLES", "ASK", "ASK_EXPOSED");

  @TempDir static Path dir;
  private static final Map<String, Process> processes = new HashMap<>();

  @BeforeAll
  static void startAll() throws IOException {
    for (String attack : ATTACKS) start(attack);
  }

  @AfterAll
  static void stopAll() {
    processes.values().forEach(Process::destroyForcibly);
  }

  private static void start(String attack) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Process process =
        new ProcessBuilder(
                java,
                "-Xmx256m",
                "-XX:+ExitOnOutOfMemoryError",
                "-ea",
                "-cp",
                classPath,
                MemoryAttackRun.class.getName(),
                attack)
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve(attack).toFile())
            .start();
    processes.put(attack, process);
  }

  @ParameterizedTest
  @FieldSource("ATTACKS")
  void whateverPeersMakeItHold_goodOnesGoOn(String attack) throws Exception {
    Process process = processes.get(attack);
    boolean ended = process.waitFor(LIMIT_S, TimeUnit.SECONDS);
    String output = Files.readString(dir.resolve(attack), StandardCharsets.UTF_8);
    assertTrue(ended, () -> "still running:\n" + output);
    assertEquals(0, process.exitValue(), output);
    assertTrue(output.lines().anyMatch(line -> line.endsWith(": ok")), output);
    boolean warned = output.contains("the memory for its connections is used up");
    assertTrue(warned || attack.equals("HOLES"), output);
  }
}
