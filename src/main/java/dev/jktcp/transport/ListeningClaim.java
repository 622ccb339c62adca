package dev.jktcp.transport;

import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.shareddata.LocalMap;

/**
 * Keeps two transports of one Vert.x from listening at one address, where Vert.x would have its
 * servers share it and give each every other connection. Any thread.
 */
final class ListeningClaim {
  static final String TAKEN = "another transport of this Vert.x listens there";

  private static final String MAP = "dev.jktcp.listening";

  private final LocalMap<String, Boolean> claims;
  private final String key; // null for any free port
  private boolean taken;

  ListeningClaim(Vertx vertx, SocketAddress address) {
    claims = vertx.sharedData().getLocalMap(MAP);
    boolean anyPort = address.isInetSocket() && address.port() <= 0;
    key = anyPort ? null : SocketTransport.nameOf(address);
  }

  /** False if another has it. */
  synchronized boolean take() {
    taken = key != null && claims.putIfAbsent(key, true) == null;
    return taken || key == null;
  }

  /** Idempotent. */
  synchronized void release() {
    if (taken) claims.remove(key);
    taken = false;
  }
}
