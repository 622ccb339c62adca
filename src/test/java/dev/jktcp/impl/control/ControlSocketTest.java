package dev.jktcp.impl.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterStats;
import dev.jktcp.AdapterVerticle;
import dev.jktcp.ConnectionList;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.ManualClock;
import dev.jktcp.testkit.OnContext;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.parsetools.RecordParser;
import io.vertx.junit5.VertxExtension;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The Unix socket on which an adapter is seen: its file, and what it answers. */
@ExtendWith(VertxExtension.class)
@Timeout(120)
class ControlSocketTest {
  @TempDir private Path dir;
  private NetClient client; // kept: one that is collected closes its sockets

  @BeforeEach
  void makeClient(Vertx vertx) {
    client = vertx.createNetClient();
  }

  private Path path() {
    return dir.resolve("x.sock");
  }

  private static Shown of(AdapterPair pair) {
    return new ShownAdapter(pair.left(), "test", "a pipe");
  }

  /** What it answers to this line. */
  private JsonObject ask(String line) throws Exception {
    Promise<Buffer> answer = Promise.promise();
    NetSocket socket = connect();
    RecordParser.newDelimited("\n", socket)
        .handler(answer::tryComplete)
        .endHandler(end -> answer.tryFail("it closes the connection"));
    Await.result(socket.write(line + "\n"));
    JsonObject json = new JsonObject(Await.result(answer.future()));
    Await.result(socket.close());
    return json;
  }

  private NetSocket connect() throws Exception {
    return Await.result(connecting());
  }

  private Future<NetSocket> connecting() {
    return client.connect(SocketAddress.domainSocketAddress(path().toString()));
  }

  /** One whose limits of time are not reached, however slow the machine is. */
  private void openForLong(Vertx vertx) throws Exception {
    Shown shown = of(AdapterPair.create(vertx));
    Await.result(
        OnContext.call(
            vertx.getOrCreateContext(),
            () -> ControlSocket.open(vertx, new ManualClock(), path(), shown)));
  }

