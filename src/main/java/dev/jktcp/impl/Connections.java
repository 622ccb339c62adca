package dev.jktcp.impl;

import dev.jktcp.AdapterOptions;
import dev.jktcp.tcp.connection.TcpConnection;
import java.time.Duration;

/**
 * Counts an adapter's connections, those being made included, and makes their streams. Adapter
 * context only.
 */
final class Connections {
  private final AdapterOptions options;
  private final StreamMetrics metrics;
  private final Runnable onNone;
  private int count;

  /**
   * @param onNone called each time the last connection is over
   */
  Connections(AdapterOptions options, StreamMetrics metrics, Runnable onNone) {
    this.options = options;
    this.metrics = metrics;
    this.onNone = onNone;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Counts one more connection, whose end {@link #onOver} counts. */
  void add() {
    count++;
  }

  /** Takes back an {@link #add} whose connection came to nothing. */
  void forget() {
    count--;
  }

  void onOver() {
    count--;
    if (count == 0) {
      onNone.run();
    }
  }

  TcpStreamImpl newStream(DrainLoop loop, TcpConnection connection, Duration idleTimeout) {
    TcpStreamImpl stream = new TcpStreamImpl(loop, connection, options, metrics, this::onOver);
    stream.closeWhenIdle(idleTimeout);
    return stream;
  }

  ExclusiveStream newExclusiveStream(
      DrainLoop loop, TcpConnection connection, Duration idleTimeout) {
    ExclusiveStream stream = new ExclusiveStream(loop, connection, options, metrics, this::onOver);
    stream.closeWhenIdle(idleTimeout);
    return stream;
  }
}
