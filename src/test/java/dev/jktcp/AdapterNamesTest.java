package dev.jktcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.tcp.TcpTuning;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.TestDns;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that an adapter is asked to connect to. */
@Timeout(120)
class AdapterNamesTest {
  private static final Map<String, List<String>> HOSTS =
      Map.of(
          "db.tunnel", List.of("10.0.0.2", "fd00::2"),
          "six.tunnel", List.of("fd00::2"),
          "xn--bcher-kva.tunnel", List.of("10.0.0.2"));

  private Vertx vertx;
  private AdapterPair pair;
  private TestDns dns;

  @BeforeEach
  void begin() throws Exception {
    vertx = Vertx.vertx();
    create(new AdapterOptions().addDnsServer("10.0.0.2").addHost("known", "10.0.0.2"));
  }

  private void create(AdapterOptions left) throws Exception {
    pair = AdapterPair.create(vertx, left, new AdapterOptions());
    dns = new TestDns(pair.right(), HOSTS).start();
    Await.result(pair.right().listen(80, stream -> {}));
  }

  @AfterEach
  void end() throws Exception {
    Await.result(vertx.close());
  }

  private String reached(String host) throws Exception {
    return Await.result(pair.left().connect(host, 80)).remoteAddress().host();
  }

  private String refused(String host) throws Exception {
    return Await.failure(pair.left().connect(host, 80)).getMessage();
  }

  @ParameterizedTest
  @CsvSource({
    "db.tunnel, 10.0.0.2",
    "DB.Tunnel., 10.0.0.2",
    "six.tunnel, fd00::2",
    "bücher.tunnel, 10.0.0.2",
    "known, 10.0.0.2",
  })
  void name_isConnectedTo(String name, String address) throws Exception {
    assertEquals(address, reached(name));
  }

  /** RFC 8305: 10.0.0.2 refuses, 10.0.0.9 and 10.0.0.8 say nothing. */
  @Test
  void addressThatRefuses_orSaysNothing_isFollowedByTheNext() throws Exception {
    Await.result(
        pair.right()
            .listen(new TcpListenOptions().setPort(81).setLocalAddress("fd00::2"), s -> {}));
    assertEquals(
        "fd00::2", Await.result(pair.left().connect("db.tunnel", 81)).remoteAddress().host());
    assertEquals(
        "fd00::2",
        Await.result(Await.result(pair.left().toHandle()).connect("db.tunnel", 81))
            .remoteAddress()
            .host());
    Await.result(pair.left().close());
    create(
        new AdapterOptions()
            .addHost("two", "10.0.0.9")
            .addHost("two", "10.0.0.2")
            .addHost("none", "10.0.0.9")
            .addHost("none", "10.0.0.8"));
    assertEquals("10.0.0.2", reached("two"));
    TcpConnectOptions hasty =
        new TcpConnectOptions()
            .setHost("none")
            .setPort(80)
            .setTuning(
                TcpTuning.DEFAULT.with(t -> t.connectTimeout(Duration.ofNanos(600_000_000L))));
    long begunNs = System.nanoTime();
    String failure = Await.failure(pair.left().connect(hasty)).getMessage();
    assertTrue( // both run out of time in the same tick
        failure.matches("connection timed out: no answer from 10\\.0\\.0\\.[89]:80"), failure);
    assertTrue(System.nanoTime() - begunNs >= 590_000_000L, "sooner than the timeout");
    assertEquals(1, Await.result(pair.left().stats()).connections()); // the one to "two"
  }

  @Test
  void exclusiveStream_triesTheNextAddress() throws Exception {
    Await.result(
        pair.right()
            .listen(new TcpListenOptions().setPort(81).setLocalAddress("fd00::2"), s -> {}));
    AdapterStream stream =
        Await.result(
            AdapterStream.connect(
                pair.left(), new TcpConnectOptions().setHost("db.tunnel").setPort(81)));
    assertEquals("fd00::2", stream.remoteAddress().host());
  }

