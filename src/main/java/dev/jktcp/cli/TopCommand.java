package dev.jktcp.cli;

import dev.jktcp.cli.ControlClient.Look;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code jktcp top}: the counters of a running command, redrawn until Ctrl-C. */
@Command(
    name = "top",
    description = {
      "Shows counters and the busiest connections of a running command of this user,"
          + " again and again.",
      "It needs a terminal, and ends with Ctrl-C or with that command."
    })
final class TopCommand implements Callable<Integer> {
  private static final int LISTED = 500; // the limit of one answer, unless the adapter has another
  private static final long LEAST_NS = 100_000_000;
  private static final long MOST_NS = 3_600_000_000_000L;

  /** Switches to the alternate screen without a cursor, and back. */
  private static final String ENTER = "\u001b[?1049h\u001b[?25l";

  private static final String LEAVE = "\u001b[?25h\u001b[?1049l";
  private static final String HOME = "\u001b[H";
  private static final String END_OF_LINE = "\u001b[K\r\n";
  private static final String CLEAR_BELOW = "\u001b[J";

  @ParentCommand private Main main;

  @Parameters(
      paramLabel = "TARGET",
      arity = "0..1",
      description =
          "The process to show: its id, or unix:PATH, which is the \"control\" of an"
              + " AdapterVerticle. Default: the only command that runs.")
  private String target;

  @Option(
      names = "--every",
      paramLabel = "TIME",
      converter = CommonOptions.TimeConverter.class,
      description = "The time between two screens. Default: 1s.")
  private long everyNs = 1_000_000_000;

  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final CountDownLatch left = new CountDownLatch(1);

  @Override
  public Integer call() throws IOException {
    if (everyNs < LEAST_NS || everyNs > MOST_NS) {
      throw new BadUsage("--every: must be 100ms to 60m");
    }
    Terminal terminal = main.console().outTerminal();
    checkTerminal(terminal);
    try (ControlClient client = only()) {
      Thread hook = new Thread(this::onInterrupt, "interrupted");
      Runtime.getRuntime().addShutdownHook(hook);
      main.console().show(ENTER);
      try {
        draw(client, terminal);
      } finally {
        main.console().show(LEAVE);
        left.countDown();
      }
    }
    return Failure.OK;
  }

  private static void checkTerminal(Terminal terminal) throws IOException {
    if (!terminal.isThere()) {
      throw new IOException("top needs a terminal; jktcp stats prints the same once");
    }
    if (terminal.isDumb()) {
      throw new IOException("top needs a terminal with a cursor; jktcp stats prints the same once");
    }
    String small = TopScreen.tooSmall(terminal.size());
    if (small != null) {
      throw new IOException(small + "; jktcp stats prints the same once");
    }
  }

  /** Restores the terminal's own screen before the process ends. */
  private void onInterrupt() {
    interrupted.countDown();
    try {
      left.await(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ControlClient only() throws IOException {
    List<ControlClient> found = new ControlTarget(ControlDirectory.ofThisUser()).connect(target);
    if (found.size() == 1) {
      return found.get(0);
    }
    List<String> who = new ArrayList<>();
    for (ControlClient each : found) {
      try (each) {
        who.add(each.look(1).who());
      }
    }
    throw new BadUsage("name one of those that run by its pid: " + String.join(", ", who));
  }

  private void draw(ControlClient client, Terminal terminal) throws IOException {
    Look before = null;
    long beforeNs = 0;
    do {
      Look now = client.look(LISTED);
      long nowNs = System.nanoTime();
      double seconds = (nowNs - beforeNs) / 1e9;
      List<String> lines = new TopScreen(before, now, seconds, terminal.size()).lines();
      main.console().show(HOME + String.join(END_OF_LINE, lines) + "\u001b[K" + CLEAR_BELOW);
      before = now;
      beforeNs = nowNs;
    } while (!isInterruptedWithin(everyNs));
  }

  private boolean isInterruptedWithin(long ns) {
    try {
      return interrupted.await(ns, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
