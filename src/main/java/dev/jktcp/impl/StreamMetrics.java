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
 * Reports an adapter's streams to the metrics of Vert.x, as NetClient and NetServer report their
 * sockets. Outgoing connections are a client's, accepted ones a server's. Adapter context only.
 */
final class StreamMetrics {
  private static final String PROTOCOL = "tcp";

  private final VertxMetrics metrics; // null if the Vert.x instance has none
  private final String name;
  private TransportMetrics<Object> client; // null before the first

  /**
   * @param name the metrics name of the client and the servers; empty for none
   */
  StreamMetrics(VertxInternal vertx, String name) {
    this.metrics = vertx.metrics();
    this.name = name;
  }

  /** The meter of a new stream; null without metrics. */
  StreamMeter of(TcpConnection connection, SocketAddress remote) {
    if (metrics == null) {
      return null;
    }
    TcpListener listener = TcpListener.of(connection);
    TransportMetrics<Object> its = listener == null ? client() : server(TcpServerImpl.of(listener));
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

  private TransportMetrics<Object> server(TcpServerImpl server) {
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
