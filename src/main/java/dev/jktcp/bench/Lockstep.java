package dev.jktcp.bench;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Two builds side by side: a process each, both on one processor where the system can pin them, and
 * in turn a block of slices each, so that a machine that changes its speed changes it for both.
 *
 * <p>A {@link #serve worker} prints {@code ready UNITS} once it is warm. For each line {@code N} it
 * runs N slices and answers with the nanoseconds of CPU that each took.
 */
public final class Lockstep {
  private static final int BLOCK = 50;

  /** Slices of each process: one in a hundred decides. */
  private static final int SLICES = 2_000;

  private Lockstep() {}

  /**
   * The rates of two builds in the same work, each in several processes: the compiler decides
   * differently in each, and a build may have a slow and a fast speed.
   *
   * @param oldP99 units a nanosecond at the 99th percentile, for each process of the old build
   * @param newP99 as for the old build
   */
  public record Pair(List<Double> oldP99, List<Double> newP99) {
    /** The ratio of the fastest processes. */
    public double ratio() {
      return Collections.max(newP99) / Collections.max(oldP99);
    }

    /** The ratio of the processes in the middle. */
    public double medianRatio() {
      return median(newP99) / median(oldP99);
    }

    private static double median(List<Double> values) {
      return values.stream().sorted().toList().get(values.size() / 2);
    }

    public JsonObject toJson(BenchOptions options) {
      return new JsonObject()
          .put("bench", options.kind().text())
          .put("mtu", options.mtu())
          .put("ratioToOld", Result.rounded(ratio()))
          .put("medianRatioToOld", Result.rounded(medianRatio()))
          .put("processes", oldP99.size())
          .put("jdk", Runtime.version().feature());
    }

    /** One line for a person. */
    public String toLine(BenchOptions options) {
      return String.format(
          Locale.ROOT,
          "%-9s mtu %5d: %.2f times the old build (in the middle of %d processes: %.2f)",
          options.kind().text(),
          options.mtu(),
          ratio(),
          oldP99.size(),
          medianRatio());
    }
  }

  /**
   * @param arguments of the command that starts a worker of either build, without its class path
   * @param processes of each build, one after the other
   * @throws IOException when a process cannot be started or ends early, with one line that says why
   */
  public static Pair compare(
      Path oldJar, List<String> arguments, int processes, Consumer<String> progress)
      throws IOException {
    List<Double> oldP99 = new ArrayList<>();
    List<Double> newP99 = new ArrayList<>();
    for (int i = 1; i <= processes; i++) {
      try (Worker older = new Worker(oldJar.toString(), arguments);
          Worker newer = new Worker(System.getProperty("java.class.path"), arguments)) {
        progress.accept("process " + i + " of " + processes + ": both builds in turn");
        older.awaitReady();
        newer.awaitReady();
        for (int slices = 0; slices < SLICES; slices += BLOCK) {
          older.run(BLOCK);
          newer.run(BLOCK);
        }
        oldP99.add(older.rates.p99());
        newP99.add(newer.rates.p99());
      }
    }
    return new Pair(oldP99, newP99);
  }

  /** The worker's side: runs until its input ends. */
  public static void serve(
      BenchOptions options, Forwarding forwarding, InputStream in, OutputStream out)
      throws IOException {
    serve(options, forwarding, Effort.of(options.seconds()), in, out);
  }

  static void serve(
      BenchOptions options, Forwarding forwarding, Effort effort, InputStream in, OutputStream out)
      throws IOException {
    options.validate();
    try (Subject subject = Measurement.subject(options, forwarding)) {
      subject.verify();
      Warmup.run(subject, effort);
      say(out, "ready " + subject.unitsPerSlice());
      BufferedReader orders =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
      String order;
      while ((order = orders.readLine()) != null) {
        StringBuilder answer = new StringBuilder();
        subject.run(Integer.parseInt(order), ns -> answer.append(ns).append(' '), () -> {});
        say(out, answer.toString());
      }
    }
  }

  private static void say(OutputStream out, String line) throws IOException {
    out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static final class Worker implements AutoCloseable {
    private final Rates rates = new Rates();
    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter orders;
    private double units;

    Worker(String classPath, List<String> arguments) throws IOException {
      List<String> command = new ArrayList<>(pinned());
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-XX:+UseSerialGC", "-cp", classPath, "dev.jktcp.cli.Main"));
      command.addAll(arguments);
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
      answers = process.inputReader(StandardCharsets.US_ASCII);
      orders = process.outputWriter(StandardCharsets.US_ASCII);
    }

    private static List<String> pinned() {
      boolean there =
          Files.isExecutable(Path.of("/usr/bin/taskset"))
              || Files.isExecutable(Path.of("/bin/taskset"));
      return there ? List.of("taskset", "-c", "0") : List.of();
    }

    void awaitReady() throws IOException {
      String line = answer();
      if (!line.startsWith("ready ")) {
        throw new IOException("a build cannot run this bench: it said '" + line + "'");
      }
      units = Double.parseDouble(line.substring("ready ".length()));
    }

    void run(int slices) throws IOException {
      orders.write(slices + "\n");
      orders.flush();
      for (String ns : answer().trim().split(" ")) {
        rates.add(units / Long.parseLong(ns));
      }
    }

    private String answer() throws IOException {
      String line = answers.readLine();
      if (line == null) {
        throw new IOException("a build's process ended before its time");
      }
      return line;
    }

    @Override
    public void close() {
      process.destroy();
    }
  }
}
