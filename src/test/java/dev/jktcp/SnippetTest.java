package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.Asked;
import dev.jktcp.testkit.Docs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Code in the README and the guide is code that a test runs: a block behind a comment {@code
 * snippet FILE#TAG} equals the region {@code tag::TAG[]} of that file, one behind {@code snippet
 * FILE} the whole file. {@code -Ddocs=write} copies the files into the pages.
 */
class SnippetTest {
  private static final Pattern SNIPPET =
      Pattern.compile(
          "(?:<!--|//) snippet (?<file>[\\w./-]+)(?:#(?<tag>\\w+))?(?: -->)?\n"
              + "(?:```\\w+|\\[source,\\w+]\n----)\n(?<code>(?s:.*?))(?=```|----)");
  private static final Pattern JAVA = Pattern.compile("(?m)^(?:```java|\\[source,java])$");

  static List<Path> pages() {
    return GuideTest.pagesAndReadme();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void code_isThatOfTheExamples(Path page) throws IOException {
    String text = Docs.read(page);
    String now = SNIPPET.matcher(text).replaceAll(SnippetTest::anew);
    if (Asked.word("docs", "write").equals("write")) {
      Files.writeString(page, now);
    } else {
      assertEquals(now, text, "To mend: mvn -q -B test -Dtest=SnippetTest -Ddocs=write");
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void allJava_isPulledFromAnExample(Path page) {
    String text = Docs.read(page);
    long pulled =
        SNIPPET.matcher(text).results().filter(block -> JAVA.matcher(block.group()).find()).count();
    assertEquals(JAVA.matcher(text).results().count(), pulled, "blocks of Java in " + page);
  }

  private static String anew(MatchResult block) {
    Matcher parts = SNIPPET.matcher(block.group() + "```");
    assertTrue(parts.find());
    String before =
        block.group().substring(0, block.group().length() - parts.group("code").length());
    String source = Docs.read(Path.of(parts.group("file")));
    String tag = parts.group("tag");
    return Matcher.quoteReplacement(before + (tag == null ? source : region(source, tag)));
  }

  /** Without its tags, and as far to the left as it goes. */
  private static String region(String source, String tag) {
    List<String> lines =
        source
            .lines()
            .dropWhile(line -> !line.contains("tag::" + tag + "[]"))
            .skip(1)
            .takeWhile(line -> !line.contains("end::" + tag + "[]"))
            .collect(Collectors.toList());
    while (!lines.isEmpty() && lines.get(lines.size() - 1).isBlank()) {
      lines.remove(lines.size() - 1);
    }
    assertTrue(!lines.isEmpty(), "no region tag::" + tag + "[]");
    int indent =
        lines.stream()
            .filter(line -> !line.isBlank())
            .mapToInt(line -> line.length() - line.stripLeading().length())
            .min()
            .orElseThrow();
    return lines.stream()
        .map(line -> line.isBlank() ? "" : line.substring(indent))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  @Test
  void region_isMovedToTheLeft() {
    String source = "  a\n  // tag::x[]\n  b\n\n    c\n\n  // end::x[]\n  d\n";
    assertEquals("b\n\n  c\n", region(source, "x"));
  }
}
