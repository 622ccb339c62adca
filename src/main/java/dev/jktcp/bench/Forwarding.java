package dev.jktcp.bench;

import dev.jktcp.Adapter;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;

/** What the command {@code forward} does with a connection of the kernel. */
@FunctionalInterface
public interface Forwarding {
  /** For a connect handler: joins each connection to one of the adapter to that port. */
  Handler<NetSocket> to(Vertx vertx, Adapter adapter, String host, int port);
}
