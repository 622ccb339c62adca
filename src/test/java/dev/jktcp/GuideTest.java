package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.testkit.Docs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The guide's links and commands lead somewhere, and it counts what is there, where no instrument's
 * own test does.
 */
class GuideTest {
  private static final Path RESOURCES = Path.of("src/test/resources");
  private static final Path TESTS = Path.of("src/test/java");
  private static final int LEAST_FUZZ_MINUTES = 30; // for each target

  /** With these, the anchors of headings are what {@link #anchor} makes of them. */
  private static final String HEADER = ":idprefix:\n:idseparator: -\n";

  private static final Pattern HEADING = Pattern.compile("(?m)^={2,5} (.+)$");
  private static final Pattern OWN_ANCHOR = Pattern.compile("\\[\\[([\\w-]+)]]|\\[#([\\w-]+)]");
  private static final Pattern LINK =
      Pattern.compile(
          "(?<kind>link|xref|image|include)::?(?<target>[^\\s\\[\\]]+)\\[(?<rest>[^\\]\n]*)"
              + "|<<(?<here>[\\w-]+)(?:,[^>]*)?>>");
  private static final Pattern CELL = Pattern.compile("(?:^| )\\|");
  private static final Pattern SELECTED = Pattern.compile("-D(?:it\\.)?test='?([\\w#*,.]+)");
  private static final Pattern TEST_NAME = Pattern.compile("`(\\w+(?:Test|IT|Suite|Replay|Fuzz))`");
  private static final Pattern MAIN_CLASS = Pattern.compile("-Dexec\\.mainClass=([\\w.]+)");

  static List<Path> pages() {
    return Docs.guide();
  }

  static List<Path> pagesAndReadme() {
    List<Path> all = new ArrayList<>(Docs.guide());
    all.add(Docs.README);
    return all;
  }

  // --- links

  @ParameterizedTest
  @MethodSource("pages")
  void links_leadToFilesAndAnchorsThatAreThere(Path page) {
    String text = Docs.read(page);
    assertTrue(text.contains(HEADER), "a header with\n" + HEADER);
    List<String> broken = new ArrayList<>();
    Matcher link = LINK.matcher(text);
    while (link.find()) {
      if (!leadsSomewhere(page, link)) {
        broken.add(link.group());
      }
    }
    assertEquals(List.of(), broken);
  }

  private static boolean leadsSomewhere(Path page, Matcher link) {
    if (link.group("here") != null) {
      return anchors(page).contains(link.group("here"));
    }
    String target = link.group("target");
    if (target.startsWith("https://")) {
      return true;
    }
    String[] fileAndAnchor = target.split("#", 2);
    Path file = page.resolveSibling(fileAndAnchor[0]);
    if (!Files.exists(file)) {
      return false;
    }
    Matcher tag = Pattern.compile("tags?=([\\w-]+)").matcher(link.group("rest"));
    if (link.group("kind").equals("include") && tag.find()) {
      String text = Docs.read(file);
      return text.contains("tag::" + tag.group(1) + "[]")
          && text.contains("end::" + tag.group(1) + "[]");
    }
    return fileAndAnchor.length == 1 || anchors(file).contains(fileAndAnchor[1]);
  }

  /** What a link may name in a page of the guide. */
  static Set<String> anchors(Path page) {
    Set<String> anchors = new HashSet<>();
    String text = Docs.read(page);
    HEADING.matcher(text).results().forEach(heading -> anchors.add(anchor(heading.group(1))));
    for (MatchResult own : OWN_ANCHOR.matcher(text).results().toList()) {
      anchors.add(own.group(1) != null ? own.group(1) : own.group(2));
    }
    return anchors;
  }

