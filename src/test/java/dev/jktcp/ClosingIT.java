package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.Recorder;
import dev.jktcp.transport.BusBridge;
import dev.jktcp.transport.BusOptions;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.PipeTransport;
import dev.jktcp.transport.SocketTransport;
import dev.jktcp.transport.SocketTransportOptions;
import dev.jktcp.transport.StreamTransportOptions;
import dev.jktcp.transport.TransportUri;
import dev.jktcp.transport.TunLab;
import dev.jktcp.transport.UriTransport;
import dev.jktcp.transport.UriTransportOptions;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.lang.ref.Reference;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What was written, and whose write had completed, arrives though the Vert.x is closed, or the
 * verticle undeployed, in the next instant; then comes the FIN.
 */
@Timeout(600)
class ClosingIT {
  private static final int ROUNDS = 50;
  private static final int PORT = 80;

  /** What arrives is asserted, not when: a machine may be busy. */
  private static final int PATIENCE_MS = 60_000;

  private static final String PEER = AdapterPair.RIGHT.get(0);
  private static final int[] LENGTHS = {64, 200 * 1024};

  @TempDir Path dir;
  private Vertx peerVertx; // that goes on

  @BeforeEach
  void makeVertx() {
    peerVertx = Vertx.vertx();
  }

  @AfterEach
  void closeVertx() throws Exception {
    Await.result(peerVertx.close());
  }

