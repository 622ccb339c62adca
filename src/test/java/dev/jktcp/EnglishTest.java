package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jktcp.testkit.Comments;
import dev.jktcp.testkit.Docs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The README, the guide and the comments of the sources are read once: the party is named, the
 * condition stands first, and a sentence has one semicolon at most.
 */
class EnglishTest {
  private static final Map<String, Pattern> FORBIDDEN =
      Map.of(
          "name the party", word("whoever|whomever|whose owner|nobody's|somebody's"),
          "name the party: a bare 'who'",
              word("(?:to|for|of|from|by|with|than|if|that|one) who(?:m)?|^who"),
          "'else' behind a clause", Pattern.compile("(?i)\\b(?:or|anything|nothing)? ?else[.;:]"),
          "'too' behind a clause", Pattern.compile("(?i), too\\b|\\btoo(?:[.;:]|$)"),
          "'timeout' is one word", word("time-outs?"),
          "'the original jktcp'", word("seed's|the seed pattern"));

  /** Held in comments besides: each begins with a noun. */
  private static final Map<String, Pattern> FORBIDDEN_IN_COMMENTS =
      Map.of(
          "begin with the noun, not with 'what'", Pattern.compile("^[Ww]hat\\b(?!.*\\?$)"),
          "say what there is: 'is none'", Pattern.compile("\\b(?:is|are|was|were) none\\b"));

  private static final Pattern INLINE_CODE = Pattern.compile("`[^`]*`");
  private static final Pattern LINK = Pattern.compile("(?:xref|link):\\S+?\\[([^]]*)]");
  private static final Pattern MARKDOWN_LINK = Pattern.compile("\\[([^]]*)]\\([^)]*\\)");

  /** What ends a sentence: a table's cell, an item of a list and a heading do, too. */
  private static final Pattern SENTENCE_END = Pattern.compile("(?<=[.?!:])\\s+|\n{2,}|\\s\\|");

  private static Pattern word(String words) {
    return Pattern.compile("(?i)(?<![\\w-])(?:" + words + ")(?![\\w-])");
  }

  static List<Path> pages() {
    return GuideTest.pagesAndReadme();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void sentences_areReadOnce(Path page) {
    List<String> wrong = new ArrayList<>();
    for (String sentence : sentences(Docs.read(page))) wrong.addAll(objections(sentence));
    assertEquals(List.of(), wrong, page.toString());
  }

  @Test
  void comments_areReadOnce() {
    List<String> wrong = new ArrayList<>();
    for (Path file : Comments.sources()) {
      for (String paragraph : Comments.in(Docs.read(file))) {
        for (String sentence : split(paragraph).toList()) {
          for (String why : objectionsToComment(sentence)) wrong.add(file + " " + why);
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  private static List<String> objectionsToComment(String sentence) {
    List<String> objections = objections(sentence);
    addMatching(FORBIDDEN_IN_COMMENTS, sentence, objections);
    return objections;
  }

  private static void addMatching(
      Map<String, Pattern> forbidden, String sentence, List<String> objections) {
    forbidden.forEach(
        (why, pattern) -> {
          if (pattern.matcher(sentence).find()) objections.add(why + ": " + sentence);
        });
  }

  private static List<String> objections(String sentence) {
    List<String> objections = new ArrayList<>();
    addMatching(FORBIDDEN, sentence, objections);
    if (sentence.chars().filter(c -> c == ';').count() > 1) {
      objections.add("more than one semicolon: " + sentence);
    }
    return objections;
  }

  /** The prose, without code; each line of a list, each cell and each heading is one or more. */
  static List<String> sentences(String page) {
    StringBuilder prose = new StringBuilder();
    boolean code = false;
    for (String line : page.lines().toList()) {
      boolean fence = line.equals("----") || line.startsWith("```");
      if (fence) code = !code;
      boolean markup = line.startsWith("[") || line.startsWith(":") || line.startsWith("//");
      if (code || fence || markup) {
        prose.append("\n\n");
      } else {
        boolean apart = line.matches("(?:[|*.=#-]|\\S+::).*");
        prose.append(apart ? "\n\n" : "\n").append(line);
        if (line.startsWith("=") || line.startsWith("#")) prose.append('\n'); // a heading
      }
    }
    String plain = INLINE_CODE.matcher(prose).replaceAll("X");
    plain = MARKDOWN_LINK.matcher(LINK.matcher(plain).replaceAll("$1")).replaceAll("$1");
    return split(plain).toList();
  }

  private static Stream<String> split(String plain) {
    return SENTENCE_END
        .splitAsStream(plain)
        .map(sentence -> sentence.strip().replaceAll("\\s+", " "))
        .filter(sentence -> !sentence.isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Whoever reads it wins.| name the party",
        "It goes to who asked.| name the party: a bare 'who'",
        "The client that asked gets it, or nothing else.| 'else' behind a clause",
        "It closes, too.| 'too' behind a clause",
        "A time-out ends it.| 'timeout' is one word",
        "One; two; three.| more than one semicolon"
      })
  void breaches_areFound(String sentence, String why) {
    assertEquals(List.of(why + ": " + sentence), objections(sentence));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "What the peer reported.| begin with the noun, not with 'what'",
        "null when there is none| say what there is: 'is none'",
        "It closes, too.| 'too' behind a clause"
      })
  void breachesInComments_areFound(String sentence, String why) {
    assertEquals(List.of(why + ": " + sentence), objectionsToComment(sentence));
  }

  @Test
  void comments_areProse_withoutCodeAndTags() {
    String source =
        """
        /**
         * One {@code a; b} of a <b>type</b>.
         *
         * <pre>{@code x; y;}</pre>
         *
         * @param n its {@link Count number}
         * @return nothing
         */
        int f(int n); // trailing
        String s = "no // comment", c = '"';
        // Two
        // lines.
        """;
    assertEquals(
        List.of("One X of a type.", "its X", "nothing", "trailing", "Two lines."),
        Comments.in(source).stream().flatMap(EnglishTest::split).toList());
  }

  @Test
  void sentences_areWithoutCode_andCellByCell() {
    String page =
        """
        = Title
        One `a; b; c` sentence. Another,
        over two lines.

        ----
        code; code; code;
        ----
        |cell; |cell; |cell
        * an item; with
        * another; item
        """;
    assertEquals(
        List.of(
            "= Title",
            "One X sentence.",
            "Another, over two lines.",
            "|cell;",
            "cell;",
            "cell",
            "* an item; with",
            "* another; item"),
        sentences(page));
  }
}
