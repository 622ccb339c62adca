package dev.jktcp.transport;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;

/**
 * Keeps two users in one Vert.x from what only one can have, where nobody else would object:
 * servers at one address share its connections, consumers at one address its messages. Any thread.
 */
final class ExclusiveName {
  private static final String MAP = "dev.jktcp.claims";

  private final LocalMap<String, Boolean> claims;
  private final String key;
  private boolean taken;

  /**
   * @param key null for what there is enough of
   */
  ExclusiveName(Vertx vertx, String key) {
    this.claims = vertx.sharedData().getLocalMap(MAP);
    this.key = key;
  }

  /** False if another has it. */
  synchronized boolean take() {
    if (key == null) {
      return true;
    }
    taken = claims.putIfAbsent(key, true) == null;
    return taken;
  }

  /** Idempotent. */
  synchronized void release() {
    if (taken) {
      claims.remove(key);
    }
    taken = false;
  }
}
