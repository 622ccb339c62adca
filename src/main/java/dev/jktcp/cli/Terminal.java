package dev.jktcp.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The terminal behind a standard stream, or none if the stream leads to a file or a pipe. Any
 * thread.
 */
final class Terminal {
  /** Columns and rows. */
  record Size(int columns, int rows) {}

  /** A file or a pipe. */
  static final Terminal NONE = new Terminal(false, name -> null, () -> null);

  static final int STANDARD_OUTPUT = 1;
  static final int STANDARD_ERROR = 2;

  /** The size of the first terminals, and of each that does not tell its own. */
  private static final Size USUAL = new Size(80, 24);

  /** Time for a program to answer; it has nothing to wait for. */
  private static final long ANSWER_MS = 1_000;

  private final boolean isThere;
  private final boolean isDumb;
  private final boolean isColoured;
  private final Supplier<Size> asked; // null: it does not tell
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile Size recent = USUAL;

  /**
   * @param environment by name; null for a variable that is not set
   * @param asked gives null if the terminal does not tell its size
   */
  Terminal(boolean isThere, UnaryOperator<String> environment, Supplier<Size> asked) {
    String term = environment.apply("TERM");
    this.isThere = isThere;
    this.isDumb = term == null || term.isEmpty() || term.equals("dumb");
    this.isColoured = isThere && !isDumb && wantsColours(environment);
    this.asked = asked;
  }

  /** The terminal behind a standard stream of this process. */
  static Terminal behind(int stream) {
    return new Terminal(isTerminal(stream), System::getenv, Terminal::sizeByStty);
  }

  /** no-color.org and bixense.com/clicolors: two variables by which users turn colours off. */
  private static boolean wantsColours(UnaryOperator<String> environment) {
    String no = environment.apply("NO_COLOR");
    return (no == null || no.isEmpty()) && !"0".equals(environment.apply("CLICOLOR"));
  }

  boolean isThere() {
    return isThere;
  }

  /** Whether carriage return is the only control sequence it knows. */
  boolean isDumb() {
    return isDumb;
  }

  boolean isColoured() {
    return isColoured;
  }

  /** Its size now. Blocks while a program is asked, for a second at most. */
  Size size() {
    Size size = isThere ? asked.get() : null;
    if (size != null) {
      recent = new Size(told(size.columns(), USUAL.columns()), told(size.rows(), USUAL.rows()));
    }
    return recent;
  }

  /** A terminal may tell only one of both. */
  private static int told(int many, int usual) {
    return many < 1 ? usual : many;
  }

  /** Its size when it was last asked; asks again in the background. */
  Size recentSize() {
    if (isThere && asking.compareAndSet(false, true)) {
      Thread thread = new Thread(this::askAgain, "terminal");
      thread.setDaemon(true);
      thread.start();
    }
    return recent;
  }

  private void askAgain() {
    try {
      size();
    } finally {
      asking.set(false);
    }
  }

  private static boolean isTerminal(int stream) {
    try {
      String leadsTo = Files.readSymbolicLink(Path.of("/proc/self/fd/" + stream)).toString();
      return leadsTo.startsWith("/dev/pts/")
          || leadsTo.startsWith("/dev/tty")
          || leadsTo.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException notLinux) {
      return isTerminalByTest(stream);
    }
  }

  private static boolean isTerminalByTest(int stream) {
    try {
      Process test = new ProcessBuilder("sh", "-c", "test -t " + stream).inheritIO().start();
      return test.waitFor(ANSWER_MS, TimeUnit.MILLISECONDS) && test.exitValue() == 0;
    } catch (IOException noShell) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Size sizeByStty() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!stty.waitFor(ANSWER_MS, TimeUnit.MILLISECONDS)) {
        stty.destroyForcibly();
        return null;
      }
      byte[] said = stty.getInputStream().readAllBytes();
      return parse(new String(said, StandardCharsets.US_ASCII));
    } catch (IOException noTerminalOrNoStty) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  /** The answer of stty: rows and columns. */
  static Size parse(String said) {
    String[] words = said.strip().split(" ");
    return words.length == 2 && words[0].matches("\\d{1,5}") && words[1].matches("\\d{1,5}")
        ? new Size(Integer.parseInt(words[1]), Integer.parseInt(words[0]))
        : null;
  }
}
