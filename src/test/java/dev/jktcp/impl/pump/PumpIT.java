package dev.jktcp.impl.pump;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.Pump;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.streams.ReadStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pump as a proxy of kernel sockets: client - NetServer's socket - pump - NetClient's socket -
 * server.
 */
@Timeout(300)
class PumpIT {
  private static final int SIZE = 8 * 1024 * 1024;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final BlockingQueue<Pump> pumps = new LinkedBlockingQueue<>();
  Vertx vertx;
  private NetClient toServer;
  private ServerSocket server;
  private NetServer proxy;

  @BeforeEach
  void startProxy() throws Exception {
    vertx = Vertx.vertx();
    toServer = vertx.createNetClient();
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    proxy = await(vertx.createNetServer().connectHandler(this::forward).listen(0, "127.0.0.1"));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    threads.shutdownNow();
    await(vertx.close());
  }

  private void forward(NetSocket client) {
    Pump.keepHalfOpen(client);
    connectUp()
        .onSuccess(up -> pumps.add(Pump.between(client, up).start()))
        .onFailure(e -> Pump.reset(client));
  }

  /** The way to the server: here none but the kernel's. */
  io.vertx.core.Future<? extends ReadStream<Buffer>> connectUp() {
    return connectServer();
  }

  final io.vertx.core.Future<NetSocket> connectServer() {
    return toServer.connect(server.getLocalPort(), "127.0.0.1");
  }

  @Test
  void clientHalfCloses_answerStillArrives() throws Exception {
    byte[] question = random(SIZE, 1);
    byte[] answer = random(SIZE, 2);
    try (Socket client = connect();
        Socket accepted = server.accept()) {
      Future<byte[]> heard = threads.submit(() -> accepted.getInputStream().readAllBytes());
      client.getOutputStream().write(question);
      client.shutdownOutput();
      assertArrayEquals(question, heard.get());
      threads.submit(() -> writeAndEnd(accepted, answer));
      assertArrayEquals(answer, client.getInputStream().readAllBytes());
    }
    Pump pump = pumps.take();
    await(pump.completion());
    assertEquals(SIZE, pump.bytesForth());
    assertEquals(SIZE, pump.bytesBack());
  }

  @Test
  void serverHalfCloses_restOfTheQuestionStillArrives() throws Exception {
    byte[] question = random(SIZE, 3);
    try (Socket client = connect();
        Socket accepted = server.accept()) {
      accepted.shutdownOutput();
      assertEquals(-1, client.getInputStream().read());
      threads.submit(() -> writeAndEnd(client, question));
      assertArrayEquals(question, accepted.getInputStream().readAllBytes());
    }
    await(pumps.take().completion());
  }

  @Test
  void clientHalfClosesAtOnce_isNeverTakenForAClose() throws Exception {
    for (int i = 0; i < 200; i++) {
      try (Socket client = connect()) {
        client.shutdownOutput();
        try (Socket accepted = server.accept()) {
          assertEquals(-1, accepted.getInputStream().read());
          accepted.getOutputStream().write("answer".getBytes(StandardCharsets.US_ASCII));
          accepted.shutdownOutput();
          assertEquals("answer", new String(client.getInputStream().readAllBytes()));
        }
      }
      await(pumps.take().completion());
    }
  }

  @Test
  void bothWaysAtOnce_areByteExact() throws Exception {
    byte[] forth = random(SIZE, 4);
    byte[] back = random(SIZE, 5);
    try (Socket client = connect();
        Socket accepted = server.accept()) {
      threads.submit(() -> writeAndEnd(client, forth));
      threads.submit(() -> writeAndEnd(accepted, back));
      Future<byte[]> heard = threads.submit(() -> accepted.getInputStream().readAllBytes());
      assertArrayEquals(back, client.getInputStream().readAllBytes());
      assertArrayEquals(forth, heard.get());
    }
    await(pumps.take().completion());
  }

