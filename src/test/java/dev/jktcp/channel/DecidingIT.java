package dev.jktcp.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterVerticle;
import dev.jktcp.JktcpTransport;
import dev.jktcp.testkit.Await;
import dev.jktcp.transport.TransportUri;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import io.vertx.core.transport.Transport;
import java.net.ConnectException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Channels that turn out to be the kernel's when they connect, over the kernel's transports. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DecidingIT {
  static Stream<Transport> kernels() {
    return Stream.of(Transport.NIO, Transport.EPOLL).filter(t -> t != null && t.available());
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void addressWithoutRoute_isTheKernels(Transport kernel) throws Exception {
    try (RoutedPair pair = new RoutedPair(RoutedPair.Loops.ONE, kernel)) {
      HttpServer server =
          pair.await(
              () ->
                  pair.vertx
                      .createHttpServer()
                      .requestHandler(
                          request -> request.body().onSuccess(body -> request.response().end(body)))
                      .listen(0, "127.0.0.1"));
      HttpClient client = pair.kept(pair.call(() -> pair.vertx.createHttpClient()));
      Buffer sent = Buffer.buffer("x".repeat(3_000_000));
      for (int i = 0; i < 3; i++) {
        Buffer got =
            pair.await(
                () ->
                    client
                        .request(HttpMethod.POST, server.actualPort(), "127.0.0.1", "/")
                        .compose(request -> request.send(sent))
                        .compose(response -> response.body()));
        assertEquals(sent, got);
      }
      Throwable refused = pair.failure(() -> pair.netClient().connect(1, "127.0.0.1"));
      assertInstanceOf(ConnectException.class, refused);
    }
  }

  /** The target the proxy was asked for, and the bytes that came back through it. */
  private record Proxied(String asked, String answer) {}

  @ParameterizedTest
  @EnumSource(
      value = ProxyType.class,
      names = {"HTTP", "SOCKS5"})
  void proxyInTheKernel_isReachedThere_withATargetInARoute(ProxyType type) throws Exception {
    try (RoutedPair pair = new RoutedPair(RoutedPair.Loops.MANY)) {
      assertEquals(
          new Proxied("10.0.0.2:80", "hello"), proxied(pair, type, "127.0.0.1", "10.0.0.2", 80));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProxyType.class,
      names = {"HTTP", "SOCKS5"})
  void proxyInARoute_isReachedThere_withATargetInTheKernel(ProxyType type) throws Exception {
    try (RoutedPair pair = new RoutedPair(RoutedPair.Loops.MANY)) {
      Proxied proxied = proxied(pair, type, "10.0.0.2", "127.0.0.1", 0);
      assertEquals("hello", proxied.answer());
      assertTrue(proxied.asked().startsWith("127.0.0.1:"), proxied.asked());
      assertTrue(Await.result(pair.right.stats()).connections() >= 1, "not through the stack");
    }
  }

  private static Proxied proxied(
      RoutedPair pair, ProxyType type, String proxyHost, String targetHost, int targetPort)
      throws Exception {
    NetServer target = pair.listen(targetPort, targetHost, socket -> socket.write("hello"));
    SmallProxy proxy = new SmallProxy(pair.vertx);
    int port = pair.await(() -> proxy.listen(proxyHost)).actualPort();
    ProxyOptions options = new ProxyOptions().setType(type).setHost(proxyHost).setPort(port);
    NetClient client =
        pair.call(() -> pair.netClient(new NetClientOptions().setProxyOptions(options)));
    Promise<Buffer> heard = Promise.promise();
    pair.await(
        () ->
            client
                .connect(target.actualPort(), targetHost)
                .onSuccess(socket -> socket.handler(heard::tryComplete)));
    return new Proxied(proxy.asked(), Await.result(heard.future()).toString());
  }

  /** Resuming sets auto-read, which must reach the kernel's channel behind the routed one. */
  @Test
  void pausedKernelSocket_readsOnWhenItIsResumed() throws Exception {
    try (RoutedPair pair = new RoutedPair(RoutedPair.Loops.MANY)) {
      Buffer sent = Buffer.buffer("x".repeat(8 << 20));
      NetServer server = pair.listen(0, "127.0.0.1", socket -> socket.write(sent));
      Promise<Void> all = Promise.promise();
      pair.await(
          () ->
              pair.netClient()
                  .connect(server.actualPort(), "127.0.0.1")
                  .onSuccess(
                      socket -> {
                        int[] received = {0};
                        socket.handler(
                            data -> {
                              received[0] += data.length();
                              socket.pause();
                              pair.vertx.setTimer(1, id -> socket.resume());
                              if (received[0] == sent.length()) all.complete();
                            });
                      }));
      Await.result(all.future());
    }
  }

  @Test
  void routeWhoseAdapterIsNotThere_failsAndTheKernelSeesNothing() throws Exception {
    AtomicInteger seen = new AtomicInteger();
    JktcpTransport transport = new JktcpTransport().route("127.0.0.2", "phone");
    Vertx vertx = Vertx.builder().withTransport(transport).build();
    Vertx watching = Vertx.vertx();
    try {
      NetServer watch =
          Await.result(
              watching
                  .createNetServer()
                  .connectHandler(socket -> seen.incrementAndGet())
                  .listen(0, "127.0.0.2"));
      NetClient client = vertx.createNetClient();
      String where = ": /127.0.0.2:" + watch.actualPort();
      assertEquals(
          "no adapter 'phone', which route 127.0.0.2/32 goes to: deploy it first" + where,
          Await.failure(client.connect(watch.actualPort(), "127.0.0.2")).getMessage());
      String id = deployPhone(vertx);
      NetClient impatient = vertx.createNetClient(new NetClientOptions().setConnectTimeout(50));
      assertInstanceOf(
          ConnectTimeoutException.class,
          Await.failure(impatient.connect(watch.actualPort(), "127.0.0.2")));
      Await.result(vertx.undeploy(id));
      assertEquals(
          "the adapter 'phone', which route 127.0.0.2/32 goes to, has ended" + where,
          Await.failure(client.connect(watch.actualPort(), "127.0.0.2")).getMessage());
      assertEquals(0, seen.get());
      transport.removeRoute("127.0.0.2"); // proves that the watch sees connects to the kernel
      Await.result(client.connect(watch.actualPort(), "127.0.0.2"));
      Await.until(watching, () -> Future.succeededFuture(seen.get() == 1));
      Await.result(client.close());
      Await.result(impatient.close());
    } finally {
      Await.result(vertx.close());
      Await.result(watching.close());
    }
  }

  /** As above, of datagrams, by sockets that are undecided, wildcard and the kernel's. */
  @Test
  void datagramsOfARouteWithoutAdapter_fail_andTheKernelSeesNone() throws Exception {
    AtomicInteger seen = new AtomicInteger();
    JktcpTransport transport = new JktcpTransport().route("127.0.0.2", "phone");
    Vertx vertx = Vertx.builder().withTransport(transport).build();
    Vertx watching = Vertx.vertx();
    try {
      DatagramSocket watch =
          watching.createDatagramSocket().handler(packet -> seen.incrementAndGet());
      int port = Await.result(watch.listen(0, "127.0.0.2")).localAddress().port();
      String gone = "route 127.0.0.2/32 goes to";
      DatagramSocket undecided = vertx.createDatagramSocket();
      assertTrue(failure(undecided, port).contains(gone));
      DatagramSocket wildcard = vertx.createDatagramSocket();
      Await.result(wildcard.listen(0, "0.0.0.0"));
      assertTrue(failure(wildcard, port).contains(gone));
      DatagramSocket kernels = vertx.createDatagramSocket();
      Await.result(kernels.listen(0, "127.0.0.1"));
      assertTrue(failure(kernels, port).contains(gone));
      String id = deployPhone(vertx);
      vertx.createDatagramSocket().send("into the tunnel", port, "127.0.0.2");
      wildcard.send("into the tunnel", port, "127.0.0.2");
      assertTrue(failure(kernels, port).contains("is reached through an adapter"));
      Await.result(vertx.undeploy(id));
      assertTrue(failure(vertx.createDatagramSocket(), port).contains("has ended"));
      Await.failure(wildcard.send("leak", port, "127.0.0.2")); // closed by the adapter's end
      assertTrue(failure(kernels, port).contains(gone));
      transport.removeRoute("127.0.0.2"); // proves that the watch sees what the kernel sends
      Await.result(kernels.send("seen", port, "127.0.0.2"));
      Await.until(watching, () -> Future.succeededFuture(seen.get() > 0));
      assertEquals(1, seen.get()); // over loopback they come in the order they were sent
    } finally {
      Await.result(vertx.close());
      Await.result(watching.close());
    }
  }

  /** An adapter at whose bridge nothing is. */
  private static String deployPhone(Vertx vertx) throws Exception {
    JsonObject config =
        new JsonObject()
            .put("name", "phone")
            .put("toAdapter", "a")
            .put("fromAdapter", "b")
            .put("localAddresses", new JsonArray().add("127.0.0.3"));
    return Await.result(
        vertx.deployVerticle(new AdapterVerticle(), new DeploymentOptions().setConfig(config)));
  }

  private static String failure(DatagramSocket socket, int port) throws Exception {
    return Await.failure(socket.send("leak", port, "127.0.0.2")).getMessage();
  }

  @Test
  void routesOfEverything_doNotSwallowTheTunnelItself() throws Exception {
    Vertx[] sides = new Vertx[2];
    try {
      TransportUri joined = null;
      for (int i = 0; i < 2; i++) {
        sides[i] = Vertx.builder().withTransport(new JktcpTransport()).build();
        JsonObject config =
            new JsonObject()
                .put("name", "tunnel")
                .put("transport", joined == null ? "tcp-listen:127.0.0.1:0" : dial(joined))
                .put("localAddresses", new JsonArray().add("10.0.0." + (i + 1)))
                .put("routes", new JsonArray().add("0.0.0.0/0").add("::/0"));
        AdapterVerticle verticle = new AdapterVerticle();
        Await.result(sides[i].deployVerticle(verticle, new DeploymentOptions().setConfig(config)));
        joined = verticle.transport();
      }
      HttpServer server =
          Await.result(
              sides[0]
                  .createHttpServer()
                  .requestHandler(request -> request.response().end("through the tunnel"))
                  .listen(80, "10.0.0.1"));
      HttpClient client = sides[1].createHttpClient();
      Buffer got =
          Await.result(
              client
                  .request(HttpMethod.GET, 80, "10.0.0.1", "/")
                  .compose(request -> request.send())
                  .compose(response -> response.body()));
      assertEquals("through the tunnel", got.toString());
      Await.result(client.close());
      Await.result(server.close());
    } finally {
      for (Vertx side : sides) if (side != null) Await.result(side.close());
    }
  }

  private static String dial(TransportUri listening) {
    return listening.toString().replace("tcp-listen:", "tcp:");
  }
}
