package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The rules of the house that neither the compiler nor the formatter knows, held in the sources.
 */
class HouseTest {
  private static final Path MAIN = Path.of("src/main/java/dev/jktcp");
  private static final Path TESTS = Path.of("src/test/java/dev/jktcp");

  /**
   * The first line of a type that is declared at the beginning of a line, and what is before it.
   */
  private static final Pattern TYPE =
      Pattern.compile(
          "^(?:(?:public|abstract|final|sealed|non-sealed) )*(?:class|record|enum|@?interface) \\w",
          Pattern.MULTILINE);

  /** With the lines on which an annotation goes on. */
  private static final Pattern ANNOTATIONS =
      Pattern.compile("(?:^@[^\\n]*\\n(?:  [^\\n]*\\n|[})][^\\n]*\\n)*)*\\z", Pattern.MULTILINE);

  private static final Pattern IMPORTS = Pattern.compile("^import [^\\n]*\\n", Pattern.MULTILINE);

  /** A comment with nothing above and below it. */
  private static final Pattern ALONE = Pattern.compile("\\n\\n *// (?!--- )[^\\n]*(?=\\n\\n)");

  private static final Pattern BARE_BODY =
      Pattern.compile(" *(?:(?:\\} else )?(?:if|for|while) \\(.*;|(?:\\} )?else (?!if\\b)[^{]*;)");

  private static final Pattern MARKER = Pattern.compile("^ *//(?! --- [a-zA-Z§]).*---.*");

  /** A reader who opens a file learns first what it is for. */
  @Test
  void everyType_beginsWithAComment() throws IOException {
    List<String> bare = new ArrayList<>();
    for (Path file : sources(MAIN, TESTS)) {
      if (!isPackageInfo(file) && !beginsWithComment(Files.readString(file))) {
        bare.add(file.toString());
      }
    }
    assertEquals(List.of(), bare, "types without a comment");
  }

  private static boolean beginsWithComment(String source) {
    String text = IMPORTS.matcher(source).replaceAll("");
    Matcher type = TYPE.matcher(text);
    if (!type.find()) {
      return false;
    }
    String before = ANNOTATIONS.matcher(text.substring(0, type.start())).replaceFirst("");
    return before.stripTrailing().endsWith("*/");
  }

  /** So does a reader who opens a package, of main or of the tests. */
  @Test
  void everyPackage_saysWhatItIs() throws IOException {
    Set<Path> bare = new TreeSet<>();
    for (Path file : sources(MAIN, TESTS)) {
      Path info = file.resolveSibling("package-info.java");
      if (!Files.exists(info) || !Files.readString(info).startsWith("/**")) {
        bare.add(file.getParent());
      }
    }
    assertEquals(Set.of(), bare, "packages without a word");
  }

  /** A part of a long class begins with a line of one form. */
  @Test
  void sections_haveOneMarker() throws IOException {
    List<String> others = new ArrayList<>();
    for (Path file : sources(MAIN, TESTS)) {
      for (String line : Files.readAllLines(file)) {
        if (MARKER.matcher(line).matches()) {
          others.add(file + ": " + line.strip());
        }
      }
    }
    for (Path file : sources(MAIN)) {
      Matcher alone = ALONE.matcher(Files.readString(file));
      while (alone.find()) {
        others.add(file + ": " + alone.group().strip());
      }
    }
    assertEquals(List.of(), others, "a section begins with '// --- ' and a word");
  }

  /** One form for each if and loop: its body is in braces, however short. */
  @Test
  void bodies_haveBraces() throws IOException {
    List<String> bare = new ArrayList<>();
    for (Path file : sources(MAIN)) {
      for (String line : Files.readAllLines(file)) {
        if (BARE_BODY.matcher(line).matches() && isBalanced(line)) {
          bare.add(file + ": " + line.strip());
        }
      }
    }
    assertEquals(List.of(), bare, "bodies without braces");
  }

  /** The head of a loop that goes on in the next line is not. */
  private static boolean isBalanced(String line) {
    return line.chars().filter(c -> c == '(').count() == line.chars().filter(c -> c == ')').count();
  }

  private static boolean isPackageInfo(Path file) {
    return file.endsWith("package-info.java");
  }

  private static List<Path> sources(Path... roots) throws IOException {
    List<Path> all = new ArrayList<>();
    for (Path root : roots) {
      try (Stream<Path> files = Files.walk(root)) {
        files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(all::add);
      }
    }
    return all;
  }
}