  @Test
  void clientResets_serverSeesAReset() throws Exception {
    try (Socket client = connect();
        Socket accepted = server.accept()) {
      exchangeOneByte(client, accepted);
      reset(client);
      assertThrows(SocketException.class, () -> accepted.getInputStream().read());
    }
    assertNotNull(failure(pumps.take()));
  }

  @Test
  void serverResets_clientSeesAReset() throws Exception {
    try (Socket client = connect();
        Socket accepted = server.accept()) {
      exchangeOneByte(client, accepted);
      reset(accepted);
      assertThrows(SocketException.class, () -> client.getInputStream().read());
    }
    assertNotNull(failure(pumps.take()));
  }

  @Test
  void serverResetsWhileItsEndIsBlocked_clientSeesAReset() throws Exception {
    try (Socket client = connect();
        Socket accepted = server.accept()) {
      Pump pump = pumps.take();
      Future<IOException> writer =
          threads.submit(
              () -> {
                byte[] chunk = new byte[64 * 1024];
                try {
                  for (; ; ) {
                    client.getOutputStream().write(chunk); // until every buffer on the way is full
                  }
                } catch (IOException e) {
                  return e;
                }
              });
      assertEquals(0, accepted.getInputStream().read());
      reset(accepted);
      assertTrue(writer.get() instanceof SocketException);
      assertNotNull(failure(pump));
    }
  }

  @Test
  void refusedBehindTheProxy_resetsTheClient() throws Exception {
    server.close();
    try (Socket client = connect()) {
      assertThrows(SocketException.class, () -> client.getInputStream().read());
    }
  }

  /** As at the end of a Vert.x, which closes sockets before anybody can be asked. */
  @RepeatedTest(10)
  void proxyThatIsClosedInMidTransfer_resetsBothSides() throws Exception {
    try (Socket client = connect();
        Socket accepted = server.accept()) {
      exchangeOneByte(client, accepted);
      pumps.take();
      await(vertx.close());
      vertx = Vertx.vertx(); // for the end of this test
      assertThrows(SocketException.class, () -> client.getInputStream().read());
      assertThrows(SocketException.class, () -> accepted.getInputStream().read());
    }
  }

  @Test
  void socketThatWaitsForItsPump_isResetByTheEndOfItsVertx() throws Exception {
    CompletableFuture<NetSocket> kept = new CompletableFuture<>();
    NetServer waiting =
        await(
            vertx
                .createNetServer()
                .connectHandler(socket -> kept.complete(Pump.keepHalfOpen(socket)))
                .listen(0, "127.0.0.1"));
    try (Socket client = new Socket("127.0.0.1", waiting.actualPort())) {
      kept.get();
      await(vertx.close());
      vertx = Vertx.vertx(); // for the end of this test
      assertThrows(SocketException.class, () -> client.getInputStream().read());
    }
  }

  /** The half that is through was whole, but its pair is not. */
  @RepeatedTest(10)
  void proxyThatIsClosedBehindOneOfTwoEnds_resetsBothSides() throws Exception {
    try (Socket client = connect();
        Socket accepted = server.accept()) {
      client.shutdownOutput();
      assertEquals(-1, accepted.getInputStream().read());
      accepted.getOutputStream().write(1);
      assertEquals(1, client.getInputStream().read());
      await(vertx.close());
      vertx = Vertx.vertx(); // for the end of this test
      assertThrows(SocketException.class, () -> client.getInputStream().read());
      assertThrows(SocketException.class, () -> writeForEver(accepted));
    }
  }

  @RepeatedTest(10)
  void fileThatAClosingVertxCutsOff_isNoSuccess(@TempDir Path dir) throws Exception {
    AsyncFile out =
        await(vertx.fileSystem().open(dir.resolve("target").toString(), new OpenOptions()));
    CompletableFuture<Pump> download = new CompletableFuture<>();
    connectUp().onSuccess(up -> download.complete(Pump.pump(up, out).start()));
    try (Socket accepted = server.accept()) {
      Future<?> sender = threads.submit(() -> writeForEver(accepted));
      Pump pump = download.get();
      while (pump.bytes() == 0) {
        Thread.onSpinWait();
      }
      await(vertx.close());
      vertx = Vertx.vertx(); // for the end of this test
      assertNotNull(failure(pump));
      assertThrows(Exception.class, sender::get);
    }
  }

