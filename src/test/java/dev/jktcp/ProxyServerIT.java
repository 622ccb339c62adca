package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.Curl;
import dev.jktcp.testkit.TestKeys;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real clients through a {@link ProxyServer}: curl, and Vert.x's own with {@link ProxyOptions}. The
 * servers are inside the stack, at 10.0.0.2: 80 and 443 speak HTTP, 7 is an echo.
 */
@Timeout(120)
class ProxyServerIT {
  private static final int SIZE = 8 * 1024 * 1024;

  /** The kernel's two buffers are at most 6 MiB and 4 MiB, as Linux sets them. */
  private static final long TOO_MUCH = 32 * 1024 * 1024;

  private static final int QUIET_MS = 1_000;

  @TempDir static Path keys;
  private static Path store;

  private final List<String> refusals = new CopyOnWriteArrayList<>();
  private final List<NetClient> clients =
      new ArrayList<>(); // held: a client is closed when it is collected
  private final List<HttpServer> servers = new ArrayList<>();
  private Vertx vertx;
  private AdapterPair pair;
  private ProxyServer proxy;

  @BeforeAll
  static void makeCertificate() throws Exception {
    store = TestKeys.in(keys);
  }

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    pair =
        AdapterPair.create(
            vertx,
            new AdapterOptions().setProfile(TcpProfile.RELIABLE_LINK),
            new AdapterOptions().setProfile(TcpProfile.RELIABLE_LINK));
    serve(80, new HttpServerOptions());
    serve(
        443,
        new HttpServerOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setKeyCertOptions(TestKeys.options(store)));
    Await.result(pair.right().listen(7, stream -> stream.pipeTo(stream)));
    proxy = listen(ProxyServer.create(pair.left(), new ProxyServerOptions().setPort(0)));
  }

  private ProxyServer listen(ProxyServer server) throws Exception {
    server.refusalHandler((client, cause) -> refusals.add(cause.getMessage()));
    return Await.result(server.listen());
  }

  /** A server of the kernel behind a port of the right adapter. */
  private void serve(int port, HttpServerOptions options) throws Exception {
    HttpServer server =
        Await.result(
            vertx
                .createHttpServer(options)
                .requestHandler(
                    request ->
                        request
                            .body()
                            .onSuccess(
                                body ->
                                    request
                                        .response()
                                        .putHeader("x-via", request.getHeader("via") + "")
                                        .end(request.method() + " " + request.uri() + body)))
                .listen(0, "127.0.0.1"));
    servers.add(server);
    NetClient kernel = vertx.createNetClient();
    Await.result(
        pair.right()
            .listen(
                port,
                stream -> {
                  stream.pause();
                  kernel
                      .connect(server.actualPort(), "127.0.0.1")
                      .onSuccess(socket -> Pump.between(stream, socket).start())
                      .onFailure(refused -> stream.reset());
                }));
  }

  @AfterEach
  void stop() throws Exception {
    Await.result(proxy.close());
    Await.result(vertx.close());
  }

  private ProxyOptions by(ProxyType type) {
    return new ProxyOptions().setType(type).setHost("127.0.0.1").setPort(proxy.port());
  }

  // Vert.x's clients.

  private NetSocket connect(ProxyOptions by, int port) throws Exception {
    return Await.result(client(by).connect(port, "10.0.0.2"));
  }

  private NetClient client(ProxyOptions by) {
    NetClient client = vertx.createNetClient(new NetClientOptions().setProxyOptions(by));
    clients.add(client);
    return client;
  }

  @ParameterizedTest
  @EnumSource(names = {"SOCKS5", "HTTP"})
  void netClient_movesBytesBothWays(ProxyType type) throws Exception {
    NetSocket socket = connect(by(type), 7);
    byte[] bytes = new byte[SIZE];
    new Random(5).nextBytes(bytes);
    Promise<Buffer> echoed = Promise.promise();
    socket.exceptionHandler(echoed::tryFail);
    socket.closeHandler(v -> echoed.tryFail("closed"));
    Buffer heard = Buffer.buffer();
    socket.handler(
        data -> {
          heard.appendBuffer(data);
          if (heard.length() == SIZE) echoed.complete(heard);
        });
    socket.write(Buffer.buffer(bytes));
    assertEquals(Buffer.buffer(bytes), Await.result(echoed.future()));
    assertEquals(1, Await.result(proxy.clients()));
    Await.result(socket.close());
    Await.until(vertx, () -> proxy.clients().map(count -> count == 0));
    Await.until(vertx, () -> pair.right().stats().map(stats -> stats.connections() == 0));
  }

  @ParameterizedTest
  @CsvSource({
    "SOCKS5, 9, connection refused by 10.0.0.2:9",
    "HTTP, 9, connection refused by 10.0.0.2:9",
  })
  void netClient_isToldOfARefusal(ProxyType type, int port, String line) throws Exception {
    Throwable failure = Await.failure(client(by(type)).connect(port, "10.0.0.2"));
    assertTrue(failure != null, "connected");
    refused(1);
    assertEquals(List.of(line), refusals);
  }

  @ParameterizedTest
  @CsvSource({"SOCKS5, 80", "HTTP, 80", "SOCKS5, 443", "HTTP, 443"})
  void httpClient_getsAndPosts(ProxyType type, int port) throws Exception {
    HttpClientOptions options =
        new HttpClientOptions()
            .setProxyOptions(by(type))
            .setSsl(port == 443)
            .setTrustAll(true)
            .setVerifyHost(false);
    assertAnswers(options, port);
  }

  @Test
  void httpClient_speaksHttp2ThroughATunnel() throws Exception {
    HttpClientOptions options =
        new HttpClientOptions()
            .setProxyOptions(by(ProxyType.HTTP))
            .setSsl(true)
            .setUseAlpn(true)
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setTrustAll(true)
            .setVerifyHost(false);
    assertAnswers(options, 443);
  }

  /** More requests than the pool has connections: some are reused where the proxy allows it. */
  private void assertAnswers(HttpClientOptions options, int port) throws Exception {
    var client = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(2));
    List<Future<Buffer>> answers = new ArrayList<>();
    String body = "x".repeat(100_000);
    for (int i = 0; i < 6; i++) {
      RequestOptions to =
          new RequestOptions()
              .setHost("10.0.0.2")
              .setPort(port)
              .setMethod(i % 2 == 0 ? HttpMethod.GET : HttpMethod.POST)
              .setURI("/" + i);
      boolean post = i % 2 == 1;
      answers.add(
          client
              .request(to)
              .compose(request -> post ? request.send(body) : request.send())
              .compose(HttpClientResponse::body));
    }
    for (int i = 0; i < answers.size(); i++) {
      String expected = i % 2 == 0 ? "GET /" + i : "POST /" + i + body;
      assertEquals(expected, Await.result(answers.get(i)).toString());
    }
    Await.result(client.close());
  }

  @ParameterizedTest
  @EnumSource(names = {"SOCKS5", "HTTP"})
  void password_isAskedForAndChecked(ProxyType type) throws Exception {
    Await.result(proxy.close());
    proxy =
        listen(
            ProxyServer.create(
                pair.left(), new ProxyServerOptions().setPort(0).setCredentials("ann", "secret")));
    NetSocket socket = connect(by(type).setUsername("ann").setPassword("secret"), 7);
    Await.result(socket.close());
    NetClient wrong = client(by(type).setUsername("ann").setPassword("wrong"));
    assertTrue(Await.failure(wrong.connect(7, "10.0.0.2")) != null, "connected");
    assertTrue(Await.failure(client(by(type)).connect(7, "10.0.0.2")) != null, "connected");
    refused(2);
  }

  /** Waits, for the client may hear of a refusal before the proxy's user. */
  private void refused(int count) throws Exception {
    Await.until(vertx, () -> Future.succeededFuture(refusals.size() == count));
  }

  @ParameterizedTest
  @EnumSource(names = {"SOCKS5", "HTTP"})
  void handle_isAsGoodAsAnAdapter(ProxyType type) throws Exception {
    Await.result(proxy.close());
    AdapterHandle handle = Await.result(pair.left().toHandle());
    proxy = listen(ProxyServer.create(vertx, handle, new ProxyServerOptions().setPort(0)));
    netClient_movesBytesBothWays(type);
  }

  /** The JDK's own SOCKS client; the echo ends when it has heard the end. */
  @Test
  void halfClose_passesBothWays() throws Exception {
    byte[] bytes = new byte[SIZE];
    new Random(6).nextBytes(bytes);
    try (Socket socket =
        new Socket(new Proxy(Proxy.Type.SOCKS, new InetSocketAddress("127.0.0.1", proxy.port())))) {
      socket.connect(new InetSocketAddress("10.0.0.2", 7));
      Thread writer =
          new Thread(
              () -> {
                try {
                  socket.getOutputStream().write(bytes);
                  socket.shutdownOutput();
                } catch (IOException e) {
                  throw new UncheckedIOException(e); // and the reader misses bytes
                }
              });
      writer.start();
      assertArrayEquals(bytes, socket.getInputStream().readAllBytes());
      writer.join();
    }
    Await.until(vertx, () -> proxy.clients().map(count -> count == 0));
  }

  /**
   * RFC 1928 §7, by hand: a client that asks an echo of the stack, and others that do not count.
   */
  @ParameterizedTest
  @ValueSource(strings = {"00000000 0000", "00000000 own", "0a000002 0035"}) // a target, as some do
  void datagrams_passAsLongAsTheirConnectionIsOpen(String said) throws Exception {
    var echo = pair.right().udp();
    echo.handler(
        packet -> echo.send(packet.data(), packet.sender().port(), packet.sender().host()));
    Await.result(echo.listen(53, "10.0.0.2"));
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    try (Socket control = new Socket(loopback, proxy.port());
        DatagramSocket client = new DatagramSocket(0, loopback);
        DatagramSocket stranger = new DatagramSocket(0, loopback)) {
      String own = String.format("%04x", client.getLocalPort());
      control.getOutputStream().write(bytes("050100 05030001" + said.replace("own", own)));
      byte[] reply = control.getInputStream().readNBytes(12);
      assertEquals("0500 05000001 7f000001", text(reply, 10));
      int relay = (reply[10] & 0xff) << 8 | reply[11] & 0xff;

      client.setSoTimeout(30_000);
      String header = "000000 01 0a000002 0035";
      if (said.endsWith("own")) {
        send(stranger, relay, header + "dead"); // before the client, which has said its port
      }
      send(client, relay, header + "cafe");
      assertEquals("00000001 0a000002 0035 cafe", heard(client));
      send(stranger, relay, header + "dead"); // not the client's port
      send(client, relay, "000001 01 0a000002 0035 dead"); // a piece
      send(client, relay, "000000 03 09 6c6f63616c686f7374 0035 dead"); // localhost
      send(client, relay, "0000");
      send(client, relay, header + "beef");
      assertEquals("00000001 0a000002 0035 beef", heard(client));
      assertEquals(1, Await.result(proxy.clients()));
    }
    Await.until(vertx, () -> proxy.clients().map(count -> count == 0));
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  /** Hexadecimal, in groups as the test writes them. */
  private static String text(byte[] bytes, int length) {
    String hex = HexFormat.of().formatHex(bytes, 0, length);
    return length == 10
        ? hex.substring(0, 4) + " " + hex.substring(4, 12) + " " + hex.substring(12)
        : hex.substring(0, 8)
            + " "
            + hex.substring(8, 16)
            + " "
            + hex.substring(16, 20)
            + " "
            + hex.substring(20);
  }

  private static void send(DatagramSocket from, int port, String hex) throws IOException {
    byte[] bytes = bytes(hex);
    from.send(new DatagramPacket(bytes, bytes.length, InetAddress.getByName("127.0.0.1"), port));
  }

  private static String heard(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[100], 100);
    socket.receive(packet);
    return text(packet.getData(), packet.getLength());
  }

  /** While the target does not answer, bytes of the client stay in the kernel's buffers. */
  @Test
  void clientThatSendsWithoutAConnection_isHeldBack() throws Exception {
    ByteBuffer chunk = ByteBuffer.allocate(64 * 1024);
    long sent = 0;
    try (SocketChannel client =
            SocketChannel.open(new InetSocketAddress("127.0.0.1", proxy.port()));
        Selector selector = Selector.open()) {
      client.write(
          ByteBuffer.wrap(
              "CONNECT 10.0.0.9:7 HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
      client.configureBlocking(false);
      client.register(selector, SelectionKey.OP_WRITE);
      while (sent < TOO_MUCH && selector.select(QUIET_MS) > 0) {
        selector.selectedKeys().clear();
        chunk.clear();
        sent += client.write(chunk);
      }
    }
    assertTrue(sent < TOO_MUCH, sent + " bytes were taken");
  }

  @Test
  void endOfTheProxy_resetsItsClients() throws Exception {
    NetSocket socket = connect(by(ProxyType.SOCKS5), 7);
    Promise<Throwable> reset = Promise.promise();
    socket.exceptionHandler(reset::tryComplete);
    Await.result(proxy.close());
    assertTrue(Await.result(reset.future()).getMessage().contains("reset"));
    Await.until(vertx, () -> pair.right().stats().map(stats -> stats.connections() == 0));
  }

  @Test
  void portInUse_isOneLine() throws Exception {
    ProxyServer second =
        ProxyServer.create(pair.left(), new ProxyServerOptions().setPort(proxy.port()));
    String line = Await.failure(second.listen()).getMessage();
    assertTrue(line.startsWith("cannot listen on 127.0.0.1:" + proxy.port() + ": "), line);
  }

  // curl.

  private String where() {
    return "127.0.0.1:" + proxy.port();
  }

  @ParameterizedTest
  @CsvSource({
    "--socks5, http://10.0.0.2/a",
    "--socks5, https://10.0.0.2/a",
    "--socks5-hostname, http://10.0.0.2/a",
    "--proxy, http://10.0.0.2/a",
    "--proxy, https://10.0.0.2/a",
    "--socks5, 'http://[fd00::2]/a'",
    "--proxy, 'https://[fd00::2]/a'",
  })
  void curl_gets(String option, String url) throws Exception {
    assertEquals("GET /a", Curl.run(0, option, where(), url));
  }

  @Test
  void curl_tunnelsPlainHttp() throws Exception {
    assertEquals(
        "POST /bx", Curl.run(0, "--proxytunnel", "--proxy", where(), "-d", "x", "10.0.0.2/b"));
  }

  @Test
  void curl_forwardsAnUpload_whichIsOneHopOfHttp() throws Exception {
    String answer = Curl.run(0, "-i", "--proxy", where(), "-H", "Expect:", "-d", "x", "10.0.0.2/b");
    assertTrue(answer.contains("x-via: 1.1 jktcp\r\n"), answer);
    assertTrue(answer.endsWith("\r\n\r\nPOST /bx"), answer);
  }

  @Test
  void curl_isToldWhy() throws Exception {
    assertTrue(Curl.run(97, "--socks5", where(), "http://10.0.0.2:9/").contains("(5)"));
    assertTrue(Curl.run(97, "--socks5-hostname", where(), "http://localhost/").contains("(8)"));
    assertTrue(Curl.run(56, "--proxy", where(), "https://10.0.0.2:9/").contains("502"));
    assertEquals(
        "'localhost' is not an IP address, and this proxy resolves no names: give one\n",
        Curl.run(0, "--proxy", where(), "http://localhost/"));
  }

  @Test
  void curl_saysUserAndPassword() throws Exception {
    Await.result(proxy.close());
    proxy =
        listen(
            ProxyServer.create(
                pair.left(), new ProxyServerOptions().setPort(0).setCredentials("ann", "secret")));
    String url = "https://10.0.0.2/a";
    assertEquals("GET /a", Curl.run(0, "--socks5", "ann:secret@" + where(), url));
    assertEquals("GET /a", Curl.run(0, "--proxy", "http://ann:secret@" + where(), url));
    assertEquals(
        "GET /a", Curl.run(0, "--proxy", "http://ann:secret@" + where(), "http://10.0.0.2/a"));
    Curl.run(97, "--socks5", "ann:wrong@" + where(), url);
    Curl.run(97, "--socks5", where(), url);
    assertTrue(Curl.run(56, "--proxy", where(), url).contains("407"));
  }
}
