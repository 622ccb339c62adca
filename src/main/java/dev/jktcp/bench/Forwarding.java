package dev.jktcp.bench;

import dev.jktcp.Adapter;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;

/** The treatment that the command {@code forward} gives a connection of the kernel. */
@FunctionalInterface
public interface Forwarding {
  /** Gives a connect handler, which joins each connection to one of the adapter to that port. */
  Handler<NetSocket> to(Vertx vertx, Adapter adapter, String host, int port);
}