  private static Void writeForEver(Socket socket) throws IOException {
    byte[] chunk = new byte[64 * 1024];
    for (; ; ) {
      socket.getOutputStream().write(chunk);
    }
  }

  /** What the kernel took of a whole is the kernel's to send, whatever becomes of the proxy. */
  @Test
  void proxyThatIsClosedBehindAnEnd_takesNothingBack() throws Exception {
    byte[] bytes = random(SIZE, 12);
    try (Socket client = connect();
        Socket accepted = server.accept()) {
      client.shutdownOutput();
      threads.submit(() -> writeAndEnd(accepted, bytes));
      client.getInputStream().readNBytes(SIZE - 100_000); // the rest is in the kernel
      await(pumps.take().completion());
      await(vertx.close());
      vertx = Vertx.vertx(); // for the end of this test
      assertEquals(100_000, client.getInputStream().readAllBytes().length);
    }
  }

  /** A target that a pump leaves open is its user's again, and closes as any socket does. */
  @Test
  void targetThatIsLeftOpen_closesCleanBehindItsUsersOwnBytes(@TempDir Path dir) throws Exception {
    byte[] bytes = random(SIZE, 11);
    Path source = Files.write(dir.resolve("source"), bytes);
    NetSocket up = await(toServer.connect(server.getLocalPort(), "127.0.0.1"));
    AsyncFile in =
        await(vertx.fileSystem().open(source.toString(), new OpenOptions().setWrite(false)));
    try (Socket accepted = server.accept()) {
      Pump pump = Pump.pump(in, up).endTarget(false).start();
      Future<byte[]> heard = threads.submit(() -> accepted.getInputStream().readAllBytes());
      await(pump.completion());
      await(up.end(Buffer.buffer("end")));
      assertEquals(SIZE + 3, heard.get().length);
    }
    await(in.close());
  }

  @Test
  void socketTakenAfterItsPeerHalfClosed_failsAndNeverEndsClean() throws Exception {
    CompletableFuture<NetSocket> late = new CompletableFuture<>();
    NetServer plain =
        await(
            vertx
                .createNetServer()
                .connectHandler(socket -> socket.closeHandler(v -> late.complete(socket)))
                .listen(0, "127.0.0.1"));
    try (Socket client = new Socket("127.0.0.1", plain.actualPort())) {
      client.shutdownOutput();
      NetSocket closed = late.get();
      NetSocket up = await(toServer.connect(server.getLocalPort(), "127.0.0.1"));
      try (Socket accepted = server.accept()) {
        Pump pump = Pump.between(closed, up).start();
        assertNotNull(failure(pump));
        assertThrows(SocketException.class, () -> accepted.getInputStream().read());
      }
    }
  }

  @Test
  void unixClientClosesAfterTheAnswer_endsClean(@TempDir Path dir) throws Exception {
    Path path = dir.resolve("proxy");
    await(
        vertx
            .createNetServer()
            .connectHandler(this::forward)
            .listen(SocketAddress.domainSocketAddress(path.toString())));
    byte[] question = random(SIZE, 6);
    try (Socket accepted = answering(path, question)) {
      assertEquals(-1, accepted.getInputStream().read());
    }
    await(pumps.take().completion());
  }

