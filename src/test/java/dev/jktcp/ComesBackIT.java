package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.EchoedStream;
import dev.jktcp.testkit.Leftovers;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.TransportState;
import dev.jktcp.transport.TransportStatus;
import dev.jktcp.transport.TransportUri;
import dev.jktcp.transport.UriTransport;
import dev.jktcp.transport.UriTransportOptions;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A deployed adapter whose Unix socket is cut and comes back. */
@Timeout(120)
class ComesBackIT {
  private static final int ROUNDS = 20;
  private static final String FAST = "?first=10ms&largest=100ms";

  @TempDir Path dir;
  private final Vertx vertx = Vertx.vertx();
  private final NetClient client = vertx.createNetClient();
  private final List<TransportStatus> published = new CopyOnWriteArrayList<>();
  private final List<TransportStatus> told = new CopyOnWriteArrayList<>();
  private Leftovers leftovers;

  @BeforeEach
  void listen() throws Exception {
    vertx
        .eventBus()
        .<JsonObject>localConsumer("jktcp.adapter.a.transport")
        .handler(message -> published.add(TransportStatus.of(message.body())));
    leftovers = new Leftovers(vertx);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    for (String id : vertx.deploymentIDs()) Await.result(vertx.undeploy(id));
    leftovers.assertNone();
    Await.result(vertx.close());
  }

  private String path(String name) {
    return dir.resolve(name).toString();
  }

  private Future<String> deploy(String transport) {
    JsonObject config =
        new JsonObject()
            .put("name", "a")
            .put("transport", transport)
            .put("localAddresses", new JsonArray(AdapterPair.LEFT));
    return vertx.deployVerticle(
        "dev.jktcp.AdapterVerticle", new DeploymentOptions().setConfig(config));
  }

  private Adapter peer(String uri) throws Exception {
    UriTransport made =
        Await.result(UriTransport.make(vertx, TransportUri.parse(uri), new UriTransportOptions()));
    return Adapter.create(
        vertx, made.transport(), new AdapterOptions().setLocalAddresses(AdapterPair.RIGHT));
  }

  /** Stands between two Unix sockets; a cut closes both. */
  private final class Relay {
    private final List<NetSocket> ends = new CopyOnWriteArrayList<>();
    private final NetServer server = vertx.createNetServer();
    private volatile boolean down;

    Relay(String from, String to) throws Exception {
      server.connectHandler(socket -> join(socket, to));
      Await.result(server.listen(SocketAddress.domainSocketAddress(from)));
    }

    private void join(NetSocket socket, String to) {
      socket.pause();
      client
          .connect(SocketAddress.domainSocketAddress(to))
          .onFailure(e -> socket.close())
          .onSuccess(
              other -> {
                if (down) {
                  socket.close();
                  other.close();
                  return;
                }
                ends.add(socket);
                ends.add(other);
                socket.pipeTo(other);
                other.pipeTo(socket);
              });
    }

    void cut() {
      down = true;
      ends.forEach(NetSocket::close);
      ends.clear();
    }
  }

  @Test
  void cutAndBack_underLoad_theHandlesStreamGoesOnByteForByte() throws Exception {
    Adapter peer = peer("reconnect+unix-listen:" + path("far") + FAST);
    Await.until(vertx, () -> Future.succeededFuture(Files.exists(Path.of(path("far")))));
    Relay relay = new Relay(path("near"), path("far"));
    Await.result(deploy("reconnect+unix:" + path("near") + FAST));
    Await.result(peer.listen(7, stream -> Pump.pump(stream, stream).start()));
    AdapterHandle handle = Await.result(AdapterHandle.of(vertx, "a"));
    handle.transportHandler(told::add);
    EchoedStream echoed =
        new EchoedStream(Await.result(handle.connect(AdapterPair.RIGHT.get(0), 7)), 5);
    for (int round = 0; round < ROUNDS; round++) {
      long before = echoed.received();
      for (int i = 0; i < 32; i++) assertFalse(echoed.write(8_192).failed());
      Await.until(vertx, () -> Future.succeededFuture(echoed.received() > before));
      relay.cut();
      int cut = round + 1;
      Await.until(vertx, () -> Future.succeededFuture(losses() >= cut));
      relay.down = false;
      Await.until(vertx, () -> Future.succeededFuture(last(told).state() == TransportState.UP));
      assertNull(echoed.failure(), "round " + round);
    }
    echoed.stream().end();
    Await.until(vertx, () -> Future.succeededFuture(echoed.isEnded()));
    assertNull(echoed.failure());
    assertEquals(echoed.written(), echoed.received());
    assertTrue(Await.result(handle.transportStatus()).losses() >= ROUNDS);
    Await.result(handle.close());
    Await.result(peer.close());
    Await.result(relay.server.close());
  }

