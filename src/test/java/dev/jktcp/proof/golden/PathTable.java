package dev.jktcp.proof.golden;

import dev.jktcp.testkit.Asked;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A committed table of what flows make of paths. A figure is the mean of nine seeds, and behind it
 * in brackets that of the first alone. A build runs the first seed and finds each figure in
 * brackets again; {@code -Dgolden=write} runs all nine. What the table must reach is asserted of
 * the committed means. The column {@code linux} is the kernel's, measured apart and kept.
 */
final class PathTable {
  static final int SEEDS = 9;

  /** What one run comes to: a number for each figure of the table. */
  interface Experiment {
    double[] run(long seed);
  }

  /** A figure must be at least, or at most, so much. */
  record Bound(String figure, double least, double most) {
    @Override
    public String toString() {
      return figure + (least > Double.NEGATIVE_INFINITY ? " ≥ " + text(least) : " ≤ " + text(most));
    }

    private static String text(double bound) {
      return bound == Math.rint(bound) ? String.valueOf((long) bound) : String.valueOf(bound);
    }
  }

  static Bound atLeast(String figure, double least) {
    return new Bound(figure, least, Double.POSITIVE_INFINITY);
  }

  static Bound atMost(String figure, double most) {
    return new Bound(figure, Double.NEGATIVE_INFINITY, most);
  }

  /** A figure's name, and how many digits it has behind the point. */
  record Figure(String name, int digits) {}

  private record Row(String label, List<Bound> bounds, String predicted, Experiment experiment) {}

  private final String title;
  private final String intro;
  private final List<Figure> figures;
  private final Map<String, List<Row>> sections = new LinkedHashMap<>();
  private List<Row> section;

  PathTable(String title, String intro, Figure... figures) {
    this.title = title;
    this.intro = intro;
    this.figures = List.of(figures);
  }

  PathTable section(String name) {
    section = new ArrayList<>();
    sections.put(name, section);
    return this;
  }

  /**
   * @param predicted what the RFC has one expect, in a sentence
   */
  PathTable row(String label, String predicted, Experiment experiment, Bound... bounds) {
    section.add(new Row(label, List.of(bounds), predicted, experiment));
    return this;
  }

  // --- the text

  private static final String GAP = "  ";

  /** Compares with what is committed, or with {@code -Dgolden=write} writes. */
  void check(String file) {
    boolean all = Asked.word("golden", "write").equals("write");
    String committed = GoldenText.read(GoldenText.file(file));
    GoldenText.check(GoldenText.file(file), text(committed, all));
  }

  /**
   * What the committed means do not reach.
   *
   * @return a line each
   */
  List<String> misses(String committed) {
    List<String> misses = new ArrayList<>();
    Map<String, String[]> cells = cells(committed);
    sections.forEach(
        (name, rows) ->
            rows.forEach(
                row -> {
                  String[] line = cells.get(key(name, row));
                  for (Bound bound : row.bounds) {
                    double mean = line == null ? Double.NaN : mean(line[1 + index(bound.figure)]);
                    if (!(mean >= bound.least && mean <= bound.most)) {
                      misses.add(
                          "%s: %s, but %s; %s"
                              .formatted(key(name, row), mean, bound, row.predicted));
                    }
                  }
                }));
    return misses;
  }

  private int index(String figure) {
    for (int i = 0; i < figures.size(); i++) {
      if (figures.get(i).name.equals(figure)) {
        return i;
      }
    }
    throw new IllegalArgumentException("no figure " + figure);
  }

  private static String key(String section, Row row) {
    return section + ", " + row.label;
  }

  private static double mean(String cell) {
    return Double.parseDouble(cell.replaceFirst(" .*", ""));
  }

  private static Map<String, String[]> cells(String text) {
    Map<String, String[]> cells = new LinkedHashMap<>();
    String section = "";
    for (String line : text.lines().toList()) {
      if (line.startsWith("## ")) {
        section = line.substring(3);
      } else {
        String[] split = line.strip().split(" {2,}");
        cells.put(section + ", " + split[0], split);
      }
    }
    return cells;
  }

  /**
   * @param all whether all seeds are run; if not, the means are those that are committed
   */
  String text(String committed, boolean all) {
    Map<String, String[]> before = cells(committed);
    StringBuilder out = new StringBuilder(title).append("\n\n").append(intro).append('\n');
    out.append("A figure is the mean of ").append(SEEDS);
    out.append(" seeds, and in brackets the first seed's. linux: the kernel's own, - where it was");
    out.append(" not measured.\n");
    sections.forEach(
        (name, rows) -> {
          out.append("\n## ").append(name).append('\n');
          List<List<String>> lines = new ArrayList<>();
          lines.add(header());
          rows.forEach(row -> lines.add(line(row, before.get(key(name, row)), all)));
          append(out, lines);
        });
    return out.toString();
  }

  private List<String> header() {
    List<String> header = new ArrayList<>(List.of("case"));
    figures.forEach(figure -> header.add(figure.name));
    header.addAll(List.of("linux", "reach", "predicted"));
    return header;
  }

  private List<String> line(Row row, String[] before, boolean all) {
    double[] first = row.experiment.run(1);
    double[] sum = first.clone();
    for (long seed = 2; all && seed <= SEEDS; seed++) {
      double[] more = row.experiment.run(seed);
      Arrays.setAll(sum, i -> sum[i] + more[i]);
    }
    List<String> line = new ArrayList<>(List.of(row.label));
    for (int i = 0; i < figures.size(); i++) {
      Figure figure = figures.get(i);
      String mean = all ? number(sum[i] / SEEDS, figure) : committedMean(before, i);
      line.add(mean + " (" + number(first[i], figure) + ")");
    }
    int linux = 1 + figures.size();
    line.add(before == null || before.length <= linux ? "-" : before[linux]);
    line.add(
        row.bounds.isEmpty()
            ? "tabled"
            : String.join(", ", row.bounds.stream().map(Bound::toString).toList()));
    line.add(row.predicted);
    return line;
  }

  private static String committedMean(String[] before, int figure) {
    return before == null || before.length <= 1 + figure
        ? "?"
        : before[1 + figure].replaceFirst(" .*", "");
  }

  private static String number(double value, Figure figure) {
    return String.format(Locale.ROOT, "%." + figure.digits + "f", value);
  }

  private static void append(StringBuilder out, List<List<String>> lines) {
    int columns = lines.get(0).size();
    int[] width = new int[columns];
    for (List<String> line : lines) {
      for (int c = 0; c < columns; c++) {
        width[c] = Math.max(width[c], line.get(c).length());
      }
    }
    for (int l = 0; l < lines.size(); l++) {
      StringBuilder text = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String cell = lines.get(l).get(c);
        String blanks = " ".repeat(width[c] - cell.length());
        boolean figure = c > 0 && c < columns - 3;
        text.append(c == 0 ? "" : GAP).append(figure ? blanks + cell : cell + blanks);
      }
      out.append(text.toString().stripTrailing()).append('\n');
      if (l == 0) {
        out.append("-".repeat(text.toString().stripTrailing().length())).append('\n');
      }
    }
  }
}
