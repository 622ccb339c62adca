package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Downloads through {@code forward} and {@code expose} that end in the middle. */
abstract class Downloads {
  static final String LEFT = "--transport unix:link --local 10.7.0.1 --peer 10.7.0.2";
  static final String RIGHT = "--transport unix-listen:link --local 10.7.0.2 --peer 10.7.0.1";
  private static final long BOUND_MS = 10_000;
  private static final int SIGTERM = 143;
  static final int SIGINT = 130;

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
  final ServerSocket flood(CountDownLatch resets) throws IOException {
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

  static Socket download(int port) throws IOException {
    Socket client = new Socket("127.0.0.1", port);
    client.getInputStream().readNBytes(100_000);
    return client;
  }

  /** All that was under way may still come; then a reset, and no end. */
  static void assertReset(Socket client) {
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

  static void assertEnds(Jktcp command) throws InterruptedException {
    long startNs = System.nanoTime();
    command.terminate();
    assertEquals(SIGTERM, command.exitCode());
    long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
    assertTrue(tookMs < BOUND_MS, tookMs + " ms");
  }
}
