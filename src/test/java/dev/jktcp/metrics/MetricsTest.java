package dev.jktcp.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.AdapterHandle;
import dev.jktcp.AdapterOptions;
import dev.jktcp.StreamHandle;
import dev.jktcp.TcpStream;
import dev.jktcp.testkit.AdapterPair;
import dev.jktcp.testkit.Await;
import dev.jktcp.testkit.Docs;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What Prometheus is told of an adapter: by the metrics of the Vert.x, and by AdapterMetrics. */
@Timeout(120)
class MetricsTest {
  private static final String PEER = AdapterPair.RIGHT.get(0);
  private static final Path PAGE = Path.of("src/main/asciidoc/watching.adoc");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\|`(vertx_jktcp_\\w+)` \\|(?:`(\\w+)`)? ?\\|(.*)$");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private Vertx vertx;

  @BeforeEach
  void begin() {
    vertx =
        Vertx.builder()
            .with(
                new VertxOptions()
                    .setMetricsOptions(new MicrometerMetricsOptions().setEnabled(true)))
            .withMetrics(new MicrometerMetricsFactory(registry))
            .build();
  }

  @AfterEach
  void end() throws Exception {
    Await.result(vertx.close());
  }

  /** The sum over all values of labels; -1 if there is no such line. */
  private double scraped(String metric, String... labels) {
    double sum = -1;
    for (String line : registry.scrape().lines().toList()) {
      int end = line.indexOf(' ');
      boolean named = line.startsWith(metric + "{") || line.startsWith(metric + " ");
      if (named && List.of(labels).stream().allMatch(line.substring(0, end)::contains)) {
        sum = Math.max(sum, 0) + Double.parseDouble(line.substring(end + 1));
      }
    }
    return sum;
  }

  @Test
  void streams_areInTheMetricsOfTheVertx_asSocketsAre() throws Exception {
    AdapterPair pair = AdapterPair.create(vertx);
    Promise<Buffer> echoed = Promise.promise();
    Await.result(pair.right().listen(80, stream -> stream.handler(stream::write)));
    TcpStream stream = Await.result(pair.left().connect(PEER, 80));
    stream.handler(echoed::tryComplete);
    Await.result(stream.write(Buffer.buffer(new byte[1_000])));
    assertEquals(1_000, Await.result(echoed.future()).length());
    assertEquals(1, scraped("vertx_net_client_active_connections"));
    assertEquals(1, scraped("vertx_net_server_active_connections"));
    for (String side : List.of("client", "server")) {
      for (String direction : List.of("read", "written")) {
        String name = "vertx_net_" + side + "_bytes_" + direction + "_total";
        assertEquals(1_000, scraped(name), name + " in\n" + registry.scrape());
      }
    }
    Await.result(stream.reset());
    Await.until(vertx, () -> pair.right().stats().map(stats -> stats.connections() == 0));
    assertEquals(0, scraped("vertx_net_client_active_connections"));
    assertEquals(0, scraped("vertx_net_server_active_connections"));
    assertEquals(1, scraped("vertx_net_server_errors_total"));
    assertEquals(-1, scraped("vertx_net_client_errors_total"), "it was asked for");
  }

  /** Through a handle as well; and Prometheus would refuse meters with other tags than these. */
  @Test
  void streamsAndSockets_areCountedTogether() throws Exception {
    AdapterPair pair = AdapterPair.create(vertx);
    Await.result(pair.right().listen(80, stream -> {}));
    AdapterHandle handle = Await.result(pair.left().toHandle());
    StreamHandle stream = Await.result(handle.connect(PEER, 80));
    int port =
        Await.result(vertx.createNetServer().connectHandler(socket -> {}).listen(0)).actualPort();
    NetClient client = vertx.createNetClient();
    Await.result(client.connect(port, "127.0.0.1"));
    assertEquals(2, scraped("vertx_net_client_active_connections"));
    Await.result(client.close());
    Await.until(
        vertx, () -> Future.succeededFuture(scraped("vertx_net_client_active_connections") == 1));
    assertNull(stream.closeReason()); // and it is referred to until here, or it would be reset
  }

  @Test
  void name_isThatOfTheOptions() throws Exception {
    AdapterOptions named = new AdapterOptions().setMetricsName("tunnel");
    AdapterPair pair = AdapterPair.create(vertx, named, new AdapterOptions());
    pair.connect(PEER, 80);
    assertEquals(1, scraped("vertx_net_client_active_connections", "client_name=\"tunnel\""));
  }

