package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.CloseReason;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.Leftovers;
import dev.jktcp.transport.BusBridge;
import dev.jktcp.transport.BusOptions;
import dev.jktcp.transport.PacketTransport;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A deployed adapter at its own two bus addresses; the test has the bridge. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class AdapterVerticleTest {
  private static final String VERTICLE = "dev.jktcp.AdapterVerticle";

  private Vertx vertx;
  private Leftovers leftovers;

  @BeforeEach
  void look(Vertx inVertx) throws Exception {
    vertx = inVertx;
    leftovers = new Leftovers(vertx);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    for (String id : vertx.deploymentIDs()) Await.result(vertx.undeploy(id));
    leftovers.assertNone();
  }

  private static JsonObject config(String name) {
    return new JsonObject()
        .put("name", name)
        .put("toAdapter", name + ".to")
        .put("fromAdapter", name + ".from")
        .put("localAddresses", new JsonArray(AdapterPair.LEFT))
        .put("peerAddresses", new JsonArray().add(AdapterPair.RIGHT.get(0)));
  }

  private Future<String> deploy(JsonObject config) {
    return vertx.deployVerticle(VERTICLE, new DeploymentOptions().setConfig(config));
  }

  private Future<BusBridge> bridge(String name, PacketTransport transport) {
    BusOptions options = new BusOptions().setToAdapter(name + ".to").setFromAdapter(name + ".from");
    return BusBridge.open(vertx, transport, options);
  }

  private Adapter peer(PacketTransport transport) {
    return Adapter.create(
        vertx, transport, new AdapterOptions().setLocalAddresses(AdapterPair.RIGHT));
  }

  private Future<JsonObject> stats(String name) {
    return vertx
        .eventBus()
        .<JsonObject>request("jktcp.adapter." + name, new JsonObject().put("do", "stats"))
        .map(answer -> answer.body());
  }

  /** That packets go to and fro: nobody listens there, and the peer is told so. */
  private static void assertAnswers(Adapter peer) throws Exception {
    Throwable failure = Await.failure(peer.connect(AdapterPair.LEFT.get(0), 80));
    assertEquals(
        CloseReason.REFUSED, assertInstanceOf(TcpException.class, failure).reason(), "" + failure);
  }

  @ParameterizedTest
  @EnumSource(
      value = ThreadingModel.class,
      names = {"EVENT_LOOP", "WORKER"})
  void deployedByName_isReachedThroughTheBridge_andUnderItsName(ThreadingModel model)
      throws Exception {
    DeploymentOptions options =
        new DeploymentOptions().setConfig(config("a")).setThreadingModel(model);
    String id = Await.result(vertx.deployVerticle(VERTICLE, options));
    PipeTransport.Pair pipe = PipeTransport.pair();
    Adapter peer = peer(pipe.right());
    BusBridge bridge = Await.result(bridge("a", pipe.left()));
    assertAnswers(peer);
    assertTrue(Await.result(stats("a")).encode().contains("\"connections\""));
    Await.result(vertx.undeploy(id));
    Await.result(bridge.close());
    Await.result(peer.close());
  }

  @Test
  void undeployedAdapter_closesTheBridge() throws Exception {
    String id = Await.result(deploy(config("a")));
    PipeTransport.Pair pipe = PipeTransport.pair();
    Adapter peer = peer(pipe.right());
    Await.result(bridge("a", pipe.left()));
    Future<Throwable> lost = Future.future(end -> EndOf.adapter(peer, end::complete));
    Await.result(vertx.undeploy(id));
    Await.result(lost);
  }

  @Test
  void lostBridge_endsTheAdapter_andFreesItsName() throws Exception {
    String id = Await.result(deploy(config("a")));
    PipeTransport.Pair pipe = PipeTransport.pair();
    BusBridge bridge = Await.result(bridge("a", pipe.left()));
    Await.result(stats("a"));
    Await.result(bridge.close());
    leftovers.assertNone();
    assertTrue(vertx.deploymentIDs().contains(id));
    String next = Await.result(deploy(config("a")));
    Await.result(vertx.undeploy(id));
    Await.result(stats("a"));
    Await.result(vertx.undeploy(next));
  }

  @Test
  void configThatIsWrong_failsTheDeployment_andLeavesNothing() throws Exception {
    JsonObject config = config("a").put("maxConections", 5);
    assertEquals(
        "unknown key 'maxConections'; did you mean 'maxConnections'?",
        Await.failure(deploy(config)).getMessage());
    assertEquals(0, vertx.deploymentIDs().size());
    leftovers.assertNone();
  }

  @Test
  void nameThatIsTaken_failsTheDeployment() throws Exception {
    String taken =
        "adapter 'a' is deployed already: choose another name, or undeploy that one first";
    String id = Await.result(deploy(config("a")));
    JsonObject other = config("b").put("name", "a");
    assertEquals(taken, Await.failure(deploy(other)).getMessage());
    Await.result(vertx.undeploy(id));
    leftovers.assertNone();
  }

  @Test
  void twoInstances_ofOneName_areToldOfTheName_notOfTheSocket(@TempDir Path dir) throws Exception {
    String taken =
        "adapter 'c' is deployed already: choose another name, or undeploy that one first";
    JsonObject onUri = config("c").put("transport", "unix-listen:" + dir.resolve("link"));
    onUri.remove("toAdapter");
    onUri.remove("fromAdapter");
    for (JsonObject config : List.of(config("c"), onUri)) {
      DeploymentOptions two = new DeploymentOptions().setConfig(config).setInstances(2);
      assertEquals(taken, Await.failure(vertx.deployVerticle(VERTICLE, two)).getMessage());
      leftovers.assertNone();
    }
    Await.result(vertx.undeploy(Await.result(deploy(config("c")))));
  }

  @Test
  void addressesThatAreTaken_failTheDeployment() throws Exception {
    Await.result(deploy(config("a")));
    JsonObject other = config("a").put("name", "b");
    assertEquals(
        "bus:a.to: another adapter or bridge of this Vert.x consumes at a.to",
        Await.failure(deploy(other)).getMessage());
    assertFalse(vertx.sharedData().getLocalMap("dev.jktcp.adapters").containsKey("b"));
    Await.result(stats("a"));
  }

  @Test
  void captureThatCannotBeWritten_failsTheDeployment() throws Exception {
    JsonObject config = config("a").put("pcap", "/nowhere/to/be/found.pcap");
    String message = Await.failure(deploy(config)).getMessage();
    assertTrue(message.startsWith("pcap: cannot capture to /nowhere/to/be/"), message);
    leftovers.assertNone();
  }

  /** A transport of the user's own, as small as can be: it pings the adapter. */
  @Test
  void plainBuffers_goBothWays() throws Exception {
    Await.result(deploy(config("a")));
    Promise<Buffer> answer = Promise.promise();
    MessageConsumer<Buffer> consumer = vertx.eventBus().localConsumer("a.from");
    consumer.handler(sent -> answer.tryComplete(sent.body()));
    byte[] echo = new byte[28];
    echo[0] = 0x45;
    echo[3] = 28;
    echo[8] = 64;
    echo[9] = 1;
    System.arraycopy(new byte[] {10, 0, 0, 2, 10, 0, 0, 1}, 0, echo, 12, 8);
    echo[20] = 8;
    checksum(echo, 0, 20, 10);
    checksum(echo, 20, 28, 22);
    vertx.eventBus().send("a.to", Buffer.buffer(echo));
    byte[] reply = Await.result(answer.future()).getBytes();
    Await.result(consumer.unregister());
    assertEquals(28, reply.length);
    assertEquals(0, reply[20], "an echo reply");
  }

  private static void checksum(byte[] packet, int from, int to, int at) {
    int sum = 0;
    for (int i = from; i < to; i += 2) sum += (packet[i] & 255) << 8 | packet[i + 1] & 255;
    int folded = ~((sum & 0xffff) + (sum >> 16));
    packet[at] = (byte) (folded >> 8);
    packet[at + 1] = (byte) folded;
  }
}
