package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process whose budget is set above its heap, and peers that take nothing. */
@Timeout(300)
class OutOfMemoryIT {
  private static final int HEAP_MB = 64;
  private static final int CLIENTS = 1_200;
  private static final int MOST_CLIENTS = 10_000;

  private final Vertx vertx = Vertx.vertx();
  private final List<SocketChannel> clients = new ArrayList<>();

  @TempDir Path dir;

  @AfterEach
  void close() throws Exception {
    for (SocketChannel client : clients) {
      client.close();
    }
    Await.result(vertx.close());
  }

  private void takeNothing() throws Exception {
    TransportUri uri = TransportUri.parse("unix-listen:" + dir.resolve("link"));
    UriTransport made = Await.result(UriTransport.make(vertx, uri, new UriTransportOptions()));
    Adapter adapter =
        Adapter.create(
            vertx,
            made.transport(),
            new AdapterOptions().addLocalAddress("10.7.0.2").addPeerAddress("10.7.0.1"));
    adapter.listen(80, TcpStream::pause);
    Await.result(made.bound());
  }

  @Test
  void processOutOfMemory_endsWithOneLineAndACodeOfItsOwn() throws Exception {
    takeNothing();
    try (Jktcp forward =
        Jktcp.startInHeap(
            HEAP_MB,
            dir,
            "forward --transport unix:link --local 10.7.0.1 --peer 10.7.0.2 0:80"
                + " --max-bytes-held 4000000000")) {
      int port = forward.port();
      fill(port, CLIENTS);
      String line = forward.ownErrorLine();
      while (!line.contains("out of memory: ")) { // of clients that found none: one a second
        fill(port, CLIENTS / 10); // those were reset, and their memory is free again
        line = forward.ownErrorLine();
      }
      assertEquals(Failure.OUT_OF_MEMORY, forward.exitCode());
    }
    assertThrows(IOException.class, () -> readAll(clients.get(0)), "no clean end");
  }

  /** Opens so many clients, or fewer if the process ends meanwhile. */
  private void fill(int port, int count) throws Exception {
    ByteBuffer bytes = ByteBuffer.allocate(1 << 20);
    InetSocketAddress forward = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    for (int i = 0; i < count && clients.size() < MOST_CLIENTS; i++) {
      SocketChannel client;
      try {
        client = SocketChannel.open(forward);
      } catch (IOException over) {
        return;
      }
      clients.add(client);
      client.configureBlocking(false);
      try {
        client.write(bytes.clear());
      } catch (IOException reset) {
        // It found no memory; the next one may.
      }
    }
  }

  private static void readAll(SocketChannel client) throws IOException {
    client.configureBlocking(true);
    ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
    while (client.read(bytes.clear()) >= 0) {}
  }
}
