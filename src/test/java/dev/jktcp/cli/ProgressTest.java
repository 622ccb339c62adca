package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.ManualClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a terminal gets to see while something moves, to the byte. */
class ProgressTest {
  private static final int KIB = 1024;
  private static final String ERASED = "\u001b[K";

  private final ManualClock clock = new ManualClock();
  private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(screen, true, StandardCharsets.UTF_8);

  private StatusLine line = line("xterm", true, Runnable::run);
  private Progress progress = new Progress(clock, line);

  private StatusLine line(String term, boolean isThere, Executor drawer) {
    Terminal terminal = new Terminal(isThere, Map.of("TERM", term)::get, () -> null);
    return new StatusLine(err, terminal, drawer);
  }

  /** What has been written since the last call. */
  private String drawn() {
    String all = screen.toString(StandardCharsets.UTF_8);
    screen.reset();
    return all;
  }

  @Test
  void longTransfer_isShownAfterASecond_andTwiceASecondFromThen() {
    HandPump pump = new HandPump();
    progress.ofTransfer(pump, 1_000 * KIB);
    pump.forth = 100 * KIB;
    clock.advanceMs(999);
    assertEquals("", drawn());
    clock.advanceMs(1);
    assertEquals("\r10 %, sent 100.0 KiB of 1000.0 KiB, 100.0 KiB/s, 0:09 left" + ERASED, drawn());
    clock.advanceMs(499);
    assertEquals("", drawn());
    pump.forth = 400 * KIB;
    clock.advanceMs(1);
    assertEquals("\r40 %, sent 400.0 KiB of 1000.0 KiB, 266.7 KiB/s, 0:03 left" + ERASED, drawn());
    pump.forth = 1_000 * KIB;
    clock.advanceMs(500);
    assertEquals(
        "\r100 %, sent 1000.0 KiB of 1000.0 KiB, 500.0 KiB/s, waiting for the end" + ERASED,
        drawn());
    pump.done.complete();
    assertEquals("\r" + ERASED, drawn());
    assertEquals("sent 1000.0 KiB, received 0 B in 0:02, 500.0 KiB/s", progress.summary());
    clock.advanceMs(5_000);
    assertEquals(0, clock.timers());
    assertEquals("", drawn());
  }

  @Test
  void shortOrSmallTransfer_isNotShown() {
    HandPump quick = new HandPump();
    progress.ofTransfer(quick, -1);
    quick.forth = 10_000 * KIB;
    clock.advanceMs(900);
    quick.done.complete();
    clock.advanceMs(5_000);
    progress = new Progress(clock, line);
    HandPump typed = new HandPump();
    progress.ofTransfer(typed, -1);
    typed.forth = 60;
    clock.advanceMs(60_000);
    assertEquals("", drawn());
    assertNull(progress.summary());
  }

  @Test
  void transferThatStalls_saysSo_andIsNotDrawnAgain() {
    HandPump pump = new HandPump();
    progress.ofTransfer(pump, 1_000 * KIB);
    pump.forth = 100 * KIB;
    clock.advanceMs(7_000);
    assertTrue(drawn().endsWith(", 0 B/s, stalled" + ERASED));
    clock.advanceMs(600_000);
    assertEquals("", drawn());
  }

  @Test
  void redraws_areAtMostTwoASecond() {
    HandPump pump = new HandPump();
    progress.ofTransfer(pump, -1);
    for (int ms = 0; ms < 60_000; ms++) {
      pump.forth += KIB;
      clock.advanceMs(1);
    }
    assertEquals(119, drawn().chars().filter(c -> c == '\r').count());
  }

  @Test
  void server_showsAllItsPairsTogether_andNothingOnceTheyAreOver() {
    HandPump first = new HandPump();
    HandPump second = new HandPump();
    progress.ofPair(first);
    progress.ofPair(second);
    first.forth = 100 * KIB;
    second.back = 100 * KIB;
    clock.advanceMs(1_000);
    assertEquals("\r2 connections, 200.0 KiB, 200.0 KiB/s" + ERASED, drawn());
    second.done.fail("reset");
    clock.advanceMs(500);
    assertEquals("\r1 connection, 200.0 KiB, 133.3 KiB/s" + ERASED, drawn());
    first.done.complete();
    assertEquals("\r" + ERASED, drawn());
    clock.advanceMs(10_000);
    HandPump third = new HandPump();
    progress.ofPair(third);
    clock.advanceMs(1_000);
    assertEquals("\r1 connection, 200.0 KiB, 0 B/s" + ERASED, drawn());
    assertEquals(1, clock.timers());
  }

  @Test
  void serverOfShortPairs_doesNotAskForTheSizeAtEachEnd() {
    AtomicInteger asked = new AtomicInteger();
    Terminal terminal =
        new Terminal(
            true,
            Map.of("TERM", "xterm")::get,
            () -> {
              asked.incrementAndGet();
              return null;
            });
    progress = new Progress(clock, new StatusLine(err, terminal, Runnable::run));
    for (int i = 0; i < 1_000; i++) {
      HandPump pump = new HandPump();
      progress.ofPair(pump);
      pump.done.complete();
    }
    assertTrue(asked.get() <= 1, asked + " times");
  }

  @Test
  void otherLines_goAbove() {
    line.show("50 %");
    line.above(() -> err.print("jktcp: a line\n"));
    line.show("50 %");
    assertEquals(
        "\r50 %" + ERASED + "\r" + ERASED + "\r" + "jktcp: a line\n" + "\r50 %" + ERASED, drawn());
  }

  @Test
  void dumbTerminal_getsSpacesInPlaceOfSequences() {
    line = line("dumb", true, Runnable::run);
    line.show("100 %");
    line.show("2 %");
    line.end();
    line.show("3 %");
    assertEquals("\r100 %" + "\r2 %  \b\b" + "\r   \b\b\b\r", drawn());
  }

  @Test
  void outputOnTheSameTerminal_endsTheLine() throws IOException {
    OutputStream out = line.endedBy(screen);
    line.show("50 %");
    out.write("answer".getBytes(StandardCharsets.UTF_8));
    line.show("60 %");
    out.write('!');
    assertEquals("\r50 %" + ERASED + "\r" + ERASED + "\ranswer!", drawn());
  }

  @Test
  void terminalThatTakesNothing_getsTheLastLineAlone() {
    Queue<Runnable> waiting = new ArrayDeque<>();
    line = line("xterm", true, waiting::add);
    for (int i = 0; i < 100; i++) line.show(i + " %");
    assertEquals(1, waiting.size());
    waiting.remove().run();
    assertEquals("\r99 %" + ERASED, drawn());
    line.show("100 %");
    line.end();
    waiting.remove().run();
    assertEquals("\r" + ERASED + "\r", drawn());
  }

  @Test
  void pipe_getsNothing() {
    line = line("xterm", false, Runnable::run);
    progress = new Progress(clock, line);
    HandPump pump = new HandPump();
    progress.ofTransfer(pump, 1_000 * KIB);
    pump.forth = 500 * KIB;
    clock.advanceMs(10_000);
    assertEquals("", drawn());
    assertEquals(0, clock.timers());
  }
}
