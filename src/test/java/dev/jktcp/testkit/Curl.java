package dev.jktcp.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.progress.Needs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program curl; a test that calls it is skipped where it is missing. */
public final class Curl {
  private static final int LIMIT_S = 60;

  private Curl() {}

  /**
   * @return what it says, errors included
   */
  public static String run(int exitCode, String... arguments) throws Exception {
    Needs.program("curl");
    List<String> command =
        new ArrayList<>(List.of("curl", "-sS", "-k", "--noproxy", "", "--max-time", "" + LIMIT_S));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(LIMIT_S, TimeUnit.SECONDS), said);
    assertEquals(exitCode, process.exitValue(), said);
    return said;
  }
}
