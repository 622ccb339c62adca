package dev.jktcp.impl.handle;

import dev.jktcp.AdapterOptions;
import io.vertx.core.json.JsonObject;

/**
 * An adapter's answer to a hello.
 *
 * @param session the address of the adapter's end
 * @param leaseMs silence after which a side gives up the other
 * @param sendBuffer first size of its connections' send buffers, in bytes
 * @param orphanTimeoutMs time for which the unread data of a failed connection is kept
 * @param shutdownTimeoutMs time in which the end of a context may hand over written data
 */
record Welcome(
    String session, long leaseMs, int sendBuffer, long orphanTimeoutMs, long shutdownTimeoutMs) {
  /**
   * @throws RuntimeException if the JSON is no welcome
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
