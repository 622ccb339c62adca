package dev.jktcp.cli;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterStats;
import dev.jktcp.ConnectionList;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpServer;
import dev.jktcp.TcpStream;
import dev.jktcp.impl.AdapterInternal;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.datagram.DatagramSocket;
import java.time.Duration;

/** For {@code --direct}: an adapter and its streams, used on their own context. */
record DirectAdapter(Adapter adapter) implements AnyAdapter {
  @Override
  public Future<TcpStream> connect(TcpConnectOptions options) {
    return adapter.connect(options);
  }

  @Override
  public Future<TcpServer> listen(int port, Handler<TcpStream> handler) {
    return adapter.listen(port, handler);
  }

  @Override
  public DatagramSocket udp() {
    return adapter.udp();
  }

  @Override
  public Future<String> resolve(String name) {
    return ((AdapterInternal) adapter)
        .resolve(name)
        .map(addresses -> addresses.get(0).getHostAddress());
  }

  @Override
  public Future<Void> pcap(String path) {
    return adapter.pcap(path);
  }

  @Override
  public Future<Void> stopPcap() {
    return adapter.stopPcap();
  }

  @Override
  public Future<AdapterStats> stats() {
    return adapter.stats();
  }

  @Override
  public Future<ConnectionList> connections(int skip, int limit) {
    return adapter.connections(skip, limit);
  }

  @Override
  public void closeHandler(Handler<Throwable> handler) {
    Throwable[] why = new Throwable[1]; // stays null if the end was asked for
    adapter.exceptionHandler(cause -> why[0] = cause);
    adapter.closeHandler(v -> handler.handle(why[0]));
  }

  @Override
  public boolean wasOpen() {
    return adapter.opened().succeeded();
  }

  @Override
  public Future<Void> close() {
    return adapter.shutdown(Duration.ofMillis(Session.CLOSE_TIMEOUT_MS / 2));
  }
}
