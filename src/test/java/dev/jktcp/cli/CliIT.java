package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.jktcp.proof.progress.Needs;
import dev.jktcp.testkit.Curl;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands as a user runs them: the built jar, one process on each side. The adapters are
 * verticles.
 */
@Timeout(300)
class CliIT {
  private static final String LEFT =
      "--local 10.7.0.1 --local fd77::1 --peer 10.7.0.2 --peer fd77::2";
  private static final String RIGHT =
      "--local 10.7.0.2 --local fd77::2 --peer 10.7.0.1 --peer fd77::1";
  private static final int SIZE = 4 * 1024 * 1024;

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @TempDir Path dir;

  @AfterEach
  void stopThreads() {
    threads.shutdownNow();
  }

  /** One more option is one more way to do all this. */
  Jktcp start(String line, String... more) throws IOException {
    return Jktcp.start(dir, line, more);
  }

  Jktcp startOnSmallDisk(int kilobytes, String line, String... more) throws IOException {
    return Jktcp.startOnSmallDisk(kilobytes, dir, line, more);
  }

  private Jktcp left(String command, String... more) throws IOException {
    return start(command + " --transport unix:link " + LEFT, more);
  }

  private Jktcp right(String command, String... more) throws IOException {
    return start(command + " --transport unix-listen:link " + RIGHT, more);
  }

  @Test
  void connectAndListen_moveBytesBothWays_throughALossyLink() throws Exception {
    byte[] forth = random(SIZE, 1);
    byte[] back = random(SIZE, 2);
    try (Jktcp listen = right("listen 80 --info").given(back)) {
      assertEquals("listening on port 80, over unix-listen:link", listen.ready());
      try (Jktcp connect =
          left(
                  "connect 10.7.0.2:80",
                  "--info",
                  "--mtu=1400",
                  "--fault=loss=0.01,reorder=0.01,seed=7",
                  "--pcap=packets.pcap")
              .given(forth)) {
        assertArrayEquals(back, connect.output());
        assertArrayEquals(forth, listen.output());
        assertInfo(connect.errorLine(), "10.7.0.2:80", SIZE);
        listen.errorLine();
        assertEquals(0, connect.exitCode());
        assertEquals(0, listen.exitCode());
      }
    }
    assertFalse(Files.exists(dir.resolve("link")), "the socket's path is removed");
    assertCleanCapture(dir.resolve("packets.pcap"));
  }

  /** Java opens a file of its own under the number of an input that is closed. */
  @Test
  void connectWithoutStandardInput_sendsNothingOfJavas() throws Exception {
    try (Jktcp listen = right("listen 80").givenNothing()) {
      listen.ready();
      String command = "connect 10.7.0.2:80 --transport unix:link " + LEFT;
      try (Jktcp connect = Jktcp.startRedirected("<&-", dir, command)) {
        connect.failsWith(1, "standard input: is closed: give it a file, a pipe or /dev/null");
      }
      assertEquals("", listen.outputText());
    }
  }

  private static void assertInfo(String line, String remote, long bytes) {
    JsonObject info = new JsonObject(line);
    assertEquals(remote, info.getString("remote"));
    assertEquals("closed", info.getString("reason"));
    assertEquals(bytes, info.getLong("bytesSent"));
    assertEquals(bytes, info.getLong("bytesReceived"));
    assertTrue(info.getLong("retransmits") > 0, line);
  }

  private void assertCleanCapture(Path pcap) throws Exception {
    String bad = "_ws.malformed || tcp.checksum.status == 0 || ip.checksum.status == 0";
    String all = tshark(pcap, "tcp");
    assertTrue(all.lines().count() > 100, "packets in the capture");
    assertEquals("", tshark(pcap, bad));
  }

