package dev.jktcp.metrics;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterHandle;
import dev.jktcp.AdapterStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * An adapter's counters as meters of a Micrometer registry, each tagged {@code adapter}. The
 * counters of each stream are in Vert.x's own metrics, as {@code vertx.net.client} and {@code
 * vertx.net.server}.
 *
 * <p>A registry reads its meters on any thread, so the adapter is asked beforehand, once a second
 * unless another interval is given. The meters are at most one interval old. {@link #refresh} asks
 * at once.
 */
@SuppressWarnings("exports") // a module that uses it requires micrometer.core itself
public final class AdapterMetrics implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(1); // scrapes are 10 s apart or more
  private static final String ADAPTER = "adapter";

  private final Vertx vertx;
  private final String name;
  private final Supplier<Future<AdapterStats>> source;
  private final MeterRegistry registry;
  private final List<Meter> meters = new ArrayList<>();
  private final long timer;
  private final AtomicLong asked = new AtomicLong();
  private long answered; // the last question that was answered
  private volatile AdapterStats latest;

  /**
   * Adds an adapter's meters to a registry.
   *
   * @param name the value of their tag {@code adapter}
   * @return completes when they have values; fails with an {@link IllegalArgumentException} of one
   *     line, and adds none, if the registry has a meter that is in the way
   */
  public static Future<AdapterMetrics> bind(
      Vertx vertx, Adapter adapter, String name, MeterRegistry registry) {
    return bind(vertx, name, adapter::stats, registry, EVERY);
  }

  /** As above, for an adapter behind a handle. Its name is the value of the tag {@code adapter}. */
  public static Future<AdapterMetrics> bind(
      Vertx vertx, AdapterHandle handle, MeterRegistry registry) {
    return bind(vertx, handle.name(), handle::stats, registry, EVERY);
  }

  /**
   * As above, for any source of statistics.
   *
   * @param every the interval at which it is asked
   */
  public static Future<AdapterMetrics> bind(
      Vertx vertx,
      String name,
      Supplier<Future<AdapterStats>> source,
      MeterRegistry registry,
      Duration every) {
    Objects.requireNonNull(registry, "registry");
    if (every.toMillis() < 1) {
      throw new IllegalArgumentException("every: " + every + " is below 1 ms");
    }
    return source
        .get()
        .map(first -> new AdapterMetrics(vertx, name, source, first, registry, every));
  }

  private AdapterMetrics(
      Vertx vertx,
      String name,
      Supplier<Future<AdapterStats>> source,
      AdapterStats first,
      MeterRegistry registry,
      Duration every) {
    this.vertx = vertx;
    this.name = name;
    this.source = source;
    this.latest = first;
    this.registry = registry;
    synchronized (registry) { // of two with one name the second is refused
      MeterRows.ALL.forEach(this::refuseIfTaken);
      MeterRows.ALL.forEach(this::register);
    }
    this.timer = vertx.setPeriodic(every.toMillis(), tick -> refresh());
  }

  /**
   * Without this look, a registry would return the other's meter, or leave ours out with a warning.
   */
  private void refuseIfTaken(MeterRow row) {
    for (Meter other : registry.find(row.name()).meters()) {
      if (other.getId().getType() != row.type() || !keys(other).equals(keys(row))) {
        throw taken(row, "with other tags or of another type; rename it there, by a MeterFilter");
      }
      if (name.equals(other.getId().getTag(ADAPTER))) {
        throw taken(
            row, "of this adapter; close() that AdapterMetrics first, or give another name");
      }
    }
  }

  private IllegalArgumentException taken(MeterRow row, String how) {
    return new IllegalArgumentException("metric " + row.name() + ": the registry has one " + how);
  }

  private static Set<String> keys(Meter meter) {
    return meter.getId().getTags().stream().map(Tag::getKey).collect(Collectors.toSet());
  }

  private static Set<String> keys(MeterRow row) {
    return row.tag().isEmpty() ? Set.of(ADAPTER) : Set.of(ADAPTER, row.tag());
  }

  private void register(MeterRow row) {
    row.values().forEach((value, read) -> meters.add(register(row, value, read)));
  }

  private Meter register(MeterRow row, String value, ToDoubleFunction<AdapterStats> read) {
    Tags adapter = Tags.of(ADAPTER, name);
    Tags tags = row.tag().isEmpty() ? adapter : adapter.and(row.tag(), value);
    String unit = row.unit().isEmpty() ? null : row.unit();
    if (row.type() == Meter.Type.COUNTER) {
      return FunctionCounter.builder(row.name(), this, own -> read.applyAsDouble(own.latest))
          .description(row.meaning())
          .baseUnit(unit)
          .tags(tags)
          .register(registry);
    }
    return Gauge.builder(row.name(), this, own -> read.applyAsDouble(own.latest))
        .description(row.meaning())
        .baseUnit(unit)
        .tags(tags)
        .strongReference(true)
        .register(registry);
  }

  /**
   * Asks the adapter now. Completes when the meters show its answer. If no adapter answers, they
   * keep their values, and the transport's state is {@code ended}. Any thread.
   */
  public Future<Void> refresh() {
    long number = asked.incrementAndGet();
    return source.get().onComplete(answer -> take(number, answer)).mapEmpty();
  }

  /** An answer that a later one has overtaken is ignored. */
  private synchronized void take(long number, AsyncResult<AdapterStats> answer) {
    if (number < answered) {
      return;
    }
    answered = number;
    latest =
        answer.succeeded()
            ? answer.result()
            : latest.ended(String.valueOf(answer.cause().getMessage()));
  }

  /** Takes the meters out of the registry. Any thread. */
  @Override
  public void close() {
    vertx.cancelTimer(timer);
    meters.forEach(registry::remove);
  }
}
