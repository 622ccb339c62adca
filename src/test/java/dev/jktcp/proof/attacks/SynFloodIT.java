package dev.jktcp.proof.attacks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.progress.Figures;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ten thousand SYNs a second for five seconds, to an adapter in a heap of 256 MB: a transfer goes
 * on byte for byte, everyone who connects is served, and so are those who come after it. How soon
 * is counted in virtual time: {@code SynFloodTest}.
 */
@Timeout(value = 150, unit = TimeUnit.SECONDS)
class SynFloodIT {
  private static final int LIMIT_S = 120;

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"reliable-link", "internet"})
  void flood_disturbsNoTransferAndNoConnect(String profile) throws Exception {
    Path said = dir.resolve("said");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+ExitOnOutOfMemoryError",
                "-ea",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                SynFloodRun.class.getName(),
                profile)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      boolean ended = process.waitFor(LIMIT_S, TimeUnit.SECONDS);
      String output = Files.readString(said, StandardCharsets.UTF_8);
      assertTrue(ended, () -> "still running:\n" + output);
      assertEquals(0, process.exitValue(), output);
      String last = output.strip().lines().reduce("", (before, line) -> line);
      assertTrue(last.endsWith(": ok"), output);
      Figures.note("flood, " + profile + ": " + last);
    } finally {
      process.destroyForcibly();
    }
  }
}
