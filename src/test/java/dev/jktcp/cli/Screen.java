package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.progress.Needs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The built jar on a pseudo terminal, which `script` of util-linux makes. */
final class Screen implements AutoCloseable {
  private static final long TIMEOUT_S = 120;

  private final Process script;
  private final ByteArrayOutputStream seen = new ByteArrayOutputStream(); // its own lock
  private boolean ended; // of seen

  /**
   * @param more of the shell: redirections
   */
  Screen(Path directory, int columns, String environment, String line, String more)
      throws IOException {
    this(directory, columns, environment, "-Xmx256m", line, more);
  }

  private Screen(
      Path directory, int columns, String environment, String jvm, String line, String more)
      throws IOException {
    Needs.program("script");
    Needs.program("stty");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String jar = Path.of(System.getProperty("jktcp.jar")).toAbsolutePath().toString();
    String command =
        String.format(
            "stty cols %d rows 20; exec env %s TERM=xterm '%s' -XX:TieredStopAtLevel=1"
                + " -XX:+UseSerialGC %s -jar '%s' %s %s",
            columns, environment, java, jvm, jar, line, more);
    script =
        new ProcessBuilder(List.of("script", "-q", "-e", "-c", command, "/dev/null"))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    Thread reader = new Thread(this::read);
    reader.setDaemon(true);
    reader.start();
  }

  /** The temporary files of the command have a directory of their own. */
  static Screen withTemporary(
      Path temporary, Path directory, int columns, String environment, String line)
      throws IOException {
    return new Screen(directory, columns, environment, "-Djava.io.tmpdir=" + temporary, line, "");
  }

  private void read() {
    byte[] chunk = new byte[4096];
    try (InputStream in = script.getInputStream()) {
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        synchronized (seen) {
          seen.write(chunk, 0, count);
          seen.notifyAll();
        }
      }
    } catch (IOException closed) {
      // What came until then was seen.
    } finally {
      synchronized (seen) {
        ended = true;
        seen.notifyAll();
      }
    }
  }

  void type(String text) throws IOException {
    OutputStream keyboard = script.getOutputStream();
    keyboard.write(text.getBytes(StandardCharsets.UTF_8));
    keyboard.flush();
  }

  /** Waits until this has been on the screen; everything until then. */
  String awaitText(String text) throws InterruptedException {
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
    synchronized (seen) {
      while (!text().contains(text) && !ended && endNs - System.nanoTime() > 0) {
        seen.wait(1_000);
      }
      assertTrue(text().contains(text), this::text);
      return text();
    }
  }

  /** Everything that was on it, after the end. */
  String all() throws InterruptedException {
    assertTrue(script.waitFor(TIMEOUT_S, TimeUnit.SECONDS), "still running");
    synchronized (seen) {
      while (!ended) seen.wait(1_000);
      return text();
    }
  }

  /** Of the command: `script` ends as it does. */
  int exitCode() throws InterruptedException {
    assertTrue(script.waitFor(TIMEOUT_S, TimeUnit.SECONDS), "still running");
    return script.exitValue();
  }

  private String text() {
    return seen.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    script.destroyForcibly();
  }
}
