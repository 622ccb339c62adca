package dev.jktcp.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a command reads and writes.
 *
 * @param out unbuffered, and unlike {@link System#out} it throws when nobody reads it any more
 */
record Console(InputStream in, OutputStream out, PrintStream err) {
  static Console system() {
    return new Console(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        System.err);
  }

  /** Says one line to the user, however many the text has. */
  void say(String text) {
    err.println("jktcp: " + oneLine(text));
  }

  /** Puts one line on standard output. */
  void print(String line) {
    show(line + System.lineSeparator());
  }

  /** Puts text on standard output as it is. */
  void show(String text) {
    PrintStream whole = new PrintStream(out, true, StandardCharsets.UTF_8);
    whole.print(text);
    whole.flush();
  }

  private static String oneLine(String text) {
    return String.join(" ", text.lines().map(String::strip).toList());
  }
}
