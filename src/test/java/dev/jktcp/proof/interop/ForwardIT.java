package dev.jktcp.proof.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.proof.progress.Needs;
import dev.jktcp.testkit.ClosedPort;
import dev.jktcp.transport.TunLab;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code forward} and {@code expose} of the built jar, between programs that know nothing of it.
 */
@Timeout(300)
class ForwardIT {
  private static final int CLIENTS = 8;

  @TempDir Path directory;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private TunLab tun;
  private FileServer files;
  private JarProcess jar;

  @BeforeEach
  void open() {
    tun = TunLab.orSkip().persistent().up();
  }

  @AfterEach
  void close() throws Exception {
    try {
      if (jar != null) jar.stop();
    } finally {
      if (files != null) files.stop();
      threads.shutdownNow();
      if (tun != null) tun.remove();
    }
  }

  @Test
  void forwardV4_eightClientsFetchFilesFromAnHttpServer() throws Exception {
    files = new FileServer(directory, tun.kernelV4());
    forward("0:" + files.port());
    files.fetchAll(CLIENTS, "127.0.0.1:" + jar.ports().get(0));
  }

  @Test
  void forwardV6_eightClientsFetchFilesFromAnHttpServer() throws Exception {
    files = new FileServer(directory, tun.kernelV6());
    forward("0:[" + tun.kernelV6() + "]:" + files.port());
    files.fetchAll(CLIENTS, "127.0.0.1:" + jar.ports().get(0));
  }

  @Test
  void exposeBothFamilies_eightClientsFetchFilesFromAnHttpServer() throws Exception {
    files = new FileServer(directory, "127.0.0.1");
    run("expose", "8080:127.0.0.1:" + files.port());
    jar.ports();
    Future<Void> v4 = fetch(tun.peerV4() + ":8080");
    Future<Void> v6 = fetch("[" + tun.peerV6() + "]:8080");
    KernelLab.await(Future.all(v4, v6));
  }

  private Future<Void> fetch(String authority) {
    return KernelEnd.onThread(
        threads,
        () -> {
          files.fetchAll(CLIENTS / 2, authority);
          return null;
        });
  }

  /**
   * The answer comes after the end of the question: only a half-close that is passed on does it.
   */
  @Test
  void ncHalfCloses_andGetsItsAnswer() throws Exception {
    Needs.program("nc");
    byte[] question = new byte[8 * 1024 * 1024];
    new SplittableRandom(9).nextBytes(question);
    Path asked = Files.write(directory.resolve("asked"), question);
    Path answered = directory.resolve("answered");
    try (ServerSocket server = new ServerSocket()) {
      server.bind(new InetSocketAddress(tun.kernelV4(), 0));
      forward("0:" + server.getLocalPort());
      Future<Integer> length = KernelEnd.onThread(threads, () -> answerAfterTheEnd(server));
      Process nc =
          new ProcessBuilder("nc", "-N", "127.0.0.1", "" + jar.ports().get(0))
              .redirectInput(asked.toFile())
              .redirectOutput(answered.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try {
        assertEquals(question.length, KernelLab.await(length));
        assertTrue(nc.waitFor(120, TimeUnit.SECONDS), "nc has not ended");
        assertEquals(0, nc.exitValue());
      } finally {
        nc.destroyForcibly();
      }
      assertEquals(-1, Files.mismatch(asked, answered));
    }
  }

  private static int answerAfterTheEnd(ServerSocket server) throws IOException {
    try (Socket socket = server.accept()) {
      byte[] question = socket.getInputStream().readAllBytes();
      socket.getOutputStream().write(question);
      return question.length;
    }
  }

  /** PostgreSQL's own client, with four connections at once. */
  @Test
  void pgbench_throughForward() throws Exception {
    try (PostgresServer server = PostgresServer.orSkip(tun.kernelV4())) {
      forward("0:" + server.port());
      int port = jar.ports().get(0);
      server.bench("127.0.0.1", port, "-i", "-q", "-s", "1");
      String said = server.bench("127.0.0.1", port, "-c", "4", "-t", "100");
      assertTrue(said.contains("number of transactions actually processed: 400/400"), said);
    }
  }

  @Test
  void refusalInside_resetsTheClient_andIsOneLine() throws Exception {
    try (ClosedPort closed = new ClosedPort(tun.kernelV4())) {
      forward("0:" + closed.number());
      int port = jar.ports().get(0);
      try (Socket client = new Socket("127.0.0.1", port)) {
        IOException reset = assertThrows(IOException.class, () -> client.getInputStream().read());
        assertTrue(reset.getMessage().contains("reset"), reset.toString());
      }
      String line = jar.nextLine();
      String peer = tun.kernelV4() + ":" + closed.number();
      assertTrue(line.endsWith("connection refused by " + peer), line);
    }
  }

  private void forward(String mapping) throws IOException {
    run("forward", mapping);
  }

  /** With the only peer of IPv4, so that a mapping without an address goes there. */
  private void run(String command, String mapping) throws IOException {
    List<String> locals = List.of(tun.peerV4(), tun.peerV6());
    jar =
        JarProcess.start(
            command,
            "--transport=tun:" + tun.name(),
            "--local=" + String.join(",", locals),
            "--peer=" + tun.kernelV4(),
            mapping);
  }
}
