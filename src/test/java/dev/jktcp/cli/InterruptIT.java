package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * SIGTERM, as Ctrl-C, in the middle of things: the process ends within ten seconds, and nobody
 * takes a part for the whole.
 */
@Timeout(300)
class InterruptIT extends Downloads {
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
        int port = forward.port();
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
        assertTrue(resets.await(60, TimeUnit.SECONDS), "the server was reset");
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
      int port = forward.port();
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
        connect.interrupt();
        assertEquals(SIGINT, connect.exitCode());
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
