package dev.jktcp.proof.progress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What tests measure and do not judge: lines in {@code target/figures.txt}. */
public final class Figures {
  private static final Path FILE = Path.of("target", "figures.txt");

  private Figures() {}

  /** Any thread, any process of the build. */
  public static void note(String line) {
    System.out.println(line);
    try {
      Files.createDirectories(FILE.getParent());
      Files.writeString(FILE, line + '\n', StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
