package dev.jktcp.impl;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterStream;
import dev.jktcp.ConnectOptions;
import dev.jktcp.ListenOptions;
import io.vertx.core.Future;

/** What the static factories of the public API need of an adapter. */
public interface AdapterInternal extends Adapter {
  Future<AdapterStream> connectExclusive(ConnectOptions options);

  Future<AdapterStream> listenExclusive(ListenOptions options);
}