  private long losses() {
    return told.isEmpty() ? 0 : last(told).losses();
  }

  private static TransportStatus last(List<TransportStatus> of) {
    return of.get(of.size() - 1);
  }

  @Test
  void aTransportThatIsNotThereYet_isWaitedFor_andItsStatesArePublished() throws Exception {
    String id = Await.result(deploy("reconnect+unix:" + path("link") + FAST));
    Await.until(
        vertx,
        () ->
            Future.succeededFuture(
                !published.isEmpty() && last(published).state() == TransportState.WAITING));
    Adapter peer = peer("unix-listen:" + path("link"));
    Await.result(peer.opened());
    Await.until(vertx, () -> Future.succeededFuture(last(published).state() == TransportState.UP));
    JsonObject question = new JsonObject().put("do", "transport");
    JsonObject answer =
        (JsonObject) Await.result(vertx.eventBus().request("jktcp.adapter.a", question)).body();
    assertEquals(TransportState.UP, TransportStatus.of(answer).state());
    Await.result(vertx.undeploy(id));
    Await.until(
        vertx, () -> Future.succeededFuture(last(published).state() == TransportState.ENDED));
    assertEquals(TransportState.OPENING, published.get(0).state());
    assertNull(last(published).reason());
    Await.result(peer.close());
  }

  @Test
  void aTransportThatNeverComes_endsWithTheAttemptsAndTheCause() throws Exception {
    String uri = "reconnect+unix:" + path("none");
    String line = Await.failure(deploy(uri + "?attempts=1")).getMessage();
    String said = uri + ": gave up after 1 attempt: cannot connect to unix:" + path("none") + ": ";
    assertTrue(line.startsWith(said), line);
    Await.until(vertx, () -> Future.succeededFuture(published.size() == 2));
    assertEquals(TransportState.ENDED, last(published).state());
    assertEquals(line, last(published).reason());
    String tunnel = "reconnect+cdtunnel+unix:" + path("none") + "?attempts=2&first=1ms";
    Future<UriTransport> made =
        UriTransport.make(vertx, TransportUri.parse(tunnel), new UriTransportOptions());
    line = Await.failure(made).getMessage();
    assertTrue(line.contains(": gave up after 2 attempts: cannot connect to unix:"), line);
  }

  @Test
  void aListeningTransport_takesTheNextPeer_onThePortThatWasPicked() throws Exception {
    AdapterVerticle verticle = new AdapterVerticle();
    JsonObject config =
        new JsonObject()
            .put("name", "a")
            .put("transport", "tcp-listen:127.0.0.1:0")
            .put("reconnect", new JsonObject())
            .put("localAddresses", new JsonArray(AdapterPair.LEFT));
    Await.result(vertx.deployVerticle(verticle, new DeploymentOptions().setConfig(config)));
    int port = verticle.transport().port();
    for (int i = 0; i < 3; i++) {
      int waits = i;
      Adapter peer = peer("reconnect+tcp:127.0.0.1:" + port + FAST);
      Throwable failure = Await.failure(peer.connect(AdapterPair.LEFT.get(0), 80));
      assertTrue(failure.getMessage().startsWith("connection refused"), "" + failure);
      Await.result(peer.close());
      Await.until(vertx, () -> Future.succeededFuture(last(published).losses() == waits + 1));
    }
    assertFalse(vertx.deploymentIDs().isEmpty());
  }

