package dev.jktcp.impl;

import dev.jktcp.stack.TcpListener;
import dev.jktcp.tcp.connection.TcpConnection;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TcpClientConfig;
import io.vertx.core.net.TcpServerConfig;
import io.vertx.core.spi.metrics.TransportMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;

/**
 * Tells the metrics of the Vert.x about an adapter's streams, as its NetClient and NetServer tell
 * of their sockets: those that were opened are a client's, those of a listener a server's. Adapter
 * context only.
 */
final class StreamMetrics {
  private static final String PROTOCOL = "tcp";

  private final VertxMetrics metrics; // null: the Vert.x has none
  private final String name;
  private TransportMetrics<Object> client; // null before the first

  /**
   * @param name what metrics call the client and the servers; empty: nothing
   */
  StreamMetrics(VertxInternal vertx, String name) {
    this.metrics = vertx.metrics();
    this.name = name;
  }

  /** For a stream that begins; null if nobody measures. */
  StreamMeter of(TcpConnection connection, SocketAddress local, SocketAddress remote) {
    if (metrics == null) {
      return null;
    }
    boolean accepted = connection.acceptQueue() instanceof TcpListener;
    TransportMetrics<Object> its = accepted ? server(connection, local) : client();
    return its == null ? null : new StreamMeter(its, remote);
  }

  @SuppressWarnings("unchecked")
  private TransportMetrics<Object> client() {
    if (client == null) {
      TcpClientConfig config = new TcpClientConfig(new NetClientOptions().setMetricsName(name));
      client = (TransportMetrics<Object>) metrics.createTcpClientMetrics(config, PROTOCOL);
    }
    return client;
  }

  private TransportMetrics<Object> server(TcpConnection connection, SocketAddress local) {
    TcpListener listener = (TcpListener) connection.acceptQueue();
    TcpServerImpl server = (TcpServerImpl) listener.attachment();
    if (server == null) {
      return newServer(local);
    }
    if (server.metrics == null) {
      server.metrics = newServer(server.localAddress());
    }
    return server.metrics;
  }

  @SuppressWarnings("unchecked")
  private TransportMetrics<Object> newServer(SocketAddress local) {
    TcpServerConfig config = new TcpServerConfig(new NetServerOptions());
    if (!name.isEmpty()) {
      config.setMetricsName(name);
    }
    return (TransportMetrics<Object>) metrics.createTcpServerMetrics(config, PROTOCOL, local);
  }

  /** The adapter has ended. */
  void close() {
    if (client != null) {
      client.close();
    }
  }
}
