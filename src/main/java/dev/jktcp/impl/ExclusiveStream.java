package dev.jktcp.impl;

import dev.jktcp.AdapterOptions;
import dev.jktcp.AdapterStream;
import dev.jktcp.tcp.connection.TcpConnection;

/** The stream that has its adapter to itself. */
final class ExclusiveStream extends TcpStreamImpl implements AdapterStream {
  ExclusiveStream(
      DrainLoop loop,
      TcpConnection connection,
      AdapterOptions options,
      StreamMetrics metrics,
      Runnable onOver) {
    super(loop, connection, options, metrics, onOver);
  }
}
