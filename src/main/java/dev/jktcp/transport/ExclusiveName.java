package dev.jktcp.transport;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;

/**
 * Gives a name in one Vert.x to one user at a time. Vert.x itself would not object: servers at one
 * address share its connections, and consumers at one address its messages. Any thread.
 */
final class ExclusiveName {
  private static final String MAP = "dev.jktcp.claims";

  private final LocalMap<String, Boolean> claims;
  private final String key;
  private boolean taken;

  /**
   * @param key null if any number of users may have it
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
