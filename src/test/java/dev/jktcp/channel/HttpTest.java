package dev.jktcp.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.TestKeys;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PfxOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** HttpClient and HttpServer over two adapters, on their event loop and on others. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HttpTest {
  /** What the two ends speak. */
  private enum Speech {
    HTTP_1,
    HTTP_1_TLS,
    H2C,
    H2C_BY_UPGRADE,
    H2_TLS;

    private boolean tls() {
      return this == HTTP_1_TLS || this == H2_TLS;
    }

    private boolean two() {
      return this == H2C || this == H2C_BY_UPGRADE || this == H2_TLS;
    }
  }

  static Stream<Arguments> speeches() {
    return Stream.of(RoutedPair.Loops.values())
        .flatMap(loops -> Stream.of(Speech.values()).map(speech -> Arguments.of(loops, speech)));
  }

  @TempDir static Path keys;
  private static PfxOptions certificate;

  @BeforeAll
  static void makeCertificate() throws Exception {
    certificate = TestKeys.options(TestKeys.in(keys));
  }

  private static HttpServerOptions server(Speech speech) {
    HttpServerOptions options = new HttpServerOptions();
    if (speech.tls()) {
      options.setSsl(true).setKeyCertOptions(certificate);
      options.setUseAlpn(speech.two());
    }
    return options;
  }

  private static HttpClientOptions client(Speech speech) {
    HttpClientOptions options = new HttpClientOptions();
    if (speech.two()) options.setProtocolVersion(HttpVersion.HTTP_2);
    if (speech.tls()) {
      options.setSsl(true).setTrustAll(true).setVerifyHost(false).setUseAlpn(speech.two());
    }
    return options.setHttp2ClearTextUpgrade(speech == Speech.H2C_BY_UPGRADE);
  }

  private static void echo(HttpServerRequest request) {
    request.body().onSuccess(body -> request.response().end(body));
  }

  private static Future<HttpClientResponse> post(HttpClient client, int port, Buffer body) {
    return client
        .request(HttpMethod.POST, port, "10.0.0.2", "/")
        .compose(request -> request.send(body));
  }

  @ParameterizedTest
  @MethodSource("speeches")
  void requests_areAnswered(RoutedPair.Loops loops, Speech speech) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      HttpServer server =
          pair.await(
              () ->
                  pair.vertx
                      .createHttpServer(server(speech))
                      .requestHandler(HttpTest::echo)
                      .listen(0, "10.0.0.2"));
      HttpClient client = pair.kept(pair.call(() -> pair.vertx.createHttpClient(client(speech))));
      for (int size : new int[] {1, 1_000, 2_000_000}) {
        Buffer sent = Buffer.buffer("x".repeat(size));
        HttpClientResponse[] response = {null};
        Buffer got =
            pair.await(
                () ->
                    post(client, server.actualPort(), sent)
                        .compose(
                            answer -> {
                              response[0] = answer;
                              return answer.body();
                            }));
        assertEquals(sent, got);
        HttpVersion expected = speech.two() ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1;
        assertEquals(expected, response[0].version());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void manyRequestsAtATime_areAnswered(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      HttpServer server =
          pair.await(
              () ->
                  pair.vertx
                      .createHttpServer()
                      .requestHandler(HttpTest::echo)
                      .listen(0, "10.0.0.2"));
      HttpClient client = pair.kept(pair.call(() -> pair.vertx.createHttpClient()));
      List<Future<Buffer>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        Buffer body = Buffer.buffer("request " + i);
        answers.add(
            pair.call(
                () -> post(client, server.actualPort(), body).compose(HttpClientResponse::body)));
      }
      for (int i = 0; i < 200; i++) {
        assertEquals("request " + i, Await.result(answers.get(i)).toString());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void sendFile_sendsAllOfIt(RoutedPair.Loops loops, @TempDir Path directory) throws Exception {
    byte[] bytes = new byte[5_000_001];
    for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (i * 7 + (i >> 9));
    Path file = Files.write(directory.resolve("file"), bytes);
    try (RoutedPair pair = new RoutedPair(loops)) {
      HttpServer server =
          pair.await(
              () ->
                  pair.vertx
                      .createHttpServer()
                      .requestHandler(request -> request.response().sendFile(file.toString()))
                      .listen(0, "10.0.0.2"));
      HttpClient client = pair.kept(pair.call(() -> pair.vertx.createHttpClient()));
      Buffer got =
          pair.await(
              () ->
                  post(client, server.actualPort(), Buffer.buffer())
                      .compose(HttpClientResponse::body));
      assertEquals(Buffer.buffer(bytes), got);
    }
  }

  @ParameterizedTest
  @EnumSource
  void webSocket_carriesMessagesBothWays(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      HttpServer server =
          pair.await(
              () ->
                  pair.vertx
                      .createHttpServer()
                      .webSocketHandler(
                          socket ->
                              socket.textMessageHandler(
                                  text -> socket.writeTextMessage(text + " " + text)))
                      .listen(0, "10.0.0.2"));
      WebSocketClient client = pair.kept(pair.call(() -> pair.vertx.createWebSocketClient()));
      Promise<String> heard = Promise.promise();
      String said = "hello".repeat(10_000);
      pair.await(
          () ->
              client
                  .connect(server.actualPort(), "10.0.0.2", "/")
                  .compose(
                      socket -> {
                        socket.textMessageHandler(heard::complete);
                        return socket.writeTextMessage(said);
                      }));
      assertEquals(said + " " + said, Await.result(heard.future()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void upgradeToSsl_goesOnInTls(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      ServerSSLOptions serverTls = new ServerSSLOptions().setKeyCertOptions(certificate);
      ClientSSLOptions clientTls =
          new ClientSSLOptions().setTrustAll(true).setHostnameVerificationAlgorithm("");
      NetServer server =
          pair.await(
              () ->
                  pair.vertx
                      .createNetServer()
                      .connectHandler(
                          socket ->
                              socket.handler(
                                  plain -> {
                                    socket.handler(socket::write);
                                    socket.upgradeToSsl(serverTls, Buffer.buffer("now"));
                                  }))
                      .listen(0, "10.0.0.2"));
      NetClient client = pair.call(pair::netClient);
      Promise<Buffer> heard = Promise.promise();
      pair.await(
          () ->
              client
                  .connect(server.actualPort(), "10.0.0.2")
                  .compose(socket -> socket.write("please").map(socket))
                  .compose(
                      socket -> {
                        Promise<NetSocket> now = Promise.promise();
                        socket.handler(plain -> now.complete(socket));
                        return now.future();
                      })
                  .compose(socket -> socket.upgradeToSsl(clientTls).map(socket))
                  .compose(socket -> socket.handler(heard::complete).write("secret")));
      assertEquals("secret", Await.result(heard.future()).toString());
    }
  }
}
