package dev.jktcp.proof.golden;

import dev.jktcp.testkit.Asked;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Text that is committed and must come out the same again. A table in it has its column names in
 * the line above one of dashes, and two blanks between columns; {@code ## } begins a section.
 */
final class GoldenText {
  private static final Path DIRECTORY = Path.of("src/test/resources/dev/jktcp/proof/golden");
  private static final String ACCEPT =
      "To accept: mvn -q -B test -Dtest=GoldenTest,PathTablesTest -Dgolden=write, look at git diff,"
          + " commit.\n";
  private static final int MOST_NAMED = 20;
  private static final int MOST_LINES = 80;

  private static final Set<String> checked = new TreeSet<>();

  private GoldenText() {}

  /** What was compared so far, and found equal or written. */
  static Set<String> checked() {
    return checked;
  }

  static Path file(String name) {
    return DIRECTORY.resolve(name);
  }

  /** Compares, or with {@code -Dgolden=write} writes and says what changed. */
  static void check(Path file, String now) {
    check(file, now, Asked.word("golden", "write").equals("write"));
    checked.add(file.getFileName().toString());
  }

  static void check(Path file, String now, boolean write) {
    String committed = read(file);
    String difference = difference(file.getFileName().toString(), committed, now);
    if (difference.isEmpty()) {
      return;
    }
    if (!write) {
      throw new AssertionError(difference + ACCEPT);
    }
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, now);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    System.out.println(difference + "written: " + file);
  }

  /** The file's text, empty where there is none. */
  static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A document with a block between {@code // golden} and {@code // /golden} anew. */
  static String between(String document, String block) {
    String begin = "// golden\n";
    int from = document.indexOf(begin) + begin.length();
    int to = document.indexOf("// /golden");
    if (from < begin.length() || to < from) {
      throw new AssertionError("no " + begin.strip() + " … in the document");
    }
    return document.substring(0, from) + block + document.substring(to);
  }

  /** What changed, cell by cell and line by line; empty when nothing did. */
  static String difference(String name, String committed, String now) {
    if (committed.equals(now)) {
      return "";
    }
    List<String> before = committed.lines().toList();
    List<String> after = now.lines().toList();
    List<String> cells = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    Place place = new Place();
    int[][] common = longestCommon(before, after);
    int i = 0;
    int j = 0;
    while (i < before.size() || j < after.size()) {
      if (i < before.size() && j < after.size() && before.get(i).equals(after.get(j))) {
        place.pass(before.get(i));
        i++;
        j++;
        continue;
      }
      int fromI = i;
      int fromJ = j;
      while ((i < before.size() || j < after.size())
          && !(i < before.size() && j < after.size() && before.get(i).equals(after.get(j)))) {
        if (j == after.size() || (i < before.size() && common[i + 1][j] >= common[i][j + 1])) {
          i++;
        } else {
          j++;
        }
      }
      describe(before.subList(fromI, i), after.subList(fromJ, j), place, cells, lines);
      before.subList(fromI, i).forEach(place::pass);
    }
    if (lines.isEmpty()) {
      lines.add("  (only line ends differ)");
    }
    StringBuilder out = new StringBuilder(name + " is not what is committed:\n");
    append(out, cells, MOST_NAMED);
    append(out.append('\n'), lines, MOST_LINES);
    return out.toString();
  }

  private static void append(StringBuilder out, List<String> lines, int most) {
    lines.stream().limit(most).forEach(line -> out.append(line).append('\n'));
    if (lines.size() > most) {
      out.append("  … and ").append(lines.size() - most).append(" more\n");
    }
  }

  private static void describe(
      List<String> gone, List<String> come, Place place, List<String> cells, List<String> lines) {
    lines.add("  " + place.section + (place.header.isEmpty() ? "" : "\n  " + place.header));
    gone.forEach(line -> lines.add("- " + line));
    come.forEach(line -> lines.add("+ " + line));
    for (int k = 0; k < gone.size() && gone.size() == come.size(); k++) {
      place.nameCells(gone.get(k), come.get(k), cells);
    }
  }

  /** Where in the text a line is. */
  private static final class Place {
    String section = "";
    String header = "";
    private String last = "";

    void pass(String line) {
      if (line.startsWith("## ")) {
        section = line.substring(3);
        header = "";
      } else if (line.startsWith("---")) {
        header = last;
      }
      last = line;
    }

    void nameCells(String before, String after, List<String> cells) {
      String[] columns = split(header);
      String[] was = split(before);
      String[] is = split(after);
      if (header.isEmpty() || was.length != is.length || was.length > columns.length) {
        return;
      }
      for (int c = 0; c < was.length; c++) {
        if (!was[c].equals(is[c])) {
          String row = c == 0 ? "" : ", " + columns[0] + " " + was[0];
          cells.add("  " + section + row + ", " + columns[c] + ": " + was[c] + " is now " + is[c]);
        }
      }
    }

    private static String[] split(String line) {
      return line.strip().split(" {2,}");
    }
  }

  /** [i][j]: how many lines the texts from there on have in common, in order. */
  private static int[][] longestCommon(List<String> before, List<String> after) {
    int[][] common = new int[before.size() + 2][after.size() + 2];
    for (int i = before.size() - 1; i >= 0; i--) {
      for (int j = after.size() - 1; j >= 0; j--) {
        common[i][j] =
            before.get(i).equals(after.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    return common;
  }
}
