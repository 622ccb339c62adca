package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.progress.Figures;
import dev.jktcp.testkit.Docs;
import dev.jktcp.testkit.RfcLabels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of requirements, the labels of the tests and the guide say the same. */
class RequirementCoverageTest {
  private static final Pattern VERDICT =
      Pattern.compile("TESTED|(EXCEPTION|EXCEPTION \\(n/a\\)|PENDING): \\S.*");

  /** Those of which each MUST and SHOULD has its row; of others the tables have what is used. */
  private static final Set<String> WHOLE =
      Set.of(
          "2018", "2883", "3168", "5681", "5961", "6298", "6582", "6675", "7323", "8985", "9438",
          "9937");

  private static final Pattern ID =
      Pattern.compile("\\d+ ((MUST|SHLD|MAY)-)?(§\\d\\S*|[aA]ppendix [A-Z])");

  private record Row(String id, String section, String words, String verdict) {
    boolean tested() {
      return verdict.equals("TESTED");
    }

    /** It asks nothing of a stack like ours. */
    boolean applies() {
      return !verdict.startsWith("EXCEPTION (n/a)");
    }
  }

  @Test
  void everyLabelOfATest_isInTheTableAsTested() throws Exception {
    Map<String, Row> table = table();
    Set<String> missing = new TreeSet<>(RfcLabels.ofAllTests().keySet());
    missing.removeIf(label -> table.containsKey(label) && table.get(label).tested());
    assertEquals(Set.of(), missing);
  }

  @Test
  void everyTestedRow_hasATest_andEveryOtherItsReason() throws Exception {
    Set<String> labels = RfcLabels.ofAllTests().keySet();
    List<Row> wrong = new ArrayList<>();
    for (Row row : table().values()) {
      if (!VERDICT.matcher(row.verdict).matches() || row.tested() && !labels.contains(row.id)) {
        wrong.add(row);
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void all119LabelsOfRfc9293_areInTheTable() throws Exception {
    Set<String> expected = new TreeSet<>();
    Map.of("MUST", 69, "SHLD", 31, "MAY", 18, "REC", 1)
        .forEach(
            (kind, count) ->
                IntStream.rangeClosed(1, count)
                    .forEach(n -> expected.add("9293 " + kind + "-" + n)));
    Set<String> rows = new TreeSet<>(table().keySet());
    rows.removeIf(id -> !id.startsWith("9293 "));
    assertEquals(expected, rows);
    assertEquals(119, rows.size());
  }

  @Test
  void guide_saysTheScore() throws Exception {
    Collection<Row> rows = table().values();
    String score = "MUST " + score(rows, "MUST") + " · SHOULD " + score(rows, "SHLD") + " · MAY ";
    String decided = score + of(rows, "MAY", Row::applies) + " decided";
    Figures.note("labels: " + decided);
    Docs.says(Docs.PROOF, decided);
    Docs.says(Docs.README, "MUST " + score(rows, "MUST"));
  }

  @Test
  void eachRfcThatCarriesTheLoad_hasATableOfItsOwn() throws Exception {
    Set<String> tables = new TreeSet<>();
    for (Path file : files().subList(1, files().size())) {
      String rfc = file.getFileName().toString().replaceAll("\\D", "");
      tables.add(rfc);
      for (Row row : rows(file)) {
        assertTrue(row.id.startsWith(rfc + " ") && ID.matcher(row.id).matches(), row.toString());
      }
    }
    assertEquals(new TreeSet<>(WHOLE), tables);
  }

  @Test
  void guide_saysTheSumsOfEachTable() throws Exception {
    Collection<Row> rows = table().values();
    for (String rfc : new TreeSet<>(WHOLE)) {
      List<Row> its = rows.stream().filter(row -> row.id.startsWith(rfc + " ")).toList();
      List<Row> plain = its.stream().filter(row -> !row.id.matches(".*(MUST|SHLD)-.*")).toList();
      String sums =
          String.join(" |", score(its, rfc, "MUST"), score(its, rfc, "SHLD"), share(plain));
      Docs.says(Docs.PROOF, "|RFC " + rfc + " |" + sums + " |");
    }
  }

  private static String score(Collection<Row> rows, String kind) {
    return score(rows, "9293", kind);
  }

  private static String score(Collection<Row> rows, String rfc, String kind) {
    return share(rows.stream().filter(row -> row.id.startsWith(rfc + " " + kind + "-")).toList());
  }

  /** How many of those that ask something of us are shown to be met. */
  private static String share(Collection<Row> rows) {
    long applying = rows.stream().filter(Row::applies).count();
    return applying == 0 ? "-" : rows.stream().filter(Row::tested).count() + "/" + applying;
  }

  private static long of(Collection<Row> rows, String kind, Predicate<Row> which) {
    Stream<Row> ofKind = rows.stream().filter(row -> row.id.startsWith("9293 " + kind + "-"));
    return ofKind.filter(which).count();
  }

  private static Map<String, Row> table() throws IOException {
    Map<String, Row> rows = new TreeMap<>();
    for (Path file : files()) {
      for (Row row : rows(file)) {
        assertNull(rows.put(row.id, row), "twice: " + row.id);
      }
    }
    return rows;
  }

  private static List<Row> rows(Path file) throws IOException {
    List<Row> rows = new ArrayList<>();
    String text = Files.readString(file);
    for (String line : text.lines().filter(l -> !l.isBlank() && !l.startsWith("#")).toList()) {
      String[] cell = line.split("\\s*\\|\\s*");
      assertEquals(4, cell.length, line);
      rows.add(new Row(cell[0], cell[1], cell[2], cell[3]));
    }
    return rows;
  }

  /** That of RFC 9293 and of what is used of other documents, and one for each RFC of its own. */
  private static List<Path> files() throws IOException {
    Path folder = Path.of("src/test/resources/dev/jktcp");
    try (Stream<Path> own = Files.list(folder.resolve("requirements"))) {
      return Stream.concat(Stream.of(folder.resolve("requirements.txt")), own.sorted()).toList();
    }
  }
}
