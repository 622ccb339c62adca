package dev.jktcp.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.AdapterVerticle;
import dev.jktcp.JktcpTransport;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.TestDns;
import dev.jktcp.testkit.TestKeys;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Vert.x's own clients and names below a suffix, with a watch on the kernel's DNS. */
@Timeout(120)
class NamesTest {
  @TempDir static Path keys;

  private final List<String> outside = new CopyOnWriteArrayList<>();
  private JktcpTransport transport;
  private Vertx kernel;
  private Vertx vertx;
  private NetClient client; // held: a client is closed when it is collected
  private Adapter left;
  private Adapter right;
  private TestDns dns;

  @BeforeEach
  void begin() throws Exception {
    kernel = Vertx.vertx();
    DatagramSocket watched = kernel.createDatagramSocket();
    watched.handler(
        packet -> {
          Buffer question = packet.data();
          outside.add(question.getString(12, question.length() - 5).replaceAll("[^a-z]", "."));
          Buffer none = question.copy().setUnsignedShort(2, 0x8583); // no such name
          watched.send(none, packet.sender().port(), packet.sender().host());
        });
    int port = Await.result(watched.listen(0, "127.0.0.1")).localAddress().port();
    transport = new JktcpTransport();
    AddressResolverOptions resolver =
        new AddressResolverOptions()
            .addServer("127.0.0.1:" + port)
            .addServer("127.0.0.1:" + port)
            .addSearchDomain("search.example")
            .setQueryTimeout(2_000);
    vertx =
        Vertx.builder()
            .with(new VertxOptions().setAddressResolverOptions(resolver))
            .withTransport(transport)
            .build();
    PipeTransport.Pair pipe = PipeTransport.pair();
    left =
        Adapter.create(
            vertx,
            pipe.left(),
            new AdapterOptions()
                .addLocalAddress("10.0.0.1")
                .addDnsServer("10.0.0.2")
                .addHost("alias.tunnel", "10.0.0.2"));
    right = Adapter.create(vertx, pipe.right(), new AdapterOptions().addLocalAddress("10.0.0.2"));
    dns = new TestDns(right, Map.of("web.tunnel", List.of("10.0.0.2"))).start();
    transport.route("10.0.0.2", left).route("10.0.0.1", right).names("tunnel", left);
  }

  @AfterEach
  void end() throws Exception {
    Await.result(vertx.close());
    Await.result(kernel.close());
  }

  private static String chain(Throwable thrown) {
    StringBuilder all = new StringBuilder();
    for (Throwable t = thrown; t != null; t = t.getCause()) all.append(t.getMessage()).append('|');
    return all.toString();
  }

  private Throwable refused(String name) throws Exception {
    if (client == null) client = vertx.createNetClient();
    return Await.failure(client.connect(80, name));
  }

