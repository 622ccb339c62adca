package dev.jktcp.cli;

import dev.jktcp.transport.TransportUri;
import io.vertx.core.Future;

/**
 * The transport that {@code --transport} names, opened, with an adapter on it. One event-loop
 * context only.
 */
interface Tunnel {
  /** Completes once the other side is there or can come, with the port that was picked, if any. */
  Future<TransportUri> bound();

  /**
   * As {@link #bound()}, but waits for a request to the adapter, so that the other side's first
   * packet comes after it.
   *
   * @param done completes when the adapter has handled the request
   */
  Future<TransportUri> bound(Future<?> done);

  /** Completes when there is an adapter. Requests to it wait until its transport is open. */
  Future<AnyAdapter> adapter();

  /** The port at which the device lists its services, once there is an adapter; 0 for none. */
  int rsdPort();

  Future<Void> close();
}
