package dev.jktcp.cli;

import dev.jktcp.Adapter;
import dev.jktcp.AdapterStats;
import dev.jktcp.ConnectionList;
import dev.jktcp.TcpConnectOptions;
import dev.jktcp.TcpServer;
import dev.jktcp.TcpStream;
import dev.jktcp.impl.HostName;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.datagram.DatagramSocket;

/** An adapter as a command uses it, in hand or in a verticle. */
interface AnyAdapter {
  Future<TcpStream> connect(TcpConnectOptions options);

  Future<TcpServer> listen(int port, Handler<TcpStream> handler);

  /** As {@link Adapter#udp}; handlers run on the context of the call. */
  DatagramSocket udp();

  /** The first address of a name, as the adapter resolves it; anything else as it is. */
  default Future<String> address(String hostOrNull) {
    return HostName.is(hostOrNull) ? resolve(hostOrNull) : Future.succeededFuture(hostOrNull);
  }

  Future<String> resolve(String name);

  Future<Void> pcap(String path);

  Future<Void> stopPcap();

  Future<AdapterStats> stats();

  Future<ConnectionList> connections(int skip, int limit);

  /**
   * Called once when the adapter has ended: with null if the command asked for the end, and
   * otherwise with the reason.
   */
  void closeHandler(Handler<Throwable> handler);

  /** Whether the transport was ever open. If not, nothing was lost. */
  boolean wasOpen();

  /** Ends the adapter, its connections and its transport. */
  Future<Void> close();
}