  @Test
  void pingAndDatagrams_goToNames() throws Exception {
    assertTrue(Await.result(pair.left().ping("six.tunnel")).toNanos() > 0);
    DatagramSocket reader = pair.right().udp();
    Promise<String> heard = Promise.promise();
    reader.handler(packet -> heard.tryComplete(packet.data().toString()));
    Await.result(reader.listen(7, "fd00::2"));
    Await.result(pair.left().udp().send("hello", 7, "six.tunnel"));
    assertEquals("hello", Await.result(heard.future()));
    String line = "nobody.tunnel: no such name in the tunnel, says 10.0.0.2:53";
    assertEquals(line, Await.failure(pair.left().ping("nobody.tunnel")).getMessage());
    assertEquals(line, Await.failure(pair.left().udp().send("x", 7, "nobody.tunnel")).getMessage());
  }

  @Test
  void hosts_areNotAskedFor_andDnsOnce() throws Exception {
    reached("known");
    assertEquals(List.of(), dns.questions());
    reached("db.tunnel");
    reached("db.tunnel");
    List<Future<TcpStream>> many = new ArrayList<>();
    for (int i = 0; i < 20; i++) many.add(pair.left().connect("six.tunnel", 80));
    for (Future<TcpStream> one : many) Await.result(one);
    assertEquals(
        Set.of("A db.tunnel", "AAAA db.tunnel", "A six.tunnel", "AAAA six.tunnel"),
        new HashSet<>(dns.questions()));
    assertEquals(4, dns.questions().size(), () -> dns.questions().toString());
  }

  @Test
  void unknownName_fails_andIsAskedOnce() throws Exception {
    String line = "nobody.tunnel: no such name in the tunnel, says 10.0.0.2:53";
    assertEquals(line, refused("nobody.tunnel"));
    assertEquals(line, refused("nobody.tunnel"));
    assertEquals(2, dns.questions().size(), () -> dns.questions().toString());
  }

  @Test
  void handle_takesNames() throws Exception {
    AdapterHandle handle = Await.result(pair.left().toHandle());
    assertEquals("10.0.0.2", Await.result(handle.connect("db.tunnel", 80)).remoteAddress().host());
    assertEquals(
        "nobody.tunnel: no such name in the tunnel, says 10.0.0.2:53",
        Await.failure(handle.connect("nobody.tunnel", 80)).getMessage());
  }

  @Test
  void adapterWithoutServers_saysWhatToDo() throws Exception {
    AdapterHandle handle = Await.result(pair.right().toHandle());
    String line =
        "host: 'db.tunnel' is a name, and this adapter resolves none: set dnsServers or hosts, or"
            + " give an IP address";
    assertEquals(line, Await.failure(pair.right().connect("db.tunnel", 80)).getMessage());
    assertEquals(line, Await.failure(handle.connect("db.tunnel", 80)).getMessage());
    assertInstanceOf(
        IllegalArgumentException.class, Await.failure(pair.right().connect("db.tunnel", 80)));
  }

  @Test
  void proxy_resolvesInTheTunnel_andAsksItsRuleOfTheAddressToo() throws Exception {
    List<String> asked = new CopyOnWriteArrayList<>();
    ProxyServer proxy =
        ProxyServer.create(pair.left(), new ProxyServerOptions().setPort(0))
            .allow(
                target -> {
                  asked.add(target.host());
                  return !target.host().equals("fd00::2");
                });
    int port = Await.result(proxy.listen()).port();
    NetClient client =
        vertx.createNetClient(
            new NetClientOptions()
                .setProxyOptions(
                    new ProxyOptions()
                        .setType(ProxyType.SOCKS5)
                        .setHost("127.0.0.1")
                        .setPort(port)));
    Await.result(client.connect(80, "db.tunnel"));
    Await.failure(client.connect(80, "six.tunnel"));
    assertEquals(List.of("db.tunnel", "10.0.0.2", "six.tunnel", "fd00::2"), asked);
    Await.result(proxy.close());
  }

