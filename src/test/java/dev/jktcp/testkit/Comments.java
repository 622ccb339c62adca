package dev.jktcp.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The prose in the comments of Java sources, without code and tags. */
public final class Comments {
  public static final Path SOURCES = Path.of("src/main/java/dev/jktcp");

  // Literals first, for a comment may stand in one. Lines that only comment are one comment.
  private static final Pattern TOKEN =
      Pattern.compile(
          "\"\"\"[\\s\\S]*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\])+'"
              + "|/\\*[\\s\\S]*?\\*/|(?:^ *//[^\\n]*(?:\\n|\\z))+|//[^\\n]*",
          Pattern.MULTILINE);

  private static final Pattern EDGES = Pattern.compile("(?m)^ *(?:/?\\*+/?|//) ?|\\*/$");
  private static final Pattern PRE = Pattern.compile("<pre>[\\s\\S]*?</pre>");
  private static final Pattern INLINE_TAG = Pattern.compile("\\{@\\w+[^}]*}");
  private static final Pattern BLOCK_TAG =
      Pattern.compile("(?m)^@(?:(?:param|throws) \\S+|\\w+) ?");
  private static final Pattern EMPHASIS = Pattern.compile("</?(?:b|i|em|code|a)\\b[^>]*>");
  private static final Pattern BLOCK_ELEMENT = Pattern.compile("</?\\w+>");

  private Comments() {}

  /** All sources, in the order of their paths. */
  public static List<Path> sources() {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each comment's prose; an empty line parts its paragraphs, items and tags. */
  public static List<String> in(String source) {
    List<String> comments = new ArrayList<>();
    for (Matcher token = TOKEN.matcher(source); token.find(); ) {
      String text = token.group().strip();
      if (text.startsWith("/")) comments.add(prose(text));
    }
    return comments;
  }

  private static String prose(String comment) {
    String text = EDGES.matcher(comment).replaceAll("");
    text = PRE.matcher(text).replaceAll("\n\n");
    text = INLINE_TAG.matcher(text).replaceAll("X");
    text = BLOCK_TAG.matcher(text).replaceAll("\n\n");
    text = EMPHASIS.matcher(text).replaceAll("");
    return BLOCK_ELEMENT.matcher(text).replaceAll("\n\n");
  }
}
