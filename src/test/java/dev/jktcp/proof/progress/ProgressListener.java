package dev.jktcp.proof.progress;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * What a build says of its tests while they run: a line every half minute, one for each failure and
 * one for each class of which something was skipped, with the reason. Everything that tests print
 * themselves goes to files.
 *
 * <p>Silent unless the build gives this JVM a name in {@code jktcp.progress}.
 */
public final class ProgressListener implements TestExecutionListener {
  private static final String NAME = System.getProperty("jktcp.progress", "");
  private static final Path SKIPPED = Path.of("target", "skipped.txt");
  private static final long EVERY_S = 30;

  /** Not System.out, which belongs to the test class that runs. */
  private static final PrintStream CONSOLE =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

  /** Tests that run tests have a plan of their own inside of the build's. */
  private static final AtomicBoolean planRuns = new AtomicBoolean();

  // Of all plans of this JVM: a build with two forks makes a plan for each class.
  private static volatile String running;
  private static volatile long runningSinceNs;
  private static volatile long tests;
  private static volatile long failures;
  private static ScheduledExecutorService ticker; // null until the first test runs

  private final Map<String, Integer> skipped = new TreeMap<>(); // by class and reason
  private boolean mine;

  @Override
  public void testPlanExecutionStarted(TestPlan plan) {
    mine = !NAME.isEmpty() && planRuns.compareAndSet(false, true);
    if (mine && ticker == null) {
      ticker = Executors.newSingleThreadScheduledExecutor(ProgressListener::daemon);
      ticker.scheduleAtFixedRate(ProgressListener::tick, EVERY_S, EVERY_S, TimeUnit.SECONDS);
    }
  }

  @Override
  public void executionStarted(TestIdentifier test) {
    if (!mine || !test.isTest()) return;
    runningSinceNs = System.nanoTime();
    running = name(test);
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    if (mine) skip(test, reason);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (!mine) return;
    if (test.isTest()) {
      tests++;
      running = null;
      Progress.forget();
    }
    String why = result.getThrowable().map(ProgressListener::firstLine).orElse("");
    switch (result.getStatus()) {
      case ABORTED -> skip(test, why);
      case FAILED -> {
        failures++;
        CONSOLE.println("FAILED " + name(test) + ": " + why);
      }
      case SUCCESSFUL -> {}
    }
  }

  private void skip(TestIdentifier test, String reason) {
    skipped.merge(className(test) + ": " + reason, 1, Integer::sum);
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    if (!mine) return;
    planRuns.set(false);
    StringBuilder lines = new StringBuilder();
    skipped.forEach(
        (what, count) ->
            lines.append("skipped ").append(count).append(" of ").append(what).append('\n'));
    if (lines.isEmpty()) return;
    CONSOLE.print(lines);
    CONSOLE.flush();
    try { // The build says it again at its end.
      Files.createDirectories(SKIPPED.getParent());
      Files.writeString(SKIPPED, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "progress");
    thread.setDaemon(true);
    return thread;
  }

  private static void tick() {
    CONSOLE.println(line(System.nanoTime()));
  }

  private static String line(long nowNs) {
    StringBuilder line = new StringBuilder();
    line.append(String.format(Locale.ROOT, "%s: %,d tests, %,d failed", NAME, tests, failures));
    String name = running;
    if (name == null) return line.toString();
    line.append("; ").append(name);
    line.append(" for ").append((nowNs - runningSinceNs) / 1_000_000_000).append(" s");
    String progress = Progress.text();
    return line.append(progress.isEmpty() ? "" : ", " + progress).toString();
  }

  private static String name(TestIdentifier test) {
    return className(test) + '.' + test.getDisplayName().replaceFirst("\\(\\)$", "");
  }

  private static String className(TestIdentifier test) {
    TestSource source = test.getSource().orElse(null);
    String name =
        source instanceof MethodSource method
            ? method.getClassName()
            : source instanceof ClassSource type ? type.getClassName() : test.getDisplayName();
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static String firstLine(Throwable why) {
    String message = why.getMessage();
    if (message == null) return why.getClass().getName();
    return message.lines().findFirst().orElse("").replaceFirst("^Assumption failed: ", "");
  }
}
