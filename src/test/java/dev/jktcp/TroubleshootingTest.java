package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.SoftError;
import dev.jktcp.testkit.Docs;
import dev.jktcp.wire.DropReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The page about troubles explains every line that a user may see: those of the enums, and those
 * that the sources of the library make in place.
 */
class TroubleshootingTest {
  private static final Path PAGE = Docs.GUIDE.resolve("troubleshooting.adoc");
  private static final Path MAIN = Path.of("src/main/java/dev/jktcp");

  /** Where a line for a user is made; its text is in the brackets that follow. */
  private static final Pattern MADE =
      Pattern.compile(
          "\\b(?:new (?:TcpException|TransportException|StackException|IllegalStateException)"
              + "|TransportException\\.of|openedBefore|failure|busLost|LOG\\.(?:warn|info|error))\\(");

  private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** A benchmark and the command line have readers of their own; see the page about the latter. */
  private static final Set<String> ELSEWHERE = Set.of("bench", "cli");

  /** Mistakes of the library itself, or of an implementation of its interfaces: no user's. */
  private static final Set<String> BUGS =
      Set.of(
          "batch released twice",
          "bound already",
          "cdtunnel: shake hands on a Vert.x context",
          "feed before next() returned false",
          "is a public accessor",
          "a public constructor");

  /** Fewer letters than this are no line of their own: "no text", "outside ". */
  private static final int SHORT = 11;

  @Test
  void everyReason_isExplained() {
    for (CloseReason reason : CloseReason.values()) {
      if (reason != CloseReason.CLOSED) Docs.says(PAGE, "`" + reason.text()); // no error
    }
  }

  @Test
  void everyTroubleOnThePath_isExplained() {
    for (SoftError error : SoftError.values()) Docs.says(PAGE, "`" + error.text() + "`");
  }

  @Test
  void everyReasonToDropAPacket_isExplained() {
    for (DropReason reason : DropReason.values()) Docs.says(PAGE, "`" + counter(reason) + "`");
  }

  /** As {@link AdapterStats} names it. */
  private static String counter(DropReason reason) {
    StringBuilder counter = new StringBuilder("dropped");
    for (String word : reason.name().split("_")) {
      counter.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return counter.toString();
  }

  @Test
  void everyLineThatTheLibraryMakes_isExplained() throws IOException {
    String page = Docs.read(PAGE).replace('\n', ' ');
    Set<String> missing = new TreeSet<>();
    int lines = 0;
    for (Path source : sources()) {
      for (String line : lines(Docs.read(source))) {
        lines++;
        if (!page.contains(line)) missing.add(line + "    (" + source.getFileName() + ")");
      }
    }
    assertTrue(lines > 80, "lines found: " + lines);
    assertEquals(Set.of(), missing, "rows for " + PAGE);
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(MAIN)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !ELSEWHERE.contains(MAIN.relativize(file).getName(0).toString()))
          .toList();
    }
  }

  /** The longest literal of each place. */
  private static List<String> lines(String source) {
    List<String> lines = new ArrayList<>();
    Matcher made = MADE.matcher(source);
    while (made.find()) {
      String inBrackets = source.substring(made.end(), closing(source, made.end()));
      LITERAL
          .matcher(inBrackets)
          .results()
          .flatMap(TroubleshootingTest::pieces)
          .max(Comparator.comparing(String::length))
          .filter(line -> line.length() >= SHORT && !BUGS.contains(line))
          .ifPresent(lines::add);
    }
    return lines;
  }

  /** Without the punctuation at its ends, which joins it to values. */
  private static Stream<String> pieces(MatchResult literal) {
    return Arrays.stream(literal.group(1).split("\\\\n"))
        .map(piece -> piece.replaceAll("^[\\s:;,.('\"\\\\]+|[\\s:;,.('\"\\\\]+$", ""));
  }

  /** Where the bracket that was opened before this place is closed. */
  private static int closing(String source, int from) {
    int open = 1;
    boolean quoted = false;
    int at = from;
    for (; at < source.length() && open > 0; at++) {
      char c = source.charAt(at);
      if (quoted && c == '\\') {
        at++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted) {
        open += c == '(' ? 1 : c == ')' ? -1 : 0;
      }
    }
    return at - 1;
  }

  @Test
  void lines_areTheLongestLiterals() {
    assertEquals(
        List.of("a long enough line", "of brackets ()"),
        lines(
            """
            throw new TcpException(null, "short" + n(1) + ": a long enough line, " + more());
            busLost("of brackets ()" + x);
            failure(name, "no text");
            """));
  }
}
