package dev.jktcp.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process without Micrometer and vertx-health-check on its class path works. */
@Timeout(120)
class WithoutOptionalIT {
  private static final List<String> OPTIONAL =
      List.of("micrometer", "prometheus", "health-check", "HdrHistogram", "LatencyUtils");

  /** An example of a user, and what it needs. */
  @Test
  void adapters_workWithoutOptionalDependencies() throws Exception {
    String whole = System.getProperty("java.class.path");
    String classPath =
        Arrays.stream(whole.split(File.pathSeparator))
            .filter(entry -> OPTIONAL.stream().noneMatch(entry::contains))
            .collect(Collectors.joining(File.pathSeparator));
    assertTrue(classPath.length() < whole.length(), "they are on this class path");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                "dev.jktcp.examples.HttpThroughTunnel")
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes());
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), said);
  }
}