  /** Last in a test: without tshark, the rest of it was run. */
  private static String tshark(Path pcap, String filter) throws Exception {
    Needs.program("tshark");
    Process tshark =
        new ProcessBuilder(
                "tshark",
                "-r",
                pcap.toString(),
                "-o",
                "tcp.check_checksum:TRUE",
                "-o",
                "ip.check_checksum:TRUE",
                "-d",
                "tcp.port==80,echo", // or random bytes are guessed to be of some protocol
                "-Y",
                filter)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String said = new String(tshark.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, tshark.waitFor());
    return said;
  }

  @Test
  void connect_halfClosesAtTheEndOfInput_andHearsTheAnswer() throws Exception {
    try (Jktcp listen = right("listen 80")) {
      listen.ready();
      try (Jktcp connect = left("connect [fd77::2]:80").given(ascii("question"))) {
        listen.awaitOutput("question");
        listen.given(ascii("answer"));
        assertEquals("answer", connect.outputText());
        assertEquals(0, connect.exitCode());
        assertEquals(0, listen.exitCode());
      }
    }
  }

  @Test
  void listenEcho_servesConnectionsUntilStopped() throws Exception {
    byte[] bytes = random(SIZE, 3);
    try (Jktcp echo = right("listen 7 --echo --info", "--pcap=echo.pcap")) {
      assertEquals("echoing on port 7, over unix-listen:link", echo.ready());
      try (Jktcp forward = left("forward 0:10.7.0.2:7 0:[fd77::2]:7")) {
        for (int port : Jktcp.ports(forward.ready())) {
          try (Socket client = new Socket("127.0.0.1", port)) {
            Future<Void> writing = threads.submit(() -> writeAndEnd(client, bytes));
            assertArrayEquals(bytes, client.getInputStream().readAllBytes());
            writing.get();
          }
        }
        echo.terminate();
        assertEquals(143, echo.exitCode());
        assertEquals(2, echo.outputText().lines().count(), "a line for each connection");
        forward.failsWith(1, "transport lost: the other side left");
      }
    }
    assertFalse(Files.exists(dir.resolve("link")), "the socket's path is removed");
    assertCleanCapture(dir.resolve("echo.pcap"));
  }

  @Test
  void listenEcho_takesTheNextPeer_whenOneHasLeft() throws Exception {
    byte[] bytes = random(10_000, 3);
    try (Jktcp echo = right("listen 7 --echo")) {
      echo.ready();
      for (int peer = 0; peer < 3; peer++) {
        try (Jktcp connect =
            start("connect 10.7.0.2:7 --transport reconnect+unix:link " + LEFT).given(bytes)) {
          assertArrayEquals(bytes, connect.output());
          assertEquals(0, connect.exitCode());
        }
      }
      echo.terminate();
      assertEquals(143, echo.exitCode());
    }
    assertFalse(Files.exists(dir.resolve("link")), "the socket's path is removed");
  }

  @Test
  void forward_beforeItsTransport_waitsForIt_andSaysSo() throws Exception {
    byte[] bytes = random(10_000, 4);
    try (Jktcp forward =
        start("forward 0:10.7.0.2:7 --transport reconnect+unix:link?largest=200ms " + LEFT)) {
      String line = forward.errorLine();
      assertTrue(line.contains("waits for its transport: cannot connect to unix:link: "), line);
      int port = forward.port();
      try (Jktcp echo = right("listen 7 --echo");
          Socket client = new Socket("127.0.0.1", port)) {
        Future<Void> writing = threads.submit(() -> writeAndEnd(client, bytes));
        assertArrayEquals(bytes, client.getInputStream().readAllBytes());
        writing.get();
        echo.ready();
      }
      String back = forward.errorLine();
      assertTrue(back.matches(".*: its transport is back after \\d+\\.\\d s"), back);
    }
  }

  @Test
  void transportThatNeverComes_isOneLine_withTheAttemptsAndTheCause() throws Exception {
    try (Jktcp connect =
        start(
            "connect 10.7.0.2:80 --transport reconnect+unix:link?attempts=3&first=10ms " + LEFT)) {
      connect.errorLine(); // waits for its transport
      String line = connect.errorLine();
      String said = "gave up after 3 attempts: cannot connect to unix:link: ";
      assertTrue(line.startsWith("jktcp: transport lost: ") && line.contains(said), line);
      assertEquals(1, connect.exitCode());
    }
  }