  /** As Asciidoctor makes it from a heading, after {@link #HEADER}. */
  private static String anchor(String heading) {
    return heading
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N} ._-]", "")
        .replaceAll("[ .-]+", "-")
        .replaceAll("-$", "");
  }

  /** Asciidoctor would fill them up with cells of the next row. */
  @ParameterizedTest
  @MethodSource("pages")
  void rowsOfATable_haveAllTheirCells(Path page) {
    List<String> wrong = new ArrayList<>();
    int cells = 0; // of the table; 0 outside
    int columns = 0;
    for (String line : Docs.read(page).lines().toList()) {
      Matcher head = Pattern.compile("cols=\"([^\"]+)\"").matcher(line);
      if (head.find()) {
        columns = head.group(1).split(",").length;
      } else if (line.equals("|===")) {
        cells = cells == 0 ? columns : 0;
      } else if (cells != 0 && !line.isEmpty() && CELL.matcher(line).results().count() != cells) {
        wrong.add(line);
      }
    }
    assertEquals(List.of(), wrong, "one line a row");
  }

  /** Asciidoctor puts it above each page. */
  @Test
  void navigation_hasEveryPage() {
    String navigation = Docs.read(Docs.GUIDE.resolve("docinfo-header.html"));
    Set<String> linked = new TreeSet<>();
    Matcher link = Pattern.compile("href=\"(\\S+)\\.html\">([^<]+)<").matcher(navigation);
    while (link.find()) linked.add(link.group(1));
    Set<String> pages = new TreeSet<>();
    for (Path page : pages()) {
      pages.add(page.getFileName().toString().replaceAll("\\.adoc$", ""));
    }
    assertEquals(pages, linked);
  }

  // --- commands

  @ParameterizedTest
  @MethodSource("pagesAndReadme")
  void testsAndMainClassesOfCommands_areThere(Path page) {
    List<String> missing = new ArrayList<>();
    String text = Docs.read(page);
    for (MatchResult selected : SELECTED.matcher(text).results().toList()) {
      for (String test : selected.group(1).split(",")) {
        if (!isTest(test)) {
          missing.add(test);
        }
      }
    }
    for (MatchResult main : MAIN_CLASS.matcher(text).results().toList()) {
      if (!Files.exists(TESTS.resolve(main.group(1).replace('.', '/') + ".java"))) {
        missing.add(main.group(1));
      }
    }
    assertEquals(List.of(), missing);
  }

  /** A class with or without its package, or {@code Class#method}; {@code *} is any letters. */
  private static boolean isTest(String test) {
    String[] classAndMethod = test.split("#", 2);
    Pattern name = Pattern.compile("(?:.*\\.)?" + glob(classAndMethod[0]));
    List<Path> classes =
        files(TESTS, Pattern.compile("\\w+\\.java")).stream()
            .filter(source -> name.matcher(className(source)).matches())
            .toList();
    if (classAndMethod.length == 1) {
      return !classes.isEmpty();
    }
    Pattern method = Pattern.compile("void " + glob(classAndMethod[1]) + "\\(");
    return classes.stream().anyMatch(source -> method.matcher(Docs.read(source)).find());
  }

  private static String glob(String text) {
    return text.replace(".", "\\.").replaceAll("\\*+", "[\\\\w.]*");
  }

  private static String className(Path source) {
    return TESTS.relativize(source).toString().replaceAll("\\.java$", "").replace('/', '.');
  }

  @Test
  void everyRowOfWhatItSurvives_hasACommand() {
    List<String> without =
        Docs.read(Docs.SURVIVES)
            .lines()
            .filter(line -> line.startsWith("|") && !line.startsWith("|==="))
            .filter(line -> !line.equals("|attack |what held |command"))
            .filter(line -> !line.contains("`mvn ") && !line.contains("`java "))
            .toList();
    assertEquals(List.of(), without, "one line a row, with its command");
  }

  @ParameterizedTest
  @MethodSource("pagesAndReadme")
  void namedTests_areThere(Path page) {
    assertEquals(
        List.of(),
        TEST_NAME
            .matcher(Docs.read(page))
            .results()
            .map(name -> name.group(1))
            .filter(name -> !isTest(name))
            .toList());
  }

  // --- names of the code

  @Test
  void everyReason_hasARow() {
    for (CloseReason reason : CloseReason.values()) {
      if (reason != CloseReason.CLOSED) { // no error
        Docs.says(Docs.INDEX, "|`" + reason + "` |`" + reason.text());
      }
    }
  }

  @Test
  void everyProfile_hasARow() {
    for (String profile : TcpProfile.names()) {
      Docs.says(Docs.CONFIGURATION, "|`" + profile + "` ");
      Docs.says(Docs.README, "| `" + profile + "` ");
    }
  }

  // --- counts

  @Test
  void scripts_areCounted() throws Exception {
    int scripts = scripts();
    Docs.says(Docs.PROOF, "|" + scripts + " of " + scripts + " of our own");
    Docs.says(Docs.PROOF, "[" + scripts + " scripts]");
    int reasons = Class.forName("dev.jktcp.proof.pkt.SkipReason").getEnumConstants().length;
    Docs.says(Docs.PROOF, "one of " + reasons + " reasons");
  }

  static int scripts() {
    return files(RESOURCES.resolve("pkt"), Pattern.compile(".*\\.pkt")).size();
  }

  @Test
  void goldenTables_areCounted() {
    Path golden = RESOURCES.resolve("dev/jktcp/proof/golden");
    Docs.says(Docs.PROOF, "windows |" + files(golden, Pattern.compile(".*\\.txt")).size() + " |");
  }

  @Test
  void fuzzing_isSummedUpFromItsLog() throws IOException {
    double minutes = 0;
    long executions = 0;
    Map<String, Double> byTarget = new TreeMap<>();
    for (String line : Files.readAllLines(RESOURCES.resolve("dev/jktcp/proof/fuzz/log.txt"))) {
      String[] cell = line.split("\\s*\\|\\s*");
      if (cell[0].endsWith("Fuzz")) {
        double ran = Double.parseDouble(cell[1]);
        minutes += ran;
        byTarget.merge(cell[0], ran, Double::sum);
        executions += cell[2].equals("-") ? 0 : Long.parseLong(cell[2].replace(",", ""));
      }
    }
    assertEquals(
        Set.of("PacketFuzz", "FramerFuzz", "StackFuzz", "ModelFuzz"), byTarget.keySet(), "targets");
    byTarget.forEach((target, ran) -> assertTrue(ran >= LEAST_FUZZ_MINUTES, target + ": " + ran));
    double hours = Math.floor(minutes / 6) / 10;
    Docs.says(Docs.PROOF, String.format(Locale.ROOT, "%.1f h of Jazzer", hours));
    Docs.says(Docs.PROOF, Math.round(executions / 1e6) + " million executions");
    long mutations =
        Files.readAllLines(RESOURCES.resolve("dev/jktcp/proof/fuzz/mutations.txt")).stream()
            .filter(line -> line.startsWith("== "))
            .count();
    Docs.says(Docs.PROOF, "[" + mutations + " ways to break the library]");
  }

  private static List<Path> files(Path directory, Pattern name) {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.filter(path -> name.matcher(path.getFileName().toString()).matches()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
