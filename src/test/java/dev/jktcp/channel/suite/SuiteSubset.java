package dev.jktcp.channel.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.progress.Needs;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/** The part of a suite that {@code verify} runs, over the kernel and over the stack. */
final class SuiteSubset {
  /** Where the build puts the suites and what only they need. */
  private static final Path SUITES = Path.of("target", "suites");

  /** Tests that may fail over the kernel, too, on a machine with much other work. */
  private static final int MAY_FAIL = 3;

  private SuiteSubset() {}

  /**
   * Each test that passes over the kernel must pass over the stack.
   *
   * @param file a resource: a class and some of its methods a line
   * @param logs what the tests print
   * @param ways over the stack
   */
  static void assertPasses(String file, Path logs, Way... ways) throws Exception {
    Needs.tun(); // the same rights make a network namespace
    Needs.program("unshare");
    TestList subset = TestList.read(file);
    SuiteCompare compare = new SuiteCompare(classPath(), logs);
    compare.compare(List.of(ways), subset.lines());
    assertEquals(List.of(), compare.differences());
    TreeSet<String> left = new TreeSet<>(subset.tests());
    left.removeAll(compare.passed());
    assertTrue(left.size() <= MAY_FAIL, "did not pass, over the kernel and the stack: " + left);
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
}
