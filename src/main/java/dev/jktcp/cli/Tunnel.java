package dev.jktcp.cli;

import dev.jktcp.transport.TransportUri;
import io.vertx.core.Future;

/** What {@code --transport} names, opened, with an adapter on it. One event-loop context only. */
interface Tunnel {
  /** Completes once the other side can come or is there, with the port that was picked, if any. */
  Future<TransportUri> bound();

  /**
   * Completes likewise, but not before the adapter has done what was asked of it, so that the other
   * side's first packet finds it done.
   *
   * @param done completes when the adapter has done it
   */
  Future<TransportUri> bound(Future<?> done);

  /**
   * Completes when there is an adapter. What is asked of it before its transport is open waits for
   * that.
   */
  Future<AnyAdapter> adapter();

  /** Where the device lists its services, once there is an adapter; 0 if there is no such port. */
  int rsdPort();

  Future<Void> close();
}
