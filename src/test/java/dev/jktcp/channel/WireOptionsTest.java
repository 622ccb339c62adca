package dev.jktcp.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.JktcpTransport;
import dev.jktcp.proof.script.TestPacket;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.FakeTransport;
import dev.jktcp.transport.PacketBatch;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What options of a {@link NetClient} make of its packets, as a peer by hand sees them. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class WireOptionsTest {
  private static final int WINDOW = 4096;

  private final HandPeer peer = new HandPeer();
  private final List<NetClient> clients = new ArrayList<>();
  private Vertx vertx;

  @BeforeEach
  void start() throws Exception {
    JktcpTransport transport = new JktcpTransport();
    vertx = Vertx.builder().withTransport(transport).build();
    TcpTuning tuning =
        TcpTuning.DEFAULT.with(
            t -> t.keepAliveAfter(Duration.ofMillis(50)).keepAliveRetry(Duration.ofMillis(50)));
    // A peer that does not answer is not sent anything again, however slow the machine is.
    TcpProfile patient = TcpProfile.INTERNET.with(p -> p.minRto(Duration.ofMinutes(1)));
    AdapterOptions options =
        new AdapterOptions()
            .addLocalAddress("10.0.0.1")
            .setProfile(patient)
            .setTuning(tuning)
            .setShutdownTimeout(Duration.ZERO); // the peer is deaf then
    transport.route("10.0.0.2/32", Adapter.create(vertx, peer, options));
  }

  @AfterEach
  void end() throws Exception {
    peer.deaf = true;
    Await.result(vertx.close());
  }

  private NetSocket connect(int port, NetClientOptions options) throws Exception {
    NetClient client = vertx.createNetClient(options);
    clients.add(client); // Vert.x closes one that nobody refers to
    return Await.result(client.connect(port, "10.0.0.2"));
  }

  /** The peer sends bytes, and they are acknowledged. */
  private void send(int port, int bytes) throws Exception {
    until(() -> peer.last(port).has(TestPacket.ACK)); // a connect succeeds before its ACK is out
    TestPacket newest = peer.last(port);
    peer.reply(newest, TestPacket.ACK, newest.ack, new byte[bytes]);
    until(() -> peer.last(port).ack != newest.ack);
  }

  private void until(java.util.function.BooleanSupplier holds) throws Exception {
    Await.until(vertx, () -> Future.succeededFuture(holds.getAsBoolean()));
  }

  /** RFC 9293 §3.7.4: without the option, a small segment waits for the ACK of the one before. */
  @Test
  void noDelay_sendsSmallSegmentsAtOnce_andWithoutItTheSecondWaitsForAnAck() throws Exception {
    peer.acknowledges = false;
    NetSocket hasty = connect(80, new NetClientOptions().setTcpNoDelay(true));
    Await.result(hasty.write("a"));
    until(() -> peer.data(80).equals(List.of("a"))); // else one turn might send both as one
    Await.result(hasty.write("b"));
    until(() -> peer.data(80).equals(List.of("a", "b")));
    NetSocket patient = connect(81, new NetClientOptions().setTcpNoDelay(false));
    Await.result(patient.write("a"));
    until(() -> peer.data(81).equals(List.of("a")));
    Await.result(patient.write("b"));
    Await.result(patient.write("c"));
    Await.result(hasty.write("d"));
    until(() -> peer.data(80).equals(List.of("a", "b", "d"))); // a turn later
    assertEquals(List.of("a"), peer.data(81));
    peer.acknowledges = true;
    peer.acknowledge(81);
    until(() -> String.join("", peer.data(81)).equals("abc"));
  }

  /** RFC 9293 §3.8.4. */
  @Test
  void keepAlive_probesAnIdleConnection_andWithoutItThereIsSilence() throws Exception {
    connect(80, new NetClientOptions().setTcpKeepAlive(true));
    connect(81, new NetClientOptions().setTcpKeepAlive(false));
    until(() -> peer.probes(80) >= 3);
    assertEquals(0, peer.probes(81));
  }

  @Test
  void receiveBuffer_isTheMostThatThePeerMaySend() throws Exception {
    NetSocket socket = connect(80, new NetClientOptions().setReceiveBufferSize(WINDOW)).pause();
    send(80, 1_000);
    send(80, 1_000);
    assertTrue(peer.mostWindowOf(80) <= WINDOW, "shown: " + peer.mostWindowOf(80));
    Buffer all = Buffer.buffer();
    socket.handler(all::appendBuffer).resume();
    until(() -> all.length() == 2_000);
    connect(81, new NetClientOptions());
    assertTrue(peer.mostWindowOf(81) > WINDOW, "the adapter's own: " + peer.mostWindowOf(81));
  }

  /** Its first window was told before the server's channel has the connection. */
  @Test
  void serversReceiveBuffer_isTheMostThatAClientMaySend() throws Exception {
    List<NetSocket> accepted = new CopyOnWriteArrayList<>();
    for (int port : new int[] {80, 81}) {
      NetServerOptions options = new NetServerOptions();
      if (port == 80) options.setReceiveBufferSize(WINDOW);
      Await.result(
          vertx
              .createNetServer(options)
              .connectHandler(socket -> accepted.add(socket.pause()))
              .listen(port, "10.0.0.1"));
    }
    peer.connect(5_000, 80);
    until(() -> accepted.size() == 1);
    send(5_000, 1_000);
    send(5_000, 1_000);
    assertTrue(peer.mostWindowOf(5_000) <= WINDOW, "shown: " + peer.mostWindowOf(5_000));
    Buffer all = Buffer.buffer();
    accepted.get(0).handler(all::appendBuffer).resume();
    until(() -> all.length() == 2_000);
    peer.connect(5_001, 81);
    until(() -> accepted.size() == 2);
    assertTrue(peer.mostWindowOf(5_001) > WINDOW, "the adapter's own");
  }

  /** As a socket inherits from the one that listens; set later, it is kept. */
  @Test
  void receiveBufferOfANettyServer_isInherited() throws Exception {
    VertxInternal internal = (VertxInternal) vertx;
    EventLoop loop = internal.createEventLoopContext().nettyEventLoop();
    List<Channel> accepted = new CopyOnWriteArrayList<>();
    Channel server =
        new ServerBootstrap()
            .group(loop)
            .channelFactory(internal.transport().serverChannelFactory(false))
            .option(ChannelOption.SO_RCVBUF, WINDOW)
            .option(ChannelOption.SO_BACKLOG, 4)
            .childOption(ChannelOption.SO_RCVBUF, 2 * WINDOW)
            .childHandler(
                new ChannelInboundHandlerAdapter() {
                  @Override
                  public void channelActive(ChannelHandlerContext context) {
                    accepted.add(context.channel());
                  }
                })
            .bind("10.0.0.1", 80)
            .sync()
            .channel();
    assertEquals(WINDOW, server.config().getOption(ChannelOption.SO_RCVBUF));
    peer.connect(5_000, 80);
    until(() -> accepted.size() == 1);
    send(5_000, 1_000);
    assertTrue(peer.mostWindowOf(5_000) <= WINDOW, "shown: " + peer.mostWindowOf(5_000));
    assertEquals(2 * WINDOW, accepted.get(0).config().getOption(ChannelOption.SO_RCVBUF));
    assertThrows(
        IllegalArgumentException.class,
        () -> server.config().setOption(ChannelOption.SO_RCVBUF, 0));
  }

  /** Answers SYNs, and ACKs what comes or not. No options are agreed on, so windows are plain. */
  private static final class HandPeer extends FakeTransport {
    volatile boolean acknowledges = true;
    volatile boolean deaf;
    private final List<TestPacket> heard = new CopyOnWriteArrayList<>();
    private Context context;

    HandPeer() {
      super(false);
    }

    @Override
    public Future<Void> open(Context at, Receiver toReceiver) {
      context = at;
      return super.open(at, toReceiver);
    }

    @Override
    public void send(PacketBatch batch) {
      for (int i = 0; i < batch.count(); i++) {
        TestPacket packet = TestPacket.decode(batch.bytes(), batch.offset(i), batch.length(i));
        if (!deaf) {
          heard.add(packet);
          answer(packet);
        }
      }
      batch.release();
    }

    /** Opens a connection from this port, to the adapter's. */
    void connect(int from, int to) {
      TestPacket syn = new TestPacket();
      syn.src = new byte[] {10, 0, 0, 2};
      syn.dst = new byte[] {10, 0, 0, 1};
      syn.srcPort = from;
      syn.dstPort = to;
      syn.seq = 999;
      syn.flags = TestPacket.SYN;
      syn.window = 60_000;
      syn.ttl = 64;
      byte[] bytes = syn.encode();
      context.runOnContext(v -> deliver(bytes));
    }

    private void answer(TestPacket packet) {
      if (packet.has(TestPacket.SYN) && packet.has(TestPacket.ACK)) {
        reply(packet, TestPacket.ACK, 1_000, new byte[0]);
      } else if (packet.has(TestPacket.SYN)) {
        reply(packet, TestPacket.SYN | TestPacket.ACK, 1_000, new byte[0]);
      } else if (isProbe(packet) || (acknowledges && packet.segmentLength() > 0)) {
        reply(packet, TestPacket.ACK, packet.ack, new byte[0]);
      }
    }

    /** A keep-alive probe: what was acknowledged, without data. */
    private boolean isProbe(TestPacket packet) {
      TestPacket syn = of(packet.dstPort).get(0);
      return packet.flags == TestPacket.ACK && packet.payload.length == 0 && packet.seq == syn.seq;
    }

    private void reply(TestPacket to, int flags, int seq, byte[] payload) {
      TestPacket out = new TestPacket();
      out.src = to.dst;
      out.dst = to.src;
      out.srcPort = to.dstPort;
      out.dstPort = to.srcPort;
      out.seq = seq;
      out.ack = Math.max(to.seq + to.segmentLength(), of(to.dstPort).get(0).seq + 1);
      out.flags = flags;
      out.window = 60_000;
      out.ttl = 64;
      out.payload = payload;
      byte[] bytes = out.encode();
      context.runOnContext(v -> deliver(bytes));
    }

    private List<TestPacket> of(int port) {
      return heard.stream().filter(packet -> packet.dstPort == port).toList();
    }

    private TestPacket last(int port) {
      List<TestPacket> all = of(port);
      return all.get(all.size() - 1);
    }

    void acknowledge(int port) {
      List<TestPacket> data = of(port).stream().filter(p -> p.payload.length > 0).toList();
      TestPacket newest = data.get(data.size() - 1);
      reply(newest, TestPacket.ACK, newest.ack, new byte[0]);
    }

    /** What new data segments carry. */
    List<String> data(int port) {
      List<String> all = new ArrayList<>();
      int next = 0;
      for (TestPacket packet : of(port)) {
        if (packet.payload.length > 0 && (all.isEmpty() || packet.seq - next >= 0)) {
          all.add(new String(packet.payload, java.nio.charset.StandardCharsets.US_ASCII));
          next = packet.seq + packet.payload.length;
        }
      }
      return all;
    }

    long probes(int port) {
      return of(port).stream().filter(this::isProbe).count();
    }

    int mostWindowOf(int port) {
      return of(port).stream().mapToInt(packet -> packet.window).max().orElseThrow();
    }
  }
}
