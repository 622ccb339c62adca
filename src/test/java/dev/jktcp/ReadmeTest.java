package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * README counts what is there, where no instrument's own test does, and its links lead somewhere.
 */
class ReadmeTest {
  private static final Path RESOURCES = Path.of("src/test/resources");
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");
  private static final int LEAST_FUZZ_MINUTES = 30; // for each target

  @Test
  void links_leadToFilesAndHeadingsThatAreThere() throws IOException {
    String readme = readme();
    Set<String> headings =
        readme
            .lines()
            .filter(line -> line.startsWith("#"))
            .map(ReadmeTest::anchor)
            .collect(Collectors.toSet());
    List<String> broken = new ArrayList<>();
    for (MatchResult link : LINK.matcher(readme).results().toList()) {
      String target = link.group(1);
      boolean there =
          target.startsWith("#")
              ? headings.contains(target.substring(1))
              : target.startsWith("https://") || Files.exists(Path.of(target));
      if (!there) {
        broken.add(target);
      }
    }
    assertEquals(List.of(), broken);
  }

  /** As GitHub makes it from a heading. */
  private static String anchor(String heading) {
    return heading
        .replaceFirst("^#+ ", "")
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N} _-]", "")
        .replace(' ', '-');
  }

  @Test
  void scripts_areCounted() throws Exception {
    int scripts = files(RESOURCES.resolve("pkt"), ".pkt");
    says("| " + scripts + " of " + scripts + " of our own |");
    says("[" + scripts + " scripts]");
    int reasons = Class.forName("dev.jktcp.pkt.SkipReason").getEnumConstants().length;
    says("one of " + reasons + " reasons");
  }

  @Test
  void goldenTables_areCounted() throws IOException {
    says("windows | " + files(RESOURCES.resolve("dev/jktcp/golden"), ".txt") + " |");
  }

  @Test
  void fuzzing_isSummedUpFromItsLog() throws IOException {
    double minutes = 0;
    long executions = 0;
    Map<String, Double> byTarget = new TreeMap<>();
    for (String line : Files.readAllLines(RESOURCES.resolve("dev/jktcp/fuzz/log.txt"))) {
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
    says(String.format(Locale.ROOT, "%.1f h of Jazzer", hours));
    says(Math.round(executions / 1e6) + " million executions");
    says("[" + lines("dev/jktcp/fuzz/mutations.txt", "== ") + " ways to break the library]");
  }

  private static void says(String words) throws IOException {
    assertTrue(readme().contains(words), "README: say \"" + words + '"');
  }

  private static String readme() throws IOException {
    return Files.readString(Path.of("README.md"));
  }

  private static int files(Path directory, String suffix) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      return (int) paths.filter(path -> path.toString().endsWith(suffix)).count();
    }
  }

  private static long lines(String resource, String prefix) throws IOException {
    return Files.readAllLines(RESOURCES.resolve(resource)).stream()
        .filter(line -> line.startsWith(prefix))
        .count();
  }
}
