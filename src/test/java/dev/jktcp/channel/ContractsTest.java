package dev.jktcp.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.Adapter;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.FakeTransport;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Promises of Vert.x about sockets, tried over adapters. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ContractsTest {
  @ParameterizedTest
  @EnumSource
  void portsOfTheStacksChoice_differ_andSharedRandomOnesAreOne(RoutedPair.Loops loops)
      throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      Set<Integer> ports = new HashSet<>();
      for (int i = 0; i < 3; i++) {
        NetServer server = pair.listen(0, "10.0.0.2", s -> s.write("hi"));
        assertTrue(server.actualPort() > 0);
        ports.add(server.actualPort());
        NetClient client = pair.netClient();
        Promise<Buffer> said = Promise.promise();
        pair.await(
            () ->
                client
                    .connect(server.actualPort(), "10.0.0.2")
                    .onSuccess(s -> s.handler(said::tryComplete)));
        assertEquals("hi", Await.result(said.future()).toString());
      }
      assertEquals(3, ports.size());
      List<NetServer> servers = new CopyOnWriteArrayList<>();
      Await.result(
          pair.vertx.deployVerticle(
              () ->
                  new AbstractVerticle() {
                    @Override
                    public void start(Promise<Void> done) {
                      NetServer server = vertx.createNetServer().connectHandler(s -> {});
                      servers.add(server);
                      server.listen(-1, "10.0.0.2").<Void>mapEmpty().onComplete(done);
                    }
                  },
              new DeploymentOptions().setInstances(3)));
      assertEquals(
          1,
          servers.stream().map(NetServer::actualPort).distinct().count(),
          () -> servers.stream().map(NetServer::actualPort).toList().toString());
    }
  }

  @ParameterizedTest
  @EnumSource
  void domainSockets_areTheKernels(RoutedPair.Loops loops, @TempDir Path dir) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      pair.transport.route("0.0.0.0/0", pair.left).route("::/0", pair.left);
      SocketAddress at = SocketAddress.domainSocketAddress(dir.resolve("s").toString());
      pair.listen(at, s -> s.handler(s::write));
      NetClient client = pair.netClient();
      Promise<Buffer> said = Promise.promise();
      pair.await(
          () ->
              client
                  .connect(at)
                  .onSuccess(
                      s -> {
                        s.handler(said::tryComplete);
                        s.write("unix");
                      }));
      assertEquals("unix", Await.result(said.future()).toString());
      SocketAddress none = SocketAddress.domainSocketAddress(dir.resolve("none").toString());
      Throwable refused = pair.failure(() -> client.connect(none));
      assertTrue(refused.getMessage().startsWith("No such file or directory"), refused::toString);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everySocketAddress_isRoutedByItsAddress(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      pair.listen(80, "10.0.0.2", s -> s.write("hi"));
      pair.listen(80, "fd00::2", s -> s.write("hi"));
      for (SocketAddress to :
          List.of(
              SocketAddress.inetSocketAddress(80, "10.0.0.2"),
              SocketAddress.inetSocketAddress(new java.net.InetSocketAddress("10.0.0.2", 80)),
              SocketAddress.inetSocketAddress(
                  java.net.InetSocketAddress.createUnresolved("10.0.0.2", 80)),
              SocketAddress.inetSocketAddress(80, "fd00::2"),
              SocketAddress.inetSocketAddress(80, "fd00:0:0::2"),
              SocketAddress.inetSocketAddress(80, "::ffff:10.0.0.2"))) {
        Promise<Buffer> said = Promise.promise();
        NetClient client = pair.netClient();
        NetSocket s =
            pair.await(() -> client.connect(to).onSuccess(x -> x.handler(said::tryComplete)));
        assertEquals("hi", Await.result(said.future()).toString());
        boolean v4 = to.host().contains(".");
        assertEquals(v4 ? "10.0.0.1" : "fd00:0:0:0:0:0:0:1", s.localAddress().hostAddress());
      }
    }
  }

  /**
   * Vert.x gives a connect up by its timeout, or when its adapter ends; on NIO it is no different.
   */
  @ParameterizedTest
  @EnumSource
  void connectThatIsGivenUp_leavesNothing(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      Adapter adapter = pair.adapter(new FakeTransport(false), "10.7.0.1"); // and nobody answers
      pair.transport.route("10.7.0.0/16", adapter);
      Await.result(adapter.stats());
      NetClient hasty =
          pair.call(
              () -> pair.vertx.createNetClient(new NetClientOptions().setConnectTimeout(100)));
      assertInstanceOf(
          ConnectTimeoutException.class, pair.failure(() -> hasty.connect(80, "10.7.0.2")));
      Await.until(pair.vertx, () -> adapter.stats().map(now -> now.connections() == 0));
      NetClient patient = pair.netClient();
      Future<NetSocket> connecting = pair.call(() -> patient.connect(80, "10.7.0.2"));
      Await.until(pair.vertx, () -> adapter.stats().map(now -> now.connections() == 1));
      Await.result(adapter.close());
      assertEquals("adapter closed: /10.7.0.2:80", Await.failure(connecting).getMessage());
      Await.until(pair.vertx, () -> adapter.stats().map(now -> now.connections() == 0));
      Await.result(hasty.close());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ThreadingModel.class,
      names = {"EVENT_LOOP", "WORKER"})
  void handlers_runOnTheirVerticlesContext(ThreadingModel model) throws Exception {
    try (RoutedPair pair = new RoutedPair(RoutedPair.Loops.MANY)) {
      List<String> wrong = new CopyOnWriteArrayList<>();
      Promise<Buffer> back = Promise.promise();
      Promise<Void> closed = Promise.promise();
      class V extends AbstractVerticle {
        void check(String what) {
          if (Vertx.currentContext() != context)
            wrong.add(what + " " + Vertx.currentContext() + " for " + context);
          if (Context.isOnWorkerThread() != (model == ThreadingModel.WORKER))
            wrong.add(what + " thread " + Thread.currentThread());
        }
      }
      Await.result(
          pair.vertx.deployVerticle(
              new V() {
                @Override
                public void start(Promise<Void> done) {
                  vertx
                      .createNetServer()
                      .connectHandler(
                          s -> {
                            check("connect");
                            s.handler(
                                b -> {
                                  check("server data");
                                  s.write(b).onComplete(w -> check("written"));
                                });
                            s.endHandler(v -> check("server end"));
                            s.closeHandler(v -> check("server close"));
                          })
                      .listen(80, "10.0.0.2")
                      .<Void>mapEmpty()
                      .onComplete(done);
                }
              },
              new DeploymentOptions().setThreadingModel(model)));
      Await.result(
          pair.vertx.deployVerticle(
              new V() {
                @Override
                public void start(Promise<Void> done) {
                  vertx
                      .createNetClient()
                      .connect(80, "10.0.0.2")
                      .<Void>map(
                          s -> {
                            check("connected");
                            s.handler(
                                b -> {
                                  check("client data");
                                  back.tryComplete(b);
                                  s.close().onComplete(c -> check("close"));
                                });
                            s.closeHandler(
                                v -> {
                                  check("client close");
                                  closed.tryComplete();
                                });
                            s.write("x");
                            return null;
                          })
                      .onComplete(done);
                }
              },
              new DeploymentOptions().setThreadingModel(model)));
      assertEquals("x", Await.result(back.future()).toString());
      Await.result(closed.future());
      assertEquals(List.of(), wrong);
    }
  }

  @ParameterizedTest
  @EnumSource
  void pooledConnections_ofAnAdapterThatEnded_areNotUsed_andAFreshOneIs(RoutedPair.Loops loops)
      throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      HttpClient client =
          pair.call(
              () ->
                  pair.vertx.createHttpClient(
                      new HttpClientOptions().setKeepAlive(true),
                      new PoolOptions().setHttp1MaxSize(1)));
      for (int life = 0; life < 3; life++) {
        RoutedPair.Tunnel tunnel = pair.tunnel("10.8.0.1", "10.8.0.2");
        Await.result(tunnel.far().stats());
        pair.transport.route("10.8.0.2", tunnel.near());
        pair.transport.route("10.8.0.1", tunnel.far());
        HttpServer server =
            pair.await(
                () -> {
                  return pair.vertx
                      .createHttpServer()
                      .requestHandler(r -> r.response().end("ok"))
                      .listen(8080, "10.8.0.2");
                });
        assertEquals("ok", get(pair, client));
        assertEquals("ok", get(pair, client));
        tunnel.close();
        boolean asksBetween = life != 1; // without, the pool has a connection that is dead
        if (asksBetween) {
          assertEquals(
              "the adapter, which route 10.8.0.2/32 goes to, has ended: /10.8.0.2:8080",
              pair.failure(() -> request(client)).getMessage());
        }
        Await.result(server.close());
        pair.transport.removeRoute("10.8.0.2");
        pair.transport.removeRoute("10.8.0.1");
      }
    }
  }

  private static Future<Buffer> request(HttpClient client) {
    return client
        .request(HttpMethod.GET, 8080, "10.8.0.2", "/")
        .compose(HttpClientRequest::send)
        .compose(HttpClientResponse::body);
  }

  private static String get(RoutedPair pair, HttpClient client) throws Exception {
    return pair.await(() -> request(client)).toString();
  }

  /** The kernel sends IPv4 to such an address, past the route, if it gets it. */
  @ParameterizedTest
  @EnumSource
  void mappedAddress_hasTheRouteOfItsIpv4Address(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      String mapped = "::ffff:10.0.0.2";
      NetServer server = pair.listen(0, mapped, NetSocket::close);
      NetClient client = pair.netClient();
      for (String host : List.of("10.0.0.2", mapped)) {
        NetSocket socket = pair.await(() -> client.connect(server.actualPort(), host));
        assertEquals("10.0.0.1", socket.localAddress().hostAddress());
      }
      pair.transport.route("10.9.0.0/16", "never");
      assertEquals(
          "no adapter 'never', which route 10.9.0.0/16 goes to: deploy it first",
          Await.failure(
                  pair.call(() -> pair.vertx.createDatagramSocket())
                      .send("x", 53, "::ffff:10.9.0.1"))
              .getMessage());
      DatagramSocket reader = pair.call(() -> pair.vertx.createDatagramSocket());
      Promise<String> heard = Promise.promise();
      reader.handler(packet -> heard.tryComplete(packet.sender().host() + " " + packet.data()));
      Await.result(reader.listen(53, mapped));
      DatagramSocket writer = pair.call(() -> pair.vertx.createDatagramSocket());
      Await.result(writer.send("x", 53, mapped));
      assertEquals("10.0.0.1 x", Await.result(heard.future()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shutdown_letsARequestUnderWayEnd(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      List<io.vertx.core.http.HttpServerRequest> open = new CopyOnWriteArrayList<>();
      HttpServer server =
          pair.await(
              () ->
                  pair.vertx.createHttpServer().requestHandler(open::add).listen(8080, "10.0.0.2"));
      HttpClient client = pair.call(() -> pair.vertx.createHttpClient());
      Future<Buffer> got =
          pair.call(
              () ->
                  client
                      .request(HttpMethod.GET, 8080, "10.0.0.2", "/")
                      .compose(HttpClientRequest::send)
                      .compose(HttpClientResponse::body));
      Await.until(pair.vertx, () -> Future.succeededFuture(open.size() == 1));
      Future<Void> down = server.shutdown(20, TimeUnit.SECONDS);
      open.get(0).response().end("late");
      assertEquals("late", Await.result(got).toString());
      client.shutdown(10, TimeUnit.SECONDS);
      Await.result(down);
      assertInstanceOf(
          java.net.ConnectException.class,
          pair.failure(() -> pair.netClient().connect(8080, "10.0.0.2")));
    }
  }

  @ParameterizedTest
  @EnumSource
  void fetch_givesThatManyBuffers(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      List<NetSocket> accepted = new CopyOnWriteArrayList<>();
      pair.listen(
          80,
          "10.0.0.2",
          s -> {
            s.pause();
            accepted.add(s);
          });
      NetClient client = pair.netClient();
      NetSocket up = pair.await(() -> client.connect(80, "10.0.0.2"));
      List<Integer> sizes = new CopyOnWriteArrayList<>();
      Await.until(pair.vertx, () -> Future.succeededFuture(accepted.size() == 1));
      NetSocket down = accepted.get(0);
      Promise<Void> ended = Promise.promise();
      down.handler(b -> sizes.add(b.length())).endHandler(v -> ended.complete());
      Await.result(up.write(Buffer.buffer(new byte[300_000])));
      up.end();
      for (int i = 1; i <= 3; i++) {
        down.fetch(1);
        int n = i;
        Await.until(pair.vertx, () -> Future.succeededFuture(sizes.size() == n));
      }
      Await.result(pair.right.stats());
      assertEquals(3, sizes.size());
      assertFalse(ended.future().isComplete());
      down.resume();
      Await.result(ended.future());
      assertEquals(300_000, sizes.stream().mapToInt(i -> i).sum());
    }
  }

  @ParameterizedTest
  @EnumSource
  void reconnectAttempts_goOnUntilTheServerIsThere(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      NetClient client =
          pair.call(
              () ->
                  pair.vertx.createNetClient(
                      new NetClientOptions().setReconnectAttempts(100).setReconnectInterval(20)));
      Future<NetSocket> connecting = pair.call(() -> client.connect(80, "10.0.0.2"));
      Await.until(
          pair.vertx,
          () -> pair.left.stats().map(now -> now.counters().get("connectionsOpened") >= 3));
      pair.listen(80, "10.0.0.2");
      assertEquals(80, Await.result(connecting).remoteAddress().port());
      Await.result(client.close());
    }
  }

  @ParameterizedTest
  @EnumSource
  void localAddressThatTheAdapterLacks_isRefusedInOneLine_andAnyIsItsOwn(RoutedPair.Loops loops)
      throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      pair.listen(80, "10.0.0.2");
      for (String any : List.of("10.0.0.1", "0.0.0.0", "::")) {
        NetClient client =
            pair.call(
                () -> pair.vertx.createNetClient(new NetClientOptions().setLocalAddress(any)));
        NetSocket socket = pair.await(() -> client.connect(80, "10.0.0.2"));
        assertEquals("10.0.0.1", socket.localAddress().hostAddress());
        Await.result(client.close());
      }
      for (String wrong : List.of("10.0.0.9", "127.0.0.1", "fd00::1")) {
        NetClient client =
            pair.call(
                () -> pair.vertx.createNetClient(new NetClientOptions().setLocalAddress(wrong)));
        Throwable refused = pair.failure(() -> client.connect(80, "10.0.0.2"));
        boolean oneOfOurs = wrong.equals("fd00::1");
        assertEquals(
            oneOfOurs
                ? "local address fd00::1 cannot reach 10.0.0.2: choose one of its family:"
                    + " /10.0.0.2:80"
                : "Cannot assign requested address: /10.0.0.2:80",
            refused.getMessage());
        if (!oneOfOurs) {
          assertEquals(
              wrong + " is not one of the local addresses [10.0.0.1, fd00::1]",
              refused.getCause().getCause().getMessage());
        }
        Await.result(client.close());
      }
    }
  }

  /**
   * Pipelining, 100-continue, trailers, compression of bodies and WebSockets, h2c with one
   * connection.
   */
  @ParameterizedTest
  @EnumSource
  void httpOfAllKinds_isAnswered(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      HttpServerOptions so =
          new HttpServerOptions()
              .setPerMessageWebSocketCompressionSupported(true)
              .setCompressionSupported(true)
              .setHandle100ContinueAutomatically(true);
      pair.await(
          () ->
              pair.vertx
                  .createHttpServer(so)
                  .webSocketHandler(ws -> ws.textMessageHandler(ws::writeTextMessage))
                  .requestHandler(
                      r -> {
                        r.response().setChunked(true).putHeader("Trailer", "x-sum");
                        r.body()
                            .onSuccess(
                                b -> {
                                  r.response().write(b);
                                  r.response().putTrailer("x-sum", "" + b.length());
                                  r.response().end();
                                });
                      })
                  .listen(8080, "10.0.0.2"));
      HttpClient client =
          pair.call(
              () ->
                  pair.vertx.createHttpClient(
                      new HttpClientOptions()
                          .setPipelining(true)
                          .setPipeliningLimit(8)
                          .setDecompressionSupported(true),
                      new PoolOptions().setHttp1MaxSize(1)));
      List<Future<String>> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        int n = i * 1000;
        all.add(
            pair.call(
                () ->
                    client
                        .request(HttpMethod.PUT, 8080, "10.0.0.2", "/")
                        .compose(
                            q -> {
                              q.putHeader("Expect", "100-continue");
                              return q.send(Buffer.buffer(new byte[n]));
                            })
                        .compose(
                            r -> r.body().map(b -> b.length() + " " + r.getTrailer("x-sum")))));
      }
      for (int i = 0; i < 20; i++)
        assertEquals(i * 1000 + " " + i * 1000, Await.result(all.get(i)));
      String got =
          pair.await(
              () ->
                  client
                      .request(HttpMethod.PUT, 8080, "10.0.0.2", "/")
                      .compose(
                          q -> {
                            q.putHeader("Expect", "100-continue").setChunked(true);
                            q.continueHandler(
                                v -> {
                                  q.end("late");
                                });
                            q.writeHead();
                            return q.response();
                          })
                      .compose(r -> r.body().map(b -> b + " " + r.getTrailer("x-sum"))));
      assertEquals("late 4", got);
      WebSocketClient wsc =
          pair.call(
              () ->
                  pair.vertx.createWebSocketClient(
                      new WebSocketClientOptions().setTryUsePerMessageCompression(true)));
      WebSocket ws = pair.await(() -> wsc.connect(8080, "10.0.0.2", "/"));
      assertTrue(ws.headers().get("sec-websocket-extensions").contains("permessage-deflate"));
      Promise<String> back = Promise.promise();
      ws.textMessageHandler(back::tryComplete);
      ws.writeTextMessage("x".repeat(60_000));
      assertEquals(60_000, Await.result(back.future()).length());
      HttpClient h2 =
          pair.call(
              () ->
                  pair.vertx.createHttpClient(
                      new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2),
                      new PoolOptions().setHttp2MaxSize(1)));
      List<Future<String>> h2s = new ArrayList<>();
      for (int i = 0; i < 50; i++)
        h2s.add(
            pair.call(
                () ->
                    h2.request(HttpMethod.PUT, 8080, "10.0.0.2", "/")
                        .compose(q -> q.send(Buffer.buffer(new byte[30_000])))
                        .compose(r -> r.body().map(b -> r.version() + " " + b.length()))));
      for (Future<String> f : h2s) assertEquals("HTTP_2 30000", Await.result(f));
    }
  }

  @ParameterizedTest
  @EnumSource
  void idleTimeoutOfAServer_closesBothEnds(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      Promise<Void> closed = Promise.promise();
      pair.await(
          () ->
              pair.vertx
                  .createNetServer(
                      new NetServerOptions()
                          .setIdleTimeout(200)
                          .setIdleTimeoutUnit(TimeUnit.MILLISECONDS))
                  .connectHandler(s -> s.closeHandler(v -> closed.tryComplete()))
                  .listen(80, "10.0.0.2"));
      NetClient c = pair.netClient();
      Promise<Void> mine = Promise.promise();
      pair.await(
          () -> c.connect(80, "10.0.0.2").onSuccess(s -> s.closeHandler(v -> mine.tryComplete())));
      Await.result(closed.future());
      Await.result(mine.future());
      Await.until(pair.vertx, () -> pair.right.stats().map(s -> s.connections() == 0));
    }
  }

  @ParameterizedTest
  @EnumSource
  void undeployedServer_leavesNothing(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      for (int i = 0; i < 5; i++) {
        String id =
            Await.result(
                pair.vertx.deployVerticle(
                    () ->
                        new AbstractVerticle() {
                          @Override
                          public void start(Promise<Void> done) {
                            vertx
                                .createNetServer()
                                .connectHandler(s -> s.handler(s::write))
                                .listen(80, "10.0.0.2")
                                .<Void>mapEmpty()
                                .onComplete(done);
                          }
                        },
                    new DeploymentOptions().setInstances(2)));
        NetClient c = pair.netClient();
        Promise<Void> mine = Promise.promise();
        pair.await(
            () ->
                c.connect(80, "10.0.0.2").onSuccess(s -> s.closeHandler(v -> mine.tryComplete())));
        Await.result(pair.vertx.undeploy(id));
        Await.result(mine.future());
        assertInstanceOf(
            java.net.ConnectException.class, pair.failure(() -> c.connect(80, "10.0.0.2")));
      }
      Await.until(
          pair.vertx,
          () -> pair.right.stats().map(s -> s.connections() == 0 && s.listeners() == 0));
    }
  }
}
