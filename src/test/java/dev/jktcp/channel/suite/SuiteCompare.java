package dev.jktcp.channel.suite;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Runs suites of Vert.x over the kernel and over the stack in several ways, and compares them test
 * by test. A test that passes on the kernel and fails on the stack runs again alone, three times on
 * both: it is a difference if the stack fails one of them and the kernel none. One that is left
 * must be in the list of exceptions.
 */
public final class SuiteCompare {
  private static final int AGAIN = 3;
  private static final int MINUTES = 20; // of a suite
  private static final int MINUTES_ALONE = 3;

  private final Exceptions exceptions = new Exceptions();
  private final SuiteProcess process;
  private final List<String> differences = new ArrayList<>();

  private SuiteCompare() throws Exception {
    process =
        new SuiteProcess(System.getProperty("java.class.path"), Path.of("target", "vertx-suites"));
  }

  /**
   * @param args the ways over the stack, with commas between, or {@code all}; then the suites
   */
  public static void main(String[] args) throws Exception {
    SuiteCompare compare = new SuiteCompare();
    List<Way> ways =
        args[0].equals("all")
            ? Arrays.stream(Way.values()).filter(Way::isStack).toList()
            : Arrays.stream(args[0].split(",")).map(Way::valueOf).toList();
    for (String suite : List.of(args).subList(1, args.length)) compare.suite(suite, ways);
    System.out.println(compare.differences.size() + " differences");
    compare.differences.forEach(difference -> System.out.println("  " + difference));
    System.exit(compare.differences.isEmpty() ? 0 : 1);
  }

  private void suite(String suite, List<Way> ways) throws Exception {
    Map<Way, Map<String, String>> kernels = new EnumMap<>(Way.class);
    for (Way way : ways) {
      if (!kernels.containsKey(way.beside())) {
        kernels.put(way.beside(), run(way.beside(), suite));
      }
      Map<String, String> kernel = kernels.get(way.beside());
      Map<String, String> stack = run(way, suite);
      for (String test : kernel.keySet()) {
        if (isOk(kernel, test) && !isOk(stack, test)) judge(way, test);
      }
    }
  }

  private Map<String, String> run(Way way, String suite) throws Exception {
    Map<String, String> verdicts = process.run(way, suite, MINUTES);
    long passed = verdicts.values().stream().filter("ok"::equals).count();
    System.out.println(suite + ": " + passed + " of " + verdicts.size() + " on " + way.text);
    return verdicts;
  }

  private void judge(Way way, String test) throws Exception {
    String reason = exceptions.reason(way, test);
    if (reason != null) {
      System.out.println("  excepted: " + test + ": " + reason);
      return;
    }
    int stack = passesAlone(way, test);
    int kernel = passesAlone(way.beside(), test);
    boolean differs = stack < AGAIN && kernel == AGAIN;
    String text =
        test + ": alone " + stack + " of " + AGAIN + " on " + way.text + ", kernel " + kernel;
    System.out.println((differs ? "  DIFFERS: " : "  equal when alone: ") + text);
    if (differs) differences.add(text);
  }

  private int passesAlone(Way way, String test) throws Exception {
    int passed = 0;
    for (int i = 0; i < AGAIN; i++) {
      if (isOk(process.run(way, test, MINUTES_ALONE), test)) passed++;
    }
    return passed;
  }

  private static boolean isOk(Map<String, String> verdicts, String test) {
    return "ok".equals(verdicts.get(test));
  }
}
