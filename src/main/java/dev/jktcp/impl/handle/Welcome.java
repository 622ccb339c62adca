package dev.jktcp.impl.handle;

import dev.jktcp.AdapterOptions;
import io.vertx.core.json.JsonObject;

/**
 * What an adapter answers a hello with.
 *
 * @param session the address of its end
 * @param leaseMs after which one who is not heard is given up
 * @param sendBuffer bytes its connections take and keep until they are acknowledged, at first
 * @param orphanTimeoutMs for which what a failed connection left unread is kept
 * @param shutdownTimeoutMs how long a context's end may take to hand over what was written
 */
record Welcome(
    String session, long leaseMs, int sendBuffer, long orphanTimeoutMs, long shutdownTimeoutMs) {
  /**
   * @throws RuntimeException if it is none
   */
  static Welcome of(JsonObject json) {
    String session = json.getString("session");
    if (session == null) {
      throw new IllegalArgumentException("no session");
    }
    return new Welcome(
        session,
        json.getLong("leaseMs"),
        json.getInteger("sendBuffer"),
        json.getLong("orphanTimeoutMs"),
        json.getLong("shutdownTimeoutMs", AdapterOptions.DEFAULT_SHUTDOWN_TIMEOUT.toMillis()));
  }

  /** Two of three beats may get lost. */
  long beatMs() {
    return Math.max(1, leaseMs / 3);
  }
}
