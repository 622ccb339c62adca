package dev.jktcp.bench;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Measures in a process of its own, with the command by which a person repeats the figure. The code
 * that the compiler made for one kind then does not slow the next.
 */
public final class ChildBench implements Campaign.Runner {
  private static final long MOST_NS = 120_000_000_000L;

  private final List<String> java;
  private final ReentrantLock life = new ReentrantLock(); // held for good when this process ends
  private Process child; // the latest; null = none yet

  /** A bench with this JVM, its memory and its class path. */
  public ChildBench() {
    this(command());
  }

  /**
   * @param java the command without its arguments
   */
  ChildBench(List<String> java) {
    this.java = java;
  }

  private static List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (argument.startsWith("-X")) {
        command.add(argument);
      }
    }
    String classPath = System.getProperty("java.class.path");
    command.addAll(List.of("-cp", classPath, "dev.jktcp.cli.Main"));
    return command;
  }

  @Override
  public Result run(BenchOptions options, long leftNs) throws IOException {
    List<String> command = new ArrayList<>(java);
    command.add("bench");
    command.addAll(options.arguments());
    command.add("--json");
    Path out = Files.createTempFile("jktcp-bench", ".json");
    Path err = Files.createTempFile("jktcp-bench", ".txt");
    out.toFile().deleteOnExit(); // after a signal as well
    err.toFile().deleteOnExit();
    try {
      Process process =
          start(
              new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile()));
      await(process, Math.min(leftNs, MOST_NS));
      if (process.exitValue() != 0) {
        throw new IOException(lastLine(err).replaceFirst("^jktcp: ", ""));
      }
      return Result.of(new JsonObject(lastLine(out)));
    } catch (DecodeException e) {
      throw new IOException("no JSON came of bench " + options.text(), e);
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  private Process start(ProcessBuilder builder) throws IOException {
    life.lock();
    try {
      if (child == null) {
        Runtime.getRuntime().addShutdownHook(new Thread(this::endChild));
      }
      child = builder.start();
      return child;
    } finally {
      life.unlock();
    }
  }

  /** A signal that ends this process need not reach the child. */
  private void endChild() {
    life.lock();
    child.destroyForcibly();
  }

  private void await(Process process, long mostNs) throws IOException {
    try {
      if (!process.waitFor(mostNs, TimeUnit.NANOSECONDS)) {
        throw new IOException("it took longer than " + mostNs / 1_000_000_000L + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
      life.lock(); // at the end of this process nothing more is printed or started
      life.unlock();
    }
  }

  private static String lastLine(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    return lines.isEmpty() ? "it printed nothing" : lines.get(lines.size() - 1);
  }
}