  @Test
  void listenDiscard_answersTheEndWithAnEnd() throws Exception {
    try (Jktcp discard = right("listen 9 --discard")) {
      assertEquals("discarding on port 9, over unix-listen:link", discard.ready());
      try (Jktcp connect = left("connect 10.7.0.2:9").given(random(SIZE, 4))) {
        assertEquals("", connect.outputText());
        assertEquals(0, connect.exitCode());
      }
    }
  }

  @Test
  void connect_toAPortNobodyListensOn_saysRefused() throws Exception {
    try (Jktcp listen = right("listen 80")) {
      listen.ready();
      try (Jktcp connect = left("connect 10.7.0.2:81")) {
        connect.failsWith(1, "connection refused by 10.7.0.2:81");
      }
    }
  }

  @Test
  void connect_toATransportThatIsNotThere_saysWhich() throws Exception {
    try (Jktcp connect = left("connect 10.7.0.2:80")) {
      String line = connect.errorLine();
      assertTrue(line.startsWith("jktcp: cannot connect to unix:link: "), line);
      assertEquals(1, connect.exitCode());
    }
  }

  @Test
  void connect_whoseTransportDies_saysSo() throws Exception {
    try (Jktcp listen = right("listen 80")) {
      listen.ready();
      try (Jktcp connect = left("connect 10.7.0.2:80")) {
        connect.input().write('x');
        connect.input().flush();
        listen.awaitOutput("x");
        listen.kill();
        String line = connect.errorLine();
        assertTrue(line.startsWith("jktcp: transport lost: "), line);
        assertEquals(1, connect.exitCode());
      }
    }
  }

  @Test
  void connect_overWhatCarriesNoPackets_saysWhereFramingWasLost() throws Exception {
    try (ServerSocketChannel server =
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            .bind(UnixDomainSocketAddress.of(dir.resolve("link")))) {
      try (Jktcp connect = left("connect 10.7.0.2:80");
          SocketChannel link = server.accept()) {
        link.write(ByteBuffer.wrap(ascii("SSH-2.0-nothing of IP\r\n")));
        connect.failsWith(
            1,
            "transport lost: framing lost at byte 0: a packet begins with IP version 4 or 6, not"
                + " 5");
      }
    }
  }

  @Test
  void connect_whoseOutputNobodyReads_ends() throws Exception {
    try (Jktcp listen = right("listen 80").given(random(SIZE, 5))) {
      listen.ready();
      try (Jktcp connect = left("connect 10.7.0.2:80")) {
        connect.closeOutput();
        connect.failsWith(1, "standard output: Broken pipe");
        String line = listen.errorLine();
        assertTrue(line.startsWith("jktcp: connection reset by 10.7.0.1:"), line);
        assertEquals(1, listen.exitCode());
      }
    }
  }

