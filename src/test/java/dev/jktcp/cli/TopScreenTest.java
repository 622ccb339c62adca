package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterStats;
import dev.jktcp.AdapterStats.RoundTrips;
import dev.jktcp.AdapterStats.Usage;
import dev.jktcp.ConnectionInfo;
import dev.jktcp.ConnectionList;
import dev.jktcp.cli.ControlClient.Look;
import dev.jktcp.cli.Terminal.Size;
import dev.jktcp.impl.frame.TcpInfoJson;
import dev.jktcp.tcp.AgreedOptions;
import dev.jktcp.tcp.TcpInfo;
import dev.jktcp.tcp.TcpState;
import dev.jktcp.transport.TransportState;
import dev.jktcp.transport.TransportStatus;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stats prints and top draws, in terminals of many sizes. */
class TopScreenTest {
  private static final JsonObject ABOUT =
      new JsonObject()
          .put("command", "forward")
          .put("pid", 123)
          .put("ageMs", 185_000)
          .put("transport", "unix:/tmp/x.sock");

  static ConnectionInfo connection(int port, long received, long acked) {
    JsonObject info = new JsonObject();
    for (RecordComponent component : TcpInfo.class.getRecordComponents()) {
      Class<?> type = component.getType();
      info.put(component.getName(), type == boolean.class ? (Object) false : (Object) 0);
    }
    JsonObject none = TcpInfoJson.write(sample(info)).getJsonObject("options");
    info.put("options", none);
    info.put("mss", 1_448).put("cwnd", 14_480).put("ssthresh", Integer.MAX_VALUE);
    info.put("srttNs", 1_500_000).put("rttVarNs", 750_000).put("rtoNs", 201_500_000);
    info.put("bytesReceived", received).put("bytesAcked", acked);
    return new ConnectionInfo(
        SocketAddress.inetSocketAddress(49_000 + port, "10.7.0.2"),
        SocketAddress.inetSocketAddress(port, "10.7.0.1"),
        Duration.ofSeconds(port),
        "handle 1",
        TcpInfoJson.read(info));
  }

  /** Its strings and enums, too. */
  private static TcpInfo sample(JsonObject info) {
    info.put("state", TcpState.ESTABLISHED.name()).put("congestion", "new-reno");
    JsonObject none = new JsonObject();
    for (RecordComponent component : AgreedOptions.class.getRecordComponents()) {
      none.put(component.getName(), component.getType() == boolean.class ? (Object) false : -1);
    }
    return TcpInfoJson.read(info.copy().put("options", none));
  }

  static Look look(long packets, ConnectionInfo... connections) {
    AdapterStats stats =
        new AdapterStats(
            connections.length,
            0,
            0,
            0,
            0,
            2_048,
            32_000_000,
            Map.of(TcpState.ESTABLISHED, connections.length),
            new RoundTrips(1, 300_000, 900_000, 2_100_000),
            Map.of("memory", new Usage(2_048, 32_000_000)),
            new TransportStatus(TransportState.UP, null, 0),
            Map.of("packetsReceived", packets, "bytesReceived", packets * 1_000));
    ConnectionList list = new ConnectionList(connections.length, 0, List.of(connections));
    return new Look(ABOUT, null, stats, list);
  }

  private static List<String> screen(Look before, Look now, int columns, int rows) {
    return new TopScreen(before, now, 2, new Size(columns, rows)).lines();
  }

  @Test
  void screen_hasRates_andTheBusiestConnectionFirst() {
    Look before = look(100, connection(80, 0, 0), connection(81, 0, 0));
    Look now = look(300, connection(80, 0, 100), connection(81, 2_000_000, 0));
    assertEquals(
        String.join(
            "\n",
            "forward (pid 123), up 3m05s, over unix:/tmp/x.sock: transport up",
            "connections 2: 2 ESTAB; opened 0, accepted 0",
            "in 97.7 KiB/s, 100 packets/s; out 0 B/s, 0 packets/s",
            "sent again 0 segments (0 B), timeouts 0",
            "round trip 0.300/0.900/2.100 ms; memory 2.0 KiB of 30.5 MiB (0 %)",
            "",
            "STATE      REMOTE               IN/s      OUT/s   RTT ms  RETR LOCAL              AGE"
                + " OWNER",
            "ESTAB      10.7.0.1:81     976.6 KiB        0 B    1.500     0 10.7.0.2:49081   1m21s"
                + " handle 1",
            "ESTAB      10.7.0.1:80           0 B       50 B    1.500     0 10.7.0.2:49080   1m20s"
                + " handle 1"),
        String.join("\n", screen(before, now, 120, 24)));
  }

