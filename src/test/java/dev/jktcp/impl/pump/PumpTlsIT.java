package dev.jktcp.impl.pump;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.Pump;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.TestKeys;
import io.vertx.core.Vertx;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pump between a TLS socket and a plain one: what is cut off must not look like an end. */
@Timeout(300)
class PumpTlsIT {
  @TempDir static Path keys;
  private static Path store;
  private static SSLContext trusting;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Vertx vertx;
  private ServerSocket server;
  private NetClient toServer; // one that is collected closes its sockets

  @BeforeAll
  static void makeCertificate() throws Exception {
    store = TestKeys.in(keys);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(KeyStore.getInstance(store.toFile(), TestKeys.PASSWORD.toCharArray()));
    trusting = SSLContext.getInstance("TLS");
    trusting.init(null, trust.getTrustManagers(), null);
  }

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    toServer = vertx.createNetClient();
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    threads.shutdownNow();
    Await.result(vertx.close());
  }

  private NetServer listen(io.vertx.core.Handler<NetSocket> handler) throws Exception {
    NetServerOptions options =
        new NetServerOptions().setSsl(true).setKeyCertOptions(TestKeys.options(store));
    return Await.result(
        vertx.createNetServer(options).connectHandler(handler).listen(0, "127.0.0.1"));
  }

  /** TLS in front, the plain server behind. */
  private NetServer proxy() throws Exception {
    return listen(
        client -> {
          client.pause();
          toServer
              .connect(server.getLocalPort(), "127.0.0.1")
              .onSuccess(up -> Pump.between(client, up).start());
        });
  }

  private static Socket connect(NetServer front) throws IOException {
    return trusting.getSocketFactory().createSocket("127.0.0.1", front.actualPort());
  }

  private static Void writeForEver(Socket socket) throws IOException {
    for (byte[] chunk = new byte[16 * 1024]; ; ) {
      socket.getOutputStream().write(chunk);
    }
  }

  @RepeatedTest(5)
  void closedInMidDownload_clientSeesNoEnd() throws Exception {
    try (Socket client = connect(proxy())) {
      client.getOutputStream().write(1);
      Socket accepted = server.accept();
      Future<?> download = threads.submit(() -> writeForEver(accepted));
      client.getInputStream().readNBytes(100_000);
      Await.result(vertx.close());
      assertThrows(IOException.class, () -> client.getInputStream().readAllBytes());
      assertThrows(Exception.class, download::get);
    }
  }

  @RepeatedTest(5)
  void closedInMidUpload_serverSeesNoEnd() throws Exception {
    try (Socket client = connect(proxy())) {
      Future<?> upload = threads.submit(() -> writeForEver(client));
      Socket accepted = server.accept();
      accepted.getInputStream().readNBytes(100_000);
      Await.result(vertx.close());
      assertThrows(IOException.class, () -> accepted.getInputStream().readAllBytes());
      assertThrows(Exception.class, upload::get);
    }
  }

  @RepeatedTest(5)
  void fileThatIsCutOff_isNoSuccess(@TempDir Path dir) throws Exception {
    AsyncFile file =
        Await.result(vertx.fileSystem().open(dir.resolve("upload").toString(), new OpenOptions()));
    CompletableFuture<Pump> upload = new CompletableFuture<>();
    NetServer front = listen(client -> upload.complete(Pump.pump(client, file).start()));
    try (Socket client = connect(front)) {
      Future<?> sender = threads.submit(() -> writeForEver(client));
      while (upload.get().bytes() < 100_000) {
        Thread.onSpinWait();
      }
      Await.result(vertx.close());
      Await.failure(upload.get().completion());
      assertTrue(upload.get().completion().failed());
      assertThrows(Exception.class, sender::get);
    }
  }

  @Test
  void clientThatEnds_isAnEnd() throws Exception {
    byte[] bytes = new byte[1_000_000];
    new Random(2).nextBytes(bytes);
    NetServer front = proxy();
    threads.submit(
        () -> {
          try (Socket client = connect(front)) {
            client.getInputStream().read(); // or closing would leave something unread
            client.getOutputStream().write(bytes);
          }
          return null;
        });
    Socket accepted = server.accept();
    accepted.getOutputStream().write(1);
    assertArrayEquals(bytes, accepted.getInputStream().readAllBytes());
  }

  @Test
  void serverThatEnds_isAnEnd() throws Exception {
    byte[] bytes = new byte[1_000_000];
    new Random(1).nextBytes(bytes);
    try (Socket client = connect(proxy())) {
      client.getOutputStream().write(1);
      Socket accepted = server.accept();
      threads.submit(
          () -> {
            accepted.getOutputStream().write(bytes);
            accepted.shutdownOutput();
            return null;
          });
      assertArrayEquals(bytes, client.getInputStream().readAllBytes());
    }
  }
}
