package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.progress.Needs;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees of the commands: on a pseudo terminal, and in files beside it. */
@Timeout(300)
class TerminalIT {
  private static final String ESCAPE = "\u001b[";
  private static final String ERASED = "\u001b[K";
  private static final String CTRL_C = "\u0003";
  private static final String LISTEN =
      " --transport unix-listen:link --local 10.7.0.2 --peer 10.7.0.1";

  /** A window of 256 KiB in a round trip of 40 ms: six MiB a second. */
  private static final String CONNECT =
      "connect 10.7.0.2:80 --transport unix:link --local 10.7.0.1 --fault delay=20ms";

  @TempDir Path dir;

  private byte[] file(int mib) throws IOException {
    byte[] bytes = new byte[mib << 20];
    new Random(7).nextBytes(bytes);
    Files.write(dir.resolve("file"), bytes);
    return bytes;
  }

  private Screen screen(int columns, String line, String more) throws IOException {
    return new Screen(dir, columns, "-u NO_COLOR -u CLICOLOR", line, more);
  }

  /** It goes on when its client has gone, whose last packets are delayed. */
  private Jktcp listen(String how) throws Exception {
    Jktcp listen = Jktcp.start(dir, "listen 80 --info " + how + LISTEN);
    listen.ready();
    return listen;
  }

  /** The only connection has come to its end. */
  private static void assertEnd(Jktcp listen, String reason, long bytes) throws Exception {
    listen.awaitSomeOutput(); // what the client sent last is on its way when that has ended
    listen.terminate();
    JsonObject info = new JsonObject(listen.outputText());
    assertEquals(reason, info.getString("reason"));
    assertTrue(info.getLong("bytesReceived") == bytes || reason.equals("reset"), info.encode());
  }

  /** What the status line has shown, one drawing after the other. */
  private static List<String> drawings(String screen) {
    return Stream.of(screen.split("\r"))
        .filter(part -> part.endsWith(ERASED) && !part.equals(ERASED))
        .toList();
  }

  /** The status line was erased before this. */
  private static void assertAbove(String screen, String text) {
    assertTrue(screen.contains(ERASED + text) || screen.contains(ERASED + "\r" + text), screen);
  }

  @Test
  void longTransfer_isShown_withShareRateAndTimeLeft_andSummedUp() throws Exception {
    byte[] bytes = file(24);
    try (Jktcp listen = listen("--discard");
        Screen connect = screen(80, CONNECT, "< file")) {
      String seen = connect.all();
      assertEquals(0, connect.exitCode(), seen);
      assertEnd(listen, "closed", bytes.length);
      List<String> drawn = drawings(seen);
      assertTrue(drawn.size() >= 3, seen);
      String share = "\\d+ %, sent \\d+\\.\\d MiB of 24\\.0 MiB, \\d+\\.\\d [KM]iB/s, .+\u001b\\[K";
      for (String line : drawn) {
        assertTrue(line.matches(share), line);
      }
      assertAbove(seen, "jktcp: sent 24.0 MiB, received 0 B in 0:");
    }
  }

  @Test
  void narrowTerminal_hasShortLines_thatNeverWrap() throws Exception {
    byte[] bytes = file(16);
    try (Jktcp listen = listen("--discard");
        Screen connect = screen(10, CONNECT, "< file")) {
      List<String> drawn = drawings(connect.all());
      assertTrue(drawn.size() >= 2);
      for (String line : drawn) {
        assertTrue(line.matches("(\\d+ %)?\u001b\\[K"), line);
      }
      assertEnd(listen, "closed", bytes.length);
    }
  }

  @Test
  void ctrlC_leavesNoHalfLine_andTheOtherSideSeesThatItIsNotAll() throws Exception {
    file(64);
    try (Jktcp listen = listen("--discard");
        Screen connect = screen(80, CONNECT, "< file")) {
      connect.awaitText(" left" + ERASED);
      connect.type(CTRL_C);
      assertTrue(connect.all().endsWith("\r" + ERASED + "\r"));
      assertEquals(130, connect.exitCode());
      assertEnd(listen, "reset", 0);
    }
  }

