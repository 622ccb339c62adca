package dev.jktcp.channel.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.progress.Needs;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A part of Vert.x's own suites, over the kernel and over the stack. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class VertxSuitesIT {
  /** Where the build puts the suites and what only they need. */
  private static final Path SUITES = Path.of("target", "suites");

  @Test
  void whatPassesOverTheKernel_passesOverTheStack() throws Exception {
    Needs.tun(); // the same rights make a network namespace
    Needs.program("unshare");
    SuiteCompare compare = new SuiteCompare(classPath(), Path.of("target", "vertx-suites"));
    List<String> subset = subset();
    compare.compare(List.of(Way.ONE_ADAPTER, Way.TWO_ADAPTERS), subset);
    assertEquals(List.of(), compare.differences());
    TreeSet<String> left = new TreeSet<>(tests(subset));
    left.removeAll(compare.passed());
    assertTrue(left.size() <= 3, "did not pass, over the kernel and the stack: " + left);
  }

  /** Behind this build's: the suites are of an earlier Vert.x. */
  private static String classPath() {
    String tests =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    assertTrue(
        Files.isDirectory(SUITES),
        SUITES + " is missing: run mvn -q -B dependency:copy@suites first");
    return tests + File.pathSeparator + SUITES.resolve("*");
  }

  private static List<String> subset() throws IOException {
    try (var file = VertxSuitesIT.class.getResourceAsStream("subset.txt")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    }
  }

  private static List<String> tests(List<String> subset) {
    List<String> tests = new ArrayList<>();
    for (String suite : subset) {
      String[] parts = suite.split("#");
      for (String test : parts[1].split(",")) tests.add(parts[0] + "#" + test);
    }
    return tests;
  }
}
