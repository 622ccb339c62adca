package dev.jktcp.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.JktcpTransport;
import dev.jktcp.impl.channel.RoutesProvider;
import dev.jktcp.testkit.Await;
import dev.jktcp.transport.PipeTransport;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be wrong with routes: one line each. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RoutesTest {
  private static void assertRefused(String line, Executable call) {
    assertEquals(line, assertThrows(RuntimeException.class, call).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          10.7.0.1/16 | route 10.7.0.1/16: bits behind the prefix are set; write 10.7.0.0/16
          10.7.0.0/33 | route 10.7.0.0/33: the prefix length is a number from 0 to 32
          fd00::/129  | route fd00::/129: the prefix length is a number from 0 to 128
          10.7.0.0/   | route 10.7.0.0/: the prefix length is a number from 0 to 32
          10.7.0.0/-1 | route 10.7.0.0/-1: the prefix length is a number from 0 to 32
          ::ffff:10.7.0.0/112 | route ::ffff:10.7.0.0/112: packets to an IPv4-mapped address are IPv4; write it as IPv4
          tunnel      | route tunnel: "tunnel" is not an IP address
          """)
  void prefixThatIsNone_isRefused(String prefix, String line) {
    assertRefused(line, () -> new JktcpTransport().route(prefix, "a"));
  }

  @Test
  void twoRoutesOfOnePrefix_areRefused_butTheSameTwiceIsNot() {
    JktcpTransport transport = new JktcpTransport().route("10.0.0.0/8", "a");
    transport.route("10.0.0.0/8", "a");
    assertRefused(
        "route 10.0.0.0/8: there is one for this prefix already; remove it first",
        () -> transport.route("10.0.0.0/8", "b"));
    transport.removeRoute("10.0.0.0/8").route("10.0.0.0/8", "b");
  }

  @Test
  void routeToNoAdapter_isRefused() {
    assertRefused(
        "route 10.0.0.0/8: goes to no adapter of this library: give one that Adapter.create made",
        () -> new JktcpTransport().route("10.0.0.0/8", (Adapter) null));
    assertRefused(
        "route 10.0.0.0/8: the adapter's name is empty: give the name of a deployed one",
        () -> new JktcpTransport().route("10.0.0.0/8", " "));
  }

  @Test
  void transportOfTwoVertx_isRefused() throws Exception {
    JktcpTransport transport = new JktcpTransport();
    Vertx first = Vertx.builder().withTransport(transport).build();
    try {
      assertRefused(
          "this transport belongs to a Vert.x already: make a new JktcpTransport for each",
          () -> Vertx.builder().withTransport(transport).build());
      assertRefused(
          "a transport with routes is there already: set it once, or leave out -Djktcp.routes",
          () -> new JktcpTransport(transport));
    } finally {
      Await.result(first.close());
    }
  }

  @Test
  void pollThatIsNone_isRefused() throws Exception {
    assertRefused("poll of -1 µs: must be 0 to 1000", () -> new JktcpTransport().pollMicros(-1));
    assertRefused(
        "poll of 1001 µs: must be 0 to 1000", () -> new JktcpTransport().pollMicros(1001));
    JktcpTransport transport = new JktcpTransport().pollMicros(1000).pollMicros(0);
    Vertx vertx = Vertx.builder().withTransport(transport).build();
    try {
      assertRefused(
          "set the poll before a Vert.x is made with this transport",
          () -> transport.pollMicros(50));
    } finally {
      Await.result(vertx.close());
    }
  }

  @Test
  void pollOfTheSystemProperty_isThatOfItsTransport() throws Exception {
    System.setProperty(RoutesProvider.PROPERTY, "");
    try {
      System.setProperty(RoutesProvider.POLL_PROPERTY, "soon");
      assertRefused("-Djktcp.pollMicros: soon is no number of microseconds", Vertx::vertx);
      System.setProperty(RoutesProvider.POLL_PROPERTY, "2000");
      assertRefused("poll of 2000 µs: must be 0 to 1000", Vertx::vertx);
      System.setProperty(RoutesProvider.POLL_PROPERTY, "0");
      Await.result(Vertx.vertx().close());
    } finally {
      System.clearProperty(RoutesProvider.PROPERTY);
      System.clearProperty(RoutesProvider.POLL_PROPERTY);
    }
  }

  @Test
  void adapterOfAnotherVertx_isRefused() throws Exception {
    JktcpTransport transport = new JktcpTransport();
    Vertx mine = Vertx.builder().withTransport(transport).build();
    Vertx other = Vertx.vertx();
    try {
      Adapter foreign =
          Adapter.create(
              other, PipeTransport.pair().left(), new AdapterOptions().addLocalAddress("10.0.0.1"));
      assertRefused(
          "route 10.0.0.0/8: the adapter is of another Vert.x;"
              + " make it with the one that has this transport",
          () -> transport.route("10.0.0.0/8", foreign));
    } finally {
      Await.result(mine.close());
      Await.result(other.close());
    }
  }

  @Test
  void longestPrefix_decides() throws Exception {
    try (RoutedPair pair = new RoutedPair(RoutedPair.Loops.ONE)) {
      pair.transport.route("10.0.0.0/8", "never");
      Await.result(pair.right.listen(80, stream -> {}));
      pair.await(() -> pair.netClient().connect(80, "10.0.0.2"));
      assertEquals(
          "no adapter 'never', which route 10.0.0.0/8 goes to: deploy it first: /10.0.0.3:80",
          pair.failure(() -> pair.netClient().connect(80, "10.0.0.3")).getMessage());
    }
  }

  @Test
  void twoAdaptersThatListen_needAnAddress() throws Exception {
    try (RoutedPair pair = new RoutedPair(RoutedPair.Loops.ONE)) {
      pair.transport.routeAndListen("10.1.0.0/16", pair.left);
      int port =
          pair.await(() -> pair.vertx.createNetServer().connectHandler(s -> {}).listen(0))
              .actualPort();
      assertEquals(1, Await.result(pair.left.stats()).listeners());
      pair.await(
          () -> {
            pair.transport.routeAndListen("10.2.0.0/16", pair.right);
            return pair.netClient().connect(port, "10.0.0.1");
          });
      assertEquals(
          "routes to 2 adapters say listen: name the address to listen on",
          pair.failure(() -> pair.vertx.createNetServer().connectHandler(s -> {}).listen(0))
              .getMessage());
    }
  }
}
