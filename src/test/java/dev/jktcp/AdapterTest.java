package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.Recorder;
import dev.jktcp.time.Clock;
import dev.jktcp.transport.FaultSpec;
import dev.jktcp.transport.FaultyTransport;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An adapter in hand: connecting, listening, refusals, its counters and its end, over a pipe in
 * memory.
 */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class AdapterTest {
  private Vertx vertx;
  private Adapter left;
  private Adapter right;

  @BeforeEach
  void joinAdapters(Vertx vertx) {
    this.vertx = vertx;
    AdapterPair pair = AdapterPair.create(vertx);
    left = pair.left();
    right = pair.right();
  }

  private static void assertFails(String message, Future<?> future) throws Exception {
    assertEquals(message, Await.failure(future).getMessage());
  }

  @Nested
  class Connect {
    @Test
    void refusedPort_failsAsRefused() throws Exception {
      TcpException v4 =
          assertInstanceOf(TcpException.class, Await.failure(left.connect("10.0.0.2", 81)));
      assertEquals(CloseReason.REFUSED, v4.reason());
      assertEquals("connection refused by 10.0.0.2:81", v4.getMessage());
      assertFails("connection refused by [fd00::2]:81", left.connect("fd00::2", 81));
      assertEquals(0, Await.result(left.stats()).connections());
    }

    @Test
    void secondAdapterOnATransport_fails_andTheFirstKeepsIt() throws Exception {
      PipeTransport.Pair pipe = PipeTransport.pair();
      FaultSpec harmless = FaultSpec.parse("loss=0,seed=1");
      PacketTransport far = new FaultyTransport(pipe.right(), harmless, Clock.of(vertx));
      AdapterOptions mine = new AdapterOptions().addLocalAddress("10.1.0.1");
      AdapterOptions theirs = new AdapterOptions().addLocalAddress("10.1.0.2");
      Adapter one = Adapter.create(vertx, pipe.left(), mine);
      Adapter two = Adapter.create(vertx, far, theirs);
      Await.result(one.stats()); // it has its transport: each adapter opens on a loop of its own
      Await.result(two.listen(7, stream -> {}));
      for (PacketTransport taken : List.of(pipe.left(), far)) {
        Adapter late = Adapter.create(vertx, taken, mine);
        assertTrue(
            Await.failure(late.connect("10.1.0.2", 7)).getMessage().endsWith("was opened before"));
        Await.result(late.close());
      }
      Await.result(one.connect("10.1.0.2", 7));
    }

    @Test
    void withoutAddress_goesToTheOnlyPeer() throws Exception {
      AdapterOptions options = new AdapterOptions();
      PipeTransport.Pair pipe = PipeTransport.pair();
      Adapter one =
          Adapter.create(
              vertx, pipe.left(), options.addLocalAddress("10.1.0.1").addPeerAddress("10.1.0.2"));
      Adapter two =
          Adapter.create(vertx, pipe.right(), new AdapterOptions().addLocalAddress("10.1.0.2"));
      Await.result(two.listen(7, stream -> {}));
      assertEquals("10.1.0.2", Await.result(one.connect(7)).remoteAddress().host());
      assertFails("no address to connect to: peerAddresses is empty; name a host", two.connect(7));
    }

    @Test
    void withoutAddressAndTwoPeers_asksWhich() throws Exception {
      assertFails(
          "which address: there are two peers, 10.0.0.2 and fd00::2; name one", left.connect(80));
    }

    @Test
    void hostName_isNotResolved() throws Exception {
      assertFails(
          "host: 'localhost' is a name, and this adapter resolves none: set dnsServers or hosts, or"
              + " give an IP address",
          left.connect("localhost", 80));
    }

    @Test
    void addressThatIsNoHost_isRefused() throws Exception {
      assertFails("host: ff02::1 is not one host's address", left.connect("ff02::1", 80));
    }

    @Test
    void portOutOfRange_isRefused() throws Exception {
      assertFails("port: 0 is not from 1 to 65535", left.connect("10.0.0.2", 0));
      assertFails("port: 65536 is not from 1 to 65535", left.connect("10.0.0.2", 65536));
    }

    @Test
    void options_chooseTheLocalEndAndTheProfile() throws Exception {
      Await.result(right.listen(80, stream -> {}));
      TcpConnectOptions options =
          new TcpConnectOptions()
              .setHost("10.0.0.2")
              .setPort(80)
              .setLocalAddress("10.0.0.1")
              .setLocalPort(5000)
              .setProfile(TcpProfile.STOP_AND_WAIT);
      TcpStream stream = Await.result(left.connect(options));
      assertEquals(5000, stream.localAddress().port());
      assertFails(
          "local port 5000 already has a connection to 10.0.0.2:80: choose another",
          left.connect(options));
      assertFails(
          "localAddress: 10.0.0.7 is not one of [10.0.0.1, fd00::1]",
          left.connect(options.setLocalAddress("10.0.0.7")));
    }

    @Test
    void manyAtOnce_areEachTheirOwn() throws Exception {
      Await.result(right.listen(80, stream -> stream.pipeTo(stream)));
      List<Future<Buffer>> echoes = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        Buffer question = Buffer.buffer("connection " + i);
        String host = i % 2 == 0 ? "10.0.0.2" : "fd00::2";
        echoes.add(left.connect(host, 80).compose(stream -> echo(stream, question)));
      }
      List<Buffer> answers = Await.result(Future.all(echoes)).list();
      for (int i = 0; i < 200; i++) {
        assertEquals("connection " + i, answers.get(i).toString());
      }
      assertEquals(0, Await.result(left.stats()).connections());
    }

    private Future<Buffer> echo(TcpStream stream, Buffer question) {
      Promise<Buffer> answer = Promise.promise();
      Buffer received = Buffer.buffer();
      stream.handler(received::appendBuffer);
      stream.exceptionHandler(answer::tryFail);
      stream.closeHandler(v -> answer.tryComplete(received));
      stream.end(question);
      return answer.future();
    }
  }

  @Nested
  class Listen {
    @Test
    void portZero_isAnEphemeralPort() throws Exception {
      TcpServer first = Await.result(right.listen(0, stream -> {}));
      TcpServer second = Await.result(right.listen(0, stream -> {}));
      assertTrue(first.port() >= 49152);
      assertNotEquals(first.port(), second.port());
      assertEquals(first.port(), first.localAddress().port());
      assertEquals("::", first.localAddress().host());
      Await.result(left.connect("10.0.0.2", first.port()));
      Await.result(left.connect("fd00::2", second.port()));
    }

    @Test
    void takenPort_isRefused() throws Exception {
      Await.result(right.listen(80, stream -> {}));
      assertFails("port 80 is already listened on: choose another", right.listen(80, stream -> {}));
    }

    @Test
    void oneAddress_isNotTheOther() throws Exception {
      TcpListenOptions options = new TcpListenOptions().setPort(80).setLocalAddress("fd00::2");
      TcpServer server = Await.result(right.listen(options, stream -> {}));
      assertEquals("fd00::2", server.localAddress().host());
      Await.result(left.connect("fd00::2", 80));
      assertFails("connection refused by 10.0.0.2:80", left.connect("10.0.0.2", 80));
      assertFails("port: 70000 is not from 0 to 65535", right.listen(70_000, stream -> {}));
    }

    @Test
    void closedServer_refuses_andItsConnectionsLiveOn() throws Exception {
      Promise<TcpStream> accepted = Promise.promise();
      TcpServer server = Await.result(right.listen(80, accepted::complete));
      TcpStream client = Await.result(left.connect("10.0.0.2", 80));
      Recorder atServer = Recorder.of(Await.result(accepted.future()));
      Await.result(server.close());
      Await.result(server.close());
      assertFails("connection refused by 10.0.0.2:80", left.connect("10.0.0.2", 80));
      Await.result(client.write(Buffer.buffer("still here")));
      Await.result(atServer.received(10));
      Await.result(right.listen(80, stream -> {}));
    }

    @Test
    void server_hearsWhyItListensNoMore_unlessItWasClosed() throws Exception {
      List<Throwable> told = new CopyOnWriteArrayList<>();
      TcpServer closed = Await.result(right.listen(80, stream -> {}));
      TcpServer open = Await.result(right.listen(0, stream -> {}));
      assertEquals(open.port(), open.actualPort());
      closed.exceptionHandler(told::add);
      Promise<Throwable> why = Promise.promise();
      open.exceptionHandler(why::complete);
      Await.result(closed.close());
      Await.result(right.close());
      assertEquals("adapter closed", Await.result(why.future()).getMessage());
      assertEquals(List.of(), told);
    }

    @Test
    void socketAddress_isConnectedTo() throws Exception {
      TcpServer server = Await.result(right.listen(80, stream -> {}));
      TcpStream client = Await.result(left.connect(SocketAddress.inetSocketAddress(80, "fd00::2")));
      assertEquals("fd00::2", client.remoteAddress().host());
      assertEquals(80, server.actualPort());
      assertFails(
          "'/run/x' is a Unix domain socket: give a host and a port",
          left.connect(SocketAddress.domainSocketAddress("/run/x")));
    }

    @Test
    void handlerThatThrows_doesNotStopTheServer() throws Exception {
      Promise<Throwable> reported = Promise.promise();
      vertx.exceptionHandler(reported::tryComplete);
      RuntimeException oops = new RuntimeException("thrown by a test");
      Await.result(
          right.listen(
              80,
              stream -> {
                throw oops;
              }));
      TcpStream client = Await.result(left.connect("10.0.0.2", 80));
      assertSame(oops, Await.result(reported.future()));
      Await.result(left.connect("10.0.0.2", 80));
      Await.result(client.write(Buffer.buffer("as a NetServer, it leaves the connection open")));
      assertNull(client.closeReason());
    }
  }

  @Nested
  class Exclusive {
    private static final String BUSY = "the adapter belongs to an AdapterStream until that ends";
    private static final String IN_USE =
        "an AdapterStream needs an adapter without other connections or servers";

    @Test
    void secondOpen_failsWhileOneLives_andWorksAfterIt() throws Exception {
      Await.result(right.listen(80, stream -> stream.pipeTo(stream)));
      Future<AdapterStream> connecting = AdapterStream.connect(left, "10.0.0.2", 80);
      assertFails(BUSY, AdapterStream.connect(left, "10.0.0.2", 80));
      AdapterStream stream = Await.result(connecting);
      assertFails(BUSY, AdapterStream.connect(left, "10.0.0.2", 80));
      assertFails(BUSY, AdapterStream.listen(left, 80));
      assertFails(BUSY, left.connect("10.0.0.2", 80));
      assertFails(BUSY, left.listen(80, s -> {}));
      Recorder recorder = Recorder.of(stream);
      stream.end();
      Await.result(recorder.closed());
      AdapterStream again = Await.result(AdapterStream.connect(left, "fd00::2", 80));
      Await.result(again.reset());
      Await.result(left.connect("fd00::2", 80));
    }

    @Test
    void failedOpen_leavesTheAdapterFree() throws Exception {
      assertFails("connection refused by 10.0.0.2:80", AdapterStream.connect(left, "10.0.0.2", 80));
      assertFails("port: 0 is not from 1 to 65535", AdapterStream.connect(left, "10.0.0.2", 0));
      Await.result(right.listen(80, stream -> {}));
      Await.result(AdapterStream.connect(left, "10.0.0.2", 80));
    }

    @Test
    void adapterInUse_isRefused() throws Exception {
      TcpServer server = Await.result(right.listen(80, stream -> {}));
      assertFails(IN_USE, AdapterStream.connect(right, "10.0.0.1", 80));
      assertFails(IN_USE, AdapterStream.listen(right, 81));
      TcpStream client = Await.result(left.connect("10.0.0.2", 80));
      assertFails(IN_USE, AdapterStream.connect(left, "10.0.0.2", 80));
      Await.result(client.reset());
      Await.result(server.close());
      Await.until(vertx, () -> right.stats().map(stats -> stats.connections() == 0));
      Future<AdapterStream> listening = AdapterStream.listen(right, 81);
      assertFails(BUSY, right.connect("10.0.0.1", 80));
      assertFalse(listening.isComplete());
    }

    @Test
    void listen_takesOneConnection() throws Exception {
      Future<AdapterStream> listening = AdapterStream.listen(right, 80);
      AdapterStream client = Await.result(AdapterStream.connect(left, "10.0.0.2", 80));
      AdapterStream server = Await.result(listening);
      Recorder atServer = Recorder.of(server);
      Recorder atClient = Recorder.of(client);
      client.write(Buffer.buffer("ping"));
      Await.result(atServer.received(4));
      Await.result(server.end(Buffer.buffer("pong")));
      Await.result(client.end());
      Await.result(atClient.closed());
      assertEquals("pong", atClient.bytes().toString());
      Await.result(atServer.closed());
      assertFails("connection refused by 10.0.0.2:80", AdapterStream.connect(left, "10.0.0.2", 80));
      Await.result(right.listen(80, stream -> {}));
    }

    @Test
    void listenOnPortZero_isRefused() throws Exception {
      assertFails("port: 0 is not from 1 to 65535", AdapterStream.listen(right, 0));
    }

    @Test
    void listen_endsWithTheAdapter() throws Exception {
      Future<AdapterStream> listening = AdapterStream.listen(right, 80);
      Await.result(right.opened());
      Await.result(right.close());
      assertFails("adapter closed", listening);
    }
  }

  @Nested
  class Contexts {
    @Test
    void createdInAVerticle_livesOnItsContext() throws Exception {
      Set<Context> contexts = ConcurrentHashMap.newKeySet();
      Promise<Context> own = Promise.promise();
      PipeTransport.Pair pipe = PipeTransport.pair();
      Await.result(
          vertx.deployVerticle(
              new VerticleBase() {
                @Override
                public Future<?> start() {
                  own.complete(context);
                  AdapterOptions options = new AdapterOptions().addLocalAddress("10.2.0.1");
                  Adapter adapter = Adapter.create(vertx, pipe.left(), options);
                  adapter.closeHandler(v -> contexts.add(Vertx.currentContext()));
                  return adapter
                      .opened()
                      .onComplete(v -> contexts.add(Vertx.currentContext()))
                      .eventually(adapter::close);
                }
              }));
      assertEquals(Set.of(Await.result(own.future())), contexts);
    }

    @Test
    void createdInAWorker_livesOnAnEventLoop() throws Exception {
      Promise<Context> own = Promise.promise();
      Promise<Context> adapters = Promise.promise();
      PipeTransport.Pair pipe = PipeTransport.pair();
      Await.result(
          vertx.deployVerticle(
              new VerticleBase() {
                @Override
                public Future<?> start() {
                  own.complete(context);
                  AdapterOptions options = new AdapterOptions().addLocalAddress("10.2.0.1");
                  Adapter.create(vertx, pipe.left(), options)
                      .opened()
                      .onComplete(v -> adapters.complete(Vertx.currentContext()));
                  return Future.succeededFuture();
                }
              },
              new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
      Context context = Await.result(adapters.future());
      assertTrue(context.isEventLoopContext());
      assertNotSame(Await.result(own.future()), context);
    }
  }

  @Nested
  class Options {
    /** Options whose values do not fit together, or a setter that refuses its value. */
    private void assertRefused(String message, Supplier<AdapterOptions> options) {
      PipeTransport.Pair pipe = PipeTransport.pair();
      assertEquals(
          message,
          assertThrows(
                  IllegalArgumentException.class,
                  () -> Adapter.create(vertx, pipe.left(), options.get()))
              .getMessage());
    }

    private AdapterOptions v4() {
      return new AdapterOptions().addLocalAddress("10.0.0.1");
    }

    @Test
    void addresses_areChecked() {
      assertRefused("localAddresses: at least one address is needed", () -> new AdapterOptions());
      assertRefused(
          "localAddresses: \"here\" is not an IP address; names are not resolved here",
          () -> new AdapterOptions().addLocalAddress("here"));
      assertRefused(
          "localAddresses: 0.0.0.0 is not one host's address",
          () -> new AdapterOptions().addLocalAddress("0.0.0.0"));
      assertRefused(
          "localAddresses: 10.0.0.1 is there twice: give it once",
          () -> v4().addLocalAddress("10.0.0.1"));
      assertRefused(
          "peerAddresses: fd00::2 is IPv6, but no local address is: add one",
          () -> v4().addPeerAddress("fd00::2"));
      assertRefused(
          "peerAddresses: 10.0.0.1 is an address of this side; give one of the other side",
          () -> v4().addPeerAddress("10.0.0.1"));
      assertRefused(
          "peerAddresses: at most one address of each family",
          () -> v4().addPeerAddress("10.0.0.2").addPeerAddress("10.0.0.3"));
    }

    @Test
    void sizes_areChecked() {
      assertRefused("mtu: 67 is not from 68 to 65535", () -> v4().setMtu(67));
      assertRefused(
          "mtu: 1279 is not from 1280 to 65535",
          () -> v4().addLocalAddress("fd00::1").setMtu(1279));
      assertRefused("sendBuffer: -1 is not from 0 to 1073725440", () -> v4().setSendBuffer(-1));
      assertRefused("maxSendBuffer: 0 is not from 1 to 1073725440", () -> v4().setMaxSendBuffer(0));
      assertRefused(
          "maxReceiveBuffer: 0 is not from 1 to 1073725440", () -> v4().setMaxReceiveBuffer(0));
      assertRefused("backlog: 0 is not from 1 to 2147483647", () -> v4().setBacklog(0));
      assertRefused("profile: is missing", () -> v4().setProfile(null));
    }

    @Test
    void mtuAboveTheTransports_failsToOpen() throws Exception {
      PipeTransport.Pair pipe =
          PipeTransport.pair(new dev.jktcp.transport.PipeTransportOptions().setMtu(1400));
      Adapter adapter = Adapter.create(vertx, pipe.left(), v4().setMtu(1500));
      assertFails("mtu: 1500 is more than the transport's 1400", adapter.opened());
      assertFails("mtu: 1500 is more than the transport's 1400", adapter.connect("10.0.0.2", 1));
    }
  }

  @Test
  void tooManyPendingWrites_resetTheStream() throws Exception {
    AdapterPair pair =
        AdapterPair.create(
            vertx, new AdapterOptions().setMaxPendingWrites(100_000), new AdapterOptions());
    TcpStreamContract.Pair streams = pair.connect("10.0.0.2", 80);
    streams.server().pause();
    Recorder atServer = Recorder.of(streams.server());
    Recorder atClient = Recorder.of(streams.client());
    List<Future<Void>> writes = new ArrayList<>();
    for (int i = 0; i < 1000 && streams.client().closeReason() == null; i++) {
      writes.add(streams.client().write(Buffer.buffer(new byte[10_000])));
    }
    Await.result(atClient.closed());
    String message =
        "connection aborted: more than 100000 bytes written to 10.0.0.2:80 are waiting";
    assertEquals(message, atClient.error().getMessage());
    assertFails(message, writes.get(writes.size() - 1));
    streams.server().resume();
    Await.result(atServer.closed());
    assertEquals(CloseReason.RESET, streams.server().closeReason());
  }

  @Test
  void stats_countWhatHappened() throws Exception {
    Await.result(right.listen(80, stream -> {}));
    TcpStream stream = Await.result(left.connect("10.0.0.2", 80));
    AdapterStats stats = Await.result(left.stats());
    assertEquals(1, stats.connections());
    assertEquals(1L, stats.counters().get("connectionsOpened"));
    assertEquals(1, Await.result(right.stats()).listeners());
    assertEquals(1, stats.toJson().getInteger("connections"));
    Await.result(stream.reset());
    assertEquals(0, Await.result(left.stats()).connections());
    Await.result(left.close());
    assertEquals(0, Await.result(left.stats()).connections());
  }

  @Test
  void closedAdapter_isHeardByThePeersAdapter() throws Exception {
    Promise<Throwable> ended = Promise.promise();
    Await.result(right.opened());
    EndOf.adapter(right, ended::complete);
    Await.result(left.close());
    assertNull(Await.result(ended.future()));
    assertFails("transport lost: the other side left", right.connect("10.0.0.1", 80));
    Promise<Throwable> late = Promise.promise();
    EndOf.adapter(left, late::complete);
    assertNull(Await.result(late.future()));
  }
}
