package dev.jktcp.channel.suite;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Runs suites of others over the kernel and over the stack in several ways, and compares them test
 * by test. A test that passes on the kernel and fails on the stack runs again alone, three times on
 * both: it is a difference if the stack fails one of them and the kernel none. One that is left
 * must be in the list of exceptions, and a test of that list that passes is a difference, too, so
 * that the list stays exact.
 */
public final class SuiteCompare {
  private static final int AGAIN = 3;
  private static final int MINUTES = 20; // of a suite
  private static final int MINUTES_ALONE = 3;

  private final Exceptions exceptions = new Exceptions();
  private final TestList tun = TestList.read("netty-tun.txt");
  private final SuiteProcess process;
  private final Set<String> passed = new TreeSet<>();
  private final List<String> differences = new ArrayList<>();

  SuiteCompare(String classPath, Path logs) throws IOException {
    process = new SuiteProcess(classPath, logs);
  }

  /**
   * @param args the directory for what the tests print; the ways over the stack, with commas
   *     between, where {@code all} are those without a TUN device; then the suites
   */
  public static void main(String[] args) throws Exception {
    SuiteCompare compare =
        new SuiteCompare(System.getProperty("java.class.path"), Path.of(args[0]));
    List<Way> ways = Arrays.stream(args[1].split(",")).flatMap(SuiteCompare::ways).toList();
    for (String suite : List.of(args).subList(2, args.length)) {
      compare.compare(ways, List.of(suite));
    }
    System.out.println(compare.differences.size() + " differences");
    compare.differences.forEach(difference -> System.out.println("  " + difference));
    System.exit(compare.differences.isEmpty() ? 0 : 1);
  }

  private static Stream<Way> ways(String name) {
    return name.equals("all")
        ? Stream.of(Way.ONE_ADAPTER, Way.TWO_ADAPTERS, Way.ONE_LOOP)
        : Stream.of(Way.valueOf(name));
  }

  /**
   * @param ways over the stack; the TUN device has tests of its own, and takes no others
   * @param suites each a package, a class, or methods of one; all run in one process for each way
   */
  void compare(List<Way> ways, List<String> suites) throws Exception {
    Map<Way, Map<String, String>> kernels = new EnumMap<>(Way.class);
    for (Way way : ways) {
      if (!kernels.containsKey(way.beside())) {
        kernels.put(way.beside(), run(way.beside(), suites));
      }
      Map<String, String> kernel = kernels.get(way.beside());
      boolean all = way != Way.TUN;
      Map<String, String> stack = run(way, all ? suites : tun.lines());
      for (String test : kernel.keySet()) {
        if (!isOk(kernel, test) || !(all || tun.tests().contains(test))) continue;
        if (isOk(stack, test)) onPassed(way, test);
        else judge(way, test);
      }
    }
  }

  /** Tests that have passed over the kernel, and over the stack in one way at least. */
  Set<String> passed() {
    return passed;
  }

  List<String> differences() {
    return differences;
  }

  private Map<String, String> run(Way way, List<String> suites) throws Exception {
    Map<String, String> verdicts = process.run(way, suites, MINUTES);
    long ok = verdicts.values().stream().filter("ok"::equals).count();
    String names = String.join(" ", suites);
    System.out.println(names + ": " + ok + " of " + verdicts.size() + " on " + way.text);
    return verdicts;
  }

  private void onPassed(Way way, String test) {
    passed.add(test);
    if (exceptions.reason(way, test) == null) return;
    String text = test + ": is in the list of exceptions and passes on " + way.text;
    System.out.println("  DIFFERS: " + text);
    differences.add(text);
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
    int ok = 0;
    for (int i = 0; i < AGAIN; i++) {
      if (isOk(process.run(way, List.of(test), MINUTES_ALONE), test)) ok++;
    }
    return ok;
  }

  private static boolean isOk(Map<String, String> verdicts, String test) {
    return "ok".equals(verdicts.get(test));
  }
}
