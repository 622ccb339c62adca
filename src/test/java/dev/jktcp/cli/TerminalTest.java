package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is known of a terminal, and what is written to it and to no pipe. */
class TerminalTest {
  private static final String ESCAPE = "\u001b[";

  private static Terminal with(Map<String, String> environment) {
    return new Terminal(true, environment::get, () -> null);
  }

  @Test
  void colours_areForTerminalsThatKnowThem_andForUsersThatWantThem() {
    assertTrue(with(Map.of("TERM", "xterm")).isColoured());
    assertTrue(with(Map.of("TERM", "xterm", "NO_COLOR", "", "CLICOLOR", "1")).isColoured());
    assertFalse(with(Map.of("TERM", "xterm", "NO_COLOR", "1")).isColoured());
    assertFalse(with(Map.of("TERM", "xterm", "CLICOLOR", "0")).isColoured());
    assertFalse(with(Map.of("TERM", "dumb")).isColoured());
    assertFalse(with(Map.of()).isColoured());
    assertFalse(new Terminal(false, Map.of("TERM", "xterm")::get, () -> null).isColoured());
  }

  @Test
  void size_isWhatSttySays_orTheUsualOne() {
    assertEquals(new Terminal.Size(132, 43), Terminal.parse("43 132\n"));
    assertNull(Terminal.parse(""));
    assertNull(Terminal.parse("stty: standard input"));
    assertNull(Terminal.parse("43 132 1"));
    Terminal.Size usual = new Terminal.Size(80, 24);
    assertEquals(usual, with(Map.of()).size());
    Terminal unsized = new Terminal(true, name -> null, () -> new Terminal.Size(0, 0));
    assertEquals(usual, unsized.size());
    Terminal half = new Terminal(true, name -> null, () -> new Terminal.Size(40, 0));
    assertEquals(new Terminal.Size(40, 24), half.size());
    Terminal narrow = new Terminal(true, name -> null, () -> new Terminal.Size(10, 5));
    assertEquals(10, narrow.size().columns());
    assertEquals(10, narrow.recentSize().columns());
  }

  private static String said(Terminal terminal, String... args) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    PrintStream err = new PrintStream(both, true, StandardCharsets.UTF_8);
    ByteArrayInputStream nothing = new ByteArrayInputStream(new byte[0]);
    Main.run(new Console(nothing, both, err, terminal, terminal), args);
    return both.toString(StandardCharsets.UTF_8);
  }

  @Test
  void errorsAndHelp_haveColoursOnATerminal_andNoneInAPipe() {
    Terminal colours = with(Map.of("TERM", "xterm"));
    assertTrue(said(colours, "conect").startsWith(ESCAPE + "1m" + ESCAPE + "31mjktcp:" + ESCAPE));
    assertTrue(
        said(colours, "conect").endsWith(" unknown command 'conect'; did you mean connect?\n"));
    assertTrue(said(colours, "help", "connect").contains(ESCAPE));
    for (Terminal plain : new Terminal[] {Terminal.NONE, with(Map.of("TERM", "dumb"))}) {
      assertFalse(said(plain, "conect").contains(ESCAPE));
      assertFalse(said(plain, "help", "connect").contains(ESCAPE));
    }
  }
}
