package dev.jktcp.cli;

import dev.jktcp.Adapter;
import dev.jktcp.Pump;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpStream;
import dev.jktcp.bench.Forwarding;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import java.util.function.Consumer;

/** The command {@code forward} for a bench, which ignores reports about its one pair. */
final class BenchForwarding implements Forwarding, PairLog {
  @Override
  public Handler<NetSocket> to(Vertx vertx, Adapter adapter, String host, int port) {
    TcpConnectOptions to = new TcpConnectOptions().setHost(host).setPort(port);
    Future<AnyAdapter> inHand = Future.succeededFuture(new DirectAdapter(adapter));
    return new Forwarder(vertx, inHand, to, new PairLimits(0, 0), this)::take;
  }

  @Override
  public void holds(Future<?> over, Consumer<Throwable> cut) {
    // The bench closes the adapter, and with it the pair.
  }

  @Override
  public void begins(TcpStream stream, Pump pump) {
    // The bench shows its own progress.
  }

  @Override
  public void begins(Transfer client) {
    // There are no datagrams.
  }

  @Override
  public void gaveWay(String who, long times) {
    // There are no datagrams.
  }

  @Override
  public void report(TcpStream stream, Throwable failure) {
    // The bench counts what arrives, and fails when nothing does.
  }

  @Override
  public void complain(String who, Throwable cause) {
    // As above.
  }
}
