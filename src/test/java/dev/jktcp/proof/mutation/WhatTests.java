package dev.jktcp.proof.mutation;

import dev.jktcp.testkit.RfcLabels;
import dev.jktcp.testkit.RfcLabels.LabelledTest;
import dev.jktcp.text.Nearest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The tests that guard a file of main: those that name its type, those that noticed a recorded
 * mutation of it, and its package's. {@link #main} prints them for a developer who changes it.
 *
 * @param file below {@link Mutation#SOURCES}
 * @param naming tests whose source says the type's name
 * @param byLabel tests that carry the label of a mutation of the file, and so notice it together
 * @param corpora fuzz targets whose corpus notices one
 * @param stories of loss recovery that notice one
 */
record WhatTests(
    String file, Set<String> naming, Set<String> byLabel, Set<String> corpora, int stories) {
  private static final Path TESTS = Path.of("src/test/java/dev/jktcp");
  private static final Pattern TEST = Pattern.compile(".*(?:Test|IT|Suite)");

  /** What tests the core as a whole. */
  private static final List<String> INSTRUMENTS =
      List.of("PacketScriptSuite", "ComparisonTest", "GoldenTest", "SimulatorTest");

  /**
   * @param arguments names of types, as {@code Sender}, or of files, as {@code stack/Flow.java}
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 0) {
      throw new IllegalArgumentException("which file? -Dexec.args=Sender");
    }
    for (String argument : arguments) {
      for (String file : filesOf(argument)) {
        System.out.println(of(file).text());
      }
    }
  }

  /**
   * The files that the argument names.
   *
   * @throws IllegalArgumentException if there is none, with a name that is near
   */
  static List<String> filesOf(String argument) throws IOException {
    String wanted = argument.endsWith(".java") ? argument : argument + ".java";
    List<String> all = sources(Mutation.SOURCES);
    List<String> found =
        all.stream().filter(file -> file.equals(wanted) || file.endsWith("/" + wanted)).toList();
    if (found.isEmpty()) {
      List<String> names = all.stream().map(WhatTests::nameOf).distinct().toList();
      throw new IllegalArgumentException(
          "no file of main is '" + argument + "'; " + Nearest.hint(argument, names));
    }
    return found;
  }

  static WhatTests of(String file) throws IOException {
    Set<String> byLabel = new TreeSet<>();
    Map<String, Set<LabelledTest>> labels = RfcLabels.ofAllTests();
    for (String label : labelsOf(file, Mutation.all())) {
      labels.getOrDefault(label, Set.of()).forEach(test -> byLabel.add(of(test)));
    }
    Set<String> corpora = labelsOf(file, Mutation.all(FuzzMutationReplay.LIST));
    int stories = labelsOf(file, Mutation.all(SabotagedRepairTest.LIST)).size();
    return new WhatTests(file, naming(file), byLabel, corpora, stories);
  }

  private static Set<String> labelsOf(String file, List<Mutation> mutations) {
    Set<String> labels = new TreeSet<>();
    for (Mutation mutation : mutations) {
      if (mutation.file().equals(file)) {
        labels.add(mutation.label());
      }
    }
    return labels;
  }

  /** The class that JUnit is told of: a nested one is its outermost's. */
  private static String of(LabelledTest test) {
    Class<?> type = test.type();
    while (type.getEnclosingClass() != null) {
      type = type.getEnclosingClass();
    }
    return type.getSimpleName();
  }

  private static Set<String> naming(String file) throws IOException {
    Pattern name = Pattern.compile("\\b" + nameOf(file) + "\\b");
    String type = "dev.jktcp." + file.replace('/', '.').replaceFirst("\\.java$", "");
    Set<String> tests = new TreeSet<>();
    for (String test : sources(TESTS)) {
      String source = Files.readString(TESTS.resolve(test));
      boolean sees = source.contains("import " + type + ";") || folder(test).equals(folder(file));
      if (TEST.matcher(nameOf(test)).matches() && sees && name.matcher(source).find()) {
        tests.add(nameOf(test));
      }
    }
    return tests;
  }

  /** What to type. */
  String command() {
    Set<String> tests = new TreeSet<>(naming);
    tests.addAll(byLabel);
    if (!corpora.isEmpty()) {
      tests.add("FuzzReplayTest");
    }
    if (stories > 0) {
      tests.add("SabotagedRepairTest");
    }
    if (file.matches("(wire|tcp|stack)/.*")) {
      tests.addAll(INSTRUMENTS);
    }
    List<String> all = new ArrayList<>(tests);
    if (Files.isDirectory(TESTS.resolve(folder(file)))) {
      all.add("dev.jktcp." + (folder(file) + "/").replace('/', '.') + "*Test");
    }
    return "mvn -q -B test -Dtest='" + String.join(",", all) + "'";
  }

  String text() {
    StringBuilder text = new StringBuilder(file);
    list(text, "named by", naming);
    list(text, "carry the label of a recorded mutation", byLabel);
    list(text, "corpora that notice one", corpora);
    if (stories > 0) {
      text.append("\n  stories of loss recovery that notice one: ").append(stories);
    }
    return text.append("\n  ").append(command()).append('\n').toString();
  }

  private static void list(StringBuilder text, String what, Set<String> names) {
    if (!names.isEmpty()) {
      text.append("\n  ").append(what).append(": ").append(String.join(", ", names));
    }
  }

  private static String nameOf(String file) {
    return file.substring(file.lastIndexOf('/') + 1).replaceFirst("\\.java$", "");
  }

  private static String folder(String file) {
    return file.substring(0, Math.max(0, file.lastIndexOf('/')));
  }

  private static List<String> sources(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .map(file -> root.relativize(file).toString().replace('\\', '/'))
          .filter(file -> file.endsWith(".java") && !file.endsWith("-info.java"))
          .sorted()
          .toList();
    }
  }
}
