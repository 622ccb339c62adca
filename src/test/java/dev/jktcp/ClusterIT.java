package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.examples.TwoNodes;
import dev.jktcp.tcp.CloseReason;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.Recorder;
import dev.jktcp.transport.BusBridge;
import dev.jktcp.transport.BusOptions;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The adapter on one node, its transport's bridge and its handles on another. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class ClusterIT {
  private static final int LENGTH = 4 << 20;
  private static final HandleOptions FAR = new HandleOptions().setLocal(false);

  private static Vertx here;
  private static Vertx there;

  @BeforeAll
  static void join() throws Exception {
    here = node();
    there = node();
  }

  private static Vertx node() throws Exception {
    return Await.result(TwoNodes.node("jktcp-test-" + ProcessHandle.current().pid()));
  }

  @AfterAll
  static void leave() throws Exception {
    if (there != null) Await.result(there.close());
    if (here != null) Await.result(here.close());
  }

  private static Buffer random(long seed) {
    byte[] bytes = new byte[LENGTH];
    new Random(seed).nextBytes(bytes);
    return Buffer.buffer(bytes);
  }

  private static String deploy(String name) throws Exception {
    JsonObject config =
        new JsonObject()
            .put("name", name)
            .put("local", false)
            .put("toAdapter", name + ".to")
            .put("fromAdapter", name + ".from")
            .put("plainBuffers", false)
            .put("localAddresses", new JsonArray(AdapterPair.LEFT));
    return Await.result(
        here.deployVerticle(
            AdapterVerticle.class.getName(), new DeploymentOptions().setConfig(config)));
  }

  /** A peer on the other node, behind a bridge to the verticle's addresses. */
  private static Adapter peerOf(String name) throws Exception {
    PipeTransport.Pair pipe = PipeTransport.pair();
    BusOptions options =
        new BusOptions().setToAdapter(name + ".to").setFromAdapter(name + ".from").setLocal(false);
    Await.result(BusBridge.open(there, pipe.left(), options));
    Adapter peer =
        Adapter.create(
            there, pipe.right(), new AdapterOptions().setLocalAddresses(AdapterPair.RIGHT));
    Await.result(peer.opened());
    return peer;
  }

  /** In a Vert.x without a cluster the advice would mislead; HandleSessionTest has its line. */
  @Test
  void adapterOfAnotherNode_isOutOfReach_andTheLineSaysHowToReachIt() throws Exception {
    final String deployment = deploy("distant");
    String message = Await.failure(AdapterHandle.of(there, "distant")).getMessage();
    assertEquals(
        "no adapter 'distant' in this Vert.x: deploy an AdapterVerticle with that name first, and"
            + " \"local\": false in its config if on another node, with"
            + " HandleOptions.setLocal(false) here",
        message);
    Await.result(here.undeploy(deployment));
    String farther =
        "no adapter 'distant' on this event bus: deploy an AdapterVerticle with that name first,"
            + " and \"local\": false in its config if on another node";
    // The other node hears of it a moment later; what it sends before that is lost.
    Await.until(
        there,
        () ->
            AdapterHandle.of(there, "distant", FAR)
                .map(false)
                .otherwise(cause -> farther.equals(cause.getMessage())));
  }

  @Test
  void handleOnAnotherNode_movesBytesBothWays_andHearsOfTheUndeployment() throws Exception {
    String deployment = deploy("far");
    Adapter peer = peerOf("far");
    Promise<TcpStream> accepted = Promise.promise();
    Await.result(peer.listen(80, accepted::complete));
    AdapterHandle handle = Await.result(AdapterHandle.of(there, "far", FAR));
    StreamHandle client = Await.result(handle.connect(AdapterPair.RIGHT.get(1), 80));
    TcpStream server = Await.result(accepted.future());
    Recorder atClient = Recorder.of(client);
    Recorder atServer = Recorder.of(server);
    client.write(random(1));
    server.write(random(2));
    Await.result(atServer.received(LENGTH));
    Await.result(atClient.received(LENGTH));
    assertEquals(random(1), atServer.bytes());
    assertEquals(random(2), atClient.bytes());
    assertEquals(LENGTH, Await.result(client.info()).bytesReceived());
    assertEquals(1, Await.result(handle.stats()).connections());

    Await.result(here.undeploy(deployment));
    Await.result(atClient.closed());
    Await.result(atServer.closed());
    assertEquals(CloseReason.ADAPTER_CLOSED, client.closeReason());
    assertEquals(CloseReason.RESET, server.closeReason());
    Await.result(peer.close());
  }

  /** Datagrams both ways, what ICMP says, a failure, a ping; the port is freed with its handle. */
  @Test
  void handleOnAnotherNode_hasDatagramsAndPings() throws Exception {
    final String deployment = deploy("datagrams");
    Adapter peer = peerOf("datagrams");
    DatagramSocket echo = peer.udp();
    echo.handler(
        packet -> echo.send(packet.data(), packet.sender().port(), packet.sender().host()));
    Await.result(echo.listen(53, "0.0.0.0"));
    AdapterHandle handle = Await.result(AdapterHandle.of(there, "datagrams", FAR));
    Promise<DatagramPacket> answer = Promise.promise();
    Promise<Throwable> trouble = Promise.promise();
    DatagramSocket client = handle.udp();
    client.exceptionHandler(trouble::tryComplete).handler(answer::tryComplete);
    Buffer bytes = random(3).slice(0, 1000);
    Await.result(client.send(bytes, 53, AdapterPair.RIGHT.get(1)));
    assertEquals(bytes, Await.result(answer.future()).data());
    Await.result(client.send(bytes, 54, AdapterPair.RIGHT.get(0)));
    assertEquals(CloseReason.UNREACHABLE, ((TcpException) Await.result(trouble.future())).reason());
    Throwable refused = Await.failure(client.send(bytes, 0, AdapterPair.RIGHT.get(0)));
    assertEquals("port 0: must be 1 to 65535", refused.getMessage());
    assertTrue(Await.result(handle.ping(AdapterPair.RIGHT.get(0))).toNanos() > 0);
    int port = client.localAddress().port();
    Await.result(handle.close());
    AdapterHandle other = Await.result(AdapterHandle.of(there, "datagrams", FAR));
    Await.result(other.udp().listen(port, "0.0.0.0"));
    Await.result(here.undeploy(deployment));
    Await.result(peer.close());
  }

  @Test
  void profileOfOnesOwn_isRefused_becauseAnotherNodeKnowsItNot() throws Exception {
    String deployment = deploy("profiles");
    AdapterHandle handle = Await.result(AdapterHandle.of(there, "profiles", FAR));
    TcpConnectOptions options =
        new TcpConnectOptions()
            .setHost(AdapterPair.RIGHT.get(0))
            .setPort(80)
            .setProfile(TcpProfile.INTERNET.withDelayedAckNs(1));
    Throwable refused = Await.failure(handle.connect(options));
    assertInstanceOf(IllegalArgumentException.class, refused);
    assertTrue(refused.getMessage().startsWith("profile: 'internet'"), refused.getMessage());
    Await.result(here.undeploy(deployment));
  }
}