  @Test
  void forwardAndExpose_joinKernelSocketsAcross() throws Exception {
    byte[] forth = random(SIZE, 6);
    byte[] back = random(SIZE, 7);
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Jktcp expose = right("expose 80:127.0.0.1:" + server.getLocalPort() + " 81:127.0.0.1:1")) {
      expose.ready();
      try (Jktcp forward =
          left("forward 0:10.7.0.2:80 127.0.0.1:0:[fd77::2]:80 0:10.7.0.2:81 0:10.7.0.2:82")) {
        List<Integer> ports = Jktcp.ports(forward.ready());
        assertEquals(4, ports.size());
        for (int port : ports.subList(0, 2)) {
          try (Socket client = new Socket("127.0.0.1", port);
              Socket accepted = server.accept()) {
            Future<Void> writing = threads.submit(() -> writeAndEnd(client, forth));
            assertArrayEquals(forth, accepted.getInputStream().readAllBytes());
            Future<Void> answering = threads.submit(() -> writeAndEnd(accepted, back));
            assertArrayEquals(back, client.getInputStream().readAllBytes());
            writing.get();
            answering.get();
          }
        }
        assertReset(ports.get(2)); // nobody behind expose
        assertTrue(expose.errorLine().startsWith("jktcp: 127.0.0.1:1: Connection refused"));
        assertReset(ports.get(3)); // nobody in userspace
        assertTrue(forward.errorLine().endsWith("connection refused by 10.7.0.2:82"));
      }
    }
  }

  @Test
  void socks_connectsCurl_byBothProtocols() throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/", CliIT::sayHello);
    server.start();
    Files.writeString(dir.resolve("password"), "secret\nnot this\n");
    try (Jktcp expose = right("expose 80:127.0.0.1:" + server.getAddress().getPort())) {
      expose.ready();
      try (Jktcp socks = left("socks 0 --user ann --password-file password")) {
        String ready = socks.ready();
        assertTrue(ready.startsWith("proxy on 127.0.0.1:"), ready);
        String at = ready.substring("proxy on ".length(), ready.indexOf(','));
        String ann = "ann:secret@" + at;
        assertEquals("hello", Curl.run(0, "--socks5", ann, "http://10.7.0.2/"));
        assertEquals("hello", Curl.run(0, "--proxy", ann, "http://[fd77::2]/"));
        assertEquals("hello", Curl.run(0, "-p", "--proxy", ann, "http://10.7.0.2/"));
        Curl.run(97, "--socks5", "ann:not@" + at, "http://10.7.0.2/");
        assertTrue(socks.errorLine().endsWith(": has a wrong user or password"));
        Curl.run(97, "--socks5", ann, "http://10.7.0.2:81/");
        assertTrue(socks.errorLine().endsWith(": connection refused by 10.7.0.2:81"));
      }
    } finally {
      server.stop(0);
    }
  }

  private static void sayHello(HttpExchange exchange) throws IOException {
    byte[] hello = ascii("hello");
    exchange.sendResponseHeaders(200, hello.length);
    try (OutputStream body = exchange.getResponseBody()) {
      body.write(hello);
    }
  }

  /** A process of its own: the time is short for those that a busy machine holds up. */
  @Test
  void forward_endsThePairThatStaysHalfOpen() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Jktcp expose = right("expose 80:127.0.0.1:" + server.getLocalPort())) {
      expose.ready();
      try (Jktcp forward = left("forward 0:10.7.0.2:80", "--half-close-timeout=300ms")) {
        assertHalfOpenEnds(forward.port(), server);
      }
    }
  }

  private static void assertReset(int port) throws IOException {
    try (Socket client = new Socket("127.0.0.1", port)) {
      assertThrows(SocketException.class, () -> client.getInputStream().read());
    }
  }

  private static void assertHalfOpenEnds(int port, ServerSocket server) throws IOException {
    try (Socket client = new Socket("127.0.0.1", port);
        Socket accepted = server.accept()) {
      client.shutdownOutput(); // whoever looks late sees the reset instead
      assertThrows(SocketException.class, () -> client.getInputStream().read());
      assertThrows(SocketException.class, () -> writeForEver(accepted));
    }
  }

  private static void writeForEver(Socket socket) throws IOException {
    for (; ; ) {
      socket.getOutputStream().write(1);
    }
  }

  @Test
  void cdTunnel_bringsAddressesAndTheRsdPort() throws Exception {
    byte[] bytes = random(SIZE, 8);
    try (Jktcp device =
        start("listen 5000 --transport cdtunnel-listen+unix:tunnel").givenNothing()) {
      assertEquals("listening on port 5000, over cdtunnel-listen+unix:tunnel", device.ready());
      try (Jktcp host = start("connect rsd --transport cdtunnel+unix:tunnel").given(bytes)) {
        assertArrayEquals(bytes, device.output());
        assertEquals("", host.outputText());
        assertEquals(0, host.exitCode());
        assertEquals(0, device.exitCode());
      }
    }
  }

  @Test
  void tcpTransport_onAPickedPort_isNamedWhenReady() throws Exception {
    try (Jktcp listen =
        start("listen 80 --transport tcp-listen:127.0.0.1:0 --local 10.7.0.2").givenNothing()) {
      Matcher where = Pattern.compile("over tcp-listen:(.*)").matcher(listen.ready());
      assertTrue(where.find());
      try (Jktcp connect =
          start("connect 80 --local 10.7.0.1 --peer 10.7.0.2 --transport tcp:" + where.group(1))
              .given(ascii("hello"))) {
        assertEquals("hello", listen.outputText());
        assertEquals(0, connect.exitCode());
        assertEquals(0, listen.exitCode());
      }
    }
  }

  @Test
  void wrongOption_isOneLineAndExitCode2() throws Exception {
    try (Jktcp wrong = start("connect --trasnport unix:a 80")) {
      wrong.failsWith(2, "unknown option --trasnport; did you mean --transport?");
    }
  }

  @Test
  void captureThatCannotBeWritten_isSaid() throws Exception {
    try (Jktcp listen = right("listen 80", "--pcap=nowhere/x.pcap")) {
      listen.failsWith(1, "cannot capture to nowhere/x.pcap: no such directory");
    }
  }

  @Test
  void captureOnAFullDisk_endsWhole_isSaidOnce_andTrafficGoesOn() throws Exception {
    byte[] bytes = random(SIZE, 9);
    try (Jktcp listen = right("listen 80").givenNothing()) {
      listen.ready();
      try (Jktcp connect =
          startOnSmallDisk(
                  1_000, "connect --transport unix:link " + LEFT + " 10.7.0.2:80 --pcap=full.pcap")
              .given(bytes)) {
        assertArrayEquals(bytes, listen.output());
        String line = connect.errorLine();
        assertTrue(
            line.startsWith("jktcp: capture to full.pcap ended: File too large; the "), line);
        assertEquals(0, connect.exitCode());
        connect.assertSaidNoMore();
      }
    }
    Path pcap = dir.resolve("full.pcap");
    assertTrue(Files.size(pcap) <= 1_024_000, Files.size(pcap) + " bytes");
    assertWholeRecords(Files.readAllBytes(pcap));
  }

  private static void assertWholeRecords(byte[] pcap) {
    ByteBuffer file = ByteBuffer.wrap(pcap).order(ByteOrder.LITTLE_ENDIAN);
    int records = 0;
    int at = 24;
    while (at + 16 <= pcap.length) {
      at += 16 + file.getInt(at + 8);
      records++;
    }
    assertEquals(pcap.length, at);
    assertTrue(records > 5, records + " packets");
  }

  /** Two clients at once, then one whose process is killed in the middle, then another. */
  @Test
  void listenEcho_servesClientsAtOnce_andOthersWhenOneWasKilled() throws Exception {
    byte[] bytes = random(200_000, 4);
    try (Jktcp echo = right("listen 7 --echo")) {
      echo.ready();
      try (Jktcp forward = left("forward 0:10.7.0.2:7")) {
        int port = forward.port();
        try (Socket first = new Socket("127.0.0.1", port);
            Socket second = new Socket("127.0.0.1", port)) {
          for (Socket client : List.of(first, second, first)) {
            client.getOutputStream().write(bytes);
            assertArrayEquals(bytes, client.getInputStream().readNBytes(bytes.length));
          }
        }
        try (Socket open = new Socket("127.0.0.1", port)) {
          open.getOutputStream().write(bytes);
          assertArrayEquals(bytes, open.getInputStream().readNBytes(bytes.length));
          forward.kill();
          forward.exitCode();
        }
      }
      try (Jktcp connect =
          start("connect 10.7.0.2:7 --transport reconnect+unix:link " + LEFT).given(bytes)) {
        assertArrayEquals(bytes, connect.output());
        assertEquals(0, connect.exitCode());
      }
      assertTrue(echo.isAlive());
      echo.terminate();
      assertEquals(143, echo.exitCode());
    }
  }

  @Test
  void forward_goesOn_whenTheDeviceComesBackWithOtherAddresses() throws Exception {
    byte[] bytes = random(100_000, 5);
    String device = "listen 7 --echo --transport cdtunnel-listen+unix:device ";
    Jktcp first = start(device + "--local fd66::1 --peer fd66::2");
    try (first) {
      first.ready();
      try (Jktcp forward =
          start("forward 0:7 --transport reconnect+cdtunnel+unix:device?first=10ms&largest=50ms")) {
        int port = forward.port();
        try (Socket old = new Socket("127.0.0.1", port)) {
          old.getOutputStream().write(bytes);
          assertArrayEquals(bytes, old.getInputStream().readNBytes(bytes.length));
          first.kill();
          first.exitCode();
          Files.deleteIfExists(dir.resolve("device")); // which a killed process leaves
          try (Jktcp second = start(device + "--local fd77::1 --peer fd77::2")) {
            second.ready();
            assertThrows(SocketException.class, () -> old.getInputStream().read());
            try (Socket anew = new Socket("127.0.0.1", port)) {
              anew.getOutputStream().write(bytes);
              assertArrayEquals(bytes, anew.getInputStream().readNBytes(bytes.length));
            }
            assertTrue(forward.isAlive());
          }
        }
      }
    }
  }

  @Test
  void demo_endsWell_andLeavesTheCaptureThatWasAskedFor() throws Exception {
    try (Jktcp demo = start("demo --pcap demo.pcap")) {
      String said = demo.outputText();
      assertTrue(said.contains("\ndemo: ok, 64 MiB byte for byte in "), said);
      assertEquals(0, demo.exitCode());
    }
    assertEquals(List.of("demo.pcap"), names(dir));
    assertCleanCapture(dir.resolve("demo.pcap"));
  }

  @Test
  void demo_leavesNothing_howeverItEnds() throws Exception {
    Path temporary = Files.createDirectory(dir.resolve("temporary"));
    try (Jktcp demo = Jktcp.startWithTemporary(temporary, dir, "demo")) {
      demo.awaitSomeOutput();
      assertEquals(1, names(temporary).size(), "what the next lines will not find");
      demo.terminate();
      assertEquals(143, demo.exitCode());
    }
    assertEquals(List.of(), names(temporary));
    try (Jktcp demo = Jktcp.startWithTemporary(temporary, dir, "demo")) {
      demo.output();
      assertEquals(0, demo.exitCode());
    }
    assertEquals(List.of(), names(temporary));
    assertEquals(List.of("temporary"), names(dir));
  }

  @Test
  void demo_saysWhatToTryNext_andThatWorks() throws Exception {
    List<String> next;
    try (Jktcp demo = start("demo")) {
      next = demo.outputText().lines().filter(line -> line.startsWith("  java -jar ")).toList();
    }
    assertEquals(2, next.size());
    String jar = Path.of(System.getProperty("jktcp.jar")).toAbsolutePath().toString();
    assertTrue(next.get(0).startsWith("  java -jar " + jar + " listen "), next.get(0));
    try (Jktcp listen = start(next.get(0).substring(next.get(0).indexOf("listen ")))) {
      listen.ready();
      try (Jktcp connect = start(next.get(1).substring(next.get(1).indexOf("connect ")))) {
        connect.given(ascii("what is typed"));
        assertEquals("what is typed", connect.outputText());
        assertEquals(0, connect.exitCode());
      }
    }
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  /** The kernel's ports that a ready line of forward names. */
  private static Void writeAndEnd(Socket socket, byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    socket.shutdownOutput();
    return null;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] random(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
