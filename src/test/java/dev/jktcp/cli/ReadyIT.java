package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.testkit.Await;
import dev.jktcp.transport.TransportUri;
import dev.jktcp.transport.UriTransport;
import dev.jktcp.transport.UriTransportOptions;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ready means ready: a peer that was waiting for nothing else is served at once. */
@Timeout(300)
class ReadyIT {
  private static final String ADDRESSES = "--local 10.7.0.2 --peer 10.7.0.1";

  private Vertx vertx;
  private ServerSocket server;

  @TempDir Path dir;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws Exception {
    Await.result(vertx.close());
    server.close();
  }

  Jktcp start(String line, String... more) throws IOException {
    return Jktcp.start(dir, line, more);
  }

  private Adapter peer(String scheme) throws Exception {
    TransportUri uri = TransportUri.parse(scheme + ":" + dir.resolve("link"));
    UriTransport made = Await.result(UriTransport.make(vertx, uri, new UriTransportOptions()));
    Adapter adapter =
        Adapter.create(
            vertx,
            made.transport(),
            new AdapterOptions().addLocalAddress("10.7.0.1").addPeerAddress("10.7.0.2"));
    if (uri.kind().listens()) Await.result(made.bound());
    return adapter;
  }

  private void servesAtOnce(String command, int port) throws Exception {
    Adapter peer = peer("unix-listen");
    try (Jktcp jktcp = start(command + " --transport unix:link " + ADDRESSES)) {
      jktcp.ready();
      TcpStream stream = Await.result(peer.connect(port));
      assertEquals(port, stream.remoteAddress().port());
    }
    Await.result(peer.close());
    try (Jktcp jktcp = start(command + " --transport unix-listen:link " + ADDRESSES)) {
      jktcp.ready();
      Adapter caller = peer("unix");
      Await.result(caller.connect(port));
      Await.result(caller.close());
    }
  }

  @Test
  void listen_isReadyWhenItSaysSo() throws Exception {
    servesAtOnce("listen 80 --echo", 80);
  }

  @Test
  void listenOnce_isReadyWhenItSaysSo() throws Exception {
    servesAtOnce("listen 80", 80);
  }

  /** The last of many ports too. */
  @Test
  void expose_isReadyWhenItSaysSo() throws Exception {
    StringBuilder command = new StringBuilder("expose");
    for (int port = 80; port < 120; port++) {
      command.append(' ').append(port).append(":127.0.0.1:").append(server.getLocalPort());
    }
    servesAtOnce(command.toString(), 119);
  }

  @Test
  void exposeOfOnePortTwice_isNotReadyFirst() throws Exception {
    try (Jktcp expose = start("expose 80:h:1 80:h:2 --transport unix-listen:link " + ADDRESSES)) {
      expose.failsWith(2, "port 80 has two targets");
    }
  }

  @Test
  void forwardOfAPortInUse_isNotReadyFirst() throws Exception {
    String mappings = "0:80 " + server.getLocalPort() + ":80";
    try (Jktcp forward = start("forward " + mappings + " --transport unix-listen:l " + ADDRESSES)) {
      String line = forward.errorLine();
      assertTrue(
          line.startsWith("jktcp: cannot listen on 127.0.0.1:" + server.getLocalPort()), line);
      assertEquals(1, forward.exitCode());
    }
  }

  /** A transport that takes one peer after another is not tried again without being asked to. */
  @ParameterizedTest
  @ValueSource(
      strings = {"forward 0:80", "expose 80:h:1", "socks 0", "listen 80 --echo", "udp 53 --listen"})
  void transportThatCannotListen_isOneLine(String command) throws Exception {
    String taken = "tcp-listen:127.0.0.1:" + server.getLocalPort();
    try (Jktcp jktcp = start(command + " --transport " + taken + " " + ADDRESSES)) {
      jktcp.failsWith(
          1,
          "cannot listen on tcp:127.0.0.1:"
              + server.getLocalPort()
              + ": Address already in use; end the program that listens there, or choose another"
              + " port");
    }
    Files.createFile(dir.resolve("link"));
    try (Jktcp jktcp = start(command + " --transport unix-listen:link " + ADDRESSES)) {
      jktcp.failsWith(
          1,
          "cannot listen on unix:link: Address already in use; the file there is not a socket:"
              + " choose another path");
    }
    try (Jktcp jktcp = start(command + " --transport unix-listen:link/below " + ADDRESSES)) {
      String line = jktcp.errorLine();
      assertTrue(line.startsWith("jktcp: cannot listen on unix:link/below: "), line);
      assertEquals(1, jktcp.exitCode());
    }
  }

  @ParameterizedTest
  @CsvSource({"forward 0:80, forwarding 127.0.0.1:", "socks 0, proxy on 127.0.0.1:"})
  void kernelPorts_sayThatTheirClientsWait(String command, String ready) throws Exception {
    try (Jktcp jktcp = start(command + " --transport unix-listen:link " + ADDRESSES)) {
      String said = jktcp.ready();
      assertTrue(said.startsWith(ready), said);
      assertEquals(
          "jktcp: clients wait until the other side joins unix-listen:link", jktcp.errorLine());
    }
  }

  @ParameterizedTest
  @CsvSource({"forward no.such.invalid:0:80, 0", "socks no.such.invalid:1080, 1080"})
  void listeningAtAnUnknownName_isOneLine(String command, int port) throws Exception {
    try (Jktcp jktcp = start(command + " --transport unix-listen:link " + ADDRESSES)) {
      jktcp.failsWith(
          1,
          "cannot listen on no.such.invalid:"
              + port
              + ": 'no.such.invalid' is no name of this machine; give one of its IP addresses");
    }
  }
}
