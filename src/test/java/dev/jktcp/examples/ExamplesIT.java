package dev.jktcp.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterHandle;
import dev.jktcp.AdapterOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.proof.interop.RedisServer;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.TestKeys;
import dev.jktcp.transport.SocketTransport;
import dev.jktcp.transport.SocketTransportOptions;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PfxOptions;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every example does what it says. */
@Timeout(300)
class ExamplesIT {
  @TempDir private Path dir;
  private Vertx vertx;

  @BeforeEach
  void startVertx() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void closeVertx() throws Exception {
    await(vertx.close());
  }

  @Test
  void echoOverPipe_echoes() throws Exception {
    assertEquals("hello", await(EchoOverPipe.run(vertx, "hello")));
  }

  /** What a newcomer writes, from the dependency to a working pump, is below twenty lines. */
  @Test
  void firstPump_leadsIntoTheTunnel_inTwentyLines() throws Exception {
    String path = dir.resolve("tunnel").toString();
    SocketTransport far =
        SocketTransport.listen(
            vertx, SocketAddress.domainSocketAddress(path), new SocketTransportOptions());
    Adapter peer = Adapter.create(vertx, far, new AdapterOptions().addLocalAddress("fd66::1"));
    peer.listen(80, stream -> stream.handler(stream::write).endHandler(fin -> stream.end()));
    await(far.bound());
    NetServer server = await(FirstPump.forward(vertx, path, 0, 80));
    NetClient client = vertx.createNetClient();
    NetSocket socket = await(client.connect(server.actualPort(), "127.0.0.1"));
    Promise<String> echo = Promise.promise();
    socket.handler(data -> echo.tryComplete(data.toString()));
    socket.closeHandler(v -> echo.tryFail("closed"));
    socket.write("hello");
    assertEquals("hello", await(echo.future()));
    await(client.close()); // a client that is not held is collected, and its sockets with it
    await(peer.close());

    long code =
        Files.readAllLines(Path.of("examples/dev/jktcp/examples/FirstPump.java")).stream()
            .dropWhile(line -> !line.contains("tag::forward[]"))
            .takeWhile(line -> !line.contains("end::forward[]"))
            .skip(1)
            .count();
    long dependency =
        Files.readAllLines(Path.of("README.md")).stream()
            .dropWhile(line -> !line.equals("<dependency>"))
            .takeWhile(line -> !line.equals("```"))
            .count();
    assertTrue(dependency >= 5 && code + dependency < 20, code + " + " + dependency + " lines");
  }

  @Test
  void twoNodes_echoThroughTheOther() throws Exception {
    String cluster = "jktcp-example-" + ProcessHandle.current().pid();
    Vertx first = await(TwoNodes.node(cluster));
    Vertx second = await(TwoNodes.node(cluster));
    try {
      String path = dir.resolve("nodes").toString();
      assertEquals("hello", await(TwoNodes.run(first, second, path, "hello")));
    } finally {
      await(second.close());
      await(first.close());
    }
  }

  @Test
  void httpThroughTunnel_fetchesThePage() throws Exception {
    String answer = await(HttpThroughTunnel.run(vertx, dir.resolve("link").toString()));
    assertTrue(answer.startsWith("HTTP/1.0 200 OK"), answer);
    assertTrue(answer.endsWith("hello from /page"), answer);
  }

  @Test
  void vertxThroughTunnel_fetchesThePage() throws Exception {
    String page = await(VertxThroughTunnel.run(dir.resolve("tunnel").toString()));
    assertEquals("hello from the far end", page);
  }

