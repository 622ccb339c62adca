package dev.jktcp.examples;

import dev.jktcp.AdapterHandle;
import dev.jktcp.transport.TransportState;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * Deploys an adapter, and deploys it again when its transport has ended. Its configuration is that
 * of the adapter.
 */
public final class Supervisor extends VerticleBase {
  private static final long WAIT_MS = 1_000;

  private String deployed; // the adapter's last deployment
  private boolean stopping;

  /** A supervisor for {@code vertx.deployVerticle}. */
  public Supervisor() {}

  // tag::supervise[]
  @Override
  public Future<?> start() {
    return deploy();
  }

  @Override
  public Future<?> stop() {
    stopping = true; // the adapter goes with us
    return Future.succeededFuture();
  }

  private Future<?> deploy() {
    return vertx
        .deployVerticle("dev.jktcp.AdapterVerticle", new DeploymentOptions().setConfig(config()))
        .compose(
            id -> {
              deployed = id;
              return AdapterHandle.of(vertx, config().getString("name"));
            })
        .onSuccess(this::watch);
  }

  private void watch(AdapterHandle adapter) {
    adapter.transportHandler(
        status -> {
          // WAITING mends itself: the adapter's connections live on.
          if (status.state() == TransportState.ENDED) deployAgain(status.reason());
        });
  }

  private void deployAgain(String reason) {
    if (stopping) return;
    System.err.println("adapter ended: " + reason);
    vertx
        .undeploy(deployed)
        .eventually(() -> vertx.timer(WAIT_MS))
        .eventually(this::deploy)
        .onFailure(cause -> deployAgain(cause.getMessage()));
  }

  // end::supervise[]

  /** What a supervisor is configured with, for a transport at this path. */
  public static JsonObject config(String name, String path) {
    return new JsonObject()
        .put("name", name)
        .put("transport", "reconnect+unix:" + path + "?first=10ms&attempts=3")
        .put("localAddresses", new JsonArray().add("10.7.0.1"));
  }
}
