package dev.jktcp.proof.progress;

import dev.jktcp.testkit.Docs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The minutes of {@code verify} by instrument, as the guide keeps them. {@link #main} prints beside
 * each share what the last build took.
 */
public final class Ledger {
  /** What {@code verify} may take on a quiet machine with two cores. */
  static final int LIMIT_S = 600;

  private static final Pattern TABLE = Pattern.compile("(?s)// ledger\n(.*?)// /ledger\n");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\|(.+?) \\|(.*?) ?\\|(\\d+) \\|(\\d+) \\|");
  private static final Pattern NAMED = Pattern.compile("`([\\w.]+)`");
  private static final Pattern SUITE = Pattern.compile("<testsuite [^>]*>");
  private static final Pattern NAME = Pattern.compile(" name=\"([\\w.$]+)\"");
  private static final Pattern TIME = Pattern.compile(" time=\"([\\d.,]+)\"");

  /**
   * @param names of packages, and of classes that are not counted with theirs; none where tests are
   *     still to come
   * @param seconds measured
   * @param share that it may take
   */
  record Row(String instrument, List<String> names, int seconds, int share) {}

  private Ledger() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    Matcher table = TABLE.matcher(Docs.read(Docs.PROOF));
    if (!table.find()) return rows;
    for (MatchResult row : ROW.matcher(table.group(1)).results().toList()) {
      List<String> names =
          NAMED.matcher(row.group(2)).results().map(name -> name.group(1)).toList();
      int seconds = Integer.parseInt(row.group(3));
      rows.add(new Row(row.group(1), names, seconds, Integer.parseInt(row.group(4))));
    }
    return rows;
  }

  /** What a row names of a test class: itself, or its package. */
  private static String named(String className, List<Row> rows) {
    String outer = className.replaceFirst("\\$.*", "");
    boolean itself = rows.stream().anyMatch(row -> row.names().contains(outer));
    return itself ? outer : outer.substring(0, outer.lastIndexOf('.'));
  }

  public static void main(String[] arguments) throws IOException {
    List<Row> rows = rows();
    Map<String, Double> seconds = new TreeMap<>();
    for (String reports : List.of("surefire-reports", "failsafe-reports")) {
      Path directory = Path.of("target", reports);
      if (!Files.isDirectory(directory)) {
        System.out.println(directory + " is missing: run mvn -B verify first");
        return;
      }
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".xml")).toList()) {
          add(Files.readString(file), rows, seconds);
        }
      }
    }
    for (Row row : rows) {
      double took = row.names().stream().mapToDouble(p -> seconds.getOrDefault(p, 0.0)).sum();
      System.out.printf(Locale.ROOT, "%5.0f s of %3d  %s%n", took, row.share(), row.instrument());
    }
  }

  private static void add(String report, List<Row> rows, Map<String, Double> seconds) {
    Matcher suite = SUITE.matcher(report);
    if (!suite.find()) return;
    Matcher name = NAME.matcher(suite.group());
    Matcher time = TIME.matcher(suite.group());
    if (!name.find() || !time.find() || !name.group(1).contains(".")) return;
    double took = Double.parseDouble(time.group(1).replace(",", ""));
    seconds.merge(named(name.group(1), rows), took, Double::sum);
  }
}
