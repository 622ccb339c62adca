package dev.jktcp.testkit;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.spi.metrics.EventBusMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.util.ArrayList;
import java.util.List;

/** The addresses a Vert.x has consumers on. Thread-safe. */
public final class Census {
  private final List<String> addresses = new ArrayList<>();
  private final Vertx vertx;

  public Census() {
    this(new VertxOptions());
  }

  public Census(VertxOptions options) {
    vertx =
        Vertx.builder()
            .with(options.setMetricsOptions(new MetricsOptions().setEnabled(true)))
            .withMetrics(ignored -> new Metrics())
            .build();
  }

  public Vertx vertx() {
    return vertx;
  }

  /** One of ours for each consumer, in the order of registration. */
  public synchronized List<String> consumers() {
    return addresses.stream().filter(address -> address.startsWith("jktcp.")).toList();
  }

  private final class Metrics implements VertxMetrics {
    @Override
    public EventBusMetrics<String> createEventBusMetrics() {
      return new BusMetrics();
    }
  }

  private final class BusMetrics implements EventBusMetrics<String> {
    @Override
    public String handlerRegistered(String address) {
      synchronized (Census.this) {
        addresses.add(address);
      }
      return address;
    }

    @Override
    public void handlerUnregistered(String address) {
      synchronized (Census.this) {
        addresses.remove(address);
      }
    }
  }
}