  @Test
  void zone_isIgnored() throws Exception {
    AdapterPair zoned = AdapterPair.create(vertx, new AdapterOptions(), new AdapterOptions());
    Await.result(zoned.right().listen(80, stream -> {}));
    assertEquals(
        "fd00::2", Await.result(zoned.left().connect("fd00::2%eth0", 80)).remoteAddress().host());
  }

  // RFC 5452 and 7766.

  @Test
  void questions_comeFromPortsAndWithIdsOfTheirOwn() throws Exception {
    Set<Integer> ports = new HashSet<>();
    Set<Integer> ids = new HashSet<>();
    for (int i = 0; i < 16; i++) refused("n" + i + ".tunnel");
    for (TestDns.Question question : dns.asked) {
      ports.add(question.from().port());
      ids.add(question.id());
    }
    assertEquals(32, dns.asked.size());
    // One port for both families of a name. Of 16 random ones out of 16,384 hardly two are one.
    assertTrue(ports.size() >= 14, () -> "ports " + ports);
    assertTrue(ids.size() >= 30, () -> "ids " + ids);
    List<Integer> inOrder = dns.asked.stream().map(TestDns.Question::id).toList();
    int ups = 0;
    for (int i = 1; i < inOrder.size(); i++) if (inOrder.get(i) == inOrder.get(i - 1) + 1) ups++;
    assertTrue(ups < 8, () -> "ids that count up: " + inOrder);
  }

  private interface Wrong {
    Buffer of(TestDns.Question question);
  }

  private static Buffer lie(TestDns.Question question) {
    return TestDns.answer(question, List.of("10.0.0.66", "fd00::66"), false);
  }

  private static void send(DatagramSocket from, TestDns.Question to, Wrong wrong) {
    from.send(wrong.of(to), to.from().port(), to.from().host());
  }

  @ParameterizedTest
  @ValueSource(strings = {"id", "name", "type", "count", "question", "nonsense", "port"})
  void answerThatLies_isNotBelieved(String what) throws Exception {
    DatagramSocket stranger = pair.right().udp();
    Await.result(stranger.listen(5353, "0.0.0.0"));
    dns.lie =
        (question, socket) -> {
          Buffer lie = lie(question);
          switch (what) {
            case "id" -> lie.setUnsignedShort(0, question.id() ^ 1);
            case "name" -> lie.setByte(13, (byte) 'x');
            case "type" -> lie.setUnsignedShort(question.message().length() - 4, 16);
            case "count" -> lie.setUnsignedShort(4, 0);
            case "question" -> lie.setByte(2, (byte) 0x05); // no response at all
            case "nonsense" -> lie = Buffer.buffer("no answer");
            case "port" -> {}
            default -> throw new AssertionError(what);
          }
          Buffer told = lie;
          send(what.equals("port") ? stranger : socket, question, q -> told);
        };
    List<InetAddress> addresses =
        Await.result(((AdapterInternal) pair.left()).resolve("db.tunnel"));
    assertEquals("10.0.0.2", addresses.get(0).getHostAddress());
  }

