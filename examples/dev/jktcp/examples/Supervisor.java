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

  /** Fails if the adapter cannot be deployed, such as for a wrong configuration. */
  private Future<?> deploy() {
    return vertx
        .deployVerticle("dev.jktcp.AdapterVerticle", new DeploymentOptions().setConfig(config()))
        .onSuccess(
            id -> {
              deployed = id;
              AdapterHandle.of(vertx, config().getString("name"))
                  .onSuccess(this::watch)
                  .onFailure(gone -> deployAgain()); // it has ended meanwhile
            });
  }

  private void watch(AdapterHandle adapter) {
    adapter.transportHandler(
        status -> {
          // WAITING mends itself: the adapter's connections live on.
          if (status.state() == TransportState.ENDED) deployAgain();
        });
  }

  /** After a while; why the adapter ended is in the log already. */
  private void deployAgain() {
    vertx
        .undeploy(deployed)
        .otherwiseEmpty() // it was not deployed, if that had failed
        .compose(undeployed -> vertx.timer(WAIT_MS))
        .compose(waited -> stopping ? Future.succeededFuture() : deploy())
        .onFailure(cause -> deployAgain());
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
