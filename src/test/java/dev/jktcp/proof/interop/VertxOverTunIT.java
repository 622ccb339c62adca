package dev.jktcp.proof.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.JktcpTransport;
import dev.jktcp.examples.RedisThroughTunnel;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.Curl;
import dev.jktcp.testkit.TestKeys;
import dev.jktcp.testkit.WebSocketRecorder;
import dev.jktcp.transport.TunLab;
import dev.jktcp.transport.TunTransport;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.client.WebClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Programs of the kernel against servers of Vert.x in the stack, and clients of Vert.x in the stack
 * against real servers of the kernel, joined by a TUN device.
 */
@Timeout(120)
class VertxOverTunIT {
  private static final int LARGE = 5_000_000;
  private static final int FRAGMENT = 50_000; // a server of Vert.x takes 65,536

  @TempDir private Path directory;
  private TunLab tun;
  private Vertx vertx;
  private Adapter adapter;

  @BeforeEach
  void open() throws Exception {
    tun = TunLab.orSkip();
    JktcpTransport transport = new JktcpTransport();
    vertx = Vertx.builder().withTransport(transport).build();
    TunTransport device = Await.result(TunTransport.open(vertx, tun.name()));
    adapter =
        Adapter.create(
            vertx,
            device,
            new AdapterOptions()
                .setLocalAddresses(List.of(tun.peerV4(), tun.peerV6()))
                .setPeerAddresses(List.of(tun.kernelV4(), tun.kernelV6())));
    transport.route(tun.kernelV4(), adapter).route(tun.kernelV6(), adapter);
    Await.result(adapter.opened());
    tun.up();
  }

  @AfterEach
  void close() throws Exception {
    if (vertx != null) Await.result(vertx.close());
    if (tun != null) tun.remove();
  }

  /** {@code /} says who asks and how; {@code /large} is {@link #LARGE} bytes; a POST echoes. */
  private String serve(HttpServerOptions options, String address) throws Exception {
    Buffer large = Buffer.buffer(random());
    HttpServer server =
        Await.result(
            vertx
                .createHttpServer(options)
                .requestHandler(request -> answer(request, large))
                .webSocketHandler(
                    socket -> {
                      socket.textMessageHandler(text -> socket.writeTextMessage("heard " + text));
                      socket.binaryMessageHandler(socket::writeBinaryMessage);
                    })
                .listen(0, address));
    String host = address.contains(":") ? "[" + address + "]" : address;
    return host + ":" + server.actualPort();
  }

  private static void answer(HttpServerRequest request, Buffer large) {
    switch (request.path()) {
      case "/large" -> request.response().end(large);
      case "/echo" -> request.body().onSuccess(body -> request.response().end(body));
      default ->
          request.response().end(request.version() + " " + request.remoteAddress().hostAddress());
    }
  }

  private static byte[] random() {
    byte[] bytes = new byte[LARGE];
    new Random(5).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @CsvSource({
    "--http1.1, HTTP_1_1, false",
    "--http2-prior-knowledge, HTTP_2, false",
    "--http1.1, HTTP_1_1, true",
    "--http2, HTTP_2, true"
  })
  void curl_asksAServerInTheStack(String option, String version, boolean tls) throws Exception {
    HttpServerOptions options = new HttpServerOptions();
    if (tls) {
      options
          .setSsl(true)
          .setUseAlpn(true)
          .setKeyCertOptions(TestKeys.options(TestKeys.in(directory)));
    }
    for (boolean v6 : new boolean[] {false, true}) {
      String authority = serve(options, v6 ? tun.peerV6() : tun.peerV4());
      String url = (tls ? "https://" : "http://") + authority;
      String said = Curl.run(0, "-g", option, url + "/");
      assertTrue(said.startsWith(version + " "), said);
      Path large = directory.resolve("large" + v6);
      Curl.run(0, "-g", option, "-o", large.toString(), url + "/large");
      assertTrue(Arrays.equals(random(), Files.readAllBytes(large)), "other bytes came down");
      Path echoed = directory.resolve("echoed" + v6);
      String upload = "@" + large;
      Curl.run(
          0,
          "-g",
          option,
          "-H",
          "Expect:",
          "--data-binary",
          upload,
          "-o",
          echoed.toString(),
          url + "/echo");
      assertEquals(-1, Files.mismatch(large, echoed), "other bytes went up");
    }
  }

  /** A small answer, for by an upgrade curl 7.88 takes no larger one, not even over the kernel. */
  @Test
  void curl_upgradesToHttp2() throws Exception {
    String url = "http://" + serve(new HttpServerOptions(), tun.peerV4()) + "/";
    String said = Curl.run(0, "--http2", url);
    assertEquals("HTTP_2 " + tun.kernelV4(), said);
  }

  @Test
  void curl_asksTwoHundredTimesOnOneConnection() throws Exception {
    String url = "http://" + serve(new HttpServerOptions(), tun.peerV4()) + "/?[1-200]";
    List<String> lines = Curl.run(0, "-w", "\n%{num_connects}\n", url).lines().toList();
    assertEquals(400, lines.size());
    assertEquals(1, lines.stream().filter("1"::equals).count(), "connections");
    assertEquals(
        199,
        lines.stream().filter("0"::equals).count(),
        "requests on the connection that there was");
  }

  /** What a browser does: text, binary data in fragments, a ping, and a close that is answered. */
  @Test
  void webSocketSession_ofTheJdksClient() throws Exception {
    WebSocketRecorder heard = new WebSocketRecorder();
    URI uri = URI.create("ws://" + serve(new HttpServerOptions(), tun.peerV4()) + "/");
    WebSocket socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(uri, heard)
            .get(20, TimeUnit.SECONDS);
    for (int i = 0; i < 100; i++) {
      socket.sendText("number " + i, true).get(20, TimeUnit.SECONDS);
      assertEquals("heard number " + i, heard.next());
    }
    byte[] bytes = Arrays.copyOf(random(), 200_000);
    for (int at = 0; at < bytes.length; at += FRAGMENT) {
      boolean last = at + FRAGMENT == bytes.length;
      socket.sendBinary(ByteBuffer.wrap(bytes, at, FRAGMENT), last).get(20, TimeUnit.SECONDS);
    }
    assertEquals(Buffer.buffer(bytes), heard.next());
    socket.sendPing(ByteBuffer.wrap(new byte[] {7})).get(20, TimeUnit.SECONDS);
    assertEquals("pong [7]", heard.next());
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "done").get(20, TimeUnit.SECONDS);
    assertEquals("closed 1000", heard.next());
  }

  @Test
  void webClient_fetchesFromAnHttpServerOfTheKernel() throws Exception {
    Path file = Files.write(directory.resolve("file"), random());
    FileServer files = new FileServer(directory, tun.kernelV4());
    try {
      WebClient client = WebClient.create(vertx);
      var response =
          Await.result(client.get(files.port(), tun.kernelV4(), "/" + file.getFileName()).send());
      assertEquals(200, response.statusCode());
      assertTrue(Arrays.equals(random(), response.body().getBytes()), "other bytes");
    } finally {
      files.stop();
    }
  }

  @Test
  void redisClient_asksARedisOfTheKernel() throws Exception {
    try (RedisServer server = RedisServer.orSkip(tun.kernelV4())) {
      assertEquals(
          "hello from Redis!",
          Await.result(RedisThroughTunnel.ask(vertx, tun.kernelV4(), server.port())));
      assertTrue(
          Await.result(adapter.stats()).counters().get("connectionsOpened") > 0,
          "through the stack");
    }
  }
}
