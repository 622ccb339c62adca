package dev.jktcp.examples;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterOptions;
import dev.jktcp.metrics.AdapterMetrics;
import dev.jktcp.transport.PipeTransport;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;

/** An adapter's metrics, served as Prometheus text at a port of the kernel. */
public final class MetricsForPrometheus {
  private MetricsForPrometheus() {}

  public static void main(String[] args) {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Vertx vertx = vertx(registry);
    serve(vertx, adapter(vertx), registry, 9000)
        .onSuccess(server -> System.out.println("http://127.0.0.1:" + server.actualPort()))
        .onFailure(cause -> System.err.println(cause.getMessage()));
  }

  // tag::metrics[]
  /** A Vert.x whose metrics go to this registry: its sockets' and the adapters' streams'. */
  static Vertx vertx(PrometheusMeterRegistry registry) {
    return Vertx.builder()
        .with(new VertxOptions().setMetricsOptions(new MicrometerMetricsOptions().setEnabled(true)))
        .withMetrics(new MicrometerMetricsFactory(registry))
        .build();
  }

  /** Adds the adapter's own meters, and answers each request with all metrics. */
  static Future<HttpServer> serve(
      Vertx vertx, Adapter adapter, PrometheusMeterRegistry registry, int port) {
    return AdapterMetrics.bind(vertx, adapter, "tunnel", registry)
        .compose(
            metrics ->
                vertx
                    .createHttpServer()
                    .requestHandler(request -> request.response().end(registry.scrape()))
                    .listen(port, "127.0.0.1"));
  }

  // end::metrics[]

  /** With a connection to itself. */
  static Adapter adapter(Vertx vertx) {
    Adapter adapter =
        Adapter.create(
            vertx,
            PipeTransport.pair().left(),
            new AdapterOptions().addLocalAddress("10.0.0.1").addLocalAddress("fd00::1"));
    adapter
        .listen(80, stream -> {})
        .compose(listening -> adapter.connect("10.0.0.1", 80))
        .onFailure(cause -> System.err.println(cause.getMessage()));
    return adapter;
  }
}
