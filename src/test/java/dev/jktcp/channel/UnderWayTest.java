package dev.jktcp.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.JktcpTransport;
import dev.jktcp.TcpException;
import dev.jktcp.TcpStream;
import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.FakeTransport;
import dev.jktcp.testkit.Loops;
import dev.jktcp.transport.PipeTransport;
import dev.jktcp.wire.IpAddress;
import dev.jktcp.wire.UdpDatagram;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is under way between an adapter's event loop and others is part of its memory. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class UnderWayTest {
  private static final int MEMORY = 1 << 20;
  private static final int SOCKETS = 32;
  private static final int EACH = 100;
  private static final int PAYLOAD = 1000;
  private static final int COST = PAYLOAD + 128; // as guide and options count it

  private final FakeTransport wire = new FakeTransport(false);
  private JktcpTransport transport;
  private Vertx vertx;
  private Adapter adapter;
  private long idle;

  @BeforeEach
  void begin() throws Exception {
    transport = new JktcpTransport();
    vertx = Vertx.builder().withTransport(transport).build();
    adapter =
        Adapter.create(
            vertx,
            wire,
            new AdapterOptions()
                .addLocalAddress("10.0.0.1")
                .setMaxBytesHeld(MEMORY)
                .setUdpSendBuffer(16 * 1024));
    transport.route("10.0.0.2", adapter);
    idle = held();
  }

  @AfterEach
  void end() throws Exception {
    onAdapter(() -> wire.full = false);
    Await.result(vertx.close());
  }

  private long held() throws Exception {
    return Await.result(adapter.stats()).memoryHeld();
  }

  private ContextInternal context() {
    return ((AdapterInternal) adapter).context();
  }

  private void onAdapter(Runnable task) throws Exception {
    Promise<Void> done = Promise.promise();
    context()
        .runOnContext(
            v -> {
              task.run();
              done.complete();
            });
    Await.result(done.future());
  }

  private static byte[] datagram() {
    IpAddress from = IpAddress.parse("10.0.0.2");
    IpAddress to = IpAddress.parse("10.0.0.1");
    byte[] payload = new byte[PAYLOAD];
    byte[] packet = new byte[28 + PAYLOAD];
    int sum = UdpDatagram.checksum(from, 7, to, 53, payload);
    UdpDatagram.write(packet, 0, from, 7, to, 53, payload, sum, 64, 0);
    return packet;
  }

  /** A socket whose event loop is not the adapter's. */
  private DatagramSocket elsewhere() throws Exception {
    ContextInternal on = Loops.besides(context());
    Future<DatagramSocket> made =
        Future.future(p -> on.runOnContext(v -> p.complete(vertx.createDatagramSocket())));
    return Await.result(made);
  }

  @Test
  void socketsOfOtherLoops_fillTheMemoryToItsLimitAtMost() throws Exception {
    onAdapter(() -> wire.full = true);
    List<Future<Void>> sends = new ArrayList<>();
    for (int i = 0; i < SOCKETS; i++) {
      DatagramSocket socket = elsewhere();
      for (int j = 0; j < EACH; j++) {
        sends.add(socket.send(Buffer.buffer(new byte[PAYLOAD]), 53, "10.0.0.2"));
      }
      held(); // the adapter has had its turn
    }
    // Fewer would prove little. The sockets' loops may be late.
    Await.until(vertx, () -> Future.succeededFuture(taken(sends) * COST >= MEMORY / 4));
    long taken = taken(sends);
    assertTrue(taken * COST <= MEMORY, taken + " datagrams in a memory of " + MEMORY);
    assertTrue(held() >= taken * COST, "not counted: " + (taken * COST - held()));
    for (Future<Void> send : sends) {
      if (send.failed()) {
        assertInstanceOf(IOException.class, send.cause());
        assertEquals("No buffer space available", send.cause().getMessage());
      }
    }
    onAdapter(
        () -> {
          wire.full = false;
          wire.receiver.onWritable();
        });
    Await.result(Future.join(sends).otherwiseEmpty());
    Await.until(vertx, () -> adapter.stats().map(now -> now.memoryHeld() <= idle + SOCKETS * 1024));
  }

  private static long taken(List<Future<Void>> sends) {
    return sends.stream().filter(Future::succeeded).count();
  }

  /** The sends of other threads wait for the adapter's, which does nothing meanwhile. */
  @Test
  void adaptersOwnSockets_haveTheSameLimit() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    context()
        .nettyEventLoop()
        .execute(
            () -> {
              try {
                go.await();
              } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
              }
            });
    List<Future<Void>> sends = new ArrayList<>();
    for (int i = 0; i < SOCKETS; i++) {
      DatagramSocket socket = adapter.udp();
      for (int j = 0; j < 10; j++) {
        sends.add(socket.send(Buffer.buffer(new byte[PAYLOAD]), 53, "10.0.0.2"));
      }
    }
    long waiting = sends.stream().filter(send -> !send.isComplete()).count();
    go.countDown();
    assertTrue(waiting * COST <= MEMORY / 16, waiting + " wait");
    Throwable refused = Await.failure(sends.get(sends.size() - 1));
    assertInstanceOf(TcpException.class, refused);
    assertEquals(
        "too many datagrams of all sockets wait for the adapter: send fewer at once, or raise"
            + " maxBytesHeld",
        refused.getMessage());
    Await.result(Future.join(sends).otherwiseEmpty());
    Await.result(adapter.udp().send(Buffer.buffer("more"), 53, "10.0.0.2"));
  }

  @Test
  void unreadDatagramsOnTheWayToAnotherLoop_areCounted_untilTheyAreReadOrTheSocketCloses()
      throws Exception {
    for (boolean reads : new boolean[] {true, false}) {
      AtomicInteger read = new AtomicInteger();
      Channel channel = silent(read);
      int sent = 50;
      onAdapter(
          () -> {
            for (int i = 0; i < sent; i++) {
              wire.deliver(datagram());
            }
          });
      assertTrue(held() >= idle + sent * COST, "held " + held());
      if (reads) {
        channel.config().setAutoRead(true);
        Await.until(vertx, () -> Future.succeededFuture(read.get() == sent));
        Await.until(vertx, () -> adapter.stats().map(now -> now.memoryHeld() <= idle + 2048));
      }
      channel.close().sync();
      Await.until(vertx, () -> adapter.stats().map(now -> now.memoryHeld() == idle));
    }
  }

  private Channel silent(AtomicInteger read) throws Exception {
    VertxInternal internal = (VertxInternal) vertx;
    ContextInternal other = Loops.besides(context());
    return new Bootstrap()
        .group(other.nettyEventLoop())
        .channelFactory(internal.transport().datagramChannelFactory())
        .option(ChannelOption.AUTO_READ, false)
        .handler(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext context, Object message) {
                read.incrementAndGet();
                ReferenceCountUtil.release(message);
              }
            })
        .bind(new InetSocketAddress("10.0.0.1", 53))
        .sync()
        .channel();
  }

  /** Nothing else gives the adapter of an idle connection a turn. */
  @Test
  void streamsBytesThatWereRead_areNotCountedAnyMore() throws Exception {
    try (RoutedPair pair = new RoutedPair(RoutedPair.Loops.MANY)) {
      Buffer all = Buffer.buffer();
      pair.listen(80, "10.0.0.2", accepted -> accepted.handler(all::appendBuffer));
      NetClient client = pair.netClient();
      NetSocket socket = pair.await(() -> client.connect(80, "10.0.0.2"));
      Await.result(socket.write(Buffer.buffer(new byte[200_000])));
      Await.until(vertx, () -> Future.succeededFuture(all.length() == 200_000));
      Await.until(vertx, () -> pair.right.stats().map(now -> now.bytesHeld() == 0));
    }
  }

  /** A server on another event loop than its adapter's, and the adapter of its clients. */
  private final class Elsewhere {
    final Adapter server;
    final Adapter client;
    final ContextInternal on; // the server's

    /**
     * @param options of the server's adapter
     */
    Elsewhere(AdapterOptions options, Handler<NetSocket> accepted) throws Exception {
      PipeTransport.Pair pipe = PipeTransport.pair();
      server = Adapter.create(vertx, pipe.left(), options.addLocalAddress("10.0.1.1"));
      client =
          Adapter.create(vertx, pipe.right(), new AdapterOptions().addLocalAddress("10.0.1.2"));
      transport.route("10.0.1.1", server);
      on = Loops.besides(((AdapterInternal) server).context());
      Promise<NetServer> listening = Promise.promise();
      on.runOnContext(
          v ->
              vertx
                  .createNetServer()
                  .connectHandler(accepted)
                  .listen(80, "10.0.1.1")
                  .onComplete(listening));
      Await.result(listening.future());
    }

    TcpStream connect() throws Exception {
      return Await.result(client.connect("10.0.1.1", 80));
    }
  }

  /**
   * Servers that write all that a slow client's channel takes. The clients read nothing, and then
   * everything.
   */
  @Test
  void streamsOfOtherLoops_fillTheMemoryToItsLimitAtMost() throws Exception {
    int clients = 150;
    int bytes = 400_000;
    Elsewhere elsewhere =
        new Elsewhere(
            new AdapterOptions().setMaxBytesHeld(16 * MEMORY),
            socket -> give(socket, new int[] {bytes}));
    AtomicInteger whole = new AtomicInteger();
    List<TcpStream> streams = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      streams.add(elsewhere.connect());
      long held = Await.result(elsewhere.server.stats()).memoryHeld();
      assertTrue(held <= 16 * MEMORY, held + " bytes held for " + (i + 1) + " clients");
    }
    for (TcpStream stream : streams) {
      AtomicInteger heard = new AtomicInteger();
      stream.endHandler(v -> whole.addAndGet(heard.get() == bytes ? 1 : 0));
      stream.handler(data -> heard.addAndGet(data.length()));
    }
    Await.until(vertx, () -> Future.succeededFuture(whole.get() == clients));
  }

  private static void give(NetSocket socket, int[] left) {
    while (left[0] > 0 && !socket.writeQueueFull()) {
      int length = Math.min(left[0], 20_000);
      left[0] -= length;
      socket.write(Buffer.buffer(new byte[length]));
    }
    if (left[0] == 0) {
      socket.end();
    } else {
      socket.drainHandler(v -> give(socket, left));
    }
  }

  /** More pieces than may be under way, while the adapter's loop stands still. */
  @Test
  void writesOfOneByte_waitWhileTooManyAreUnderWay_andAllArrive() throws Exception {
    int bytes = 5_000;
    Promise<NetSocket> accepted = Promise.promise();
    Elsewhere elsewhere = new Elsewhere(new AdapterOptions(), accepted::complete);
    TcpStream stream = elsewhere.connect();
    Promise<Void> all = Promise.promise();
    AtomicInteger heard = new AtomicInteger();
    stream.handler(
        data -> {
          if (heard.addAndGet(data.length()) == bytes) all.complete();
        });
    NetSocket socket = Await.result(accepted.future());
    CountDownLatch goOn = new CountDownLatch(1);
    ((AdapterInternal) elsewhere.server).context().runOnContext(v -> waitFor(goOn));
    for (int i = 0; i < bytes; i++) { // each flushed in a turn of its own
      elsewhere.on.runOnContext(v -> socket.write(Buffer.buffer("x")));
    }
    Promise<Void> written = Promise.promise();
    elsewhere.on.runOnContext(v -> written.complete());
    Await.result(written.future());
    goOn.countDown();
    Await.result(all.future());
    assertEquals(bytes, heard.get());
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The same of pieces that a peer sends to a socket that is paused. */
  @Test
  void segmentsOfOneByte_waitForAPausedSocket_andAllArrive() throws Exception {
    int bytes = 3_000;
    Promise<NetSocket> accepted = Promise.promise();
    AtomicInteger heard = new AtomicInteger();
    Promise<Void> all = Promise.promise();
    Elsewhere elsewhere =
        new Elsewhere(
            new AdapterOptions(),
            socket -> {
              socket.pause();
              socket.handler(
                  data -> {
                    if (heard.addAndGet(data.length()) == bytes) all.complete();
                  });
              accepted.complete(socket);
            });
    TcpStream stream = elsewhere.connect();
    NetSocket socket = Await.result(accepted.future());
    for (int i = 0; i < bytes; i++) {
      stream.write(Buffer.buffer("x"));
      Await.result(stream.info()); // a segment of its own
    }
    Await.until(vertx, () -> stream.info().map(info -> info.bytesAcked() >= bytes));
    assertEquals(0, heard.get());
    elsewhere.on.runOnContext(v -> socket.resume());
    Await.result(all.future());
    assertEquals(bytes, heard.get());
  }
}
