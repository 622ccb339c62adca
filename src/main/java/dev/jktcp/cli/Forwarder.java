package dev.jktcp.cli;

import dev.jktcp.Pump;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpStream;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;

/** Joins kernel connections to userspace ones. The adapter's event loop only. */
final class Forwarder {
  private final Vertx vertx;
  private final Future<AnyAdapter> adapter;
  private final TcpConnectOptions to;
  private final PairLimits limits;
  private final PairLog log;

  Forwarder(
      Vertx vertx,
      Future<AnyAdapter> adapter,
      TcpConnectOptions to,
      PairLimits limits,
      PairLog log) {
    this.vertx = vertx;
    this.adapter = adapter;
    this.to = to;
    this.limits = limits;
    this.log = log;
  }

  /** The handler of a server's connections. */
  void take(NetSocket client) {
    Pump.keepHalfOpen(client);
    Future<TcpStream> connecting = adapter.compose(a -> a.connect(to));
    log.holds(connecting, cause -> Pump.reset(client));
    connecting
        .onSuccess(stream -> join(client, stream))
        .onFailure(
            e -> {
              Pump.reset(client);
              log.complain(String.valueOf(client.remoteAddress()), e);
            });
  }

  private void join(NetSocket client, TcpStream stream) {
    Pump pump = Pump.between(client, stream);
    log.watch(vertx, stream, pump, limits);
    pump.start();
  }
}
