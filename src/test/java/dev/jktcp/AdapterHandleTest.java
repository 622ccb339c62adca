package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.Census;
import dev.jktcp.testkit.HandlePair;
import dev.jktcp.testkit.Recorder;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Handles on adapters that run, from verticles and from anywhere. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class AdapterHandleTest {
  private static final String PEER = AdapterPair.RIGHT.get(0);

  private final Census census = new Census();
  private final Vertx vertx = census.vertx();
  private final Set<StreamHandle> kept = ConcurrentHashMap.newKeySet(); // or they are reset
  private AdapterPair adapters;
  private AdapterHandle left;
  private AdapterHandle right;

  @BeforeEach
  void join() throws Exception {
    HandlePair pair = HandlePair.create(vertx);
    adapters = pair.adapters();
    left = pair.left();
    right = pair.right();
  }

  @AfterEach
  void closeVertx() throws Exception {
    Await.result(vertx.close());
  }

  private static void assertReason(CloseReason reason, Throwable error) {
    assertEquals(reason, assertInstanceOf(TcpException.class, error).reason());
  }

  private void untilNothingIsOpen() throws Exception {
    Await.until(
        vertx,
        () ->
            Future.all(adapters.left().stats(), adapters.right().stats())
                .map(
                    both ->
                        both.<AdapterStats>list().stream()
                            .allMatch(stats -> stats.connections() + stats.listeners() == 0)));
  }

  // --- as with an adapter in hand

  @Test
  void server_hearsWhyItListensNoMore_unlessItWasClosed() throws Exception {
    List<Throwable> told = new CopyOnWriteArrayList<>();
    TcpServer closed = Await.result(right.listen(80, kept::add));
    closed.exceptionHandler(told::add);
    TcpServer open = Await.result(right.listen(81, kept::add));
    assertEquals(81, open.actualPort());
    Promise<Throwable> why = Promise.promise();
    open.exceptionHandler(why::complete);
    Await.result(closed.close());
    Await.result(adapters.right().close());
    assertReason(CloseReason.ADAPTER_CLOSED, Await.result(why.future()));
    assertEquals(List.of(), told);
  }

  @Test
  void control_isOverTheBus_too() throws Exception {
    Promise<StreamHandle> accepted = Promise.promise();
    Await.result(right.listen(80, accepted::complete));
    StreamHandle client = Await.result(left.connect(PEER, 80));
    kept.addAll(List.of(client, Await.result(accepted.future())));
    TcpControl control = TcpControl.of(client);
    TcpTuning tuning = TcpTuning.DEFAULT.with(t -> t.ttl(9).userTimeout(Duration.ofSeconds(7)));
    assertEquals(TcpTuning.DEFAULT, Await.result(control.tuning()));
    Await.result(control.tune(tuning));
    assertEquals(tuning, Await.result(control.tuning()));
    assertEquals(0, Await.result(control.urgentAhead()));
    Await.result(client.reset());
    assertInstanceOf(TcpException.class, Await.failure(control.tuning()));
  }

  @Test
  void urgentData_isAnnouncedAndDeliveredInLine_overTheBusToo() throws Exception {
    Promise<StreamHandle> accepted = Promise.promise();
    Await.result(right.listen(80, accepted::complete));
    StreamHandle client = Await.result(left.connect(PEER, 80));
    TcpControl writing = TcpControl.of(client);
    client.write(Buffer.buffer("plain"));
    writing.writeUrgent(Buffer.buffer("!"));
    Await.result(client.write(Buffer.buffer("later")));
    StreamHandle server = Await.result(accepted.future());
    kept.addAll(List.of(client, server));

    StringBuffer heard = new StringBuffer();
    Promise<Void> told = Promise.promise();
    Promise<Void> all = Promise.promise();
    TcpControl reading = TcpControl.of(server);
    reading.urgentHandler(
        ahead -> {
          heard.append("[").append(ahead).append("]");
          told.tryComplete();
        });
    Await.result(told.future());
    assertEquals(6, Await.result(reading.urgentAhead()));
    server.handler(
        data -> {
          heard.append(data.toString());
          if (heard.toString().endsWith("?")) all.tryComplete();
        });
    Await.until(vertx, () -> Future.succeededFuture(heard.toString().endsWith("later")));
    assertEquals("[6]plain!later", heard.toString());
    assertEquals(0, Await.result(reading.urgentAhead()));
    Await.result(writing.writeUrgent(Buffer.buffer("?")));
    Await.result(all.future());
    assertEquals("[6]plain!later[1]?", heard.toString());
  }

  @Test
  void socketAddress_isConnectedTo_andAnIdleStreamCloses() throws Exception {
    TcpListenOptions options =
        new TcpListenOptions().setPort(80).setIdleTimeout(Duration.ofMillis(50));
    Await.result(right.listen(options, kept::add));
    StreamHandle client = Await.result(left.connect(SocketAddress.inetSocketAddress(80, PEER)));
    Recorder recorder = Recorder.of(client);
    Await.result(recorder.ended());
    client.end();
    Await.result(recorder.closed());
    assertEquals(CloseReason.CLOSED, client.closeReason());
  }

  @Test
  void whatTheAdapterRefuses_failsInItsWords() throws Exception {
    Await.result(right.listen(80, kept::add));
    assertSameFailure(adapters.left().connect(PEER, 81), left.connect(PEER, 81));
    assertSameFailure(adapters.left().connect(PEER, 0), left.connect(PEER, 0));
    assertSameFailure(adapters.left().connect("localhost", 1), left.connect("localhost", 1));
    assertSameFailure(adapters.left().connect(80), left.connect(80));
    assertSameFailure(adapters.right().listen(80, s -> {}), right.listen(80, s -> {}));
    assertSameFailure(adapters.right().listen(-1, s -> {}), right.listen(-1, s -> {}));
    Throwable noFile = Await.failure(adapters.left().pcap("/no/such/file"));
    assertSameFailure(Future.failedFuture(noFile), left.pcap("/no/such/file"));
  }

  private static void assertSameFailure(Future<?> inHand, Future<?> throughHandle)
      throws Exception {
    Throwable expected = Await.failure(inHand);
    Throwable actual = Await.failure(throughHandle);
    assertNotNull(expected);
    assertEquals(expected.getMessage(), actual.getMessage());
    if (expected instanceof TcpException tcp) {
      assertEquals(tcp.reason(), assertInstanceOf(TcpException.class, actual).reason());
    }
  }

  @Test
  void listenHandlerThatThrows_isReported_andLeavesTheConnectionOpen() throws Exception {
    Promise<Throwable> reported = Promise.promise();
    vertx.exceptionHandler(reported::tryComplete);
    RuntimeException oops = new RuntimeException("thrown by a test");
    Await.result(
        right.listen(
            80,
            stream -> {
              kept.add(stream);
              throw oops;
            }));
    StreamHandle client = Await.result(left.connect(PEER, 80));
    assertSame(oops, Await.result(reported.future()));
    Await.result(left.connect(PEER, 80));
    Await.result(client.write(Buffer.buffer("as a NetServer, it leaves the connection open")));
    assertNull(client.closeReason());
  }

  @Test
  void stats_areTheAdapters() throws Exception {
    Await.result(right.listen(80, kept::add));
    kept.add(Await.result(left.connect(PEER, 80)));
    assertEquals(Await.result(adapters.left().stats()), Await.result(left.stats()));
    assertEquals(1, Await.result(left.stats()).connections());
  }

  @Test
  void pcap_writesTheAdaptersPackets(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("capture.pcap");
    Await.result(left.pcap(file.toString()));
    assertEquals(
        "a capture is under way: stop it first",
        assertInstanceOf(IllegalStateException.class, Await.failure(left.pcap(file.toString())))
            .getMessage());
    assertReason(CloseReason.REFUSED, Await.failure(left.connect(PEER, 81)));
    Await.result(left.stopPcap());
    assertTrue(Files.size(file) > 24 + 2 * (16 + 40));
  }

  @Test
  void closedServer_refusesTheNext_andKeepsWhatItAccepted() throws Exception {
    Promise<TcpStream> accepted = Promise.promise();
    TcpServer server = Await.result(right.listen(0, accepted::tryComplete));
    StreamHandle client = Await.result(left.connect(PEER, server.port()));
    TcpStream peer = Await.result(accepted.future());
    Await.result(server.close());
    assertReason(CloseReason.REFUSED, Await.failure(left.connect(PEER, server.port())));
    Recorder atPeer = Recorder.of(peer);
    Await.result(client.write(Buffer.buffer("still here")));
    Await.result(atPeer.received(10));
    Await.result(server.close());
  }

  // --- contexts and verticles

  /** Uses a handle that was made elsewhere. */
  private static final class User extends VerticleBase {
    private final AdapterHandle handle;
    private final Promise<StreamHandle> made = Promise.promise();
    private final Promise<Recorder> recorded = Promise.promise();
    private Context lives;

    User(AdapterHandle handle) {
      this.handle = handle;
    }

    @Override
    public Future<?> start() {
      lives = context;
      return handle
          .connect(PEER, 80)
          .onSuccess(
              stream -> {
                assertSame(context, Vertx.currentContext());
                recorded.complete(Recorder.of(stream));
                made.complete(stream);
              });
    }
  }

  private User deploy(ThreadingModel model) throws Exception {
    User user = new User(left);
    Await.result(vertx.deployVerticle(user, new DeploymentOptions().setThreadingModel(model)));
    return user;
  }

  @ParameterizedTest
  @EnumSource(names = {"EVENT_LOOP", "WORKER"})
  void undeployedVerticle_closesItsStreams(ThreadingModel model) throws Exception {
    Promise<TcpStream> accepted = Promise.promise();
    TcpServer server = Await.result(right.listen(80, accepted::tryComplete));
    User user = deploy(model);
    StreamHandle stream = Await.result(user.made.future());
    Recorder recorder = Await.result(user.recorded.future());
    TcpStream peer = Await.result(accepted.future());
    Recorder atPeer = Recorder.of(peer);
    StreamHandle other = Await.result(left.connect(PEER, 80));
    Await.result(stream.write(Buffer.buffer("last words")));
    Await.result(vertx.undeploy(user.deploymentID()));
    assertEquals(List.of("error", "close"), recorder.events());
    assertEquals(Set.of(user.lives), recorder.contexts());
    assertReason(CloseReason.ABORTED, recorder.error());
    assertEquals(
        "connection aborted: the context that opened it has ended", recorder.error().getMessage());
    Await.result(atPeer.ended());
    assertEquals("last words", atPeer.bytes().toString());
    Await.result(peer.end());
    Await.result(atPeer.closed());
    assertNull(atPeer.error());
    assertReason(CloseReason.ABORTED, Await.failure(stream.write(Buffer.buffer("x"))));
    assertNull(other.closeReason());
    Await.result(other.reset());
    Await.result(server.close());
    untilNothingIsOpen();
    assertNotNull(Await.result(left.stats()));
  }

  @Test
  void undeployedVerticle_takesItsListenersWithIt() throws Exception {
    VerticleBase listener =
        new VerticleBase() {
          @Override
          public Future<?> start() {
            return right.listen(80, kept::add);
          }
        };
    String id = Await.result(vertx.deployVerticle(listener));
    Await.result(left.connect(PEER, 80));
    Await.result(vertx.undeploy(id));
    Await.until(vertx, () -> adapters.right().stats().map(stats -> stats.listeners() == 0));
    Await.result(right.listen(80, kept::add));
  }

  @Test
  void handleOfAnEndedVerticle_servesOthers() throws Exception {
    Promise<AdapterHandle> made = Promise.promise();
    VerticleBase maker =
        new VerticleBase() {
          @Override
          public Future<?> start() {
            return AdapterHandle.of(vertx, left.name()).onComplete(made);
          }
        };
    String id = Await.result(vertx.deployVerticle(maker));
    AdapterHandle handle = Await.result(made.future());
    Await.result(vertx.undeploy(id));
    assertEquals(
        "the context of the call has ended: call from one that lives",
        assertInstanceOf(IllegalStateException.class, Await.failure(handle.stats())).getMessage());
    Await.result(right.listen(80, kept::add));
    left = handle;
    assertNull(Await.result(deploy(ThreadingModel.EVENT_LOOP).made.future()).closeReason());
  }

  @Test
  void streamHandedToAnotherVerticle_isWrittenInOrder_andReadWhereItLives() throws Exception {
    Promise<TcpStream> accepted = Promise.promise();
    Await.result(right.listen(80, accepted::tryComplete));
    User owner = deploy(ThreadingModel.EVENT_LOOP);
    StreamHandle stream = Await.result(owner.made.future());
    Recorder atPeer = Recorder.of(Await.result(accepted.future()));
    Promise<Context> elsewhere = Promise.promise();
    VerticleBase borrower =
        new VerticleBase() {
          @Override
          public Future<?> start() {
            elsewhere.complete(context);
            List<Future<Void>> writes = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
              writes.add(stream.write(Buffer.buffer().appendInt(i)));
            }
            return Future.all(writes);
          }
        };
    Await.result(vertx.deployVerticle(borrower));
    assertNotEquals(owner.lives, Await.result(elsewhere.future()));
    Await.result(atPeer.received(4000));
    for (int i = 0; i < 1000; i++) assertEquals(i, atPeer.bytes().getInt(4 * i));
    Await.result(Await.result(accepted.future()).write(Buffer.buffer("back")));
    Recorder recorder = Await.result(owner.recorded.future());
    Await.result(recorder.received(4));
    assertEquals(Set.of(owner.lives), recorder.contexts());
  }

  // --- the end

  @Test
  void closedAdapter_endsStreamsThenHandle() throws Exception {
    Await.result(right.listen(80, kept::add));
    StreamHandle stream = Await.result(left.connect(PEER, 80));
    Recorder recorder = Recorder.of(stream);
    Promise<Throwable> ended = Promise.promise();
    EndOf.handle(left, ended::complete);
    Await.result(adapters.left().close());
    assertReason(CloseReason.ADAPTER_CLOSED, Await.result(ended.future()));
    assertEquals(List.of("error", "close"), recorder.events());
    assertReason(CloseReason.ADAPTER_CLOSED, recorder.error());
    assertReason(CloseReason.ADAPTER_CLOSED, Await.failure(left.connect(PEER, 80)));
    assertReason(CloseReason.ADAPTER_CLOSED, Await.failure(left.stats()));
    // Until its name is free an adapter answers that it is closed.
    Await.until(
        vertx,
        () ->
            AdapterHandle.of(vertx, left.name())
                .map(false)
                .otherwise(cause -> cause.getClass() == IllegalStateException.class));
  }

  @Test
  void closedHandle_leavesTheAdapterAndOthersAlone() throws Exception {
    Await.result(right.listen(80, kept::add));
    AdapterHandle second = Await.result(AdapterHandle.of(vertx, left.name()));
    StreamHandle ours = Await.result(left.connect(PEER, 80));
    StreamHandle theirs = Await.result(second.connect(PEER, 80));
    kept.add(theirs);
    Promise<Throwable> ended = Promise.promise();
    EndOf.handle(left, ended::complete);
    Await.result(left.close());
    assertNull(Await.result(ended.future()));
    assertEquals(CloseReason.ABORTED, ours.closeReason());
    assertNull(theirs.closeReason());
    Await.until(vertx, () -> second.stats().map(stats -> stats.connections() == 1));
    assertEquals(
        "the handle is closed: take another with AdapterHandle.of",
        Await.failure(left.connect(PEER, 80)).getMessage());
  }

  @Test
  void forgottenHandlesAndStreams_leaveNothing() throws Exception {
    AdapterOptions quick = new AdapterOptions().setLease(Duration.ofMillis(2000));
    HandlePair pair = HandlePair.create(vertx, quick);
    AdapterHandle listening = pair.right();
    ConcurrentLinkedQueue<StreamHandle> accepted = new ConcurrentLinkedQueue<>();
    TcpListenOptions options = new TcpListenOptions().setPort(80).setBacklog(300);
    Await.result(listening.listen(options, accepted::add));
    int before = census.consumers().size();
    List<Future<StreamHandle>> made = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      made.add(
          AdapterHandle.of(vertx, pair.left().name()).compose(handle -> handle.connect(PEER, 80)));
    }
    Await.result(Future.all(made));
    assertEquals(before + 600, census.consumers().size());
    made.clear();
    accepted.clear();
    Await.until(
        vertx,
        () -> {
          System.gc();
          return pair.right()
              .stats()
              .map(stats -> stats.connections() == 0 && census.consumers().size() == before);
        });
  }

  // --- addresses

  @Test
  void registeredAddresses_bringWhatIsRead_andTheHandleTheRest() throws Exception {
    Promise<TcpStream> accepted = Promise.promise();
    Await.result(right.listen(80, accepted::tryComplete));
    StreamHandle stream = Await.result(left.connect(PEER, 80));
    TcpStream peer = Await.result(accepted.future());
    StreamAddresses addresses = Await.result(stream.registerAddresses());
    assertEquals(addresses, Await.result(stream.registerAddresses()));
    Recorder recorder = Recorder.of(stream);
    Promise<String> read = Promise.promise();
    vertx
        .eventBus()
        .<Buffer>consumer(addresses.read(), message -> read.tryComplete(message.body().toString()));
    vertx
        .eventBus()
        .send(addresses.control(), new JsonObject().put("do", "credit").put("upTo", 100));
    Await.result(peer.write(Buffer.buffer("to the address")));
    assertEquals("to the address", Await.result(read.future()));
    Recorder atPeer = Recorder.of(peer);
    vertx.eventBus().send(addresses.write(), Buffer.buffer("from it"), new DeliveryOptions());
    Await.result(atPeer.received(7));
    Await.result(stream.write(Buffer.buffer(" and the handle")));
    Await.result(atPeer.received(22));
    assertEquals(List.of(), recorder.events());
    Await.result(peer.end());
    Await.result(recorder.ended());
    Await.result(stream.reset());
    Await.result(recorder.closed());
    assertEquals(List.of("end", "error", "close"), recorder.events());
  }

  @Test
  void endBeforeTheAddresses_isSaidThere() throws Exception {
    Promise<TcpStream> accepted = Promise.promise();
    Await.result(right.listen(80, accepted::tryComplete));
    StreamHandle stream = Await.result(left.connect(PEER, 80));
    Recorder recorder = Recorder.watching(stream);
    Await.result(Await.result(accepted.future()).end());
    Await.result(recorder.ended());
    StreamAddresses addresses = Await.result(stream.registerAddresses());
    Promise<String> end = Promise.promise();
    vertx
        .eventBus()
        .<Buffer>consumer(
            addresses.read(), message -> end.tryComplete(message.headers().get("jktcp-end")));
    vertx
        .eventBus()
        .send(addresses.control(), new JsonObject().put("do", "credit").put("upTo", 100));
    assertEquals("end", Await.result(end.future()));
  }

  @Test
  void streamThatIsOver_hasNoAddresses() throws Exception {
    Await.result(right.listen(80, kept::add));
    StreamHandle stream = Await.result(left.connect(PEER, 80));
    Await.result(stream.reset());
    assertEquals(
        "the stream is over: it has no addresses any more",
        assertInstanceOf(IllegalStateException.class, Await.failure(stream.registerAddresses()))
            .getMessage());
  }
}
