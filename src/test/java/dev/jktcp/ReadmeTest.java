package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.Docs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The README is short, its links lead somewhere, and it counts what is there. */
class ReadmeTest {
  private static final int MOST_LINES = 150;
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");

  @Test
  void isShort() {
    long lines = Docs.read(Docs.README).lines().count();
    assertTrue(lines <= MOST_LINES, lines + " lines; more belongs in " + Docs.GUIDE);
  }

  @Test
  void links_leadToFilesAndHeadingsThatAreThere() {
    String readme = Docs.read(Docs.README);
    Set<String> headings =
        readme
            .lines()
            .filter(line -> line.startsWith("#"))
            .map(ReadmeTest::anchor)
            .collect(Collectors.toSet());
    List<String> broken = new ArrayList<>();
    for (MatchResult link : LINK.matcher(readme).results().toList()) {
      if (!leadsSomewhere(link.group(1), headings)) {
        broken.add(link.group(1));
      }
    }
    assertEquals(List.of(), broken);
  }

  private static boolean leadsSomewhere(String target, Set<String> headings) {
    if (target.startsWith("https://")) {
      return true;
    }
    String[] fileAndAnchor = target.split("#", 2);
    if (fileAndAnchor[0].isEmpty()) {
      return headings.contains(fileAndAnchor[1]);
    }
    Path file = Path.of(fileAndAnchor[0]);
    return Files.exists(file)
        && (fileAndAnchor.length == 1 || GuideTest.anchors(file).contains(fileAndAnchor[1]));
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
  void coordinates_areThoseOfThePom() {
    String pom = Docs.read(Path.of("pom.xml"));
    for (String element : List.of("groupId", "artifactId", "version")) {
      Docs.says(Docs.README, first(pom, element));
    }
    Docs.says(Docs.README, "Vert.x " + first(pom, "vertx.version").replaceAll("<[^>]*>", ""));
  }

  private static String first(String pom, String element) {
    Matcher found = Pattern.compile("<" + element + ">[^<]*</" + element + ">").matcher(pom);
    assertTrue(found.find(), element);
    return found.group();
  }

  @Test
  void scripts_areCounted() {
    Docs.says(Docs.README, GuideTest.scripts() + " packet scripts");
  }

  @Test
  void everyPageOfTheGuide_isNamed() {
    for (Path page : Docs.guide()) {
      Docs.says(Docs.README, "](" + page + ")");
    }
  }
}
