package dev.jktcp.proof.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server command of the built jar, in a process of its own. */
final class JarProcess {
  private static final int LIMIT_S = 120;
  private static final Pattern PORT = Pattern.compile("127\\.0\\.0\\.1:(\\d+)");

  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final Thread reader;

  private JarProcess(Process process) {
    this.process = process;
    reader = new Thread(this::readLines, "standard-error");
    reader.setDaemon(true);
    reader.start();
  }

  /** The build says where the jar is; a build that made none fails here. */
  static JarProcess start(String... arguments) throws IOException {
    Path jar = Path.of(System.getProperty("jktcp.jar", "target/jktcp.jar"));
    assertTrue(Files.exists(jar), jar + " is missing");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command = new ArrayList<>(List.of(java, "-Xmx128m", "-jar", jar.toString()));
    command.addAll(List.of(arguments));
    return new JarProcess(
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start());
  }

  private void readLines() {
    try (BufferedReader error = process.errorReader()) {
      for (String line = error.readLine(); line != null; line = error.readLine()) lines.add(line);
    } catch (IOException e) {
      lines.add(e.toString());
    }
  }

  /** The kernel ports it says it listens on, in order, once it is ready. */
  List<Integer> ports() throws InterruptedException {
    String ready = nextLine();
    assertTrue(ready.contains("ready"), ready);
    List<Integer> ports = new ArrayList<>();
    for (Matcher found = PORT.matcher(ready); found.find(); ) {
      ports.add(Integer.valueOf(found.group(1)));
    }
    return ports;
  }

  /** The next line of its standard error. */
  String nextLine() throws InterruptedException {
    String line = lines.poll(LIMIT_S, TimeUnit.SECONDS);
    assertNotNull(line, "no line after " + LIMIT_S + " s");
    return line;
  }

  /** Ends it as a user would; it must have nothing more to say. */
  void stop() throws InterruptedException {
    process.destroy();
    boolean ended = process.waitFor(LIMIT_S, TimeUnit.SECONDS);
    if (!ended) process.destroyForcibly();
    assertTrue(ended, "still there " + LIMIT_S + " s after SIGTERM");
    reader.join(TimeUnit.SECONDS.toMillis(LIMIT_S));
    assertEquals(List.of(), List.copyOf(lines));
  }
}
