package dev.jktcp.impl;

import io.vertx.core.Future;

/** A connection being made. */
public interface Attempt {
  /** As {@link dev.jktcp.Adapter#connect(dev.jktcp.TcpConnectOptions)} says. */
  Future<LocalStream> stream();

  /** Gives the attempt up, which then fails as aborted, and resets its connection. Any thread. */
  void cancel();
}