  @Test
  void httpAndTls_reachANameInTheTunnel_withTheirHostAndServerName() throws Exception {
    Await.result(
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setSni(true)
                    .setKeyCertOptions(TestKeys.options(TestKeys.in(keys))))
            .requestHandler(
                request ->
                    request
                        .response()
                        .end(
                            request.authority() + " " + request.connection().indicatedServerName()))
            .listen(443, "10.0.0.2"));
    HttpClientOptions trusting =
        new HttpClientOptions().setSsl(true).setTrustAll(true).setVerifyHost(false);
    HttpClient client = vertx.createHttpClient(trusting);
    for (String name : List.of("web.tunnel", "alias.tunnel", "WEB.tunnel")) {
      Buffer body =
          Await.result(
              client
                  .request(io.vertx.core.http.HttpMethod.GET, 443, name, "/")
                  .compose(HttpClientRequest::send)
                  .compose(HttpClientResponse::body));
      assertTrue((name + " " + name).equalsIgnoreCase(body.toString()), body::toString);
    }
    Await.result(client.close()); // until here: one that is collected closes its connections
    assertEquals(List.of(), outside);
    assertTrue(
        Set.of("A web.tunnel", "AAAA web.tunnel").containsAll(dns.questions())
            && dns.questions().size() == new HashSet<>(dns.questions()).size(),
        () -> "asked twice: " + dns.questions());
  }

  @Test
  void nameThatTheTunnelDoesNotHave_isAskedNowhereElse() throws Exception {
    String why = chain(refused("nobody.tunnel"));
    assertTrue(why.contains("nobody.tunnel: no such name in the tunnel, says 10.0.0.2:53"), why);
    assertEquals(List.of(), outside);
    assertEquals(List.of("A nobody.tunnel"), dns.questions());
  }

  @Test
  void otherNames_areAskedAsBefore() throws Exception {
    refused("nottunnel");
    refused("web.tunnel.example");
    assertTrue(outside.stream().anyMatch(name -> name.startsWith(".nottunnel")), outside::toString);
    assertTrue(outside.stream().anyMatch(n -> n.startsWith(".web.tunnel.ex")), outside::toString);
    assertEquals(List.of(), dns.questions());
  }

  @Test
  void adapterThatIsGone_orNeverCame_failsClosed() throws Exception {
    transport.names("later.example", "phone");
    String why = chain(refused("a.later.example"));
    assertTrue(
        why.contains("no adapter 'phone', which names below later.example go to: deploy it first"),
        why);
    Await.result(left.close());
    why = chain(refused("web.tunnel"));
    assertTrue(why.contains("the adapter, which names below tunnel go to, has ended"), why);
    assertEquals(List.of(), outside);
  }

  @Test
  void adapterWithoutServers_failsClosed() throws Exception {
    transport.names("right.example", right);
    String why = chain(refused("db.right.example"));
    assertTrue(why.contains("this adapter resolves none: set dnsServers or hosts"), why);
    assertEquals(List.of(), outside);
  }

  @Test
  void removedSuffix_isAskedAsBefore() throws Exception {
    transport.removeNames("Tunnel.");
    refused("web.tunnel");
    assertTrue(outside.stream().anyMatch(name -> name.startsWith(".web.tunnel")));
    assertEquals(List.of(), dns.questions());
  }

  @Test
  void proxyWithANameInTheTunnel_isFoundThere_andIsGivenTheTargetsName() throws Exception {
    List<String> targets = new CopyOnWriteArrayList<>();
    Await.result(
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  targets.add(request.method() + " " + request.uri());
                  request.response().setStatusCode(502).end();
                })
            .listen(3128, "10.0.0.2"));
    ProxyOptions proxy =
        new ProxyOptions().setType(ProxyType.HTTP).setHost("web.tunnel").setPort(3128);
    client = vertx.createNetClient(new NetClientOptions().setProxyOptions(proxy));
    Await.failure(client.connect(80, "nobody.tunnel"));
    assertEquals(List.of("CONNECT nobody.tunnel:80"), targets);
    assertEquals(List.of(), outside);
  }

  @Test
  void suffix_isRefused_ifJavaLooksNamesUp() throws Exception {
    System.setProperty("vertx.disableDnsResolver", "true");
    try {
      String line =
          "names corp.example: with -Dvertx.disableDnsResolver Java looks all names up, and not in a"
              + " tunnel; leave that property out";
      for (Executable call :
          List.<Executable>of(
              () -> transport.names("corp.example", "phone"),
              () -> transport.names("corp.example", left))) {
        assertEquals(line, assertThrows(IllegalStateException.class, call).getMessage());
      }
      JsonObject config =
          new JsonObject()
              .put("name", "phone")
              .put("transport", "unix-listen:" + keys.resolve("phone"))
              .put("localAddresses", new JsonArray().add("10.0.0.3"))
              .put("names", new JsonArray().add("corp.example"));
      Throwable refused =
          Await.failure(
              vertx.deployVerticle(
                  new AdapterVerticle(), new DeploymentOptions().setConfig(config)));
      assertTrue(refused.getMessage().contains(line), refused::getMessage);
    } finally {
      System.clearProperty("vertx.disableDnsResolver");
    }
  }

  @Test
  void wrongSuffix_isRefused() {
    JktcpTransport fresh = new JktcpTransport().names("corp.example", "a");
    fresh.names("corp.example.", "a"); // the same
    refused(
        "names below corp.example: have a route already; remove it first",
        () -> fresh.names("CORP.example", "b"));
    refused("names a b: 'a?b' is not a host name", () -> fresh.names("a b", "a"));
    refused(
        "names x: the adapter's name is empty: give the name of a deployed one",
        () -> fresh.names("x", " "));
    refused(
        "names x: goes to no adapter of this library: give one that Adapter.create made",
        () -> fresh.names("x", (Adapter) null));
  }

  private static void refused(String line, Executable call) {
    assertEquals(line, assertThrows(IllegalArgumentException.class, call).getMessage());
  }
}