  @Test
  void counters_areMeters_andMoveWithTheAdapter() throws Exception {
    AdapterPair pair = AdapterPair.create(vertx);
    AdapterMetrics metrics =
        Await.result(AdapterMetrics.bind(vertx, pair.left(), "left", registry));
    Await.failure(pair.left().connect(PEER, 81));
    pair.connect(PEER, 80);
    Await.result(metrics.refresh());
    String text = registry.scrape();
    for (MeterRow row : MeterRows.ALL) {
      assertEquals(
          row.values().size(),
          text.lines()
              .filter(line -> line.startsWith(row.prometheusName() + "{"))
              .filter(line -> line.contains("adapter=\"left\""))
              .count(),
          row.prometheusName());
    }
    assertEquals(1, scraped("vertx_jktcp_active_connections", "state=\"established\""));
    assertEquals(0, scraped("vertx_jktcp_active_connections", "state=\"syn_sent\""));
    assertEquals(2, scraped("vertx_jktcp_connections_opened_total"));
    assertEquals(1, scraped("vertx_jktcp_connections_ended_total", "reason=\"refused\""));
    assertEquals(1, scraped("vertx_jktcp_transport_state", "state=\"up\""));
    assertTrue(scraped("vertx_jktcp_round_trip_seconds", "stat=\"least\"") > 0);
    assertTrue(scraped("vertx_jktcp_memory_held") > 0);
    assertTrue(scraped("vertx_jktcp_packets_written_total") >= 3);
    Await.result(pair.left().close());
    Await.result(metrics.refresh());
    assertEquals(1, scraped("vertx_jktcp_transport_state", "state=\"ended\""));
    metrics.close();
    assertEquals(-1, scraped("vertx_jktcp_memory_held"));
    assertEquals(Set.of(), names("vertx.jktcp"));
  }

  private Set<String> names(String prefix) {
    return registry.getMeters().stream()
        .map(meter -> meter.getId().getName())
        .filter(name -> name.startsWith(prefix))
        .collect(Collectors.toSet());
  }

  @Test
  void adapterThatIsGone_isShownAsEnded() throws Exception {
    AdapterPair pair = AdapterPair.create(vertx);
    AdapterHandle handle = Await.result(pair.left().toHandle());
    AdapterMetrics metrics = Await.result(AdapterMetrics.bind(vertx, handle, registry));
    assertEquals(1, scraped("vertx_jktcp_transport_state", "state=\"up\"", handle.name()));
    Await.result(pair.left().close());
    Await.failure(metrics.refresh());
    assertEquals(
        1,
        scraped("vertx_jktcp_transport_state", "state=\"ended\"", handle.name()),
        registry.scrape());
  }

  @Test
  void metricNameThatIsTaken_isRefusedInOneLine_andNothingIsAdded() throws Exception {
    AdapterPair pair = AdapterPair.create(vertx);
    Counter.builder("vertx.jktcp.retransmits").tag("host", "here").register(registry);
    assertRefused(
        pair,
        "metric vertx.jktcp.retransmits: the registry has one with other tags or of another type;"
            + " rename it there, by a MeterFilter");
    assertEquals(Set.of("vertx.jktcp.retransmits"), names("vertx.jktcp"));
    registry.find("vertx.jktcp.retransmits").meters().forEach(registry::remove);
    AdapterMetrics first = Await.result(AdapterMetrics.bind(vertx, pair.left(), "x", registry));
    int meters = registry.getMeters().size();
    assertRefused(
        pair,
        "metric vertx.jktcp.active.connections: the registry has one of this adapter; close() that"
            + " AdapterMetrics first, or give another name");
    assertEquals(meters, registry.getMeters().size());
    Await.result(AdapterMetrics.bind(vertx, pair.right(), "y", registry)); // beside it
    first.close();
    Await.result(AdapterMetrics.bind(vertx, pair.left(), "x", registry));
  }

  private void assertRefused(AdapterPair pair, String line) throws Exception {
    Throwable refused = Await.failure(AdapterMetrics.bind(vertx, pair.left(), "x", registry));
    assertInstanceOf(IllegalArgumentException.class, refused);
    assertEquals(line, refused.getMessage());
  }

  @Test
  void guide_listsEachMeter_withItsTagAndMeaning() {
    List<String> there = new ArrayList<>();
    Matcher row = ROW.matcher(Docs.read(PAGE));
    while (row.find()) there.add(row.group(1) + "|" + row.group(2) + "|" + row.group(3));
    List<String> expected = new ArrayList<>();
    for (MeterRow meter : MeterRows.ALL) {
      String tag = meter.tag().isEmpty() ? null : meter.tag();
      expected.add(meter.prometheusName() + "|" + tag + "|" + meter.meaning());
    }
    assertEquals(String.join("\n", expected), String.join("\n", there));
    Set<String> unique = new TreeSet<>();
    for (MeterRow meter : MeterRows.ALL) assertTrue(unique.add(meter.name()), meter::name);
    assertTrue(MeterRows.ALL.stream().anyMatch(meter -> meter.type() == Meter.Type.GAUGE));
  }
}
