package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** SIGTERM to a process that something holds up, and SIGKILL. */
@Timeout(300)
class HeldUpIT extends Downloads {
  /** Its kernel does what it cannot any more. */
  @Test
  void forwardThatIsKilled_resetsItsClients() throws Exception {
    CountDownLatch resets = new CountDownLatch(1);
    try (ServerSocket server = flood(resets);
        Jktcp expose = start("expose " + RIGHT + " 80:127.0.0.1:" + server.getLocalPort())) {
      expose.ready();
      try (Jktcp forward = start("forward " + LEFT + " 0:80");
          Socket client = download(forward.port())) {
        forward.kill();
        assertReset(client);
        assertTrue(resets.await(60, TimeUnit.SECONDS), "the server was reset");
      }
    }
  }

  @Test
  void demoThatIsInterrupted_leavesNoFilesOfItsTour() throws Exception {
    List<Path> before = files();
    try (Jktcp demo = start("demo")) {
      demo.awaitSomeOutput();
      assertEnds(demo);
      assertEquals(before, files());
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(dir)) {
      return all.sorted().toList();
    }
  }

  @Test
  void otherSideThatIsFrozen_holdsNobody() throws Exception {
    try (Jktcp listen = start("listen --discard " + RIGHT + " 80")) {
      listen.ready();
      try (Jktcp connect = start("connect " + LEFT + " 80")) {
        connect.input().write(new byte[4 << 20]);
        listen.freeze();
        connect.given(new byte[64 << 20]); // until every buffer on the way is full
        assertEnds(connect);
      }
    }
  }

  @Test
  void transportThatIsSilentWhileItOpens_holdsNobody() throws Exception {
    try (ServerSocketChannel silent =
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            .bind(UnixDomainSocketAddress.of(dir.resolve("silent")))) {
      for (String uri : List.of("cdtunnel+unix:silent", "cdtunnel-listen+unix:host")) {
        String command = uri.contains("listen") ? "listen 80" : "connect rsd";
        try (Jktcp waiting = start(command + " --transport " + uri)) {
          if (uri.contains("listen")) {
            waiting.ready();
          } else {
            silent.accept();
          }
          assertEnds(waiting);
        }
      }
    }
  }

  /**
   * By a standard output that nobody reads, for which there is no better way in Java than waiting.
   */
  @Test
  void eventLoopThatIsBlocked_holdsNobody_andItsClientsAreReset() throws Exception {
    CountDownLatch resets = new CountDownLatch(1);
    try (ServerSocket server = flood(resets);
        Jktcp expose = start("expose " + RIGHT + " 80:127.0.0.1:" + server.getLocalPort())) {
      expose.ready();
      try (Jktcp forward = Jktcp.startUnheard(dir, "forward --info " + LEFT + " 0:80")) {
        int port = forward.port();
        try (Socket client = download(port)) {
          fillOutput(port);
          assertEnds(forward);
          assertReset(client);
        }
      }
    }
  }

  /** A line for each pair; a pair that is not served any more shows that the loop is blocked. */
  private static void fillOutput(int port) throws IOException {
    for (; ; ) {
      try (Socket one = new Socket("127.0.0.1", port)) {
        one.setSoTimeout(2_000);
        one.getInputStream().read();
        one.setSoLinger(true, 0);
      } catch (SocketTimeoutException blocked) {
        return;
      }
    }
  }
}
