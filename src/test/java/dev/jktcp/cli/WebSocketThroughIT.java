package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.JktcpTransport;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.WebSocketRecorder;
import dev.jktcp.transport.TransportUri;
import dev.jktcp.transport.UriTransport;
import dev.jktcp.transport.UriTransportOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * WebSocket sessions as a browser has them (RFC 6455), by the JDK's own client, with an HttpServer
 * in the stack: through {@code forward}, and through {@code socks} by CONNECT.
 */
@Timeout(120)
class WebSocketThroughIT {
  private static final long PATIENCE_S = 60;

  @TempDir private Path dir;
  private Vertx vertx;
  private Future<HttpServer> listening;
  private final Promise<Short> closeHeard = Promise.promise();

  @BeforeEach
  void serve() throws Exception {
    JktcpTransport transport = new JktcpTransport();
    vertx = Vertx.builder().withTransport(transport).build();
    TransportUri uri = TransportUri.parse("unix-listen:" + dir.resolve("link"));
    UriTransport made = Await.result(UriTransport.make(vertx, uri, new UriTransportOptions()));
    Adapter adapter =
        Adapter.create(vertx, made.transport(), new AdapterOptions().addLocalAddress("10.7.0.2"));
    transport.route("10.7.0.0/24", adapter);
    Await.result(made.bound());
    HttpServer server = vertx.createHttpServer().webSocketHandler(this::answer);
    listening = server.listen(80, "10.7.0.2"); // once somebody has joined
  }

  /** Each message comes back, and a ping is a pong by the server itself. */
  private void answer(ServerWebSocket socket) {
    socket.textMessageHandler(text -> socket.writeTextMessage("heard " + text));
    socket.binaryMessageHandler(socket::writeBinaryMessage);
    socket.closeHandler(v -> closeHeard.tryComplete(socket.closeStatusCode()));
  }

  @AfterEach
  void end() throws Exception {
    Await.result(vertx.close());
  }

  private Jktcp start(String command) throws Exception {
    return Jktcp.start(dir, command + " --transport unix:link --local 10.7.0.1");
  }

  /** Once it has joined, and the server listens. */
  private int portOf(Jktcp joined) throws Exception {
    int port = joined.port();
    Await.result(listening);
    return port;
  }

  @Test
  void session_throughForward() throws Exception {
    try (Jktcp forward = start("forward 0:10.7.0.2:80")) {
      int port = portOf(forward);
      session(HttpClient.newHttpClient(), "ws://127.0.0.1:" + port + "/chat");
    }
  }

  @Test
  void session_throughSocks_byConnect() throws Exception {
    try (Jktcp socks = start("socks 0")) {
      InetSocketAddress proxy = new InetSocketAddress("127.0.0.1", portOf(socks));
      HttpClient client = HttpClient.newBuilder().proxy(ProxySelector.of(proxy)).build();
      session(client, "ws://10.7.0.2/chat");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProxyType.class,
      names = {"SOCKS5", "HTTP"})
  void session_ofVertxClient_throughSocks(ProxyType type) throws Exception {
    try (Jktcp socks = start("socks 0")) {
      ProxyOptions proxy =
          new ProxyOptions().setType(type).setHost("127.0.0.1").setPort(portOf(socks));
      for (int i = 0; i < 3; i++) {
        // A client of its own, which is referred to until it is done.
        WebSocketClient client =
            vertx.createWebSocketClient(new WebSocketClientOptions().setProxyOptions(proxy));
        try {
          io.vertx.core.http.WebSocket socket =
              Await.result(client.connect(80, "10.7.0.2", "/chat"));
          Promise<String> answer = Promise.promise();
          socket.textMessageHandler(answer::tryComplete);
          socket.exceptionHandler(answer::tryFail);
          Await.result(socket.writeTextMessage("hello"));
          assertEquals("heard hello", Await.result(answer.future()));
          Await.result(socket.close());
        } finally {
          Await.result(client.close());
        }
      }
    }
  }

  private void session(HttpClient client, String uri) throws Exception {
    WebSocketRecorder page = new WebSocketRecorder();
    WebSocket socket =
        client
            .newWebSocketBuilder()
            .buildAsync(URI.create(uri), page)
            .get(PATIENCE_S, TimeUnit.SECONDS);
    socket.sendText("hel", false).get(PATIENCE_S, TimeUnit.SECONDS); // in two frames
    socket.sendText("lo", true).get(PATIENCE_S, TimeUnit.SECONDS);
    assertEquals("heard hello", page.next());
    socket.sendPing(ByteBuffer.wrap(new byte[] {1, 2, 3})).get(PATIENCE_S, TimeUnit.SECONDS);
    assertEquals("pong [1, 2, 3]", page.next());
    byte[] large = new byte[200_000];
    new Random(1).nextBytes(large);
    for (int i = 0; i < 3; i++) {
      for (int at = 0; at < large.length; at += 50_000) { // below the server's limit of a frame
        boolean last = at + 50_000 == large.length;
        socket
            .sendBinary(ByteBuffer.wrap(large, at, 50_000), last)
            .get(PATIENCE_S, TimeUnit.SECONDS);
      }
      assertEquals(Buffer.buffer(large), page.next());
    }
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "bye").get(PATIENCE_S, TimeUnit.SECONDS);
    assertEquals("closed 1000", page.next());
    assertEquals((short) 1000, Await.result(closeHeard.future()));
  }
}