  private PacketTransport line; // the last device's

  private Adapter device(String its, String host) throws Exception {
    UriTransportOptions options = new UriTransportOptions();
    options.getDevice().setServerAddress(its).setClientAddress(host);
    TransportUri uri = TransportUri.parse("cdtunnel-listen+unix:" + path("device"));
    UriTransport made = Await.result(UriTransport.make(vertx, uri, options));
    AdapterOptions addresses =
        new AdapterOptions()
            .setLocalAddresses(made.localAddresses())
            .setPeerAddresses(made.peerAddresses());
    line = made.transport();
    Adapter device = Adapter.create(vertx, line, addresses);
    device.listen(7, stream -> Pump.pump(stream, stream).start());
    return device;
  }

  private static Future<String> echo(Future<? extends TcpStream> connecting, String text) {
    return connecting.compose(
        stream -> {
          Promise<String> answer = Promise.promise();
          Buffer heard = Buffer.buffer();
          stream.handler(heard::appendBuffer);
          stream.exceptionHandler(answer::tryFail);
          stream.endHandler(end -> answer.tryComplete(heard.toString()));
          stream.end(Buffer.buffer(text));
          return answer.future();
        });
  }

  @Test
  void aDeviceThatGrantsOtherAddresses_endsWhatHadTheOldOnes_andListenersAndConnectsGoOn()
      throws Exception {
    Adapter first = device("fd66::1", "fd66::2");
    PacketTransport cut = line; // so that nothing is said before the end
    JsonObject config =
        new JsonObject()
            .put("name", "a")
            .put("transport", "reconnect+cdtunnel+unix:" + path("device") + FAST);
    Await.result(
        vertx.deployVerticle(
            "dev.jktcp.AdapterVerticle", new DeploymentOptions().setConfig(config)));
    AdapterHandle handle = Await.result(AdapterHandle.of(vertx, "a"));
    Await.result(handle.listen(80, stream -> Pump.pump(stream, stream).start()));
    TcpStream old = Await.result(handle.connect("fd66::1", 7));
    Promise<Void> oldEnd = Promise.promise();
    old.exceptionHandler(oldEnd::tryFail);
    DatagramSocket bound = handle.udp();
    Promise<Void> boundEnd = Promise.promise();
    bound.exceptionHandler(boundEnd::tryFail);
    Await.result(bound.listen(5353, "fd66::2"));
    DatagramSocket everywhere = handle.udp();
    Promise<String> datagram = Promise.promise();
    everywhere.handler(packet -> datagram.tryComplete(packet.data().toString()));
    Await.result(everywhere.listen(5354, "::"));

    Await.result(cut.close());
    Await.result(first.close());
    Adapter second = device("fd77::1", "fd77::2");
    assertEquals(
        "local address gone: the transport came back with other addresses; connect to"
            + " [fd66::1]:7 anew",
        Await.failure(oldEnd.future()).getMessage());
    assertEquals(CloseReason.ADDRESS_GONE, old.closeReason());
    String gone =
        "local address gone: the transport came back with other addresses, and UDP port 5353 of"
            + " fd66::2 is closed; bind anew";
    assertEquals(gone, Await.failure(boundEnd.future()).getMessage());
    Throwable unsent = Await.failure(bound.send(Buffer.buffer("?"), 7, "fd77::1"));
    assertTrue(unsent.getMessage().contains("closed"), unsent.getMessage());

    assertEquals("to the only peer", Await.result(echo(handle.connect(7), "to the only peer")));
    assertEquals(
        "to the listener", Await.result(echo(second.connect("fd77::2", 80), "to the listener")));
    DatagramSocket anew = handle.udp();
    Await.result(anew.listen(5353, "fd77::2"));
    Await.result(second.udp().send(Buffer.buffer("news"), 5354, "fd77::2"));
    assertEquals("news", Await.result(datagram.future()));
    Await.result(Future.join(anew.close(), everywhere.close()));
    Await.result(handle.close());
    Await.result(second.close());
  }
}
