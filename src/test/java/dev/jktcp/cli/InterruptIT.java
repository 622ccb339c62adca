package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGTERM, as Ctrl-C, in the middle of things: the process ends within ten seconds, and nobody
 * takes a part for the whole.
 */
@Timeout(60)
class InterruptIT {
  private static final String LEFT = "--transport unix:link --local 10.7.0.1 --peer 10.7.0.2";
  private static final String RIGHT =
      "--transport unix-listen:link --local 10.7.0.2 --peer 10.7.0.1";
  private static final long BOUND_MS = 10_000;
  private static final int SIGTERM = 143;

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @TempDir Path dir;

  @AfterEach
  void stopThreads() {
    threads.shutdownNow();
  }

  Jktcp start(String line, String... more) throws IOException {
    return Jktcp.start(dir, line, more);
  }

  /** A kernel server that never has enough of sending. */
  private ServerSocket flood(CountDownLatch resets) throws IOException {
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.submit(
        () -> {
          for (; ; ) {
            Socket accepted = server.accept();
            threads.submit(() -> sendForEver(accepted, resets));
          }
        });
    return server;
  }

  private static void sendForEver(Socket socket, CountDownLatch resets) {
    byte[] bytes = new byte[8192];
    try {
      for (; ; ) {
        socket.getOutputStream().write(bytes);
      }
    } catch (IOException reset) {
      resets.countDown();
    }
  }

  private static int port(Jktcp forward) throws InterruptedException {
    Matcher port = Pattern.compile("127\\.0\\.0\\.1:(\\d+) to ").matcher(forward.ready());
    assertTrue(port.find());
    return Integer.parseInt(port.group(1));
  }

  private static Socket download(int port) throws IOException {
    Socket client = new Socket("127.0.0.1", port);
    client.getInputStream().readNBytes(100_000);
    return client;
  }

  /** All that was under way may still come; then a reset, and no end. */
  private static void assertReset(Socket client) {
    InputStream in = assertStreams(client);
    byte[] chunk = new byte[64 * 1024];
    assertThrows(
        SocketException.class,
        () -> {
          int count = 0;
          while (count >= 0) {
            count = in.read(chunk);
          }
        },
        "a clean end: what came looks complete");
  }

  private static InputStream assertStreams(Socket client) {
    try {
      return client.getInputStream();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertEnds(Jktcp command) throws InterruptedException {
    long startNs = System.nanoTime();
    command.terminate();
    assertEquals(SIGTERM, command.exitCode());
    long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
    assertTrue(tookMs < BOUND_MS, tookMs + " ms");
  }

  private enum Interrupted {
    FORWARD,
    EXPOSE
  }

  private void inMidDownload(Interrupted which) throws Exception {
    CountDownLatch resets = new CountDownLatch(3);
    try (ServerSocket server = flood(resets);
        Jktcp expose = start("expose --info " + RIGHT + " 80:127.0.0.1:" + server.getLocalPort())) {
      expose.ready();
      try (Jktcp forward = start("forward --info " + LEFT + " 0:80")) {
        int port = port(forward);
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          clients.add(download(port));
        }
        Jktcp one = which == Interrupted.FORWARD ? forward : expose;
        assertEnds(one);
        for (Socket client : clients) {
          assertReset(client);
          client.close();
        }
        assertTrue(resets.await(10, TimeUnit.SECONDS), "the server was reset");
        assertInterrupted(one.outputText(), 3);
      }
    }
  }

  private static void assertInterrupted(String lines, int pairs) {
    assertEquals(pairs, lines.lines().count(), lines);
    for (String line : lines.lines().toList()) {
      JsonObject info = new JsonObject(line);
      assertEquals("interrupted", info.getString("error"), line);
      assertEquals("aborted", info.getString("reason"), line);
    }
  }

  @Test
  void forwardInMidDownload_resetsClientAndServer_andSaysSoOfEachPair() throws Exception {
    inMidDownload(Interrupted.FORWARD);
  }

  @Test
  void exposeInMidDownload_resetsClientAndServer_andSaysSoOfEachPair() throws Exception {
    inMidDownload(Interrupted.EXPOSE);
  }

  @Test
  void clientWhoseConnectionIsNotMadeYet_isReset() throws Exception {
    try (Jktcp forward = start("forward " + RIGHT + " 0:80")) {
      int port = port(forward);
      try (Socket client = new Socket("127.0.0.1", port)) {
        assertEnds(forward);
        assertReset(client);
      }
    }
  }

  @Test
  void connectInMidUpload_isAResetToTheOtherSide() throws Exception {
    try (Jktcp listen = start("listen --info " + RIGHT + " 80")) {
      listen.ready();
      try (Jktcp connect = start("connect --info " + LEFT + " 80")) {
        connect.input().write('x');
        connect.input().flush();
        listen.awaitOutput("x");
        assertEnds(connect);
        assertInterrupted(connect.errorLine(), 1);
        listen.errorLine(); // its info
        String line = listen.errorLine();
        assertTrue(line.startsWith("jktcp: connection reset by 10.7.0.1:"), line);
        assertEquals(1, listen.exitCode());
      }
    }
  }

  @Test
  void listenInMidDownload_isAResetToTheOtherSide() throws Exception {
    for (String how : List.of("", "--echo", "--discard")) {
      try (Jktcp listen = start(("listen --info " + RIGHT + " 80 " + how).strip())) {
        listen.ready();
        try (Jktcp connect = start("connect " + LEFT + " 80")) {
          connect.input().write(new byte[4 << 20]); // more than can wait on this side
          assertEnds(listen);
          assertInterrupted(how.isEmpty() ? listen.errorLine() : listen.outputText(), 1);
          String line = connect.errorLine();
          assertTrue(line.startsWith("jktcp: connection reset by 10.7.0.2:80"), line);
          assertEquals(1, connect.exitCode());
        }
      }
    }
  }
}