  @Test
  void whatIsTypedAndRead_isNotDisturbed() throws Exception {
    try (Jktcp echo = listen("--echo");
        Screen connect = screen(80, CONNECT, "")) {
      connect.type("a line\n");
      connect.awaitText("a line\r\na line\r\n");
      connect.type("another\n");
      connect.awaitText("another\r\nanother\r\n");
      connect.type("\u0004"); // the end of input
      assertEquals(
          "a line\r\na line\r\nanother\r\nanother\r\n", connect.all().replace("^D\b\b", ""));
      assertEquals(0, connect.exitCode());
      assertTrue(echo.isAlive(), "it serves until it is stopped");
    }
  }

  @Test
  void server_showsWhatItMoves_andItsOtherLinesAbove() throws Exception {
    byte[] bytes = file(24);
    try (Screen echo = screen(80, "listen 80 --echo --info" + LISTEN, "")) {
      echo.awaitText("ready: echoing on port 80");
      try (Jktcp connect = Jktcp.start(dir, CONNECT).given(bytes)) {
        assertArrayEquals(bytes, connect.output());
        assertEquals(0, connect.exitCode());
      }
      String seen = echo.awaitText("\"reason\":\"closed\"");
      assertTrue(seen.contains("\r1 connection, "), seen);
      assertAbove(seen, "{\"local\":\"10.7.0.2:80\"");
      echo.type(CTRL_C);
      assertEquals(130, echo.exitCode());
    }
  }

  @Test
  void filesAndPipes_getNeitherColoursNorProgress_whileAPersonDoes() throws Exception {
    byte[] bytes = file(16);
    try (Jktcp listen = listen("--discard");
        Screen connect = screen(80, CONNECT, "< file 2> said")) {
      assertEquals("", connect.all());
      assertEquals("", Files.readString(dir.resolve("said")));
      assertEnd(listen, "closed", bytes.length);
    }
    try (Screen colours = screen(80, "help connect", "")) {
      assertTrue(colours.all().contains(ESCAPE));
    }
    try (Screen plain = screen(80, "help connect", "> help")) {
      assertEquals(0, plain.exitCode());
      assertFalse(Files.readString(dir.resolve("help")).contains(ESCAPE));
    }
    try (Screen error = screen(80, "conect", "> out")) {
      assertTrue(error.all().startsWith(ESCAPE + "1m" + ESCAPE + "31mjktcp:"), error.all());
      assertEquals(2, error.exitCode());
    }
    try (Screen plain = new Screen(dir, 80, "NO_COLOR=1", "conect", "")) {
      assertTrue(plain.all().startsWith("jktcp: unknown command"), plain.all());
    }
  }

  @Test
  void completionScript_completesCommandsOptionsAndValues() throws Exception {
    Needs.program("bash");
    try (Jktcp generate = Jktcp.start(dir, "generate-completion")) {
      Files.write(dir.resolve("script"), generate.output());
      assertEquals(0, generate.exitCode());
    }
    assertEquals("", bash(List.of("-n", "script")));
    assertEquals("connect ", completed("jktcp", "con"));
    assertEquals("--transport ", completed("jktcp", "connect", "--tra"));
    assertEquals("reliable-link ", completed("jktcp", "listen", "--profile", "rel"));
    assertEquals("new-reno ", completed("jktcp", "connect", "--congestion", "new"));
    assertEquals("forward ", completed("jktcp", "help", "forw"));
    assertEquals("goodput ", completed("jktcp", "bench", "good"));
    assertTrue(completed("jktcp", "").contains("generate-completion "));
  }

  private String completed(String... words) throws Exception {
    String script =
        "compopt() { :; }; source ./script; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1));"
            + " COMP_LINE=\"$*\"; _complete_jktcp;"
            + " for each in \"${COMPREPLY[@]}\"; do echo -n \"${each% } \"; done";
    return bash(Stream.concat(Stream.of("-c", script, "bash"), Stream.of(words)).toList());
  }

  private String bash(List<String> arguments) throws Exception {
    Process bash =
        new ProcessBuilder(Stream.concat(Stream.of("bash"), arguments.stream()).toList())
            .directory(dir.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, bash.waitFor(), said);
    return said;
  }
}
