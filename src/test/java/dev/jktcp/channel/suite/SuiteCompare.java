package dev.jktcp.channel.suite;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs suites of Vert.x over the kernel and over the stack, each in a network namespace that has
 * loopback only, and compares them test by test. A test that passes on the kernel and fails on the
 * stack runs again alone, three times on both; if it then passes once on the stack, it is no
 * difference. One that is left must be in the list of exceptions.
 */
public final class SuiteCompare {
  private static final String EXCEPTIONS = "/dev/jktcp/channel/suite/exceptions.txt";
  private static final int AGAIN = 3;

  private SuiteCompare() {}

  /**
   * @param classes of the suites
   */
  public static void main(String[] classes) throws Exception {
    Map<String, String> excepted = exceptions();
    List<String> differences = new ArrayList<>();
    for (String suite : classes) {
      Map<String, String> kernel = run(false, suite);
      Map<String, String> stack = run(true, suite);
      List<String> worse = new ArrayList<>();
      kernel.forEach(
          (test, verdict) -> {
            if (verdict.equals("ok") && !"ok".equals(stack.get(test))) worse.add(test);
          });
      System.out.println(
          suite
              + ": "
              + kernel.size()
              + " tests, ok on the kernel "
              + passed(kernel)
              + ", on the stack "
              + passed(stack));
      for (String test : worse) {
        if (passesAlone(true, test) || !passesAlone(false, test)) {
          System.out.println("  differs not when alone: " + test);
        } else if (excepted.containsKey(test)) {
          System.out.println("  excepted: " + test + ": " + excepted.get(test));
        } else {
          System.out.println("  DIFFERS: " + test);
          differences.add(test);
        }
      }
    }
    System.out.println(differences.size() + " differences");
    System.exit(differences.isEmpty() ? 0 : 1);
  }

  private static boolean passesAlone(boolean stack, String test) throws Exception {
    for (int i = 0; i < AGAIN; i++) {
      if ("ok".equals(run(stack, test).get(test))) return true;
    }
    return false;
  }

  private static long passed(Map<String, String> verdicts) {
    return verdicts.values().stream().filter("ok"::equals).count();
  }

  /** The verdict of each test. */
  private static Map<String, String> run(boolean stack, String what) throws Exception {
    String java =
        String.join(
            " ",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-ea -Xmx800m -Dsuite.loopback=" + stack,
            "-cp",
            System.getProperty("java.class.path"),
            SuiteRun.class.getName(),
            what);
    Process process =
        new ProcessBuilder("unshare", "-n", "sh", "-c", "ip link set lo up && exec " + java)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Map<String, String> verdicts = new TreeMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line;
      while ((line = lines.readLine()) != null) {
        if (!line.startsWith(SuiteRun.LINE)) continue;
        String[] parts = line.substring(SuiteRun.LINE.length()).split(" ", 2);
        verdicts.put(parts[1], parts[0]);
      }
    }
    process.waitFor();
    if (verdicts.isEmpty()) throw new IOException("no result of " + what);
    return verdicts;
  }

  /** What may differ, and why. */
  private static Map<String, String> exceptions() throws IOException {
    Map<String, String> excepted = new TreeMap<>();
    try (InputStream file = SuiteCompare.class.getResourceAsStream(EXCEPTIONS)) {
      for (String line : new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        if (line.isBlank() || line.startsWith("#")) continue;
        String[] parts = line.split(" ", 2);
        excepted.put(parts[0], parts[1]);
      }
    }
    return excepted;
  }
}