  private static Buffer bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return Buffer.buffer(bytes);
  }

  /** The other end: an adapter that takes one connection. */
  private final class Peer {
    final Adapter adapter;
    final Future<TcpServer> listening;
    final Promise<Recorder> accepted = Promise.promise();

    Peer(PacketTransport transport) {
      AdapterOptions options = new AdapterOptions().setLocalAddresses(AdapterPair.RIGHT);
      adapter = Adapter.create(peerVertx, transport, options);
      listening =
          adapter.listen(
              PORT,
              stream -> {
                Recorder recorder = Recorder.of(stream);
                recorder.ended().onSuccess(v -> stream.end());
                accepted.complete(recorder);
              });
    }

    void assertHasAll(Buffer data, String which) throws Exception {
      Recorder recorder = Await.result(accepted.future());
      Await.result(recorder.closed());
      assertEquals("[data, end, close]", recorder.events().toString(), which);
      assertEquals(data, recorder.bytes(), which);
      Await.result(adapter.close());
    }
  }

  private static Adapter near(Vertx vertx, PacketTransport transport) {
    return Adapter.create(
        vertx,
        transport,
        new AdapterOptions()
            .setLocalAddresses(AdapterPair.LEFT)
            .addPeerAddress(PEER)
            .setShutdownTimeout(Duration.ofMillis(PATIENCE_MS)));
  }

  private static JsonObject config(String transport) {
    return new JsonObject()
        .put("transport", transport)
        .put("shutdownTimeoutMs", PATIENCE_MS)
        .put("localAddresses", new JsonArray(AdapterPair.LEFT))
        .put("peerAddresses", new JsonArray().add(PEER));
  }

  private static String deploy(Vertx vertx, JsonObject config) throws Exception {
    DeploymentOptions options = new DeploymentOptions().setConfig(config);
    return Await.result(vertx.deployVerticle(new AdapterVerticle(), options));
  }

  private Peer listening(Path path) throws Exception {
    SocketTransport transport =
        SocketTransport.listen(
            peerVertx,
            SocketAddress.domainSocketAddress(path.toString()),
            new SocketTransportOptions());
    Peer peer = new Peer(transport);
    Await.result(transport.bound());
    return peer;
  }

  @Test
  void overAPipe() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Buffer data = bytes(LENGTHS[round % 2]);
      PipeTransport.Pair pipe = PipeTransport.pair();
      Peer peer = new Peer(pipe.right());
      Vertx vertx = Vertx.vertx();
      if (round % 4 < 2) {
        String id = Await.result(vertx.deployVerticle(new Owner(pipe.left(), data)));
        Await.result(vertx.undeploy(id));
      } else {
        TcpStream stream = Await.result(near(vertx, pipe.left()).connect(PORT));
        Await.result(stream.write(data));
      }
      Await.result(vertx.close());
      peer.assertHasAll(data, "round " + round);
    }
  }

  /** Has an adapter of its own, connects and writes; deployed when that is done. */
  private static final class Owner extends VerticleBase {
    private final PacketTransport transport;
    private final Buffer data;

    Owner(PacketTransport transport, Buffer data) {
      this.transport = transport;
      this.data = data;
    }

    @Override
    public Future<?> start() {
      return near(vertx, transport).connect(PORT).compose(stream -> stream.write(data));
    }
  }

  @Test
  void overAUnixSocketByUri_ofAnAdapterInHand() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Buffer data = bytes(LENGTHS[round % 2]);
      Path path = dir.resolve("in-hand" + round);
      Vertx vertx = Vertx.vertx();
      boolean listens = round % 4 < 2;
      Peer peer = listens ? null : listening(path);
      String uri = (listens ? "unix-listen:" : "unix:") + path;
      UriTransport made =
          Await.result(
              UriTransport.make(vertx, TransportUri.parse(uri), new UriTransportOptions()));
      Adapter adapter = near(vertx, made.transport());
      Await.result(made.bound());
      if (listens) {
        SocketAddress there = SocketAddress.domainSocketAddress(path.toString());
        peer = new Peer(SocketTransport.connect(peerVertx, there, new SocketTransportOptions()));
        Await.result(peer.listening);
      }
      Future<TcpStream> connecting = adapter.connect(PORT);
      Await.result(Await.result(connecting).write(data));
      Await.result(vertx.close());
      peer.assertHasAll(data, "round " + round);
    }
  }

  @Test
  void overAConnectionThatAServerOfOursTook() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Buffer data = bytes(LENGTHS[round % 2]);
      SocketAddress path =
          SocketAddress.domainSocketAddress(dir.resolve("served" + round).toString());
      Vertx vertx = Vertx.vertx();
      Promise<Adapter> served = Promise.promise();
      Await.result(
          SocketTransport.serve(
              vertx,
              path,
              new SocketTransportOptions(),
              transport -> served.complete(near(vertx, transport))));
      Peer peer = new Peer(SocketTransport.connect(peerVertx, path, new SocketTransportOptions()));
      Await.result(peer.listening);
      TcpStream stream = Await.result(Await.result(served.future()).connect(PORT));
      Await.result(stream.write(data));
      Await.result(vertx.close());
      peer.assertHasAll(data, "round " + round);
    }
  }

  @Test
  void ofADeployedAdapter_byHandle() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Buffer data = bytes(LENGTHS[round % 2]);
      Path path = dir.resolve("deployed" + round);
      Peer peer = listening(path);
      Vertx vertx = Vertx.vertx();
      String id = deploy(vertx, config("unix:" + path));
      AdapterHandle handle = Await.result(AdapterHandle.of(vertx, "jktcp"));
      StreamHandle stream = Await.result(handle.connect(PORT));
      Await.result(stream.write(data));
      if (round % 4 < 2) Await.result(vertx.undeploy(id));
      Await.result(vertx.close());
      peer.assertHasAll(data, "round " + round);
    }
  }

  /** Vert.x closes it when it likes: maybe before the last words, but none look like all then. */
  @Test
  void overASocketOfTheUsersOwn_noEndStandsBehindLess() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Buffer data = bytes(LENGTHS[round % 2]);
      Path path = dir.resolve("own" + round);
      Peer peer = listening(path);
      Vertx vertx = Vertx.vertx();
      NetClient client = vertx.createNetClient();
      NetSocket socket =
          Await.result(client.connect(SocketAddress.domainSocketAddress(path.toString())));
      socket.pause();
      Adapter adapter =
          near(vertx, PacketTransport.of(socket, socket, new StreamTransportOptions()));
      TcpStream stream = Await.result(adapter.connect(PORT));
      Recorder here = Recorder.of(stream);
      Await.result(stream.write(data));
      Await.result(vertx.close());
      Recorder there = Await.result(peer.accepted.future());
      Await.result(there.closed());
      boolean end = there.events().contains("end");
      assertTrue(end ? there.bytes().equals(data) : there.error() != null, "round " + round);
      assertTrue(here.events().contains("close"));
      Await.result(peer.adapter.close());
      Reference.reachabilityFence(client); // one that is collected closes its sockets
    }
  }

  /** A bridge of the user's own, which is undeployed beside its adapter. */
  private static final class Bridge extends VerticleBase {
    private final SocketAddress path;

    Bridge(SocketAddress path) {
      this.path = path;
    }

    @Override
    public Future<?> start() {
      BusOptions bus = new BusOptions().setToAdapter("lab.to").setFromAdapter("lab.from");
      return BusBridge.open(
          vertx, SocketTransport.connect(vertx, path, new SocketTransportOptions()), bus);
    }
  }

  @Test
  void overABridgeOfTheUsersOwn_whenVertxIsClosed() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Buffer data = bytes(LENGTHS[round % 2]);
      Path path = dir.resolve("bridge" + round);
      Peer peer = listening(path);
      Vertx vertx = Vertx.vertx();
      JsonObject config =
          new JsonObject()
              .put("toAdapter", "lab.to")
              .put("fromAdapter", "lab.from")
              .put("plainBuffers", false)
              .put("shutdownTimeoutMs", PATIENCE_MS)
              .put("localAddresses", new JsonArray(AdapterPair.LEFT))
              .put("peerAddresses", new JsonArray().add(PEER));
      deploy(vertx, config);
      SocketAddress there = SocketAddress.domainSocketAddress(path.toString());
      Await.result(vertx.deployVerticle(new Bridge(there)));
      AdapterHandle handle = Await.result(AdapterHandle.of(vertx, "jktcp"));
      StreamHandle stream = Await.result(handle.connect(PORT));
      Await.result(stream.write(data));
      Await.result(vertx.close());
      peer.assertHasAll(data, "round " + round);
    }
  }

  /** Opens one connection and writes; deployed when that is done. */
  private static final class Writer extends VerticleBase {
    private final Buffer data;
    private StreamHandle stream;

    Writer(Buffer data) {
      this.data = data;
    }

    @Override
    public Future<?> start() {
      return AdapterHandle.of(vertx, "jktcp")
          .compose(handle -> handle.connect(PORT))
          .compose(
              opened -> {
                stream = opened;
                return stream.write(data);
              });
    }
  }

  @Test
  void ofAVerticleThatHasAHandle() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Buffer data = bytes(LENGTHS[round % 2]);
      Path path = dir.resolve("verticle" + round);
      Peer peer = listening(path);
      Vertx vertx = Vertx.vertx();
      deploy(vertx, config("unix:" + path));
      String id = Await.result(vertx.deployVerticle(new Writer(data)));
      if (round % 4 < 2) Await.result(vertx.undeploy(id));
      Await.result(vertx.close());
      peer.assertHasAll(data, "round " + round);
    }
  }

  @Test
  void byAddresses() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Buffer data = bytes(LENGTHS[round % 2]);
      Path path = dir.resolve("addressed" + round);
      Peer peer = listening(path);
      Vertx vertx = Vertx.vertx();
      String id = deploy(vertx, config("unix:" + path));
      JsonObject connect = new JsonObject().put("do", "connect").put("port", PORT);
      JsonObject connection =
          Await.result(vertx.eventBus().<JsonObject>request("jktcp.adapter.jktcp", connect)).body();
      Await.result(vertx.eventBus().request(connection.getString("write"), data));
      if (round % 4 < 2) Await.result(vertx.undeploy(id));
      Await.result(vertx.close());
      peer.assertHasAll(data, "round " + round);
    }
  }

  @Test
  void overTun_toTheKernel() throws Exception {
    TunLab tun = TunLab.orSkip().persistent();
    try {
      tun.up();
      for (int round = 0; round < ROUNDS; round++) {
        Buffer data = bytes(LENGTHS[round % 2]);
        Vertx vertx = Vertx.vertx();
        JsonObject config =
            new JsonObject()
                .put("transport", "tun:" + tun.name())
                .put("shutdownTimeoutMs", PATIENCE_MS)
                .put("localAddresses", new JsonArray().add(tun.peerV4()));
        String id = deploy(vertx, config);
        AdapterHandle handle = Await.result(AdapterHandle.of(vertx, "jktcp"));
        Promise<Void> written = Promise.promise();
        Await.result(handle.listen(PORT, stream -> stream.write(data).onComplete(written)));
        Future<Void> closed;
        try (Socket socket = new Socket()) {
          socket.setSoTimeout(PATIENCE_MS);
          socket.connect(new InetSocketAddress(tun.peerV4(), PORT), PATIENCE_MS);
          Await.result(written.future());
          closed = round % 4 < 2 ? vertx.undeploy(id) : vertx.close();
          assertEquals(data, Buffer.buffer(socket.getInputStream().readAllBytes()));
        }
        Await.result(closed);
        Await.result(vertx.close());
      }
    } finally {
      tun.remove();
    }
  }
}
