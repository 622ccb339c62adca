package dev.jktcp.bench;

import dev.jktcp.Adapter;
import dev.jktcp.Pump;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;

/** Joins and asks no more; the command's own is in a package above. */
final class PlainForwarding implements Forwarding {
  @Override
  public Handler<NetSocket> to(Vertx vertx, Adapter adapter, String host, int port) {
    return client -> {
      client.pause();
      adapter.connect(host, port).onSuccess(stream -> Pump.between(client, stream).start());
    };
  }
}
