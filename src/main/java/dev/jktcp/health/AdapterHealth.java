package dev.jktcp.health;

import static dev.jktcp.time.Nanos.MS;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterHandle;
import dev.jktcp.AdapterStats;
import dev.jktcp.impl.AdapterInternal;
import dev.jktcp.transport.TransportState;
import dev.jktcp.transport.TransportStatus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Health of an adapter in three procedures: {@code NAME/transport} fails while the transport is not
 * up, {@code NAME/loop} while the adapter's event loop is late, {@code NAME/queues} while a table,
 * a queue or the memory is near its limit. Each gives the reason in its data.
 */
@SuppressWarnings("exports") // a module that uses it requires io.vertx.healthcheck itself
public final class AdapterHealth {
  /** A turn of the loop takes 1 ms, a collection of a large heap 100 ms. */
  public static final Duration DEFAULT_LATE = Duration.ofMillis(200);

  /** Time to act before something is refused. */
  public static final double DEFAULT_NEAR = 0.9;

  private final Vertx vertx;
  private final Supplier<Future<TransportStatus>> transport;
  private final Supplier<Future<?>> turn;
  private final Supplier<Future<AdapterStats>> stats;
  private Duration late = DEFAULT_LATE;
  private double near = DEFAULT_NEAR;

  private AdapterHealth(
      Vertx vertx,
      Supplier<Future<TransportStatus>> transport,
      Supplier<Future<?>> turn,
      Supplier<Future<AdapterStats>> stats) {
    this.vertx = vertx;
    this.transport = transport;
    this.turn = turn;
    this.stats = stats;
  }

  /** The health of an adapter in this process. */
  public static AdapterHealth of(Vertx vertx, Adapter adapter) {
    return new AdapterHealth(
        vertx,
        () -> Future.succeededFuture(adapter.transportStatus()),
        () -> turnOf((AdapterInternal) adapter),
        adapter::stats);
  }

  /** The health of an adapter behind a handle. If its answer is late, its loop counts as late. */
  public static AdapterHealth of(Vertx vertx, AdapterHandle handle) {
    return new AdapterHealth(
        vertx, handle::transportStatus, handle::transportStatus, handle::stats);
  }

  private static Future<?> turnOf(AdapterInternal adapter) {
    Promise<Void> promise = Promise.promise();
    adapter.context().runOnContext(promise::complete);
    return promise.future();
  }

  /** How long a task may wait for the adapter's event loop. */
  public AdapterHealth setLate(Duration late) {
    if (Objects.requireNonNull(late, "late").toMillis() < 1) {
      throw new IllegalArgumentException("late: " + late + " is below 1 ms");
    }
    this.late = late;
    return this;
  }

  /** The part of a limit that counts as near it, above 0 and at most 1. */
  public AdapterHealth setNear(double near) {
    if (!(near > 0 && near <= 1)) {
      throw new IllegalArgumentException("near: " + near + " is not above 0 and at most 1");
    }
    this.near = near;
    return this;
  }

  /** Adds the three procedures, in place of those that have this name already. */
  public AdapterHealth register(HealthChecks checks, String name) {
    checks.register(name + "/transport", promise -> complete(promise, transport()));
    checks.register(name + "/loop", promise -> complete(promise, loop()));
    checks.register(name + "/queues", promise -> complete(promise, queues()));
    return this;
  }

  /** An adapter that cannot be asked is unhealthy. */
  private static void complete(Promise<Status> promise, Future<Status> status) {
    status
        .recover(gone -> Future.succeededFuture(ko("reason", String.valueOf(gone.getMessage()))))
        .onComplete(known -> promise.tryComplete(known.result()));
  }

  private Future<Status> transport() {
    return transport
        .get()
        .map(
            status ->
                status.state() == TransportState.UP
                    ? Status.OK(status.toJson())
                    : Status.KO(status.toJson()));
  }

  private Future<Status> loop() {
    long beganNs = System.nanoTime();
    Promise<Status> promise = Promise.promise();
    long timer =
        vertx.setTimer(
            late.toMillis(), passed -> promise.tryComplete(ko("lateMs", late.toMillis())));
    turn.get()
        .onFailure(promise::tryFail)
        .onSuccess(
            turned -> {
              long tookMs = (System.nanoTime() - beganNs) / MS;
              promise.tryComplete(
                  tookMs >= late.toMillis()
                      ? ko("lateMs", tookMs)
                      : Status.OK(new JsonObject().put("lateMs", tookMs)));
            });
    return promise.future().onComplete(known -> vertx.cancelTimer(timer));
  }

  private Future<Status> queues() {
    return stats
        .get()
        .map(
            now -> {
              JsonObject full = new JsonObject();
              now.usage()
                  .forEach(
                      (name, usage) -> {
                        if (usage.share() >= near) {
                          full.put(name, usage.used() + " of " + usage.limit());
                        }
                      });
              return full.isEmpty() ? Status.OK() : Status.KO(full);
            });
  }

  private static Status ko(String key, Object value) {
    return Status.KO(new JsonObject().put(key, value));
  }
}