  @Test
  void socket_isItsOwnersAlone_andGoesWhenItIsClosed(Vertx vertx) throws Exception {
    ControlSocket socket =
        Await.result(ControlSocket.open(vertx, path(), of(AdapterPair.create(vertx))));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path())));
    Await.result(socket.close());
    assertFalse(Files.exists(path()));
  }

  @Test
  void answer_hasStatsAndConnections(Vertx vertx) throws Exception {
    AdapterPair pair = AdapterPair.create(vertx);
    pair.connect("10.0.0.2", 80);
    pair.connect("10.0.0.2", 81);
    Await.result(ControlSocket.open(vertx, path(), of(pair)));
    JsonObject json = ask("{\"limit\":1}");
    assertEquals("test", json.getJsonObject("about").getString("command"));
    assertEquals(2, AdapterStats.of(json.getJsonObject("stats")).connections());
    assertEquals(2, json.getJsonObject("connections").getInteger("total"));
    assertEquals(1, json.getJsonObject("connections").getJsonArray("connections").size());
    json = ask("{}");
    assertEquals(2, json.getJsonObject("connections").getJsonArray("connections").size());
  }

  @Test
  void nonsense_isAnsweredWithALine_andALongLineEndsTheConnection(Vertx vertx) throws Exception {
    Await.result(ControlSocket.open(vertx, path(), of(AdapterPair.create(vertx))));
    String expected = "a line of JSON with skip and limit is expected";
    for (String line : List.of("GET / HTTP/1.1", "[]", "{\"limit\":\"all\"}", "{\"skip\":null}")) {
      assertEquals(expected, ask(line).getString("error"), line);
    }
    NetSocket socket = connect();
    Promise<Void> closed = Promise.promise();
    socket.closeHandler(closed::complete);
    socket.write(Buffer.buffer(new byte[5_000]));
    Await.result(closed.future());
  }

  @Test
  void fileOfAKilledProcess_isReplaced(Vertx vertx) throws Exception {
    ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(path()))
        .close(); // which leaves the file
    assertTrue(Files.exists(path()));
    Await.result(ControlSocket.open(vertx, path(), of(AdapterPair.create(vertx))));
    assertEquals(0, ask("{}").getJsonObject("connections").getInteger("total"));
  }

  @Test
  void pathThatIsInUse_orNoSocket_isRefused_andLeftAsItIs(Vertx vertx) throws Exception {
    AdapterPair pair = AdapterPair.create(vertx);
    Await.result(ControlSocket.open(vertx, path(), of(pair)));
    Throwable taken = Await.failure(ControlSocket.open(vertx, path(), of(pair)));
    assertEquals(
        "control: cannot listen on " + path() + ": another process listens there",
        taken.getMessage());
    assertEquals(0, ask("{}").getJsonObject("connections").getInteger("total"));
    Path file = Files.writeString(dir.resolve("file"), "mine");
    Throwable refused = Await.failure(ControlSocket.open(vertx, file, of(pair)));
    assertTrue(
        refused.getMessage().startsWith("control: cannot listen on " + file + ": "),
        refused.getMessage());
    assertEquals("mine", Files.readString(file));
  }

  @Test
  void clientsBeyondSixteen_areToldSo(Vertx vertx) throws Exception {
    openForLong(vertx);
    List<NetSocket> sixteen = new ArrayList<>();
    for (int i = 0; i < 16; i++) sixteen.add(connect());
    assertEquals("it has 16 clients, its limit", ask("{}").getString("error"));
    Await.result(sixteen.get(0).close());
    // By this thread: asking waits, which an event loop must not.
    while (ask("{}").getString("error") != null) {
      Thread.onSpinWait();
    }
  }

  @Test
  void clientsBeyondThoseThatAreRefused_areClosedAtOnce(Vertx vertx) throws Exception {
    openForLong(vertx);
    for (int i = 0; i < 32; i++) connect();
    Promise<Void> closed = Promise.promise();
    // It says nothing. A handler that is set after the end is not called.
    Await.result(connecting().map(socket -> socket.closeHandler(closed::complete)));
    Await.result(closed.future());
  }

  /** A control socket whose time the test moves, and a client of it. */
  private final class Timed {
    final ManualClock clock = new ManualClock();
    final Context context;
    final NetSocket client;
    final Promise<Void> closed = Promise.promise();

    Timed(Vertx vertx, Shown shown) throws Exception {
      context = vertx.getOrCreateContext();
      Await.result(OnContext.call(context, () -> ControlSocket.open(vertx, clock, path(), shown)));
      client = connect();
      client.closeHandler(closed::complete);
      awaitTimer(vertx); // it is accepted
    }

    void awaitTimer(Vertx vertx) throws Exception {
      Await.until(vertx, () -> count().map(timers -> timers == 1));
    }

    private Future<Integer> count() {
      Promise<Integer> count = Promise.promise();
      context.runOnContext(v -> count.complete(clock.timers()));
      return count.future();
    }

    int timers() throws Exception {
      return Await.result(count());
    }

    void advance(long ms) throws Exception {
      OnContext.run(context, () -> clock.advanceMs(ms));
    }
  }

  @Test
  void clientThatSaysNothing_isClosedAfterAMinute(Vertx vertx) throws Exception {
    Timed timed = new Timed(vertx, of(AdapterPair.create(vertx)));
    timed.advance(ControlConnection.FIRST_MS - 1);
    assertEquals(1, timed.timers());
    timed.advance(1);
    Await.result(timed.closed.future());
  }

  @Test
  void clientThatAskedOnce_mayAskAgainAfterTheLongestIntervalOfTop(Vertx vertx) throws Exception {
    Timed timed = new Timed(vertx, of(AdapterPair.create(vertx)));
    Promise<Buffer> first = Promise.promise();
    Promise<Buffer> second = Promise.promise();
    RecordParser.newDelimited("\n", timed.client)
        .handler(
            answer -> {
              if (!first.tryComplete(answer)) second.tryComplete(answer);
            });
    timed.client.write("{}\n");
    Await.result(first.future());
    timed.awaitTimer(vertx);
    timed.advance(60 * 60_000);
    timed.client.write("{}\n");
    Await.result(second.future());
    timed.awaitTimer(vertx);
    timed.advance(ControlConnection.NEXT_MS);
    Await.result(timed.closed.future());
  }

  /** Has, for its first client, more to say than the kernel holds for a client. */
  private static final class Talkative implements Shown {
    final AtomicInteger asked = new AtomicInteger();
    final AtomicInteger answered = new AtomicInteger();
    private final Shown shown;

    Talkative(Shown shown) {
      this.shown = shown;
    }

    @Override
    public JsonObject about() {
      return shown.about().put("text", "x".repeat(answered.getAndIncrement() == 0 ? 4 << 20 : 1));
    }

    @Override
    public Future<AdapterStats> stats() {
      asked.incrementAndGet();
      return shown.stats();
    }

    @Override
    public Future<ConnectionList> connections(int skip, int limit) {
      return shown.connections(skip, limit);
    }
  }

  @Test
  void clientThatDoesNotRead_holdsOneAnswer_forTenSeconds_andNoOtherClient(Vertx vertx)
      throws Exception {
    Talkative shown = new Talkative(of(AdapterPair.create(vertx)));
    Timed timed = new Timed(vertx, shown);
    timed.client.pause();
    Await.result(timed.client.write("{}\n".repeat(100)));
    Await.until(vertx, () -> Future.succeededFuture(shown.answered.get() == 1));
    assertEquals("test", ask("{}").getJsonObject("about").getString("command"));
    assertEquals(2, shown.asked.get()); // the stuck client's one, and the other's
    timed.awaitTimer(vertx);
    timed.advance(ControlConnection.TAKE_MS - 1);
    assertEquals(1, timed.timers());
    timed.advance(1);
    Await.until(vertx, () -> timed.count().map(timers -> timers == 0)); // it is closed
    timed.client.resume(); // its end comes behind what the kernel holds for it
    Await.result(timed.closed.future());
    assertEquals(2, shown.asked.get());
  }

  @Test
  void adapterThatDoesNotAnswer_isSaidToOpen(Vertx vertx) throws Exception {
    Shown opening =
        new Shown() {
          @Override
          public JsonObject about() {
            return new JsonObject().put("command", "opening");
          }

          @Override
          public Future<AdapterStats> stats() {
            return Promise.<AdapterStats>promise().future();
          }

          @Override
          public Future<ConnectionList> connections(int skip, int limit) {
            return Promise.<ConnectionList>promise().future();
          }
        };
    Await.result(ControlSocket.open(vertx, path(), opening));
    JsonObject json = ask("{}");
    assertEquals("its transport is not open yet", json.getString("error"));
    assertEquals("opening", json.getJsonObject("about").getString("command"));
  }

  @Test
  void verticle_isSeenByItsControlSocket(Vertx vertx) throws Exception {
    JsonObject config =
        new JsonObject()
            .put("name", "tunnel")
            .put("transport", "unix-listen:" + dir.resolve("packets"))
            .put("localAddresses", new JsonArray().add("10.7.0.2"))
            .put("control", "unix:" + path());
    String id =
        Await.result(
            vertx.deployVerticle(new AdapterVerticle(), new DeploymentOptions().setConfig(config)));
    JsonObject json = ask("{}");
    assertEquals("adapter tunnel", json.getJsonObject("about").getString("command"));
    assertEquals(ProcessHandle.current().pid(), json.getJsonObject("about").getLong("pid"));
    Throwable refused =
        Await.failure(
            vertx.deployVerticle(
                new AdapterVerticle(),
                new DeploymentOptions().setConfig(config.copy().put("name", "other"))));
    assertTrue(refused.getMessage().contains("listens"), refused.getMessage());
    Await.result(vertx.undeploy(id));
    assertFalse(Files.exists(path()));
  }
}
