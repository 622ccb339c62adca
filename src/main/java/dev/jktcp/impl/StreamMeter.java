package dev.jktcp.impl;

import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.metrics.TransportMetrics;

/** One stream's part of its client's or server's metrics. Adapter context only. */
final class StreamMeter {
  private final TransportMetrics<Object> metrics;
  private final SocketAddress remote;
  private final Object metric;

  StreamMeter(TransportMetrics<Object> metrics, SocketAddress remote) {
    this.metrics = metrics;
    this.remote = remote;
    this.metric = metrics.connected(remote, remote.host());
  }

  void onRead(int bytes) {
    metrics.bytesRead(metric, remote, bytes);
  }

  void onWritten(long bytes) {
    metrics.bytesWritten(metric, remote, bytes);
  }

  /**
   * @param failure null for an orderly end
   */
  void onClosed(Throwable failure) {
    if (failure != null) {
      metrics.exceptionOccurred(metric, remote, failure);
    }
    metrics.disconnected(metric, remote);
  }
}
