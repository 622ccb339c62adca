package dev.jktcp.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jktcp.Adapter;
import dev.jktcp.TcpListenOptions;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.Logged;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.NetServer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A server of Vert.x outlives its adapter, as a socket of Linux outlives its interface's address,
 * and listens again in the next adapter that has the address.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ServersOutliveAdaptersTest {
  private static final String CLIENT = "10.8.0.1";
  private static final String AT = "10.8.0.2";
  private static final int PORT = 8080;

  /** Two adapters that a pipe joins; the server's is the far one. */
  private record Life(RoutedPair pair, RoutedPair.Tunnel tunnel, boolean wildcard) {
    static Life begin(RoutedPair pair, boolean wildcard) throws Exception {
      RoutedPair.Tunnel tunnel = pair.tunnel(CLIENT, AT);
      pair.transport.route(AT, tunnel.near());
      if (wildcard) {
        pair.transport.routeAndListen(CLIENT, tunnel.far());
      } else {
        pair.transport.route(CLIENT, tunnel.far());
      }
      return new Life(pair, tunnel, wildcard);
    }

    Adapter far() {
      return tunnel.far();
    }

    Life next() throws Exception {
      forget();
      return begin(pair, wildcard);
    }

    void forget() {
      pair.transport.removeRoute(AT).removeRoute(CLIENT);
    }

    void end() throws Exception {
      tunnel.close();
    }

    void untilListening() throws Exception {
      Await.until(pair.vertx, () -> far().stats().map(stats -> stats.listeners() == 1));
    }
  }

  private static HttpServer server(RoutedPair pair, String words, String at) throws Exception {
    return pair.await(
        () ->
            pair.vertx
                .createHttpServer()
                .requestHandler(r -> r.response().putHeader("Connection", "close").end(words))
                .listen(PORT, at));
  }

  private static String get(RoutedPair pair, HttpClient client) throws Exception {
    return pair.await(
            () ->
                client
                    .request(HttpMethod.GET, PORT, AT, "/")
                    .compose(HttpClientRequest::send)
                    .compose(HttpClientResponse::body))
        .toString();
  }

  @ParameterizedTest
  @EnumSource
  void server_listensInTheNextAdapterWithItsAddress(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      HttpClient client = pair.call(() -> pair.kept(pair.vertx.createHttpClient()));
      Life life = Life.begin(pair, false);
      HttpServer server = server(pair, "first", AT);
      for (int i = 0; i < 3; i++) {
        assertEquals("first", get(pair, client));
        life.end();
        life = life.next();
        life.untilListening();
      }
      Await.result(server.close());
      assertEquals(0, Await.result(life.far().stats()).listeners());
    }
  }

  /** With the wildcard address it is the route that says so. */
  @ParameterizedTest
  @EnumSource
  void serverOnTheWildcardAddress_listensInTheNextAdapterThatSaysListen(RoutedPair.Loops loops)
      throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      HttpClient client = pair.call(() -> pair.kept(pair.vertx.createHttpClient()));
      Life life = Life.begin(pair, true);
      server(pair, "first", "0.0.0.0");
      assertEquals("first", get(pair, client));
      life.end();
      life = life.next();
      life.untilListening();
      assertEquals("first", get(pair, client));
    }
  }

  /** Vert.x takes it for a further instance of the first. */
  @ParameterizedTest
  @EnumSource
  void laterServerAtTheAddress_isAlive(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      HttpClient client = pair.call(() -> pair.kept(pair.vertx.createHttpClient()));
      Life life = Life.begin(pair, false);
      HttpServer first = server(pair, "first", AT);
      life.end();
      HttpServer second = server(pair, "second", AT);
      life = life.next();
      life.untilListening();
      Set<String> heard = new HashSet<>();
      for (int i = 0; i < 4; i++) {
        heard.add(get(pair, client));
      }
      assertEquals(Set.of("first", "second"), heard);
      Await.result(first.close());
      assertEquals("second", get(pair, client));
      Await.result(second.close());
      assertEquals(0, Await.result(life.far().stats()).listeners());
    }
  }

  /** An adapter that has ended may keep its route beside the one that follows it. */
  @ParameterizedTest
  @EnumSource
  void ofTwoAdaptersWithTheAddress_theLivingOneHasTheServer(RoutedPair.Loops loops)
      throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      HttpClient client = pair.call(() -> pair.kept(pair.vertx.createHttpClient()));
      Life life = Life.begin(pair, false);
      pair.transport.route("10.9.9.9", life.far()); // sorted before what comes later
      life.end();
      life = life.next();
      server(pair, "alive", AT);
      assertEquals("alive", get(pair, client));
    }
  }

  @ParameterizedTest
  @EnumSource
  void serverWithoutAdapter_isClosed_andDoesNotComeBack(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      Life life = Life.begin(pair, false);
      HttpServer server = server(pair, "first", AT);
      life.end();
      Await.result(server.close());
      life = life.next();
      Adapter far = life.far();
      assertEquals(0, Await.result(far.stats()).listeners());
      Await.result(far.listen(new TcpListenOptions().setPort(PORT), stream -> {}));
      assertEquals(1, Await.result(far.stats()).listeners());
    }
  }

  /** The kernel has the address 127.0.0.2, and must not get its server. */
  @ParameterizedTest
  @EnumSource
  void serverWhoseRouteIsRemoved_isNotTheKernels(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops)) {
      Adapter adapter = pair.adapter(PipeTransport.pair().left(), "127.0.0.2");
      pair.transport.route("10.8.0.9", adapter);
      NetServer server = pair.listen(0, "127.0.0.2");
      Await.result(adapter.close());
      pair.transport.removeRoute("10.8.0.9");
      assertEquals(
          "Connection refused: /127.0.0.2:" + server.actualPort(),
          pair.failure(() -> pair.netClient().connect(server.actualPort(), "127.0.0.2"))
              .getMessage());
    }
  }

  /**
   * NIO's listening socket hears nothing of a lost interface; here a line is logged. The port is
   * taken in the next adapter, so that the server waits for the one after it.
   */
  @ParameterizedTest
  @EnumSource
  void lostTransport_takenPortAndReturn_areLogged(RoutedPair.Loops loops) throws Exception {
    try (RoutedPair pair = new RoutedPair(loops);
        Logged logged = new Logged()) {
      HttpClient client = pair.call(() -> pair.kept(pair.vertx.createHttpClient()));
      Life life = Life.begin(pair, false);
      server(pair, "first", AT);
      Await.result(life.tunnel().near().close()); // the pipe ends, and with it the far adapter
      List<String> lines = new ArrayList<>();
      expect(pair, logged, lines, "has no adapter now: transport lost: the other side left");

      life.forget();
      Adapter taken = pair.adapter(PipeTransport.pair().left(), AT);
      Await.result(
          taken.listen(new TcpListenOptions().setLocalAddress(AT).setPort(PORT), stream -> {}));
      pair.transport.route(CLIENT, taken);
      expect(pair, logged, lines, "does not listen again: Address already in use");

      life = life.next();
      expect(pair, logged, lines, "listens again");
      assertEquals("first", get(pair, client));
      Await.result(life.far().close()); // no loss, and so no line
      life = life.next();
      life.untilListening();
      expect(pair, logged, lines);
    }
  }

  private static void expect(RoutedPair pair, Logged logged, List<String> lines, String... more)
      throws Exception {
    for (String words : more) {
      lines.add("server at " + AT + ":" + PORT + ": " + words);
    }
    Await.until(
        pair.vertx, () -> Future.succeededFuture(logged.of(serverClass()).size() >= lines.size()));
    assertEquals(lines, logged.of(serverClass()));
  }

  private static Class<?> serverClass() {
    try {
      return Class.forName("dev.jktcp.impl.channel.RoutedServerChannel");
    } catch (ClassNotFoundException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
