package dev.jktcp.transport;

import java.util.Objects;

/** How a socket transport connects, and how it treats its stream. */
public final class SocketTransportOptions {
  private StreamTransportOptions stream = new StreamTransportOptions();
  private int connectTimeoutMs = 10_000;

  public SocketTransportOptions() {}

  /** A copy. */
  public SocketTransportOptions(SocketTransportOptions other) {
    stream = new StreamTransportOptions(other.stream);
    connectTimeoutMs = other.connectTimeoutMs;
  }

  /**
   * MTUs, merging, limits. Its name and closer are the socket transport's own to set; the limit of
   * outstanding bytes is the socket's write queue too.
   */
  public SocketTransportOptions setStream(StreamTransportOptions stream) {
    this.stream = Objects.requireNonNull(stream);
    return this;
  }

  public StreamTransportOptions getStream() {
    return stream;
  }

  /** Default 10,000 ms: three of the kernel's SYN retransmissions. */
  public SocketTransportOptions setConnectTimeoutMs(int connectTimeoutMs) {
    if (connectTimeoutMs < 1) {
      throw new IllegalArgumentException("connect timeout " + connectTimeoutMs);
    }
    this.connectTimeoutMs = connectTimeoutMs;
    return this;
  }

  public int getConnectTimeoutMs() {
    return connectTimeoutMs;
  }
}