  @Test
  void webClientThroughTunnel_fetchesWithTls_inBothVersions() throws Exception {
    PfxOptions key = TestKeys.options(TestKeys.in(dir));
    for (HttpVersion version : List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1)) {
      String path = dir.resolve("tunnel" + version).toString();
      assertEquals("hello over " + version, await(WebClientThroughTunnel.run(path, key, version)));
    }
  }

  @Test
  void redisThroughTunnel_setsAndGets() throws Exception {
    try (RedisServer server = RedisServer.orSkip("127.0.0.1")) {
      String path = dir.resolve("tunnel").toString();
      String greeting = await(RedisThroughTunnel.run(path, "127.0.0.1", server.port()));
      assertEquals("hello from Redis!", greeting);
    }
  }

  @Test
  void packetsInWebSocket_echo() throws Exception {
    String text = "hello".repeat(100_000);
    assertEquals(text, await(PacketsInWebSocket.run(vertx, text)));
  }

  @Test
  void fileToFile_copies() throws Exception {
    byte[] bytes = new byte[3_000_001];
    new Random(1).nextBytes(bytes);
    Path source = Files.write(dir.resolve("source"), bytes);
    Path target = dir.resolve("target");
    assertEquals(bytes.length, await(FileToFile.run(vertx, source.toString(), target.toString())));
    assertArrayEquals(bytes, Files.readAllBytes(target));
  }

  @Test
  void cdTunnelHost_asksForServices() throws Exception {
    String services = await(CdTunnelHost.run(vertx, dir.resolve("device").toString()));
    assertEquals("syslog 5001, afc 5002", services);
  }

  @Test
  void httpOverTheBus_fetchesThePage() throws Exception {
    String answer = await(HttpOverTheBus.run(vertx, dir.resolve("bus").toString()));
    assertTrue(answer.startsWith("HTTP/1.0 200 OK"), answer);
    assertTrue(answer.endsWith("hello from /page"), answer);
  }

  @Test
  void busChat_everyoneHearsEveryone() throws Exception {
    List<String> heard = await(BusChat.run(vertx, dir.resolve("chat").toString()));
    assertEquals(
        List.of("Ann comes", "Bob comes", "Ann: hello Bob", "Bob: hello Ann", "Bob leaves"), heard);
  }

  @Test
  void adapterFromJson_isFoundByItsName() throws Exception {
    String link = dir.resolve("link").toString();
    assertEquals("hello", await(AdapterFromJson.run(vertx, "conf/verticle.json", link)));
  }

  @Test
  void twoVerticlesOneAdapter_hearOfEachOther() throws Exception {
    String link = dir.resolve("link").toString();
    assertEquals(
        List.of("Ann heard of Bob", "Bob heard of Ann"),
        await(TwoVerticlesOneAdapter.run(vertx, link)));
  }

  @Test
  void streamHandedOver_isUsedElsewhere() throws Exception {
    String link = dir.resolve("link").toString();
    assertEquals("hello, from elsewhere", await(StreamHandedOver.run(vertx, link)));
  }

  @Test
  void pumpThroughHandles_copies() throws Exception {
    byte[] bytes = new byte[3_000_001];
    new Random(2).nextBytes(bytes);
    Path source = Files.write(dir.resolve("source"), bytes);
    Path target = dir.resolve("target");
    String link = dir.resolve("link").toString();
    long count = await(PumpThroughHandles.run(vertx, link, source.toString(), target.toString()));
    assertEquals(bytes.length, count);
    assertArrayEquals(bytes, Files.readAllBytes(target));
  }

  @Test
  void ownTransport_carriesPacketsInAWebSocket() throws Exception {
    assertEquals("hello", await(OwnTransport.run(vertx, "hello")));
  }

  @Test
  void cdTunnelServices_asksTheDevice() throws Exception {
    String services = await(CdTunnelServices.run(vertx, dir.resolve("device").toString()));
    assertEquals("syslog 5001, afc 5002", services);
  }

  @Test
  void triedOnABadLink_answers_orSaysWhatIsWrong() throws Exception {
    String faults = "loss=0.1,reorder=0.1,delay=5ms,seed=7";
    assertEquals("hello", await(TriedOnABadLink.run(vertx, faults)));
    Throwable silence = Await.failure(TriedOnABadLink.run(vertx, "loss=1"));
    assertEquals("connection timed out: no answer from 10.0.0.2:7", silence.getMessage());
  }

  /** The adapter has ended, for nothing listened there, when the other side comes at last. */
  @Test
  void supervisor_deploysAgainUntilTheOtherSideIsThere() throws Exception {
    String path = dir.resolve("late").toString();
    AtomicInteger ends = new AtomicInteger();
    vertx
        .eventBus()
        .<JsonObject>consumer(
            "jktcp.adapter.near.transport",
            news -> {
              if (news.body().getString("state").equals("ended")) ends.incrementAndGet();
            });
    JsonObject config = Supervisor.config("near", path).put("peerAddresses", List.of("10.7.0.2"));
    await(vertx.deployVerticle(new Supervisor(), new DeploymentOptions().setConfig(config)));
    Await.until(vertx, () -> Future.succeededFuture(ends.get() > 0));
    await(
        vertx.deployVerticle(
            "dev.jktcp.AdapterVerticle",
            new DeploymentOptions()
                .setConfig(
                    new JsonObject()
                        .put("name", "far")
                        .put("transport", "unix-listen:" + path)
                        .put("localAddresses", List.of("10.7.0.2")))));
    AdapterHandle far = await(AdapterHandle.of(vertx, "far"));
    await(far.listen(7, stream -> stream.pipeTo(stream)));
    Await.until(vertx, () -> connects().recover(away -> Future.succeededFuture(false)));
  }

  @Test
  void metricsForPrometheus_tellOfTheConnection() throws Exception {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Vertx measured = MetricsForPrometheus.vertx(registry);
    HttpClient client = vertx.createHttpClient();
    try {
      Adapter adapter = MetricsForPrometheus.adapter(measured);
      HttpServer server = await(MetricsForPrometheus.serve(measured, adapter, registry, 0));
      Await.until(
          vertx,
          () ->
              client
                  .request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/")
                  .compose(HttpClientRequest::send)
                  .compose(HttpClientResponse::body)
                  .map(page -> page.toString().lines().anyMatch(ExamplesIT::isOfBothEnds)));
    } finally {
      await(client.close());
      await(measured.close());
    }
  }

  private static boolean isOfBothEnds(String line) {
    return line.startsWith("vertx_jktcp_active_connections")
        && line.toLowerCase(Locale.ROOT).contains("established")
        && line.endsWith(" 2.0");
  }

  private Future<Boolean> connects() {
    return AdapterHandle.of(vertx, "near")
        .compose(near -> near.connect(7))
        .compose(TcpStream::close)
        .map(true);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
  }
}
