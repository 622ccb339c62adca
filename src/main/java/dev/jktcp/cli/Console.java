package dev.jktcp.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/**
 * Where a command reads and writes.
 *
 * @param out unbuffered; unlike {@link System#out} it throws once its reader is gone
 * @param outTerminal the terminal behind {@code out}
 * @param errTerminal the terminal behind {@code err}
 * @param status the last line of that terminal
 */
record Console(
    InputStream in,
    StandardOutput out,
    PrintStream err,
    Terminal outTerminal,
    Terminal errTerminal,
    StatusLine status) {
  /** Without terminals. */
  Console(InputStream in, OutputStream out, PrintStream err) {
    this(in, out, err, Terminal.NONE, Terminal.NONE);
  }

  Console(
      InputStream in,
      OutputStream out,
      PrintStream err,
      Terminal outTerminal,
      Terminal errTerminal) {
    this(
        in,
        new StandardOutput(out),
        err,
        outTerminal,
        errTerminal,
        StatusLine.of(err, errTerminal));
  }

  static Console system() {
    return new Console(
        StandardInput.open(),
        new FileOutputStream(FileDescriptor.out),
        System.err,
        Terminal.behind(Terminal.STANDARD_OUTPUT),
        Terminal.behind(Terminal.STANDARD_ERROR));
  }

  /** Prints the text to the user as one line. */
  void say(String text) {
    say(Tint.PLAIN, text);
  }

  /** Prints, in one line, why the command failed. */
  void fail(String text) {
    say(Tint.ERROR, text);
  }

  void say(Tint tint, String text) {
    String line = tint.of("jktcp:", errTerminal) + " " + oneLine(text);
    status.above(() -> err.println(line));
  }

  /** Puts one line on standard error as it is. */
  void printToErr(String line) {
    status.above(() -> err.println(line));
  }

  /** Puts one line on standard output. */
  void print(String line) {
    show(line + System.lineSeparator());
  }

  /** Puts text on standard output as it is. */
  void show(String text) {
    if (outTerminal.isThere()) {
      status.above(() -> write(text));
    } else {
      write(text);
    }
  }

  private void write(String text) {
    PrintStream whole = new PrintStream(out, true, StandardCharsets.UTF_8);
    whole.print(text);
    whole.flush();
  }

  /** Standard output for bytes of any kind; on a terminal they end the status line. */
  OutputStream rawOut() {
    return outTerminal.isThere() ? status.endedBy(out) : out;
  }

  /** Bytes of standard input that are still to be read; -1 if it is not a file. */
  long inputLeft() {
    try {
      if (in instanceof FileInputStream file) {
        FileChannel channel = file.getChannel();
        long left = channel.size() - channel.position();
        return left > 0 ? left : -1; // the size of a pipe or a terminal is 0
      }
    } catch (IOException notSeekable) {
      // A pipe has no position.
    }
    return -1;
  }

  private static String oneLine(String text) {
    return String.join(" ", text.lines().map(String::strip).toList());
  }
}
