package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The jar's stats and top, of commands that run. */
@Timeout(300)
class SeenIT {
  @TempDir private Path dir;
  private Jktcp server;
  private Jktcp client;

  @BeforeEach
  void begin() throws Exception {
    server = run("listen 7 --echo --transport unix-listen:tunnel --local 10.7.0.2");
    server.ready();
    client = run("connect 10.7.0.2:7 --transport unix:tunnel --local 10.7.0.1");
    client.input().write("hello\n".getBytes());
    client.input().flush();
    client.awaitOutput("hello\n");
  }

  @AfterEach
  void end() throws IOException {
    client.close();
    server.close();
  }

  /** Its sockets are in the test's own directory, unless the session has one. */
  private Jktcp run(String line) throws IOException {
    return Jktcp.startWithTemporary(dir, dir, line);
  }

  private String stats(String options) throws Exception {
    try (Jktcp stats = run("stats " + options)) {
      String text = stats.outputText();
      assertEquals(0, stats.exitCode(), text);
      return text;
    }
  }

  private Path socketOf(Jktcp command) {
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    Path in =
        runtime == null || runtime.isEmpty()
            ? dir.resolve("jktcp-" + System.getProperty("user.name"))
            : Path.of(runtime, "jktcp");
    return in.resolve(command.pid() + ".sock");
  }

  @Test
  void statsOfNothing_isAnEmptyArrayInJson_andALine() throws Exception {
    try (Jktcp stats = run("stats 999999999 --json")) {
      assertEquals("[]", stats.outputText().strip());
      String line = stats.errorLine();
      assertTrue(line.startsWith("jktcp: no running command has process id 999999999"), line);
      assertEquals(1, stats.exitCode());
    }
  }

  @Test
  void stats_showsARunningCommand_andItsConnection() throws Exception {
    Path socket = socketOf(server);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
    String text = stats(String.valueOf(server.pid()));
    assertTrue(
        text.startsWith("listen (pid " + server.pid() + "), up ")
            && text.contains(", over unix-listen:")
            && text.contains(": transport up\n"),
        text);
    assertTrue(text.contains("  connections  1: 1 ESTAB; opened 0, accepted 1\n"), text);
    assertTrue(text.lines().anyMatch(line -> line.matches("ESTAB .* 10\\.7\\.0\\.2:7 .*")), text);
    assertTrue(text.contains("bytes_acked:6 bytes_received:6"), text);
    JsonArray json = new JsonArray(stats(client.pid() + " --json"));
    assertEquals(1, json.size());
    JsonObject shown = json.getJsonObject(0);
    assertEquals("connect", shown.getJsonObject("about").getString("command"));
    assertEquals(1, shown.getJsonObject("stats").getInteger("connections"));
    assertEquals(1, shown.getJsonObject("connections").getInteger("total"));
  }

  @Test
  void socket_goesWithItsCommand_andThatOfAKilledOneIsNotTakenForOne() throws Exception {
    Path socket = socketOf(server);
    server.kill();
    assertTrue(server.exitCode() != 0);
    assertTrue(Files.exists(socket));
    Path its = socketOf(client);
    client.interrupt();
    client.exitCode();
    assertFalse(Files.exists(its));
    try (Jktcp stats = run("stats " + server.pid())) {
      stats.failsWith(1, "no running command has process id " + server.pid());
    }
    assertFalse(Files.exists(socket));
  }

  @Test
  void stats_showsTheOthers_ifOneDoesNotAnswer() throws Exception {
    server.freeze();
    try (Jktcp stats = run("stats")) {
      String shown = stats.outputText();
      assertTrue(shown.startsWith("connect (pid " + client.pid() + "), up "), shown);
      stats.failsWith(1, "process " + server.pid() + ": no answer within 5 s");
    } finally {
      server.thaw();
    }
  }

  @Test
  void topWithoutATerminal_saysSoInOneLine() throws Exception {
    try (Jktcp top = run("top")) {
      top.failsWith(1, "top needs a terminal; jktcp stats prints the same once");
    }
  }

  @Test
  void top_drawsInTheTerminalsWidth_andLeavesItAsItWas() throws Exception {
    String wide = top(100);
    assertTrue(wide.startsWith("\u001b[?1049h\u001b[?25l"), wide);
    assertTrue(wide.stripTrailing().endsWith("\u001b[?25h\u001b[?1049l"), wide);
    assertTrue(wide.contains("STATE      REMOTE"), wide);
    assertTrue(lines(wide).anyMatch(line -> line.startsWith("ESTAB      10.7.0.1:")), wide);
    assertTrue(lines(wide).allMatch(line -> line.length() < 100), wide);
    String narrow = top(41);
    assertTrue(lines(narrow).anyMatch(line -> line.startsWith("ESTAB      10.7.0.1:")), narrow);
    assertTrue(lines(narrow).allMatch(line -> line.length() < 41), narrow);
    try (Screen none = screen(10)) {
      assertEquals(
          "jktcp: top needs 40 columns, the terminal has 10; jktcp stats prints the same once",
          none.all().strip());
    }
  }

  private Screen screen(int columns) throws IOException {
    return Screen.withTemporary(dir, dir, columns, "NO_COLOR=1", "top " + server.pid());
  }

  /** What a terminal so wide is shown, until Ctrl-C behind the first screen. */
  private String top(int columns) throws Exception {
    try (Screen screen = screen(columns)) {
      screen.awaitText("\u001b[J\u001b[H"); // the next one begins
      screen.type("\u0003");
      return screen.all().replace("^C", "");
    }
  }

  /** Without control sequences. */
  private static Stream<String> lines(String screen) {
    return screen
        .replace("\u001b[H", "\n") // each screen begins at the top
        .replaceAll("\u001b\\[[?\\d]*[A-Za-z]", "")
        .lines()
        .map(String::stripTrailing);
  }
}
