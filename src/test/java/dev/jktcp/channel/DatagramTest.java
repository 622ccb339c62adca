package dev.jktcp.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterStats;
import dev.jktcp.testkit.Await;
import dev.jktcp.transport.PipeTransport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Vert.x's DatagramSocket, and Netty's datagram channels, over a stack. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DatagramTest {
  private static DatagramSocket socket(RoutedPair pair) throws Exception {
    return pair.call(() -> pair.vertx.createDatagramSocket());
  }

  /** Answers each datagram in upper case. */
  private static DatagramSocket answering(RoutedPair pair, int port, String at) throws Exception {
    DatagramSocket server = socket(pair);
    server.handler(
        packet ->
            server.send(
                packet.data().toString().toUpperCase(),
                packet.sender().port(),
                packet.sender().host()));
    Await.result(server.listen(port, at));
    return server;
  }

  private static io.vertx.core.Future<String> next(DatagramSocket socket) {
    Promise<String> promise = Promise.promise();
    socket.handler(
        packet -> promise.tryComplete(packet.data().appendString("!") + packet.sender().host()));
    return promise.future();
  }

  @ParameterizedTest
  @EnumSource
  void firstDatagram_decides_andIsAnswered(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      for (String host : List.of("10.0.0.2", "fd00::2")) {
        DatagramSocket server = answering(pair, 53, host);
        assertEquals(53, server.localAddress().port());
        assertEquals(host, server.localAddress().hostAddress().replace(":0:0:0:0:0:0:", "::"));
        DatagramSocket client = socket(pair);
        io.vertx.core.Future<String> answer = next(client);
        Await.result(client.send("question", 53, host));
        assertEquals("QUESTION!" + host, Await.result(answer).replace(":0:0:0:0:0:0:", "::"));
        assertTrue(client.localAddress().port() >= 49_152);
        Await.result(client.close());
        Await.result(server.close());
      }
      assertFree(pair, 53, "0.0.0.0");
    }
  }

  private static void assertFree(RoutedPair pair, int port, String at) throws Exception {
    DatagramSocket other = pair.call(pair.right::udp);
    Await.result(other.listen(port, at));
    Await.result(other.close());
  }

  @ParameterizedTest
  @EnumSource
  void portOfAClosedSocket_isFree_andOneInUseIsNot(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      for (int i = 0; i < 20; i++) {
        DatagramSocket first = answering(pair, 53, "10.0.0.2");
        Throwable taken = pair.failure(() -> socketNow(pair).listen(53, "10.0.0.2"));
        assertInstanceOf(BindException.class, taken);
        assertEquals("Address already in use", taken.getMessage());
        Await.result(first.close());
      }
    }
  }

  private static DatagramSocket socketNow(RoutedPair pair) {
    return pair.vertx.createDatagramSocket();
  }

  @ParameterizedTest
  @EnumSource
  void wildcardSocket_belongsToItsFirstDatagramsAdapter_andNothingLeavesTheRoute(
      RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      answering(pair, 53, "10.0.0.2");
      DatagramSocket client = socket(pair);
      io.vertx.core.Future<String> answer = next(client);
      Await.result(client.listen(0, "0.0.0.0"));
      int port = client.localAddress().port();
      assertTrue(port > 0); // the kernel keeps one until it is decided
      Await.result(client.send("a", 53, "10.0.0.2"));
      assertEquals("A!10.0.0.2", Await.result(answer));
      assertEquals(port, client.localAddress().port());
      for (String outside : List.of("127.0.0.1", "10.0.0.1")) { // the kernel, and another adapter
        Throwable refused = Await.failure(client.send("b", 53, outside));
        assertInstanceOf(NoRouteToHostException.class, refused);
        assertEquals(
            outside
                + " has no route through the adapter that this datagram socket belongs to: use"
                + " another socket, or add a route",
            refused.getMessage());
      }
      DatagramSocket ofKernel = socket(pair);
      DatagramSocket reader = socket(pair);
      io.vertx.core.Future<String> read = next(reader);
      Await.result(reader.listen(0, "127.0.0.1"));
      Await.result(ofKernel.send("k", reader.localAddress().port(), "127.0.0.1"));
      assertEquals("k!127.0.0.1", Await.result(read));
      assertEquals(
          "10.0.0.2 is reached through an adapter, and this datagram socket is the kernel's: use"
              + " another, bound to the adapter's address or to none",
          Await.failure(ofKernel.send("b", 53, "10.0.0.2")).getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource
  void socketAtAnAdaptersAddress_answersPeersWithoutRoute(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      answering(pair, 53, "10.0.0.2");
      pair.transport.removeRoute("10.0.0.1/32");
      DatagramSocket client = pair.call(pair.left::udp);
      io.vertx.core.Future<String> answer = next(client);
      Await.result(client.send("a", 53, "10.0.0.2"));
      assertEquals("A!10.0.0.2", Await.result(answer));
    }
  }

  /** Its route leads through the other adapter. */
  @ParameterizedTest
  @EnumSource
  void socketAtAnAdaptersAddress_reachesThatAddressWithinIt(RoutedPair.Loops loops)
      throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      answering(pair, 53, "10.0.0.2");
      DatagramSocket client = socket(pair);
      io.vertx.core.Future<String> answer = next(client);
      Await.result(client.listen(1234, "10.0.0.2"));
      Await.result(client.send("a", 53, "10.0.0.2"));
      assertEquals("A!10.0.0.2", Await.result(answer));
    }
  }

  @ParameterizedTest
  @EnumSource
  void wildcardPort_isTheAdaptersIfARouteSaysListen(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      pair.transport.routeAndListen("10.1.0.0/16", pair.right);
      answering(pair, 53, "0.0.0.0");
      DatagramSocket client = socket(pair);
      io.vertx.core.Future<String> answer = next(client);
      Await.result(client.send("a", 53, "10.0.0.2"));
      assertEquals("A!10.0.0.2", Await.result(answer));
    }
  }

  @ParameterizedTest
  @EnumSource
  void adapterThatIsGone_failsClosed(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      pair.transport.route("10.9.0.0/16", "never");
      DatagramSocket client = socket(pair);
      assertEquals(
          "no adapter 'never', which route 10.9.0.0/16 goes to: deploy it first",
          Await.failure(client.send("a", 53, "10.9.0.1")).getMessage());
      DatagramSocket server = answering(pair, 53, "10.0.0.2");
      Promise<Throwable> told = Promise.promise();
      server.exceptionHandler(told::tryComplete);
      Await.result(pair.right.close());
      assertEquals("adapter closed", Await.result(told.future()).getMessage());
      assertInstanceOf(IOException.class, Await.failure(server.send("b", 53, "10.0.0.1")));
      assertEquals(
          "the adapter, which route 10.0.0.1/32 goes to, has ended",
          Await.failure(client.send("a", 53, "10.0.0.1")).getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource
  void datagramAboveTheMtu_isRefused_andTheNextGoes(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      answering(pair, 53, "10.0.0.2");
      DatagramSocket client = socket(pair);
      io.vertx.core.Future<String> answer = next(client);
      Throwable refused =
          Await.failure(client.send(Buffer.buffer(new byte[65_600]), 53, "10.0.0.2"));
      assertInstanceOf(SocketException.class, refused);
      assertEquals("Message too long", refused.getMessage());
      Await.result(client.send("a", 53, "10.0.0.2"));
      assertEquals("A!10.0.0.2", Await.result(answer));
    }
  }

  @ParameterizedTest
  @EnumSource
  void multicast_failsWithOneLine(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      DatagramSocket server = answering(pair, 53, "10.0.0.2");
      Throwable refused = Await.failure(server.listenMulticastGroup("224.0.0.9", "lo", null));
      assertEquals(
          "multicast: an adapter has one link to one peer and joins no groups",
          refused.getMessage());
    }
  }

  // Netty's own channels.

  private static final class Reader extends SimpleChannelInboundHandler<DatagramPacket> {
    final Promise<String> read = Promise.promise();
    final Promise<Throwable> caught = Promise.promise();
    final AtomicInteger active = new AtomicInteger();

    @Override
    public void channelActive(ChannelHandlerContext context) {
      active.incrementAndGet();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
      read.tryComplete(packet.content().toString(StandardCharsets.US_ASCII));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      caught.tryComplete(cause);
    }
  }

  private static Bootstrap bootstrap(RoutedPair pair, Reader reader) throws Exception {
    VertxInternal vertx = (VertxInternal) pair.vertx;
    return new Bootstrap()
        .group(pair.call(() -> vertx.getOrCreateContext().nettyEventLoop()))
        .channelFactory(vertx.transport().datagramChannelFactory())
        .handler(reader);
  }

  private static <T> T done(Future<T> future) throws Exception {
    assertTrue(future.await(30, TimeUnit.SECONDS));
    if (!future.isSuccess()) throw new AssertionError(future.cause());
    return future.getNow();
  }

  @ParameterizedTest
  @EnumSource
  void connectedChannel_hearsOfItsPeerOnly_andOfPortsThatNobodyHas(RoutedPair.Loops loops)
      throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      answering(pair, 53, "10.0.0.2");
      Reader reader = new Reader();
      Bootstrap bootstrap = bootstrap(pair, reader).option(ChannelOption.IP_TOS, 0x10);
      DatagramChannel channel =
          (DatagramChannel) connect(bootstrap, new InetSocketAddress("10.0.0.2", 53));
      assertTrue(channel.isConnected());
      assertEquals(1, reader.active.get());
      assertEquals("/10.0.0.2:53", channel.remoteAddress().toString());
      done(channel.writeAndFlush(Unpooled.wrappedBuffer("plain".getBytes())));
      assertEquals("PLAIN", Await.result(reader.read.future()));
      done(channel.disconnect());
      assertFalse(channel.isConnected());
      done(channel.connect(new InetSocketAddress("10.0.0.2", 54)));
      done(channel.writeAndFlush(Unpooled.wrappedBuffer("x".getBytes())));
      assertInstanceOf(PortUnreachableException.class, Await.result(reader.caught.future()));
      assertTrue(channel.isOpen());
      done(channel.close());
    }
  }

  /**
   * As a resolver does it, that is bound by Netty: it writes as soon as it is, and so before its
   * channel says that it is active; another does not wait for that.
   */
  @ParameterizedTest
  @EnumSource
  void datagramWrittenWhileTheKernelBinds_isDecidedToo(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      answering(pair, 53, "10.0.0.2");
      for (boolean waits : new boolean[] {true, false}) {
        Reader reader = new Reader();
        Channel channel = bootstrap(pair, reader).register().sync().channel();
        Promise<Object> written = Promise.promise();
        Runnable write =
            () ->
                channel
                    .writeAndFlush(
                        new DatagramPacket(
                            Unpooled.copiedBuffer("first", StandardCharsets.US_ASCII),
                            new InetSocketAddress("10.0.0.2", 53)))
                    .addListener(
                        done -> {
                          if (done.isSuccess()) written.complete();
                          else written.fail(done.cause());
                        });
        channel
            .eventLoop()
            .execute(
                () -> {
                  var bound = channel.bind(new InetSocketAddress("0.0.0.0", 0));
                  if (waits) bound.addListener(done -> write.run());
                  else write.run();
                });
        Await.result(written.future());
        assertEquals("FIRST", Await.result(reader.read.future()), "waits " + waits);
        assertEquals(1, reader.active.get());
        done(channel.close());
      }
    }
  }

  private static Channel connect(Bootstrap bootstrap, InetSocketAddress to) throws Exception {
    var connecting = bootstrap.connect(to);
    done(connecting);
    return connecting.channel();
  }

  @ParameterizedTest
  @EnumSource
  void flood_isBounded_andWhatIsLostIsCounted(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      Reader reader = new Reader();
      Bootstrap bootstrap = bootstrap(pair, reader).option(ChannelOption.AUTO_READ, false);
      var binding = bootstrap.bind(new InetSocketAddress("10.0.0.2", 53));
      done(binding);
      DatagramSocket client = socket(pair);
      byte[] payload = new byte[1000];
      int sent = 2000;
      for (int i = 0; i < sent; i += 100) {
        List<io.vertx.core.Future<?>> batch = new ArrayList<>();
        for (int j = 0; j < 100; j++) {
          batch.add(client.send(Buffer.buffer(payload), 53, "10.0.0.2"));
        }
        Await.result(io.vertx.core.Future.all(batch));
      }
      Await.result(pair.left.ping("10.0.0.2")); // it is behind the datagrams
      AdapterStats stats = Await.result(pair.right.stats());
      assertEquals(sent, stats.counters().get("datagramsReceived"));
      long lost = stats.counters().get("datagramsDropped");
      assertTrue(lost > sent / 2, () -> "lost " + lost);
      binding.channel().config().setAutoRead(true);
      Await.result(reader.read.future());
      done(binding.channel().close());
      assertFree(pair, 53, "0.0.0.0");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatWasSentBeforeClose_arrives(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      int sent = 50;
      AtomicInteger read = new AtomicInteger();
      Promise<Void> all = Promise.promise();
      DatagramSocket server = socket(pair);
      server.handler(
          packet -> {
            if (read.incrementAndGet() == sent) all.complete();
          });
      Await.result(server.listen(53, "10.0.0.2"));
      DatagramSocket client = socket(pair);
      List<io.vertx.core.Future<?>> sending = new ArrayList<>();
      for (int i = 0; i < sent; i++) sending.add(client.send("x" + i, 53, "10.0.0.2"));
      Await.result(io.vertx.core.Future.all(sending));
      Await.result(client.close());
      Await.result(all.future());
      Await.result(server.close());
    }
  }

  @ParameterizedTest
  @EnumSource
  void optionsOfVertx_areTaken(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      DatagramSocketOptions options =
          new DatagramSocketOptions()
              .setBroadcast(true)
              .setReuseAddress(true)
              .setTrafficClass(0x20)
              .setSendBufferSize(8192)
              .setReceiveBufferSize(8192)
              .setMulticastTimeToLive(3)
              .setLoopbackModeDisabled(true);
      answering(pair, 53, "10.0.0.2");
      DatagramSocket client = pair.call(() -> pair.vertx.createDatagramSocket(options));
      io.vertx.core.Future<String> answer = next(client);
      Await.result(client.send("a", 53, "10.0.0.2"));
      assertEquals("A!10.0.0.2", Await.result(answer));
      DatagramSocket other = pair.call(() -> pair.vertx.createDatagramSocket(options));
      Await.result(other.listen(0, "127.0.0.1")); // the kernel takes them, too
    }
  }

  @ParameterizedTest
  @EnumSource
  void kernelSocket_isTheKernels_whateverRoutesSay(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      pair.transport.route("0.0.0.0/0", pair.left).route("::/0", pair.left);
      DatagramSocket server = kernelSocket(pair);
      io.vertx.core.Future<String> read = next(server);
      Await.result(server.listen(0, "127.0.0.1"));
      DatagramSocket client = kernelSocket(pair);
      Await.result(client.send("a", server.localAddress().port(), "127.0.0.1"));
      assertEquals("a!127.0.0.1", Await.result(read));
    }
  }

  private static DatagramSocket kernelSocket(RoutedPair pair) throws Exception {
    return pair.call(
        () ->
            dev.jktcp.transport.KernelSockets.datagramSocket(
                pair.vertx, new DatagramSocketOptions()));
  }

  /** One adapter that has two addresses: it sends to itself. */
  @ParameterizedTest
  @EnumSource
  void adapterReachesItself(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      Adapter self = pair.adapter(PipeTransport.pair().left(), "10.5.0.1");
      pair.transport.route("10.5.0.1/32", self);
      answering(pair, 53, "10.5.0.1");
      DatagramSocket client = socket(pair);
      io.vertx.core.Future<String> answer = next(client);
      Await.result(client.send("a", 53, "10.5.0.1"));
      assertEquals("A!10.5.0.1", Await.result(answer));
    }
  }
}
