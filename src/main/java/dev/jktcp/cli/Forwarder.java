package dev.jktcp.cli;

import dev.jktcp.Adapter;
import dev.jktcp.ConnectOptions;
import dev.jktcp.Pump;
import dev.jktcp.TcpStream;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;

/** Joins kernel connections to userspace ones. The adapter's event loop only. */
final class Forwarder {
  private final Vertx vertx;
  private final Future<Adapter> adapter;
  private final ConnectOptions to;
  private final long halfCloseTimeoutMs;
  private final PairLog log;

  /**
   * @param halfCloseTimeoutMs 0 for no limit
   */
  Forwarder(
      Vertx vertx,
      Future<Adapter> adapter,
      ConnectOptions to,
      long halfCloseTimeoutMs,
      PairLog log) {
    this.vertx = vertx;
    this.adapter = adapter;
    this.to = to;
    this.halfCloseTimeoutMs = halfCloseTimeoutMs;
    this.log = log;
  }

  /** For a connect handler. */
  void take(NetSocket client) {
    Pump.keepHalfOpen(client);
    adapter
        .compose(a -> a.connect(to))
        .onSuccess(stream -> join(client, stream))
        .onFailure(
            e -> {
              Pump.reset(client);
              log.complain(String.valueOf(client.remoteAddress()), e);
            });
  }

  private void join(NetSocket client, TcpStream stream) {
    Pump pump = Pump.between(client, stream);
    HalfOpenWatch.over(vertx, pump, halfCloseTimeoutMs);
    pump.start().completion().onComplete(result -> log.report(stream, result.cause()));
  }
}