  /** Netty's resolver would log a trace for each; its logger is that of java.util.logging here. */
  @Test
  void floodOfNonsense_isOneLineOfTheLog() throws Exception {
    List<String> lines = new CopyOnWriteArrayList<>();
    Handler listening =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            if (line.getLevel().intValue() >= Level.INFO.intValue()) lines.add(line.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    List<Logger> loggers =
        List.of(
            Logger.getLogger("io.netty.resolver.dns"), Logger.getLogger("dev.jktcp.impl.names"));
    loggers.forEach(logger -> logger.addHandler(listening));
    try {
      dns.lie =
          (question, socket) -> {
            for (int i = 0; i < 20; i++) send(socket, question, q -> Buffer.buffer("no answer"));
          };
      assertEquals("10.0.0.2", reached("db.tunnel"));
      assertEquals("fd00::2", reached("six.tunnel"));
    } finally {
      loggers.forEach(logger -> logger.removeHandler(listening));
    }
    assertEquals(
        List.of(
            "dnsServers: a datagram that is no answer to a question came from 10.0.0.2:53; it is"
                + " ignored"),
        lines);
  }

  @Test
  void answerAboutAnotherName_hasNoAddress() throws Exception {
    dns.lie =
        (question, socket) -> {
          Buffer answer = lie(question);
          int name = question.message().length(); // where the first record begins
          Buffer other =
              answer
                  .getBuffer(0, name)
                  .appendUnsignedByte((short) 4)
                  .appendString("evil")
                  .appendByte((byte) 0)
                  .appendBuffer(answer.getBuffer(name + 2, answer.length()));
          send(socket, question, q -> other);
        };
    String failure = refused("db.tunnel");
    assertTrue(failure.startsWith("db.tunnel: no such name in the tunnel"), failure);
  }

  @Test
  void truncatedAnswer_isAskedForOverTcp() throws Exception {
    dns.truncating = true;
    assertEquals("10.0.0.2", reached("db.tunnel"));
    assertTrue(dns.askedOverTcp.contains("db.tunnel"));
  }

  @Test
  void serverThatSaysNothingOverTcp_keepsNoConnection() throws Exception {
    dns.truncating = true;
    dns.silentOverTcp = Promise.promise();
    refused("db.tunnel");
    Await.result(dns.silentOverTcp.future());
  }

  @Test
  void lostQuestion_isRepeated_fromAnotherPort() throws Exception {
    dns.deaf = 2;
    assertEquals("10.0.0.2", reached("db.tunnel"));
    assertNotEquals(dns.asked.get(0).from().port(), dns.asked.get(2).from().port());
  }

  @Test
  void serverThatSaysNothing_isNamed_andTheAdaptersEndIsNotWaitedFor() throws Exception {
    dns.deaf = 100;
    assertEquals("db.tunnel: no answer in the tunnel from 10.0.0.2:53", refused("db.tunnel"));
    Future<TcpStream> waiting = pair.left().connect("db.tunnel", 80);
    Await.result(pair.left().close());
    assertInstanceOf(TcpException.class, Await.failure(waiting));
    assertEquals("adapter closed", Await.failure(waiting).getMessage());
  }

  @Test
  void secondServer_isAskedIfTheFirstSaysNothing() throws Exception {
    Await.result(pair.left().close());
    create(new AdapterOptions().addDnsServer("[fd00::2]:5353").addDnsServer("[fd00::2]:53"));
    assertEquals("10.0.0.2", reached("db.tunnel"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          dnsServers | ns.tunnel    | dnsServers: 'ns.tunnel' is not an IP address
          dnsServers | 10.0.0.2:0   | dnsServers: '10.0.0.2:0': '0' is not a port, 1 to 65535
          dnsServers | 224.0.0.251  | dnsServers: 224.0.0.251 is not one host's address
          hosts      | a..b         | hosts: 'a..b' is not a host name
          hosts      | 10.0.0.2     | hosts: '10.0.0.2' is not a host name
          hosts      | one two      | hosts: 'one?two' is not a host name
          """)
  void wrongOption_isRefused(String option, String value, String line) {
    AdapterOptions options = new AdapterOptions();
    if (option.equals("hosts")) {
      options.addHost(value, "10.0.0.2");
    } else {
      options.addDnsServer(value);
    }
    assertEquals(
        line,
        assertThrows(
                IllegalArgumentException.class,
                () -> AdapterPair.create(vertx, options, new AdapterOptions()))
            .getMessage());
  }

  @Test
  void hostOfAnotherFamily_isRefused() {
    AdapterOptions options =
        new AdapterOptions().addLocalAddress("10.0.0.1").addHost("six", "fd00::2");
    assertEquals(
        "hosts: fd00::2 is IPv6, but no local address is: add one",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    Adapter.create(vertx, dev.jktcp.transport.PipeTransport.pair().left(), options))
            .getMessage());
  }
}
