package dev.jktcp.examples;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** For examples that need a peer: two adapters, each a verticle, joined by a Unix socket. */
final class Neighbours {
  static final String LEFT = "left";
  static final String RIGHT = "right";

  private Neighbours() {}

  /** Completes once both are there, by the names {@link #LEFT} and {@link #RIGHT}. */
  static Future<Void> deploy(Vertx vertx, String path) {
    return deploy(vertx, RIGHT, "unix-listen:" + path, "fd00::2", "fd00::1")
        .compose(right -> deploy(vertx, LEFT, "unix:" + path, "fd00::1", "fd00::2"))
        .mapEmpty();
  }

  // tag::deploy[]
  private static Future<String> deploy(
      Vertx vertx, String name, String transport, String local, String peer) {
    JsonObject config =
        new JsonObject()
            .put("name", name)
            .put("transport", transport)
            .put("localAddresses", new JsonArray().add(local))
            .put("peerAddresses", new JsonArray().add(peer));
    return vertx.deployVerticle(
        "dev.jktcp.AdapterVerticle", new DeploymentOptions().setConfig(config));
  }
  // end::deploy[]
}
