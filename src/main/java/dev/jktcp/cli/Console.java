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
 * @param outTerminal what is behind {@code out}
 * @param errTerminal what is behind {@code err}
 */
record Console(
    InputStream in, OutputStream out, PrintStream err, Terminal outTerminal, Terminal errTerminal) {
  /** Without terminals. */
  Console(InputStream in, OutputStream out, PrintStream err) {
    this(in, out, err, Terminal.NONE, Terminal.NONE);
  }

  static Console system() {
    return new Console(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        System.err,
        Terminal.behind(Terminal.STANDARD_OUTPUT),
        Terminal.behind(Terminal.STANDARD_ERROR));
  }

  /** Says one line to the user, however many the text has. */
  void say(String text) {
    say(Tint.PLAIN, text);
  }

  /** Says in one line why the command failed. */
  void fail(String text) {
    say(Tint.ERROR, text);
  }

  void say(Tint tint, String text) {
    err.println(tint.of("jktcp:", errTerminal) + " " + oneLine(text));
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