  @Test
  void noLineIsLongerThanTheTerminal_andNoScreenHigher() {
    ConnectionInfo[] many = new ConnectionInfo[50];
    for (int i = 0; i < many.length; i++) many[i] = connection(80 + i, i, i);
    for (int columns = 1; columns < 200; columns++) {
      for (int rows : List.of(1, 2, 7, 8, 9, 24, 60)) {
        List<String> lines = screen(look(1), look(2, many), columns, rows);
        assertTrue(lines.size() <= Math.max(1, rows - 1), () -> lines.size() + " lines");
        for (String line : lines) {
          assertTrue(line.length() < Math.max(2, columns), line);
        }
      }
    }
    List<String> lines = screen(look(1), look(2, many), 100, 20);
    assertEquals(19, lines.size());
    assertEquals("… 39 more", lines.get(lines.size() - 1));
  }

  @Test
  void leastTerminal_showsAConnection_andCountsTheOthers() {
    Look many = look(2, connection(80, 0, 0), connection(81, 0, 9), connection(82, 0, 0));
    List<String> lines = screen(look(1), many, TopScreen.LEAST_COLUMNS, TopScreen.LEAST_ROWS);
    assertTrue(lines.get(7).startsWith("ESTAB      10.7.0.1:8"), lines::toString);
    assertEquals("… 2 more", lines.get(8));
    assertEquals(9, lines.size());
  }

  @Test
  void firstScreen_andOneOfAnAdapterThatDoesNotAnswer_areWhole() {
    assertEquals(8, screen(null, look(5, connection(80, 1, 1)), 80, 24).size());
    Look silent = new Look(ABOUT, "its transport is not open yet", null, null);
    assertEquals(
        List.of(
            "forward (pid 123), up 3m05s, over unix:/tmp/x.sock", "its transport is not open yet"),
        screen(silent, silent, 80, 24));
    assertEquals(8, screen(silent, look(5, connection(80, 1, 1)), 80, 24).size());
  }

  @Test
  void stats_areLines_withConnectionsAsSsHasThem() {
    List<String> lines = new ArrayList<>(StatsText.lines(look(5, connection(80, 1, 1))));
    assertEquals("  ended        none", lines.get(2));
    assertEquals("  fullest      memory, 2048 of 32000000 (0 %)", lines.get(8));
    assertEquals(
        List.of(
            "ESTAB           0      0 10.7.0.2:49080 10.7.0.1:80 1m20s handle 1",
            "\tnew-reno rto:202 rtt:1.500/0.750 mss:1448 pmtu:0 cwnd:10 bytes_acked:1"
                + " bytes_received:1 rcv_space:0 snd_wnd:0"),
        lines.subList(9, lines.size()));
  }

  @Test
  void oneSegment_isNoPlural() {
    AdapterStats now = look(5).stats();
    Map<String, Long> once = Map.of("retransmits", 1L, "bytesRetransmitted", 100L);
    AdapterStats one =
        new AdapterStats(
            now.connections(),
            0,
            0,
            0,
            0,
            2_048,
            32_000_000,
            now.states(),
            now.roundTrips(),
            now.usage(),
            now.transport(),
            once);
    assertEquals("1 segment (100 B), timeouts 0", StatsText.sentAgain(one));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "true |xterm|10|24|top needs 40 columns, the terminal has 10; jktcp stats prints the same"
            + " once",
        "true |xterm|80|3 |top needs 10 rows, the terminal has 3; jktcp stats prints the same once",
        "true |dumb |80|24|top needs a terminal with a cursor; jktcp stats prints the same once",
        "false|xterm|80|24|top needs a terminal; jktcp stats prints the same once",
      })
  void topWithoutRoom_saysSoInOneLine(
      boolean there, String term, int columns, int rows, String line) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            there, name -> name.equals("TERM") ? term : null, () -> new Size(columns, rows));
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]),
            out,
            new PrintStream(err, true, StandardCharsets.UTF_8),
            terminal,
            Terminal.NONE);
    assertEquals(1, Main.run(console, "top"));
    assertEquals("jktcp: " + line + System.lineSeparator(), err.toString(StandardCharsets.UTF_8));
    assertEquals("", out.toString(StandardCharsets.UTF_8));
  }
}
