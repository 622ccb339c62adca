package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.progress.Needs;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The built jar, run as a process of its own. */
final class Jktcp implements AutoCloseable {
  private static final long TIMEOUT_S = 120;
  private static final int HEAP_MB = 256;
  private static final Pattern PORT = Pattern.compile("127\\.0\\.0\\.1:(\\d+)(?: to |, over )");

  private final Process process;
  private final BlockingQueue<String> errors = new LinkedBlockingQueue<>();
  private final ByteArrayOutputStream soFar = new ByteArrayOutputStream(); // its own lock
  private final CompletableFuture<byte[]> output = new CompletableFuture<>();
  private final CompletableFuture<Void> errorsEnded = new CompletableFuture<>();
  private volatile String inputFailure = ""; // apart from its lines: it may come before the last

  private Jktcp(Path directory, boolean isHeard, int heapMb, List<String> before, List<String> args)
      throws IOException {
    this(directory, isHeard, before, "-Xmx" + heapMb + "m", args);
  }

  private Jktcp(Path directory, boolean isHeard, List<String> before, String jvm, List<String> args)
      throws IOException {
    String jar = System.getProperty("jktcp.jar");
    assertNotNull(jar, "failsafe tells where the jar is");
    List<String> command = new ArrayList<>(before);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1", // a short life is spent on starting
            "-XX:+UseSerialGC",
            jvm,
            "-jar",
            Path.of(jar).toAbsolutePath().toString()));
    command.addAll(args);
    process = new ProcessBuilder(command).directory(directory.toFile()).start();
    if (isHeard) {
      daemon(this::readOutput);
    }
    daemon(this::readErrors);
  }

  static Jktcp start(Path directory, String line, String... more) throws IOException {
    List<String> args = new ArrayList<>(List.of(line.split(" ")));
    args.addAll(List.of(more));
    return new Jktcp(directory, true, HEAP_MB, List.of(), args);
  }

  /** Whose temporary files have a directory of their own. */
  static Jktcp startWithTemporary(Path temporary, Path directory, String line) throws IOException {
    String jvm = "-Djava.io.tmpdir=" + temporary;
    return new Jktcp(directory, true, List.of(), jvm, List.of(line.split(" ")));
  }

  static Jktcp startInHeap(int heapMb, Path directory, String line) throws IOException {
    return new Jktcp(directory, true, heapMb, List.of(), List.of(line.split(" ")));
  }

  /** Which may make no file larger than this, as if the disk were full then. */
  static Jktcp startOnSmallDisk(int kilobytes, Path directory, String line, String... more)
      throws IOException {
    List<String> args = new ArrayList<>(List.of(line.split(" ")));
    args.addAll(List.of(more));
    String limit = "ulimit -f " + 2 * kilobytes + "; exec \"$@\""; // POSIX counts half kilobytes
    return new Jktcp(directory, true, HEAP_MB, List.of("sh", "-c", limit, "sh"), args);
  }

  /** With a shell's redirection, such as {@code <&-} for no standard input. */
  static Jktcp startRedirected(String redirection, Path directory, String line, String... more)
      throws IOException {
    List<String> args = new ArrayList<>(List.of(line.split(" ")));
    args.addAll(List.of(more));
    List<String> shell = List.of("sh", "-c", "exec \"$@\" " + redirection, "sh");
    return new Jktcp(directory, true, HEAP_MB, shell, args);
  }

  /** Whose standard output nobody reads: its pipe fills, and then a write to it blocks. */
  static Jktcp startUnheard(Path directory, String line, String... more) throws IOException {
    List<String> args = new ArrayList<>(List.of(line.split(" ")));
    args.addAll(List.of(more));
    return new Jktcp(directory, false, HEAP_MB, List.of(), args);
  }

  /** Its standard output is read from now on. */
  void hear() {
    daemon(this::readOutput);
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
  }

  private void readOutput() {
    byte[] chunk = new byte[64 * 1024];
    try (InputStream in = process.getInputStream()) {
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        synchronized (soFar) {
          soFar.write(chunk, 0, count);
          soFar.notifyAll();
        }
      }
      output.complete(soFar.toByteArray());
    } catch (IOException e) {
      output.completeExceptionally(e);
    }
  }

  private void readErrors() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      lines.lines().forEach(errors::add);
    } catch (IOException | UncheckedIOException e) {
      errors.add(e.toString());
    } finally {
      errorsEnded.complete(null);
    }
  }

  /** The line that says ready; what follows that word. */
  String ready() throws InterruptedException {
    String line = errorLine();
    assertTrue(line.startsWith("jktcp: ready: "), line);
    return line.substring("jktcp: ready: ".length());
  }

  /** The kernel's ports in such a line, in order. */
  static List<Integer> ports(String ready) {
    return PORT.matcher(ready).results().map(found -> Integer.valueOf(found.group(1))).toList();
  }

  /** The first of them, once it is ready. */
  int port() throws InterruptedException {
    String ready = ready();
    List<Integer> ports = ports(ready);
    assertFalse(ports.isEmpty(), ready);
    return ports.get(0);
  }

  String errorLine() throws InterruptedException {
    String line = errors.poll(TIMEOUT_S, TimeUnit.SECONDS);
    assertNotNull(line, () -> "a line on standard error; " + inputFailure);
    return line;
  }

  /** Lines on standard error that nobody has taken. */
  List<String> saidSoFar() {
    return List.copyOf(errors);
  }

  OutputStream input() {
    return process.getOutputStream();
  }

  /** Standard input, all of it, from another thread. */
  Jktcp given(byte[] bytes) {
    daemon(
        () -> {
          try (OutputStream in = process.getOutputStream()) {
            in.write(bytes);
          } catch (IOException e) {
            inputFailure = "writing standard input: " + e;
          }
        });
    return this;
  }

  /** An empty standard input. */
  Jktcp givenNothing() {
    return given(new byte[0]);
  }

  byte[] output() throws Exception {
    return output.get(TIMEOUT_S, TimeUnit.SECONDS);
  }

  String outputText() throws Exception {
    return new String(output(), StandardCharsets.UTF_8);
  }

  /** Waits until this is what has come on standard output. */
  void awaitOutput(String text) throws InterruptedException {
    synchronized (soFar) {
      while (!soFar.toString(StandardCharsets.UTF_8).equals(text)) {
        soFar.wait(TIMEOUT_S * 1000);
      }
    }
  }

  /** Waits until something has come on standard output. */
  void awaitSomeOutput() throws InterruptedException {
    synchronized (soFar) {
      while (soFar.size() == 0) {
        soFar.wait(TIMEOUT_S * 1000);
      }
    }
  }

  /** Nobody reads standard output any more. */
  void closeOutput() throws IOException {
    process.getInputStream().close();
  }

  void terminate() {
    process.toHandle().destroy();
  }

  /** SIGSTOP: it lives and does nothing. */
  void freeze() throws Exception {
    signal("-STOP");
  }

  /** SIGINT, as Ctrl-C. */
  void interrupt() throws Exception {
    signal("-INT");
  }

  /** SIGCONT: it goes on. */
  void thaw() throws Exception {
    signal("-CONT");
  }

  private void signal(String name) throws Exception {
    Needs.program("kill");
    Process kill = new ProcessBuilder("kill", name, String.valueOf(process.pid())).start();
    assertEquals(0, kill.waitFor());
  }

  long pid() {
    return process.pid();
  }

  boolean endsWithin(int seconds) throws InterruptedException {
    return process.waitFor(seconds, TimeUnit.SECONDS);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void kill() {
    process.toHandle().destroyForcibly();
  }

  int exitCode() throws InterruptedException {
    assertTrue(process.waitFor(TIMEOUT_S, TimeUnit.SECONDS), "still running");
    return process.exitValue();
  }

  /** Waits for the end of a command that fails, which says so in exactly one line. */
  void failsWith(int code, String line) throws Exception {
    assertEquals("jktcp: " + line, errorLine());
    assertEquals(code, exitCode());
    assertSaidNoMore();
  }

  /** After its end: no line but those that were taken. */
  void assertSaidNoMore() throws Exception {
    errorsEnded.get(TIMEOUT_S, TimeUnit.SECONDS);
    assertEquals(List.of(), List.copyOf(errors));
  }

  /** The next line that is ours, where libraries that cannot go on may have their say. */
  String ownErrorLine() throws InterruptedException {
    String line = errorLine();
    while (!line.startsWith("jktcp: ")) line = errorLine();
    return line;
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
  }
}
