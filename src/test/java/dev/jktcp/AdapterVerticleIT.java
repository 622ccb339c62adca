package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.Leftovers;
import dev.jktcp.testkit.Recorder;
import dev.jktcp.transport.TransportUri;
import dev.jktcp.transport.TunLab;
import dev.jktcp.transport.UriTransport;
import dev.jktcp.transport.UriTransportOptions;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A deployed adapter on the transport of a URI. */
@Timeout(300)
class AdapterVerticleIT {
  private static final String VERTICLE = "dev.jktcp.AdapterVerticle";

  @TempDir Path dir;
  private Vertx vertx;
  private NetClient client; // one that is collected closes its sockets
  private Vertx far; // null unless somebody came from there
  private String path;
  private Leftovers leftovers;

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    client = vertx.createNetClient();
    path = dir.resolve("link").toString();
    leftovers = new Leftovers(vertx);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    for (String id : vertx.deploymentIDs()) Await.result(vertx.undeploy(id));
    leftovers.assertNone();
    assertFalse(Files.exists(Path.of(path)));
    Await.result(vertx.close());
    if (far != null) Await.result(far.close());
  }

  private JsonObject config(String name, String transport) {
    return new JsonObject()
        .put("name", name)
        .put("transport", transport)
        .put("localAddresses", new JsonArray(AdapterPair.LEFT));
  }

  private Future<String> deploy(JsonObject config) {
    return vertx.deployVerticle(VERTICLE, new DeploymentOptions().setConfig(config));
  }

  /** An adapter in hand at the other end. */
  private Adapter peer(String uri) throws Exception {
    return peer(vertx, uri);
  }

  private static Adapter peer(Vertx vertx, String uri) throws Exception {
    UriTransport made =
        Await.result(UriTransport.make(vertx, TransportUri.parse(uri), new UriTransportOptions()));
    List<String> local =
        made.localAddresses().isEmpty() ? AdapterPair.RIGHT : made.localAddresses();
    return Adapter.create(vertx, made.transport(), new AdapterOptions().setLocalAddresses(local));
  }

  private static void assertAnswers(Adapter peer, String address) throws Exception {
    Throwable failure = Await.failure(peer.connect(address, 80));
    assertEquals(
        CloseReason.REFUSED, assertInstanceOf(TcpException.class, failure).reason(), "" + failure);
  }

  @Test
  void listeningTransport_isDeployedOnceItListens() throws Exception {
    AdapterVerticle verticle = new AdapterVerticle();
    JsonObject config = config("a", "tcp-listen:127.0.0.1:0");
    Await.result(vertx.deployVerticle(verticle, new DeploymentOptions().setConfig(config)));
    assertTrue(verticle.transport().port() > 0);
    Adapter peer = peer("tcp:127.0.0.1:" + verticle.transport().port());
    assertAnswers(peer, AdapterPair.LEFT.get(0));
    assertAnswers(peer, AdapterPair.LEFT.get(1));
    Await.result(peer.close());
  }

  @Test
  void nobodyCame_itIsUndeployedAllTheSame() throws Exception {
    String id = Await.result(deploy(config("a", "unix-listen:" + path)));
    assertTrue(Files.exists(Path.of(path)));
    Await.result(vertx.undeploy(id));
  }

  @Test
  void nothingToConnectTo_failsTheDeployment_andLeavesNothing() throws Exception {
    String failure = Await.failure(deploy(config("a", "unix:" + path))).getMessage();
    assertTrue(failure.startsWith("cannot connect to unix:" + path + ": "), failure);
    failure = Await.failure(deploy(tunnel("b", "cdtunnel+unix:" + path))).getMessage();
    assertTrue(failure.startsWith("cannot connect to unix:" + path + ": "), failure);
    leftovers.assertNone();
  }

  @Test
  void listenersOfOnePath_areNotTwo() throws Exception {
    String id = Await.result(deploy(config("a", "unix-listen:" + path)));
    assertEquals(
        "cannot listen on unix:" + path + ": another transport of this Vert.x listens there",
        Await.failure(deploy(config("b", "unix-listen:" + path))).getMessage());
    Adapter peer = peer("unix:" + path);
    assertAnswers(peer, AdapterPair.LEFT.get(0));
    Await.result(peer.close());
    Await.result(vertx.undeploy(id));
    Await.result(deploy(config("b", "unix-listen:" + path)));
  }

  @Test
  void deviceThatIsTaken_failsTheDeployment() throws Exception {
    TunLab lab = TunLab.orSkip();
    try {
      JsonObject config = config("a", "tun:" + lab.name());
      Await.result(deploy(config));
      assertEquals(
          "tun:"
              + lab.name()
              + ": the device is in use, in this process or another;"
              + " end its user or take another name",
          Await.failure(deploy(config.copy().put("name", "b"))).getMessage());
      String mtu = Await.failure(deploy(config.copy().put("name", "a"))).getMessage();
      assertTrue(mtu.contains("deployed already"), mtu);
    } finally {
      nothingIsLeft();
      vertx = Vertx.vertx();
      leftovers = new Leftovers(vertx);
      lab.remove();
    }
  }

  @Test
  void mtuBeyondTheDevices_failsTheDeployment() throws Exception {
    TunLab lab = TunLab.orSkip();
    try {
      JsonObject config = config("a", "tun:" + lab.name()).put("mtu", 9000);
      assertEquals(
          "mtu: 9000 is more than the transport's 1500",
          Await.failure(deploy(config)).getMessage());
      leftovers.assertNone();
    } finally {
      lab.remove();
    }
  }

  @Test
  void transportThatEnds_endsTheAdapter_andItsNameIsFree() throws Exception {
    String id = Await.result(deploy(config("a", "unix-listen:" + path)));
    Adapter peer = peer("unix:" + path);
    assertAnswers(peer, AdapterPair.LEFT.get(0));
    Await.result(peer.close());
    leftovers.assertNone();
    assertTrue(vertx.deploymentIDs().contains(id));
    Await.result(deploy(config("a", "unix-listen:" + path)));
    Await.result(vertx.undeploy(id));
    assertAnswers(peer("unix:" + path), AdapterPair.LEFT.get(0));
  }

  private static JsonObject tunnel(String name, String transport) {
    return new JsonObject().put("name", name).put("transport", transport);
  }

  @Test
  void cdTunnel_bringsTheHostItsAddresses_mtuAndRsdPort() throws Exception {
    JsonObject device =
        tunnel("device", "cdtunnel-listen+unix:" + path)
            .put("rsdPort", 7)
            .put("localAddresses", new JsonArray().add("fd77::1"))
            .put("peerAddresses", new JsonArray().add("fd77::2"));
    Await.result(deploy(device));
    AdapterVerticle host = new AdapterVerticle();
    JsonObject config = tunnel("host", "cdtunnel+unix:" + path);
    Await.result(vertx.deployVerticle(host, new DeploymentOptions().setConfig(config)));
    assertEquals(7, host.rsdPort());
    Await.result(vertx.undeploy(host.deploymentID()));
  }

  @Test
  void deviceWhoseHostTalksNonsense_ends() throws Exception {
    Await.result(deploy(tunnel("device", "cdtunnel-listen+unix:" + path)));
    NetSocket socket = Await.result(client.connect(SocketAddress.domainSocketAddress(path)));
    socket.write(Buffer.buffer("GET / HTTP/1.0\r\n\r\n"));
    leftovers.assertNone();
  }

  @Test
  void capture_hasTheFirstPacket() throws Exception {
    Path pcap = dir.resolve("all.pcap");
    JsonObject config = config("a", "unix-listen:" + path).put("pcap", pcap.toString());
    String id = Await.result(deploy(config));
    Adapter peer = peer("unix:" + path);
    assertAnswers(peer, AdapterPair.LEFT.get(0));
    Await.result(peer.close());
    Await.result(vertx.undeploy(id));
    // A header of 24 bytes, then a SYN and its RST with 16 bytes each of their own.
    byte[] file = Files.readAllBytes(pcap);
    assertEquals(0x02, file[24 + 16 + 20 + 13], "flags of the first packet");
    int second = 24 + 16 + (file[24 + 8] & 255);
    assertEquals(0x14, file[second + 16 + 20 + 13], "flags of the second");
  }

  /** The other end, with a Vert.x of its own, which takes one connection. */
  private Future<TcpStream> comeFromAfar() throws Exception {
    far = Vertx.vertx();
    Promise<TcpStream> accepted = Promise.promise();
    Await.result(peer(far, "unix:" + path).listen(80, accepted::tryComplete));
    return accepted.future();
  }

  private StreamHandle connect() throws Exception {
    AdapterHandle handle = Await.result(AdapterHandle.of(vertx, "a"));
    return Await.result(handle.connect(AdapterPair.RIGHT.get(0), 80));
  }

  private static void assertEnds(Recorder recorder, TcpStream stream, CloseReason reason)
      throws Exception {
    Await.result(recorder.closed());
    assertEquals(reason, stream.closeReason());
  }

  @Test
  void undeployedInMidTransfer_resetsThePeer_andTellsTheStream() throws Exception {
    String id = Await.result(deploy(config("a", "unix-listen:" + path)));
    Future<TcpStream> accepted = comeFromAfar();
    StreamHandle stream = connect();
    Recorder near = Recorder.of(stream);
    stream.write(Buffer.buffer(new byte[8 << 20]));
    TcpStream server = Await.result(accepted);
    Recorder there = Recorder.of(server);
    Await.result(there.received(1 << 20));
    Await.result(vertx.undeploy(id));
    assertEnds(near, stream, CloseReason.ADAPTER_CLOSED);
    assertEnds(there, server, CloseReason.RESET);
  }

  @Test
  void closedVertx_resetsThePeer() throws Exception {
    Await.result(deploy(config("a", "unix-listen:" + path)));
    Future<TcpStream> accepted = comeFromAfar();
    connect().write(Buffer.buffer(new byte[8 << 20]));
    TcpStream server = Await.result(accepted);
    Recorder there = Recorder.of(server);
    Await.result(there.received(1 << 20));
    Await.result(vertx.close());
    assertEnds(there, server, CloseReason.RESET);
    start();
  }

  @Test
  void lostTransport_isWhatStreamsHear() throws Exception {
    Await.result(deploy(config("a", "unix-listen:" + path)));
    UriTransport made =
        Await.result(
            UriTransport.make(
                vertx, TransportUri.parse("unix:" + path), new UriTransportOptions()));
    Adapter peer =
        Adapter.create(
            vertx, made.transport(), new AdapterOptions().setLocalAddresses(AdapterPair.RIGHT));
    Await.result(peer.listen(80, accepted -> {}));
    StreamHandle stream = connect();
    Recorder near = Recorder.of(stream);
    Await.result(made.transport().close());
    assertEnds(near, stream, CloseReason.TRANSPORT_LOST);
    // Its streams hear of it first; then its name is free.
    Await.until(
        vertx,
        () ->
            AdapterHandle.of(vertx, "a")
                .map(false)
                .otherwise(IllegalStateException.class::isInstance));
    Await.result(peer.close());
  }

  @Test
  void listenerIsThere_beforeThePeerCame() throws Exception {
    Await.result(deploy(config("a", "unix-listen:" + path)));
    AdapterHandle handle = Await.result(AdapterHandle.of(vertx, "a"));
    Promise<StreamHandle> accepted = Promise.promise();
    Await.result(handle.listen(80, accepted::complete));
    Adapter peer = peer("unix:" + path);
    TcpStream client = Await.result(peer.connect(AdapterPair.LEFT.get(1), 80));
    Recorder there = Recorder.of(client);
    Await.result(accepted.future()).end(Buffer.buffer("welcome"));
    Await.result(there.ended());
    assertEquals("welcome", there.bytes().toString());
    Await.result(peer.close());
  }

  @Test
  void filesInConf_areDeployedAsTheyAre() throws Exception {
    for (String name : List.of("verticle", "verticle-bus", "verticle-device", "verticle-host")) {
      String text = Files.readString(Path.of("conf", name + ".json"));
      Await.result(deploy(new JsonObject(text.replace("/tmp/", dir + "/"))));
    }
    assertEquals(4, vertx.deploymentIDs().size());
  }
}
