package dev.jktcp.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The README and the pages of the guide: where they are, and what they must say. */
public final class Docs {
  public static final Path README = Path.of("README.md");
  public static final Path GUIDE = Path.of("src/main/asciidoc");
  public static final Path INDEX = GUIDE.resolve("index.adoc");
  public static final Path CONFIGURATION = GUIDE.resolve("configuration.adoc");
  public static final Path COMMAND_LINE = GUIDE.resolve("command-line.adoc");
  public static final Path PROOF = GUIDE.resolve("proof.adoc");
  public static final Path PERFORMANCE = GUIDE.resolve("performance.adoc");
  public static final Path SURVIVES = GUIDE.resolve("survives.adoc");

  private Docs() {}

  /** Pages of the guide, in the order of their names. */
  public static List<Path> guide() {
    try (Stream<Path> files = Files.list(GUIDE)) {
      return files.filter(file -> file.toString().endsWith(".adoc")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fails unless the page has these words; line breaks count as blanks. */
  public static void says(Path page, String words) {
    assertTrue(read(page).replace('\n', ' ').contains(words), page + ": say \"" + words + '"');
  }
}
