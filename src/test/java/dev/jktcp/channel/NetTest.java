package dev.jktcp.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.TcpListenOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.testkit.Await;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TcpClientConfig;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** NetClient and NetServer over two adapters, on their event loop and on others. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class NetTest {
  private static Buffer pattern(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) bytes[i] = (byte) (i * 31 + (i >> 8));
    return Buffer.buffer(bytes);
  }

  @ParameterizedTest
  @EnumSource
  void what_isWritten_comesBack(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      for (String host : new String[] {"10.0.0.2", "fd00::2"}) {
        NetServer server = pair.listen(0, host, socket -> socket.handler(socket::write));
        Buffer sent = pattern(1_000_000);
        Buffer received = Buffer.buffer();
        Promise<Void> all = Promise.promise();
        NetClient client = pair.call(pair::netClient);
        NetSocket socket =
            pair.await(
                () ->
                    client
                        .connect(server.actualPort(), host)
                        .map(
                            connected ->
                                connected.handler(
                                    data -> {
                                      received.appendBuffer(data);
                                      if (received.length() == sent.length()) all.complete();
                                    })));
        assertEquals(host.replace("fd00::2", "fd00:0:0:0:0:0:0:2"), socket.remoteAddress().host());
        pair.await(() -> socket.write(sent));
        Await.result(all.future());
        assertEquals(sent, received);
        assertTrue(Await.result(pair.left.stats()).connections() >= 1, "not the stack's");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void closedPort_isRefused_asTheKernelSaysIt(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      Throwable refused = pair.failure(() -> pair.netClient().connect(81, "10.0.0.2"));
      assertInstanceOf(ConnectException.class, refused);
      assertEquals("Connection refused: /10.0.0.2:81", refused.getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource
  void portInUse_isRefused_asTheKernelSaysIt(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      Await.result(
          pair.right.listen(
              new TcpListenOptions().setLocalAddress("10.0.0.2").setPort(80), stream -> {}));
      Throwable refused =
          pair.failure(
              () -> pair.vertx.createNetServer().connectHandler(s -> {}).listen(80, "10.0.0.2"));
      assertInstanceOf(BindException.class, refused);
      assertEquals("Address already in use", refused.getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource
  void localAddressOfAnother_isRefused_asTheKernelSaysIt(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      NetClientOptions options = new NetClientOptions().setLocalAddress("192.0.2.7");
      Throwable refused = pair.failure(() -> pair.netClient(options).connect(80, "10.0.0.2"));
      assertInstanceOf(SocketException.class, refused);
      assertEquals("Cannot assign requested address: /10.0.0.2:80", refused.getMessage());
      assertInstanceOf(BindException.class, refused.getCause());
    }
  }

  @ParameterizedTest
  @EnumSource
  void localPortInUse_isRefused_asTheKernelSaysIt(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      for (String host : List.of("10.0.0.2", "fd00::2")) {
        NetServer server = pair.listen(0, host);
        int port = server.actualPort();
        NetSocket first = pair.await(() -> pair.netClient().connect(port, host));
        SocketAddress from = first.localAddress();
        Promise<Void> second = Promise.promise();
        VertxInternal internal = (VertxInternal) pair.vertx;
        new Bootstrap()
            .group(internal.nettyEventLoopGroup())
            .channelFactory(internal.transport().channelFactory(false))
            .handler(new ChannelInboundHandlerAdapter())
            .connect(
                new InetSocketAddress(host, port),
                new InetSocketAddress(from.hostAddress(), from.port()))
            .addListener(done -> second.fail(done.cause()));
        Throwable refused = Await.failure(second.future());
        assertInstanceOf(SocketException.class, refused);
        assertTrue(refused.getMessage().startsWith("Address already in use: "), refused::toString);
        assertInstanceOf(BindException.class, refused.getCause());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void reset_isAnExceptionAndAClose(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      Await.result(pair.right.listen(80, stream -> stream.handler(data -> stream.reset())));
      Promise<Throwable> told = Promise.promise();
      Promise<Void> closed = Promise.promise();
      pair.await(
          () ->
              pair.netClient()
                  .connect(80, "10.0.0.2")
                  .compose(
                      socket ->
                          socket
                              .exceptionHandler(told::tryComplete)
                              .closeHandler(v -> closed.complete())
                              .write("x")));
      Await.result(closed.future());
      assertEquals("Connection reset", Await.result(told.future()).getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource
  void noAnswer_failsByTheTimeoutOfTheClient(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      pair.transport.route("10.9.0.0/16", pair.left);
      NetClientOptions options = new NetClientOptions().setConnectTimeout(50);
      Throwable late = pair.failure(() -> pair.netClient(options).connect(80, "10.9.0.9"));
      assertInstanceOf(ConnectTimeoutException.class, late);
      assertEquals("connection timed out after 50 ms: /10.9.0.9:80", late.getMessage());
      Await.until(pair.vertx, () -> pair.left.stats().map(stats -> stats.connections() == 0));
    }
  }

  @ParameterizedTest
  @EnumSource
  void idle_isClosedByTheTimeoutOfTheClient(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      Promise<Void> ended = Promise.promise();
      Await.result(pair.right.listen(80, stream -> stream.endHandler(v -> ended.complete())));
      NetClientOptions options =
          new NetClientOptions().setIdleTimeout(50).setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
      pair.await(() -> pair.netClient(options).connect(80, "10.0.0.2"));
      Await.result(ended.future());
    }
  }

  @ParameterizedTest
  @EnumSource
  void localAddressAndPort_areThoseAskedFor(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      Promise<TcpStream> accepted = Promise.promise();
      Await.result(pair.right.listen(80, accepted::complete));
      TcpClientConfig config =
          new TcpClientConfig().setLocalAddress(SocketAddress.inetSocketAddress(5555, "10.0.0.1"));
      NetSocket socket =
          pair.await(() -> pair.kept(pair.vertx.createNetClient(config)).connect(80, "10.0.0.2"));
      assertEquals("10.0.0.1:5555", socket.localAddress().toString());
      assertEquals("10.0.0.1:5555", Await.result(accepted.future()).remoteAddress().toString());
      NetClientOptions foreign = new NetClientOptions().setLocalAddress("10.0.0.9");
      assertEquals(
          "Cannot assign requested address: /10.0.0.2:80",
          pair.failure(() -> pair.netClient(foreign).connect(80, "10.0.0.2")).getMessage());
    }
  }

  /** The route of the address leads through the other adapter. */
  @ParameterizedTest
  @EnumSource
  void socketAtAnAdaptersAddress_connectsToThatAddressWithinIt(RoutedPair.Loops loops)
      throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      Promise<TcpStream> accepted = Promise.promise();
      Await.result(pair.right.listen(80, accepted::complete));
      NetClientOptions there = new NetClientOptions().setLocalAddress("10.0.0.2");
      NetSocket socket = pair.await(() -> pair.netClient(there).connect(80, "10.0.0.2"));
      assertEquals("10.0.0.2", socket.localAddress().host());
      assertEquals("10.0.0.2", Await.result(accepted.future()).remoteAddress().host());
      assertEquals(0, Await.result(pair.left.stats()).connections());
    }
  }

  @ParameterizedTest
  @EnumSource
  void hundredMegabytes_withPauses_arriveWhole(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      int rounds = 1600;
      Buffer piece = pattern(64 * 1024);
      Promise<Long> received = Promise.promise();
      CRC32 sum = new CRC32();
      NetServer server =
          pair.listen(0, "10.0.0.2", socket -> takeWithPauses(pair.vertx, socket, sum, received));
      NetClient client = pair.call(pair::netClient);
      pair.call(
          () ->
              client
                  .connect(server.actualPort(), "10.0.0.2")
                  .onSuccess(socket -> write(socket, piece, rounds)));
      assertEquals((long) rounds * piece.length(), Await.result(received.future()));
      Await.result(client.close()); // until here: one that is collected closes its sockets
      CRC32 expected = new CRC32();
      for (int i = 0; i < rounds; i++) expected.update(piece.getBytes());
      assertEquals(expected.getValue(), sum.getValue());
    }
  }

  private static void takeWithPauses(
      Vertx vertx, NetSocket socket, CRC32 sum, Promise<Long> received) {
    long[] bytes = {0, 0};
    socket.handler(
        data -> {
          sum.update(data.getBytes());
          bytes[0] += data.length();
          if (bytes[0] - bytes[1] < 10_000_000) return;
          bytes[1] = bytes[0];
          socket.pause();
          vertx.setTimer(5, timer -> socket.resume());
        });
    socket.closeHandler(v -> received.complete(bytes[0]));
  }

  private static void write(NetSocket socket, Buffer piece, int left) {
    int rest = left;
    while (rest > 0 && !socket.writeQueueFull()) {
      socket.write(piece);
      rest--;
    }
    int still = rest;
    if (still == 0) {
      socket.close();
    } else {
      socket.drainHandler(v -> write(socket, piece, still));
    }
  }

  @ParameterizedTest
  @EnumSource
  void fourInstances_shareAPort(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      Set<String> threads = ConcurrentHashMap.newKeySet();
      Callable<Deployable> instance =
          () ->
              new VerticleBase() {
                @Override
                public Future<?> start() {
                  return vertx
                      .createNetServer()
                      .connectHandler(
                          socket -> {
                            threads.add(Thread.currentThread().getName());
                            socket.write("hello");
                          })
                      .listen(80, "10.0.0.2");
                }
              };
      Await.result(
          pair.vertx.deployVerticle(
              () -> {
                try {
                  return instance.call();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              },
              new DeploymentOptions().setInstances(4)));
      for (int i = 0; i < 8; i++) {
        Promise<Buffer> heard = Promise.promise();
        pair.await(
            () ->
                pair.netClient()
                    .connect(80, "10.0.0.2")
                    .onSuccess(socket -> socket.handler(heard::tryComplete)));
        assertEquals("hello", Await.result(heard.future()).toString());
      }
      assertTrue(threads.size() > 1, "one instance had them all: " + threads);
    }
  }

  @ParameterizedTest
  @EnumSource
  void deliveredBuffer_mayBeAppendedTo(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      Promise<Buffer> atNet = Promise.promise();
      Promise<Buffer> atStream = Promise.promise();
      Await.result(
          pair.right.listen(
              80,
              stream ->
                  stream.handler(
                      data -> {
                        stream.write(data);
                        atStream.complete(data.appendString(" and more"));
                      })));
      pair.await(
          () ->
              pair.netClient()
                  .connect(80, "10.0.0.2")
                  .compose(
                      socket ->
                          socket
                              .handler(data -> atNet.complete(data.appendString(" and more")))
                              .write("some")));
      assertEquals("some and more", Await.result(atNet.future()).toString());
      assertEquals("some and more", Await.result(atStream.future()).toString());
    }
  }

  @ParameterizedTest
  @EnumSource
  void handlerThatThrows_leavesTheAdapterAndOthersAlone(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      Set<String> reported = ConcurrentHashMap.newKeySet();
      NetServer server =
          pair.await(
              () -> {
                pair.vertx.getOrCreateContext().exceptionHandler(t -> reported.add(t.getMessage()));
                return pair.vertx
                    .createNetServer()
                    .connectHandler(
                        socket ->
                            socket.handler(
                                data -> {
                                  socket.write(data);
                                  if (data.toString().equals("throw")) {
                                    throw new IllegalStateException("thrown on purpose");
                                  }
                                }))
                    .listen(0, "10.0.0.2");
              });
      for (String said : List.of("throw", "fine")) {
        Promise<Buffer> heard = Promise.promise();
        pair.await(
            () ->
                pair.netClient()
                    .connect(server.actualPort(), "10.0.0.2")
                    .compose(socket -> socket.handler(heard::tryComplete).write(said)));
        assertEquals(said, Await.result(heard.future()).toString());
      }
      assertEquals(Set.of("thrown on purpose"), reported);
    }
  }
}