  private Socket answering(Path path, byte[] question) throws Exception {
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      Socket accepted = server.accept();
      threads.submit(() -> writeAll(client, question));
      assertArrayEquals(question, accepted.getInputStream().readNBytes(SIZE));
      threads.submit(() -> writeAndEnd(accepted, question));
      assertArrayEquals(question, Channels.newInputStream(client).readAllBytes());
      return accepted;
    }
  }

  @Test
  void unixServer_isSentAHalfCloseAndAnswers(@TempDir Path dir) throws Exception {
    Path path = dir.resolve("server");
    try (ServerSocketChannel listener =
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            .bind(UnixDomainSocketAddress.of(path))) {
      NetServer front = await(frontOf(path));
      byte[] question = random(SIZE, 7);
      try (Socket client = new Socket("127.0.0.1", front.actualPort())) {
        SocketChannel accepted = listener.accept();
        threads.submit(() -> writeAndEnd(client, question));
        InputStream in = Channels.newInputStream(accepted);
        assertArrayEquals(question, in.readAllBytes());
        threads.submit(
            () -> {
              writeAll(accepted, question);
              accepted.close();
              return null;
            });
        assertArrayEquals(question, client.getInputStream().readAllBytes());
      }
      await(pumps.take().completion());
    }
  }

  private io.vertx.core.Future<NetServer> frontOf(Path path) {
    return vertx
        .createNetServer()
        .connectHandler(
            client -> {
              Pump.keepHalfOpen(client);
              toServer
                  .connect(SocketAddress.domainSocketAddress(path.toString()))
                  .onSuccess(up -> pumps.add(Pump.between(client, up).start()));
            })
        .listen(0, "127.0.0.1");
  }

  @Test
  void fileToFile_stoppedAndStartedAllAlong_isByteExact(@TempDir Path dir) throws Exception {
    byte[] bytes = random(SIZE + 123, 8);
    Path source = Files.write(dir.resolve("source"), bytes);
    Path target = dir.resolve("target");
    AsyncFile in =
        await(vertx.fileSystem().open(source.toString(), new OpenOptions().setWrite(false)));
    AsyncFile out = await(vertx.fileSystem().open(target.toString(), new OpenOptions()));
    Pump pump = Pump.pump(in, out).start();
    long toggler =
        vertx.setPeriodic(
            1,
            t -> {
              pump.stop();
              pump.start();
            });
    await(pump.completion());
    vertx.cancelTimer(toggler);
    await(in.close());
    assertArrayEquals(bytes, Files.readAllBytes(target));
    assertEquals(bytes.length, pump.bytes());
  }

  @Test
  void fileIntoSocket_endsWithAHalfClose(@TempDir Path dir) throws Exception {
    byte[] bytes = random(SIZE, 9);
    Path source = Files.write(dir.resolve("source"), bytes);
    NetSocket up = await(toServer.connect(server.getLocalPort(), "127.0.0.1"));
    AsyncFile in =
        await(vertx.fileSystem().open(source.toString(), new OpenOptions().setWrite(false)));
    CompletableFuture<Buffer> answer = new CompletableFuture<>();
    try (Socket accepted = server.accept()) {
      Pump pump = Pump.pump(in, up).start();
      KernelSocket.adopt(up).handler(answer::complete).resume();
      assertArrayEquals(bytes, accepted.getInputStream().readAllBytes());
      await(pump.completion());
      accepted.getOutputStream().write("thanks".getBytes(StandardCharsets.US_ASCII));
      assertEquals("thanks", answer.get().toString());
    }
    await(in.close());
  }

  private Socket connect() throws IOException {
    Socket client = new Socket();
    client.connect(new InetSocketAddress("127.0.0.1", proxy.actualPort()));
    return client;
  }

  private static Void writeAll(SocketChannel channel, byte[] bytes) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      channel.write(left);
    }
    return null;
  }

  private static Void writeAndEnd(Socket socket, byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    socket.shutdownOutput();
    return null;
  }

  private static void exchangeOneByte(Socket client, Socket accepted) throws IOException {
    client.getOutputStream().write(1);
    assertEquals(1, accepted.getInputStream().read());
  }

  private static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  private static byte[] random(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static Throwable failure(Pump pump) throws Exception {
    Callable<Throwable> cause =
        () -> {
          try {
            await(pump.completion());
            return null;
          } catch (Exception e) {
            return e;
          }
        };
    return cause.call();
  }

  private static <T> T await(io.vertx.core.Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
  }
}
